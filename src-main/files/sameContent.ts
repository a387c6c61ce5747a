/** Whether two files hold the same bytes; the same file under two names does. */
import { type FileHandle, open, stat } from 'node:fs/promises';

const step = 1 << 20;

export async function haveSameContent(one: string, other: string): Promise<boolean> {
  const [first, second] = await Promise.all([stat(one, { bigint: true }), stat(other, { bigint: true })]);
  if (first.size !== second.size) return false;
  if (first.ino !== 0n && first.ino === second.ino && first.dev === second.dev) return true;
  const handles = [await open(one)];
  try {
    handles.push(await open(other));
    for (let at = 0; at < Number(first.size); at += step) {
      const [a, b] = await Promise.all(handles.map((handle) => pieceOf(handle, at)));
      if (a.length === 0 || !a.equals(b)) return false;
    }
    return true;
  } finally {
    await Promise.all(handles.map((handle) => handle.close()));
  }
}

async function pieceOf(handle: FileHandle, at: number): Promise<Buffer> {
  const piece = Buffer.alloc(step);
  let length = 0;
  while (length < step) {
    const { bytesRead } = await handle.read(piece, length, step - length, at + length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return piece.subarray(0, length);
}
