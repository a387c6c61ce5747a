/** Loads a plain .mjs script for its tests; the scripts carry no types because they run before anything is installed. */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

export const repoRoot = resolve(import.meta.dirname, '../../..');

export function loadScript(name: string) {
  return import(pathToFileURL(resolve(repoRoot, 'scripts', name)).href);
}
