/** A further window is another run of the program: one process tree a window, so that one that ends takes nothing with it. */
import { spawn } from 'node:child_process';
import { newWindowSwitch } from './arguments';

export interface NewWindowOptions {
  /** `process.argv` of this run. */
  readonly argv: readonly string[];
  /** What of it the user gave: everything behind the app itself. */
  readonly userArguments: readonly string[];
  readonly userDataFolder: string;
  /** Opened in the new window, read-only where this one holds it; null: the welcome page. */
  readonly open: string | null;
}

/** Switches of Chromium and the app's own folder, where the program is not packaged, are passed on; what was opened is not. */
export function newWindowArguments({ argv, userArguments, userDataFolder, open }: NewWindowOptions): string[] {
  const own = argv.slice(1, argv.length - userArguments.length);
  return [...own, newWindowSwitch, `--user-data=${userDataFolder}`, ...(open ? [open] : [])];
}

export function openNewWindow(options: NewWindowOptions): void {
  const child = spawn(options.argv[0], newWindowArguments(options), { detached: true, stdio: 'ignore' });
  child.unref();
}
