/** Tells by a file's first bytes what it is, for sentences that name the kind of a file given in place of another. */
import { sniffFormat } from '../images/formats';
import { openPlain } from './openPlain';

const sqlite = 'SQLite format 3\0';

/** How many bytes tell. */
const headBytes = 64;

/** The first bytes of a file, for the questions below. */
export async function readHead(file: string): Promise<Uint8Array> {
  const handle = await openPlain(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(headBytes), 0, headBytes, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** Completes "FILE is ..."; null for what may be JSON or plain text. */
export function fileKindOf(head: Uint8Array): string | null {
  const text = Buffer.from(head.buffer, head.byteOffset, head.byteLength).toString('latin1');
  const starts = (...signs: readonly string[]) => signs.some((sign) => text.startsWith(sign));
  if (starts(sqlite)) return 'a Maskwright project or another SQLite database';
  const format = sniffFormat(head);
  if (format) return `a picture (${format === 'webp' ? 'WebP' : format.toUpperCase()})`;
  if (starts('PK\x03\x04', 'PK\x05\x06')) return 'a ZIP archive';
  if (starts('\x1f\x8b')) return 'a gzip archive';
  if (starts('7z\xbc\xaf', 'Rar!', '\xfd7zXZ', 'BZh', '\x28\xb5\x2f\xfd')) return 'a packed archive';
  if (starts('%PDF')) return 'a PDF document';
  if (starts('\x93NUMPY')) return 'a NumPy array';
  if (starts('\x80\x02', '\x80\x03', '\x80\x04', '\x80\x05')) return 'a Python pickle';
  if (starts('\x89HDF')) return 'an HDF5 file';
  if (/^(\xef\xbb\xbf)?\s*<[?!a-zA-Z]/.test(text)) return 'an XML or HTML file';
  return null;
}

export function isSqlite(head: Uint8Array): boolean {
  return Buffer.from(head.buffer, head.byteOffset, head.byteLength).toString('latin1').startsWith(sqlite);
}

/** Whether the text is UTF-16, with or without its mark: every other byte of what JSON starts with is 0. */
export function isUtf16(head: Uint8Array): boolean {
  if (head.length < 2) return false;
  const mark = (head[0] << 8) | head[1];
  return mark === 0xfffe || mark === 0xfeff || (head[0] === 0) !== (head[1] === 0);
}
