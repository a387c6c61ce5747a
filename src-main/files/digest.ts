/** The SHA-256 of a file, read in pieces. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';

/** 64 lower-case hexadecimal digits. */
export async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
