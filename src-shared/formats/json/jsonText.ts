/** Raw JSON text: where an object's members lie, how to replace some of them, and where a text stops being JSON. */

/** Brackets may be nested this deep: what walks through values would run out of stack. */
export const maxDepth = 200;

/** One member of an object in its source text; indices are UTF-16 positions, ends exclusive. */
export interface JsonMember {
  /** The key with its escapes resolved. */
  readonly key: string;
  readonly keyStart: number;
  readonly valueStart: number;
  readonly valueEnd: number;
}

const isSpace = (code: number) => code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;

/** A byte order mark before everything is passed too. */
function skipSpace(text: string, index: number): number {
  if (index === 0 && text.charCodeAt(0) === 0xfeff) index++;
  while (index < text.length && isSpace(text.charCodeAt(index))) index++;
  return index;
}

/** Index just after the string that starts at `index` (a quote). */
function skipString(text: string, index: number): number {
  for (let i = index + 1; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x5c) i++;
    else if (code === 0x22) return i + 1;
  }
  return text.length;
}

/** Index just after the value that starts at `index`; the text must be valid JSON. */
function skipValue(text: string, index: number): number {
  const first = text.charCodeAt(index);
  if (first === 0x22) return skipString(text, index);
  if (first !== 0x7b && first !== 0x5b) {
    while (index < text.length) {
      const code = text.charCodeAt(index);
      if (code === 0x2c || code === 0x7d || code === 0x5d || isSpace(code)) break;
      index++;
    }
    return index;
  }
  let depth = 0;
  for (let i = index; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x22) i = skipString(text, i) - 1;
    else if (code === 0x7b || code === 0x5b) depth++;
    else if ((code === 0x7d || code === 0x5d) && --depth === 0) return i + 1;
  }
  return text.length;
}

/** The members of an object in the order of its source text, duplicates included; none of another value. The text must be valid JSON. */
export function jsonMembers(text: string): JsonMember[] {
  const members: JsonMember[] = [];
  let i = skipSpace(text, 0);
  if (text.charCodeAt(i++) !== 0x7b) return members;
  for (;;) {
    i = skipSpace(text, i);
    if (i >= text.length || text.charCodeAt(i) === 0x7d) return members;
    if (text.charCodeAt(i) === 0x2c) i = skipSpace(text, i + 1);
    const keyStart = i;
    const keyEnd = skipString(text, i);
    const key = JSON.parse(text.slice(keyStart, keyEnd)) as string;
    const valueStart = skipSpace(text, skipSpace(text, keyEnd) + 1);
    i = skipValue(text, valueStart);
    members.push({ key, keyStart, valueStart, valueEnd: i });
  }
}

/** Source text of a member's value (the last one where the key repeats, as JSON.parse takes it), or null. */
export function rawMember(text: string, key: string): string | null {
  let raw: string | null = null;
  for (const member of jsonMembers(text)) {
    if (member.key === key) raw = text.slice(member.valueStart, member.valueEnd);
  }
  return raw;
}

/**
 * The object's text with some values replaced, members removed (null) or appended; every other character stays.
 * Where a key repeats the last one is replaced, and all of them are removed. `text` and the replacements must be valid JSON;
 * what is no object becomes one of the replacements alone.
 */
export function replaceMembers(given: string, changes: ReadonlyMap<string, string | null>): string {
  const text = given.charCodeAt(skipSpace(given, 0)) === 0x7b ? given : '{}';
  const members = jsonMembers(text);
  const left = new Map(changes);
  const removed = new Set<number>();
  const replaced = new Map<number, string>();
  for (let index = members.length - 1; index >= 0; index--) {
    const key = members[index].key;
    const value = changes.get(key);
    if (value === null) removed.add(index);
    else if (value !== undefined && left.has(key)) replaced.set(index, value);
    left.delete(key);
  }
  const kept = members.map((_, index) => index).filter((index) => !removed.has(index));
  const open = text.indexOf('{') + 1;
  const close = text.lastIndexOf('}');
  const last = members[members.length - 1];
  // What stands between members in this record (", " or a newline with indentation) is kept for what is appended.
  const second = members.length > 1 ? members[1] : null;
  const between = second ? text.slice(text.indexOf(',', members[0].valueEnd) + 1, second.keyStart) : '';
  const afterColon = last ? text.slice(text.lastIndexOf(':', last.valueStart) + 1, last.valueStart) : '';

  let result = text.slice(0, open);
  kept.forEach((index, position) => {
    const member = members[index];
    const lead = index === 0 ? text.slice(open, member.keyStart) : separator(text, members, index);
    // After a removed first member, the next one takes the first one's place without its comma.
    result += position === 0 ? lead.replace(',', '') : lead;
    result += text.slice(member.keyStart, member.valueStart);
    result += replaced.get(index) ?? text.slice(member.valueStart, member.valueEnd);
  });
  let count = kept.length;
  for (const [key, value] of left) {
    if (value === null) continue;
    result += `${count++ > 0 ? `,${between}` : ''}${JSON.stringify(key)}:${afterColon}${value}`;
  }
  return result + text.slice(last ? last.valueEnd : open, close) + text.slice(close);
}

function separator(text: string, members: readonly JsonMember[], index: number): string {
  return text.slice(members[index - 1].valueEnd, members[index].keyStart);
}

/** Where and why a text is not one JSON value; null when it is. Used after JSON.parse has refused it: engines word it differently. */
export function findJsonError(text: string): { readonly index: number; readonly expected: string } | null {
  const token =
    /"(?:[ !#-[\]-\uffff]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
  const stack: ('object' | 'array')[] = [];
  let expect: 'value' | 'valueOrEnd' | 'key' | 'keyOrEnd' | 'next' = 'value';
  let i = 0;
  for (;;) {
    i = skipSpace(text, i);
    if (expect === 'next' && stack.length === 0) return i < text.length ? { index: i, expected: 'the end' } : null;
    const char = text[i];
    const top = stack[stack.length - 1];
    if (expect === 'next') {
      if (char === ',') expect = top === 'object' ? 'key' : 'value';
      else if (char === (top === 'object' ? '}' : ']')) stack.pop();
      else return { index: i, expected: top === 'object' ? '"," or "}"' : '"," or "]"' };
      i++;
      continue;
    }
    if ((expect === 'valueOrEnd' && char === ']') || (expect === 'keyOrEnd' && char === '}')) {
      stack.pop();
      expect = 'next';
      i++;
      continue;
    }
    token.lastIndex = i;
    if (expect === 'key' || expect === 'keyOrEnd') {
      if (char !== '"' || !token.test(text)) return { index: i, expected: 'a key in double quotes' };
      i = skipSpace(text, token.lastIndex);
      if (text[i] !== ':') return { index: i, expected: '":"' };
      i++;
      expect = 'value';
      continue;
    }
    if (char === '{' || char === '[') {
      stack.push(char === '{' ? 'object' : 'array');
      expect = char === '{' ? 'keyOrEnd' : 'valueOrEnd';
      i++;
      continue;
    }
    if (!token.test(text)) return { index: i, expected: 'a value' };
    i = token.lastIndex;
    expect = 'next';
  }
}
