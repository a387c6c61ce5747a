/** Finds the optional folder of reference data beside the repository; tests that need it say so when it is absent. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

const folder = resolve(process.env.MASKWRIGHT_SHARED ?? resolve(import.meta.dirname, '../../../shared'));

/** Absolute path inside the reference data, or null (and one line on stdout) when it is not there. */
export function sharedPath(relative: string): string | null {
  const path = resolve(folder, relative);
  if (existsSync(path)) return path;
  console.log(`left out: ${relative} is not in the reference data folder (set MASKWRIGHT_SHARED to its path)`);
  return null;
}
