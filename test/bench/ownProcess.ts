/** Runs a script of this folder in a process of its own, so that what it takes is its own. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const tsx = join(root, 'node_modules/tsx/dist/cli.mjs');
/** Knows the path aliases of the sources. */
const tsconfig = join(root, 'tsconfig.node.json');

/** What the script prints, which is JSON. */
export function inOwnProcess<T>(script: string, args: readonly string[] = []): T {
  const command = [tsx, '--tsconfig', tsconfig, join(import.meta.dirname, script), ...args];
  const child = spawnSync(process.execPath, command, { encoding: 'utf8' });
  if (child.status !== 0) throw new Error(`${script} failed: ${child.stderr}`);
  return JSON.parse(child.stdout) as T;
}
