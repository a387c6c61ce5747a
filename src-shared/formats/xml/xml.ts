/** XML as a small tree that knows where each element stands in the text; entities of a document's own are refused. */
import { SaxesParser } from 'saxes';
import { AppError } from '../../errors/appError';

export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  /** Text directly inside, trimmed of what is no character reference. */
  readonly text: string;
  /** In the text it was read from; `end` is exclusive. */
  readonly start: number;
  readonly end: number;
}

/** Deeper nesting is no dataset. */
const maxDepth = 100;

interface Open {
  readonly name: string;
  readonly attributes: Record<string, string>;
  readonly children: XmlElement[];
  text: string;
  readonly start: number;
}

/** Throws `bad-input` with the line of the first fault. */
export function parseXml(text: string, file: string): XmlElement {
  const stack: Open[] = [];
  let root: XmlElement | null = null;
  let tagStart = 0;
  const parser = new SaxesParser({ position: true });
  const refuse = (fault: string): never => {
    throw new AppError('bad-input', `${file} is no XML that can be read: ${fault}`, {
      place: { file, line: parser.line },
      hint: 'write it again with the program it comes from',
    });
  };
  parser.on('error', (error) => refuse(error.message.replace(/^\d+:\d+: /, '')));
  parser.on('doctype', (doctype) => {
    if (/<!ENTITY/i.test(doctype) || doctype.includes('[')) refuse('it defines entities of its own');
  });
  parser.on('opentagstart', () => (tagStart = text.lastIndexOf('<', parser.position - 1)));
  parser.on('opentag', ({ name, attributes }) => {
    if (stack.length >= maxDepth) refuse('it is nested too deeply');
    stack.push({ name, attributes: attributes as Record<string, string>, children: [], text: '', start: tagStart });
  });
  parser.on('text', (piece) => {
    const open = stack[stack.length - 1];
    if (open) open.text += piece;
  });
  parser.on('cdata', (piece) => {
    const open = stack[stack.length - 1];
    if (open) open.text += piece;
  });
  parser.on('closetag', () => {
    const { text: inner, ...open } = stack.pop()!;
    const element: XmlElement = {
      ...open,
      text: trimmed(inner, text, open.start, parser.position),
      end: parser.position,
    };
    const parent = stack[stack.length - 1];
    if (parent) parent.children.push(element);
    else root = element;
  });
  // In pieces: positions count from the beginning of all of them.
  parser.write(text).close();
  return root ?? refuse('it is empty');
}

/** Spaces at its ends belong to it where they were written as references: no program sets those for the look. */
function trimmed(inner: string, text: string, start: number, end: number): string {
  const plain = inner.trim();
  if (plain === inner || inner === '') return inner;
  const source = text.slice(openingEnd(text, start), text.lastIndexOf('</', end - 1));
  const left = source.startsWith('&#') ? inner : inner.trimStart();
  return /&#\w+;$/.test(source) ? left : left.trimEnd();
}

export function childOf(element: XmlElement, name: string): XmlElement | undefined {
  return element.children.find((child) => child.name === name);
}

export function childrenOf(element: XmlElement, name: string): readonly XmlElement[] {
  return element.children.filter((child) => child.name === name);
}

/** The text of a child; undefined where there is none, or it is empty. */
export function textOf(element: XmlElement, name: string): string | undefined {
  return childOf(element, name)?.text || undefined;
}

/** The text of an element with other children of these names: null takes one out, a new one comes last. */
export function withChildren(text: string, changes: ReadonlyMap<string, string | null>): string {
  const element = parseXml(text, '');
  const left = new Map(changes);
  let result = '';
  let at = 0;
  for (const child of element.children) {
    const change = left.get(child.name);
    if (change === undefined) continue;
    left.delete(child.name);
    const before = text.slice(at, child.start);
    result += change === null ? before.trimEnd() : before + change;
    at = child.end;
  }
  const close = Math.max(at, text.lastIndexOf('</'));
  const first = element.children[0];
  const space = first ? text.slice(text.lastIndexOf('>', first.start - 1) + 1, first.start) : '';
  const rest = text.slice(at, close);
  const added = [...left.values()].flatMap((one) => (one === null ? [] : [space + one]));
  return result + rest.trimEnd() + added.join('') + rest.slice(rest.trimEnd().length) + text.slice(close);
}

/** An element with other attributes, and under another name where one is given; null takes one out, a new one comes last. */
export function withAttributes(
  text: string,
  values: ReadonlyMap<string, string | number | null>,
  name: string | null = null,
): string {
  const end = openingEnd(text, 0);
  const left = new Map(values);
  const spelled = (key: string, value: string | number | null) =>
    value === null ? '' : ` ${key}="${escapeXml(String(value))}"`;
  const said = text.slice(0, end).replace(/\s+([^\s=]+)\s*=\s*("[^"]*"|'[^']*')/g, (all: string, key: string) => {
    const value = left.get(key);
    if (value === undefined) return all;
    left.delete(key);
    return spelled(key, value);
  });
  const added = [...left].map(([key, value]) => spelled(key, value)).join('');
  const opening = said.replace(/\s*\/?>$/, (close) => added + close);
  if (name === null) return opening + text.slice(end);
  return opening.replace(/^<[^\s/>]+/, () => `<${name}`) + text.slice(end).replace(/<\/[^<>]*>$/, () => `</${name}>`);
}

/** After the `>` of an opening tag that begins at `start`; quoted values may hold one. */
export function openingEnd(text: string, start: number): number {
  let quote = '';
  for (let i = start; i < text.length; i++) {
    const char = text[i];
    if (quote !== '') {
      if (char === quote) quote = '';
    } else if (char === '"' || char === "'") quote = char;
    else if (char === '>') return i + 1;
  }
  return text.length;
}

/** What stands between two tags: spaces at its ends as references, so that they are read again. */
export const escapeText = (value: string): string =>
  escapeXml(value).replace(/^ +| +$/g, (run) => '&#32;'.repeat(run.length));

export function escapeXml(value: string): string {
  return (
    value
      .replace(/&/g, '&amp;')
      .replace(/</g, '&lt;')
      .replace(/>/g, '&gt;')
      .replace(/"/g, '&quot;')
      .replace(/[\n\r\t]/g, (char) => `&#${char.charCodeAt(0)};`)
      // What XML cannot hold at all.
      // eslint-disable-next-line no-control-regex -- those are the ones
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
  );
}
