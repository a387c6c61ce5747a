// Where things lie: the repository, its build output, the per-user cache, and the folder the user typed in.
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const repoRoot = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');

export function fromRoot(...parts) {
  return path.join(repoRoot, ...parts);
}

/** Per-user cache folder of this project (XDG on Linux, the platform's own elsewhere). */
export function cacheFolder() {
  if (process.env.XDG_CACHE_HOME) return path.join(process.env.XDG_CACHE_HOME, 'maskwright');
  if (process.platform === 'win32' && process.env.LOCALAPPDATA) {
    return path.join(process.env.LOCALAPPDATA, 'maskwright', 'cache');
  }
  if (process.platform === 'darwin') return path.join(os.homedir(), 'Library', 'Caches', 'maskwright');
  return path.join(os.homedir(), '.cache', 'maskwright');
}

/**
 * The folder that paths on the command line are relative to. npm runs scripts in the package root and names the
 * user's own folder in INIT_CWD; a process further down inherits INIT_CWD, so it counts only for the script's own event.
 */
export function typedIn(event) {
  const isOwnEvent = process.env.npm_lifecycle_event === event && process.cwd() === repoRoot;
  return (isOwnEvent && process.env.INIT_CWD) || process.cwd();
}
