/** File names for what is written for each image: below the folder of the output, whatever a dataset calls its images. */

/** Name of the overlay of each image: its own with `.png`, see `outputStems`. */
export function overlayNames(fileNames: readonly string[]): string[] {
  return outputStems(fileNames).map((name) => `${name}.png`);
}

/**
 * For each image its name without the ending, folders kept; with the ending where two images differ only in it, and with a
 * number where they still share one (two records with one file name), so that none replaces another on any disk.
 */
export function outputStems(fileNames: readonly string[]): string[] {
  const count = new Map<string, number>();
  for (const name of new Set(fileNames)) {
    const key = stem(name).toLowerCase();
    count.set(key, (count.get(key) ?? 0) + 1);
  }
  const taken = new Set<string>();
  return fileNames.map((fileName) => {
    const alone = count.get(stem(fileName).toLowerCase()) === 1;
    const base = alone ? stem(fileName) : inside(fileName);
    let name = base;
    for (let n = 2; taken.has(name.toLowerCase()); n++) name = `${base}_${n}`;
    taken.add(name.toLowerCase());
    return name;
  });
}

/** `<image>_<annotation id>_<category>.png`; folders of the image's name are kept, and the category loses what paths need. */
export function cutoutName(fileName: string, annotationId: number, categoryName: string): string {
  return `${stem(fileName)}_${annotationId}_${safePart(categoryName)}.png`;
}

function stem(fileName: string): string {
  return inside(fileName).replace(/\.[^./]+$/, '');
}

/** `.jpg`; '' where the name has none. */
export function endingOf(fileName: string): string {
  return /\.[^./\\]+$/.exec(inside(fileName))?.[0] ?? '';
}

/** The name without anything that would lead out of the output folder. */
export function inside(fileName: string): string {
  // A web address keeps what follows its host.
  const path = fileName.replace(/^[a-zA-Z][a-zA-Z+.-]*:\/\/[^/]*\//, '');
  const parts = path.split(/[\\/]+/).filter((part) => part !== '' && part !== '.' && part !== '..');
  // eslint-disable-next-line no-control-regex -- control characters are exactly what must go
  return parts.map((part) => part.replace(/[\u0000-\u001f:?*"<>|]/g, '_')).join('/') || 'image';
}

function safePart(text: string): string {
  const safe = text
    .normalize('NFC')
    // eslint-disable-next-line no-control-regex -- control characters are exactly what must go
    .replace(/[\u0000-\u001f<>:"/\\|?*\s]+/g, '-')
    .replace(/^[-.]+|[-.]+$/g, '');
  return safe.slice(0, 80) || 'object';
}
