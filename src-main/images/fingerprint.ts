/** Knows an image file again after it was moved or renamed. */
import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { openRegular } from './openRegular';

const endBytes = 16_384;

/**
 * Hash of a file's size, its first and its last 16 KB: two pictures that differ anywhere differ there too, in every
 * compressed format, and a folder of 100,000 costs seconds instead of reading it all.
 */
export async function fingerprintOf(handle: FileHandle, size: number): Promise<string> {
  const hash = createHash('sha256').update(`${size}\n`);
  const head = await handle.read(Buffer.alloc(Math.min(endBytes, size)), 0, Math.min(endBytes, size), 0);
  hash.update(head.buffer.subarray(0, head.bytesRead));
  if (size > endBytes) {
    const length = Math.min(endBytes, size - endBytes);
    const tail = await handle.read(Buffer.alloc(length), 0, length, size - length);
    hash.update(tail.buffer.subarray(0, tail.bytesRead));
  }
  return hash.digest('hex').slice(0, 32);
}

export async function readFingerprint(path: string): Promise<{ readonly size: number; readonly fingerprint: string }> {
  const handle = await openRegular(path);
  try {
    const { size } = await handle.stat();
    return { size, fingerprint: await fingerprintOf(handle, size) };
  } finally {
    await handle.close();
  }
}
