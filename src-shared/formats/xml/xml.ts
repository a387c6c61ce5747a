/** XML as a small tree that knows where each element stands in the text; entities of a document's own are refused. */
import { SaxesParser } from 'saxes';
import { AppError } from '../../errors/appError';

export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  /** Text directly inside, trimmed. */
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
    const element: XmlElement = { ...open, text: inner.trim(), end: parser.position };
    const parent = stack[stack.length - 1];
    if (parent) parent.children.push(element);
    else root = element;
  });
  // In pieces: positions count from the beginning of all of them.
  parser.write(text).close();
  return root ?? refuse('it is empty');
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
