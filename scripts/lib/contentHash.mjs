// One hash of many files' contents and names, so that "is it up to date" depends on no clock and no checkout order.
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

/** SHA-256 over the named files and folders (recursively, sorted by relative path); absent ones are left out. */
export function hashContents(root, names) {
  const hash = createHash('sha256');
  for (const file of names.flatMap((name) => filesUnder(root, name)).sort()) {
    hash.update(`${file}\0`);
    hash.update(fs.readFileSync(path.join(root, file)));
    hash.update('\0');
  }
  return hash.digest('hex');
}

function filesUnder(root, name) {
  const absolute = path.join(root, name);
  const stat = fs.statSync(absolute, { throwIfNoEntry: false });
  if (!stat) return [];
  if (!stat.isDirectory()) return [name];
  return fs.readdirSync(absolute).flatMap((child) => filesUnder(root, `${name}/${child}`));
}

/** Reads a stamp file's text, or undefined where there is none. */
export function readStamp(file) {
  try {
    return fs.readFileSync(file, 'utf8').trim();
  } catch {
    return undefined;
  }
}
