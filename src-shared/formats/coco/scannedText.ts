/** Source text cut from a file: its value, or the exact place in the file where it stops being JSON. */
import { AppError } from '../../errors/appError';
import { findJsonError } from '../json/jsonText';

/** A value's source text and where it starts. */
export interface ScannedText {
  readonly text: string;
  /** Byte offset in the file. */
  readonly offset: number;
  /** From 1. */
  readonly line: number;
}

/** A JSON pointer from keys and indices. */
export function jsonPointer(...path: readonly (string | number)[]): string {
  return path.map((part) => `/${String(part).replace(/~/g, '~0').replace(/\//g, '~1')}`).join('');
}

/** The value of a scanned text; throws `bad-input` with the byte offset and line of the fault inside it. */
export function parseScanned(value: ScannedText, file?: string, pointer?: string): unknown {
  try {
    return JSON.parse(value.text);
  } catch (cause) {
    const fault = findJsonError(value.text);
    if (!fault) throw cause;
    const before = value.text.slice(0, fault.index);
    const found = value.text.slice(fault.index, fault.index + 12);
    const special = /^-?(NaN|Infinity)/.exec(found);
    throw new AppError(
      'bad-input',
      `${file ?? 'The file'} is not valid JSON: expected ${fault.expected}, found ${JSON.stringify(special?.[0] ?? found.slice(0, 1))}`,
      {
        place: {
          file,
          pointer,
          offset: value.offset + utf8Length(before),
          line: value.line + (before.match(/\n/g)?.length ?? 0),
        },
        hint: special ? 'JSON has no such number; the program that wrote the file must leave it out' : undefined,
        cause,
      },
    );
  }
}

function utf8Length(text: string): number {
  let bytes = 0;
  for (const character of text) {
    const code = character.codePointAt(0)!;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
}
