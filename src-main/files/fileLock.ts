/** A lock beside a small file that several processes read, change and write: one of them at a time. */
import { mkdir, open, stat, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A change takes milliseconds: what is older was left by a process that was killed in the middle of it. */
const leftAfterMs = 10_000;
const waitMs = 10;

/**
 * Runs `work` while no other process runs its own under the same `file`. Not for what may take long: after ten seconds the lock
 * counts as left behind. Where no lock can be had, `work` runs all the same: what keeps a lock from being made, it says itself.
 */
export async function withFileLock<R>(file: string, work: () => Promise<R>): Promise<R> {
  const lock = `${file}.lock`;
  const isHeld = await acquire(lock);
  try {
    return await work();
  } finally {
    if (isHeld) await unlink(lock).catch(() => undefined);
  }
}

async function acquire(lock: string): Promise<boolean> {
  const begun = Date.now();
  while (Date.now() - begun < 2 * leftAfterMs) {
    try {
      await mkdir(dirname(lock), { recursive: true });
      await (await open(lock, 'wx')).close();
      return true;
    } catch (error) {
      // Windows says EPERM of a file that is just being removed.
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'EEXIST' && !(code === 'EPERM' && process.platform === 'win32')) return false;
    }
    const found = await stat(lock).catch(() => null);
    // A clock that was set back since says nothing: one that is from later than now is as old as it has been waited for.
    const since = found && (found.mtimeMs > Date.now() ? begun : found.mtimeMs);
    if (since !== null && Date.now() - since > leftAfterMs) {
      const isGone = await unlink(lock).then(
        () => true,
        ({ code }: NodeJS.ErrnoException) => code === 'ENOENT',
      );
      if (!isGone) return false;
    } else await sleep(waitMs);
  }
  return false;
}
