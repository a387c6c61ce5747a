/**
 * Global set-up of every test run, Vitest's and Playwright's: one folder takes everything the run and its programs put into
 * the system's temporary folder, and goes with it. What a run that was killed has left goes at the next one.
 */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** `maskwright-tests-PID-RANDOM` */
const prefix = 'maskwright-tests-';

/** What `os.tmpdir()` and other programs read. */
const variables = ['TMPDIR', 'TEMP', 'TMP'] as const;

/** The function it returns takes the folder away; call it when every process of the run has ended. */
export default function openTemporaryRoot(): () => void {
  const parent = tmpdir();
  removeAbandoned(parent);
  const root = mkdtempSync(join(parent, `${prefix}${process.pid}-`));
  const before = variables.map((name) => [name, process.env[name]] as const);
  for (const name of variables) process.env[name] = root;
  return () => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
    remove(root);
  };
}

function removeAbandoned(parent: string): void {
  for (const name of readdirSync(parent)) {
    const pid = /^maskwright-tests-(\d+)-/.exec(name)?.[1];
    if (!pid || isRunning(Number(pid))) continue;
    try {
      remove(join(parent, name));
    } catch (error) {
      // E.g. something is still mounted below it: that is no reason for this run to fail.
      console.log(`Left behind by an earlier run of tests: ${(error as Error).message}`);
    }
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Another user's.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** A process that is just ending may still write into it. */
function remove(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}
