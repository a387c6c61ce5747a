/** Names of files inside a dataset: as other programs write them, below the dataset's root. */

/** The folder part with its `/`, '' at the root. */
export const folderOf = (name: string): string => name.slice(0, name.lastIndexOf('/') + 1);

export const baseOf = (name: string): string => name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1);

/** Without the ending. */
export const stemOf = (name: string): string => name.replace(/\.[^./\\]*$/, '');

/** Of a disk with its drive, of a host, or from the root: a letter with a colon alone begins a name too. */
export const isAbsoluteName = (name: string): boolean => /^(\/|[a-zA-Z]:[/\\]|[a-zA-Z][a-zA-Z+.-]*:\/\/)/.test(name);

/**
 * What `relative` (backslashes and web addresses understood) means beside the file `beside`; null where it leads out of the
 * root, or is absolute.
 */
export function resolveName(beside: string, relative: string): string | null {
  const slashed = relative.replace(/\\/g, '/').replace(/^file:\/\//, '');
  if (isAbsoluteName(slashed)) return null;
  const parts = folderOf(beside).split('/').slice(0, -1);
  for (const part of slashed.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.length > 0) parts.pop();
    else return null;
  }
  return parts.length > 0 ? parts.join('/') : null;
}

const pictureName = /\.(jpe?g|png|webp|bmp|tiff?)$/i;

export const isPictureName = (name: string): boolean => pictureName.test(name);

export const isTiffName = (name: string): boolean => /\.tiff?$/i.test(name);

/** What maps of numbers are kept in. */
export const isMapName = (name: string): boolean => /\.(png|tiff?)$/i.test(name);

/** With an ending that pictures have: files beside a picture without one would not find it. */
export const asPictureName = (name: string): string => (isPictureName(name) ? name : `${name}.jpg`);

/** The picture that has the name with another ending; of several the first. */
export function pictureBeside(names: ReadonlySet<string>, stem: string): string | null {
  for (const ending of [
    'jpg',
    'jpeg',
    'png',
    'webp',
    'bmp',
    'tif',
    'tiff',
    'JPG',
    'JPEG',
    'PNG',
    'BMP',
    'TIF',
    'TIFF',
  ]) {
    if (names.has(`${stem}.${ending}`)) return `${stem}.${ending}`;
  }
  return null;
}

/** A name where a line is all there is room for: breaks stand in it as the separators that Unicode has for them. */
export const asLine = (name: string): string => name.replace(/\n/g, '\u2028').replace(/\r/g, '\u2029');
export const fromLine = (line: string): string => line.replace(/\u2028/g, '\n').replace(/\u2029/g, '\r');

const splitFolders = new Map([
  ...['train', 'training'].map((name) => [name, 'train'] as const),
  ...['val', 'valid', 'validation'].map((name) => [name, 'val'] as const),
  ...['test', 'testing'].map((name) => [name, 'test'] as const),
]);

/** train, val or test; null: the word is none of their names. */
export const splitOfWord = (word: string): string | null => splitFolders.get(word.toLowerCase()) ?? null;

/** train, val or test, where a folder on the way to the file is called so; null: none is. */
export function splitOfName(name: string): string | null {
  const folders = folderOf(name.replace(/\\/g, '/')).split('/');
  for (const folder of folders) {
    const split = splitOfWord(folder);
    if (split !== null) return split;
  }
  return null;
}
