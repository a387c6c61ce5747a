/** Files of every format, bent in the ways in which people's and hostile files are bent; seeded. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '@shared/errors/appError';
import type { DatasetFormat } from '@shared/formats/format';
import { Random } from './datasetFuzz';
import { bendStructure } from './binaryFuzz';
import { type Files, madeDataset, writeToMemory } from './formatFiles';
import { bendJson, bendXml } from './structureFuzz';

const oddTokens: readonly string[] = [
  ...[
    'null',
    '-1',
    '1e308',
    'NaN',
    '""',
    '[]',
    '{}',
    '[[]]',
    '"x"',
    '0',
    '99999999999999999999',
    'true',
    '1e9',
    '-0.5',
  ],
  ...['"../../etc/passwd"', '"C:\\\\x\\\\y.png"', '"/etc/passwd"', '"a\\u0000b"', '"\\ud800"', '"__proto__"'],
  ...[
    '[[1,2],[3]]',
    '[1,2,3]',
    '[[1e400,2],[3,4],[5,6]]',
    '"iVBORw0KGgo="',
    '"eJwDAAAAAAE="',
    '{"exterior":[],"interior":[[]]}',
  ],
];

const oddXml: readonly string[] = [
  ...[
    '',
    '-1',
    '1e308',
    'NaN',
    '../../x',
    '&lt;',
    '&amp;',
    '0',
    '99999999999',
    '1,2;3',
    '1, 2, 3, 4, 5, 6',
    '\ufffd',
    'x'.repeat(500),
  ],
];

/** What was done, and the files it left. */
export interface Bent {
  readonly files: Files;
  readonly steps: readonly string[];
}

export function bentFiles(format: DatasetFormat, seed: number): Bent {
  const random = new Random(seed);
  const files = format.write ? writeToMemory(madeDataset(random).view('made'), format).files : fixtureOf(format);
  const steps: string[] = [];
  for (let count = 1 + random.below(3); count > 0 && files.size > 0; count--) {
    const [name, content] = random.pick([...files]);
    const bent = typeof content === 'string' ? bendText(content, random) : bendBytes(content, random);
    steps.push(`${name}: ${bent.step}`);
    if (bent.content === null) files.delete(name);
    else files.set(name, bent.content);
  }
  return { files, steps };
}

/** Of a format that is read only, what its own tool wrote. */
function fixtureOf({ id }: DatasetFormat): Files {
  const folder = join(import.meta.dirname, '..', 'fixtures', 'formats', id);
  return new Map(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
}

function bendText(text: string, random: Random): { content: string | Uint8Array | null; step: string } {
  const along = random.chance(0.5) ? (bendJson(text, random) ?? bendXml(text, random)) : null;
  if (along) return along;
  const kind = random.below(12);
  const at = random.below(text.length + 1);
  switch (kind) {
    case 0:
      return { content: text.slice(0, at), step: `cut at ${at}` };
    case 1:
      return { content: null, step: 'removed' };
    case 2:
      return {
        content: text.slice(0, at) + random.pick(['\u0000', '"', '<', '}', ']', '&x;', '\n', ' ']) + text.slice(at),
        step: `a character at ${at}`,
      };
    case 3: {
      const lines = text.split('\n');
      lines.splice(random.below(lines.length), 1 + random.below(2));
      return { content: lines.join('\n'), step: 'lines removed' };
    }
    case 4:
      return { content: `${'['.repeat(5000)}${']'.repeat(5000)}`, step: 'nested deeply' };
    case 5:
      return {
        content: `<?xml version="1.0"?>\n<!DOCTYPE a [<!ENTITY x "${'y'.repeat(50)}"><!ENTITY z "&x;&x;&x;">]>\n${text.replace(/^<\?xml[^>]*\?>/, '')}`,
        step: 'entities',
      };
    case 6:
      return { content: Buffer.from(text, 'utf16le'), step: 'UTF-16' };
    case 7: {
      const bytes = new TextEncoder().encode(text);
      for (let i = 0; i < 4 && bytes.length > 0; i++) bytes[random.below(bytes.length)] ^= 1 << random.below(8);
      return { content: bytes, step: 'bits flipped' };
    }
    default:
      return bendValue(text, random);
  }
}

/** A value of the text becomes another one: a JSON value, an XML attribute or text, a word of a line. */
function bendValue(text: string, random: Random): { content: string; step: string } {
  const patterns = [
    /("(?:[^"\\]|\\.)*"\s*:\s*)("(?:[^"\\]|\\.)*"|-?[\d.eE+]+|true|false|null)/g,
    /(=")([^"]*)(?=")/g,
    /(>)([^<>]+)(?=<)/g,
    /(^|\s)(-?[\d.]+)(?=\s|$)/g,
  ];
  const found = patterns.flatMap((pattern, which) => [...text.matchAll(pattern)].map((match) => ({ match, which })));
  if (found.length === 0) return { content: text, step: 'nothing' };
  const { match, which } = random.pick(found);
  const value =
    which === 0
      ? random.pick(oddTokens)
      : which === 3
        ? random.pick(['-1', '1e9', 'x', 'NaN', '', '7.5', '2'])
        : random.pick(oddXml);
  const start = match.index + match[1].length;
  const content = text.slice(0, start) + value + text.slice(start + match[2].length);
  return { content, step: `${match[0].slice(0, 40)} becomes ${value.slice(0, 30)}` };
}

function bendBytes(bytes: Uint8Array, random: Random): { content: Uint8Array; step: string } {
  const along = random.chance(0.6) ? bendStructure(bytes, random) : null;
  if (along) return along;
  const copy = bytes.slice();
  if (random.chance(0.3)) return { content: copy.slice(0, random.below(copy.length)), step: 'cut' };
  if (random.chance(0.3) && copy.length > 24) {
    new DataView(copy.buffer).setUint32(16, 1_000_000);
    new DataView(copy.buffer).setUint32(20, 1_000_000);
    return { content: copy, step: 'says it is a million pixels wide' };
  }
  for (let i = 0; i < 3; i++) copy[random.below(copy.length)] ^= 1 << random.below(8);
  return { content: copy, step: 'bits flipped' };
}

/** Whether an error is a sentence for the user. */
export const isSentence = (error: unknown): boolean =>
  error instanceof AppError && (error.code === 'bad-input' || error.code === 'usage') && error.message.length > 10;
