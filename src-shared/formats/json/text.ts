/** JSON texts as formats need them: parsed with a sentence where they are broken, and cut into the texts of their parts. */
import { AppError } from '../../errors/appError';
import { findJsonError, maxDepth, rawMember, replaceMembers } from './jsonText';

export { jsonMembers, rawMember, replaceMembers } from './jsonText';

/** Throws `bad-input` with the line of the fault. */
export function parseJson(text: string, file: string): unknown {
  const body = text.startsWith('\ufeff') ? text.slice(1) : text;
  const refuse = (fault: string, index: number) =>
    new AppError('bad-input', `${file} is no JSON that can be read: ${fault}`, {
      place: { file, line: body.slice(0, index).split('\n').length },
    });
  const deep = tooDeep(body);
  if (deep >= 0) throw refuse(`it is nested deeper than ${maxDepth} brackets`, deep);
  try {
    return JSON.parse(body);
  } catch {
    const found = findJsonError(body);
    throw refuse(found ? `expected ${found.expected}` : 'it is damaged', found?.index ?? 0);
  }
}

/** Where the nesting goes too far, or -1: found before a recursive reader meets it. */
function tooDeep(text: string): number {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (inString) {
      if (code === 0x5c) i++;
      else if (code === 0x22) inString = false;
    } else if (code === 0x22) inString = true;
    else if (code === 0x7b || code === 0x5b) {
      if (++depth > maxDepth) return i;
    } else if (code === 0x7d || code === 0x5d) depth--;
  }
  return -1;
}

/** The texts of a list's elements. The text must be a valid JSON list. */
export function jsonElements(text: string): string[] {
  return elementSpans(text).map(([start, end]) => text.slice(start, end));
}

/** The object with these elements in that list of it, parted and indented as those that came. */
export function withList(text: string, key: string, elements: readonly string[]): string {
  const found = rawMember(text, key);
  const list = found?.startsWith('[') ? found : '[]';
  return replaceMembers(text, new Map([[key, listLike(list, elements)]]));
}

function listLike(list: string, elements: readonly string[]): string {
  if (elements.length === 0) return '[]';
  const spans = elementSpans(list);
  if (spans.length === 0) return `[${elements.join(', ')}]`;
  const open = list.slice(0, spans[0][0]);
  const comma = spans.length > 1 ? list.slice(spans[0][1], spans[1][0]) : `,${open.slice(1)}`;
  return open + elements.join(comma) + list.slice(spans[spans.length - 1][1]);
}

/** Where each element of a list stands; ends exclusive. The text must be a valid JSON list. */
export function elementSpans(text: string): [start: number, end: number][] {
  const spans: [number, number][] = [];
  let depth = 0;
  let start = -1;
  let end = -1;
  for (let i = text.indexOf('['); i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x22) {
      if (start < 0) start = i;
      for (i++; i < text.length && text.charCodeAt(i) !== 0x22; i++) if (text.charCodeAt(i) === 0x5c) i++;
      end = i + 1;
    } else if (code === 0x7b || code === 0x5b) {
      if (++depth > 1 && start < 0) start = i;
    } else if (code === 0x7d || code === 0x5d) {
      if (--depth === 0) {
        if (start >= 0) spans.push([start, end]);
        return spans;
      }
      end = i + 1;
    } else if (code === 0x2c && depth === 1) {
      spans.push([start, end]);
      start = -1;
    } else if (code > 0x20) {
      if (start < 0) start = i;
      end = i + 1;
    }
  }
  return spans;
}
