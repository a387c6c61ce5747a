/** Disks that fill up or turn read-only, without harm to anything else. */
import { execFileSync } from 'node:child_process';

export interface SmallDisk {
  readonly folder: string;
  makeReadOnly(): void;
  unmount(): void;
}

/** Memory that is a disk of its own at `folder`; null where this user may not have one, which is told of `test`: what needs it. */
export function mountSmallDisk(folder: string, test: string): SmallDisk | null {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'none', folder], { stdio: 'ignore' });
  } catch {
    console.log(`Not run: ${test} needs a small file system, which this user may not mount`);
    return null;
  }
  return {
    folder,
    makeReadOnly: () => void execFileSync('mount', ['-o', 'remount,ro', folder]),
    // SQLite keeps files open that are of no use any more.
    unmount: () => void execFileSync('umount', ['--lazy', folder]),
  };
}
