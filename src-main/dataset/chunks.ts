/** A text file in chunks, refused at its first bytes where it is something else. */
import { createReadStream } from 'node:fs';
import { AppError } from '@shared/errors/appError';
import { fileKindOf, isSqlite, isUtf16 } from '../files/fileKind';

/** Bytes read at a time. */
const chunkBytes = 1 << 20;

export async function* readChunks(file: string): AsyncGenerator<Uint8Array> {
  let isFirst = true;
  for await (const chunk of createReadStream(file, { highWaterMark: chunkBytes })) {
    if (isFirst) checkHead(file, chunk as Buffer);
    isFirst = false;
    yield chunk as Buffer;
  }
}

/** Faster than TextDecoder for bytes below 0x80. */
export const decodeAscii = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');

function checkHead(file: string, head: Uint8Array): void {
  const refuse = (message: string, hint: string) =>
    new AppError('bad-input', `${file} ${message}`, { place: { file }, hint });
  const kind = fileKindOf(head);
  if (kind) {
    const hint = isSqlite(head)
      ? 'write the project as COCO first (export)'
      : 'choose the file that has the annotations';
    throw refuse(`is ${kind}, not a dataset`, hint);
  }
  if (isUtf16(head)) throw refuse('is UTF-16 text, not UTF-8', 'save it as UTF-8');
}
