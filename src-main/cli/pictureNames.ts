/** File names for the pictures that a command draws. */

/** Name of the overlay of each image: its own with `.png`; with both endings where two images differ only in those. */
export function overlayNames(fileNames: readonly string[]): Map<string, string> {
  const count = new Map<string, number>();
  for (const name of fileNames) {
    const key = stem(name).toLowerCase();
    count.set(key, (count.get(key) ?? 0) + 1);
  }
  return new Map(
    fileNames.map((name) => {
      const alone = count.get(stem(name).toLowerCase()) === 1;
      return [name, `${alone ? stem(name) : inside(name)}.png`];
    }),
  );
}

/** `<image>_<annotation id>_<category>.png`; folders of the image's name are kept, and the category loses what paths need. */
export function cutoutName(fileName: string, annotationId: number, categoryName: string): string {
  return `${stem(fileName)}_${annotationId}_${safePart(categoryName)}.png`;
}

function stem(fileName: string): string {
  return inside(fileName).replace(/\.[^./]+$/, '');
}

/** The name without anything that would lead out of the output folder. */
function inside(fileName: string): string {
  const parts = fileName.split(/[\\/]+/).filter((part) => part !== '' && part !== '.' && part !== '..');
  return parts.map((part) => part.replace(/:/g, '_')).join('/') || 'image';
}

function safePart(text: string): string {
  const safe = text
    .normalize('NFC')
    // eslint-disable-next-line no-control-regex -- control characters are exactly what must go
    .replace(/[\u0000-\u001f<>:"/\\|?*\s]+/g, '-')
    .replace(/^[-.]+|[-.]+$/g, '');
  return safe.slice(0, 80) || 'object';
}
