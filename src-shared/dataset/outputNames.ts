/** File names for what is written for each image: below the folder of the output, whatever a dataset calls its images. */

/** Name of the overlay of each image: its own with `.png`, see `outputStems`. */
export function overlayNames(fileNames: readonly string[]): string[] {
  return outputStems(fileNames).map((name) => `${name}.png`);
}

/**
 * For each image its name without the ending, folders kept; with the ending where two images differ only in it, and with a
 * number where they still share one (two records with one file name), so that none replaces another on any disk, and none is hidden.
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
    const base = alone ? stem(fileName) : visible(inside(fileName));
    let name = base;
    for (let n = 2; taken.has(name.toLowerCase()); n++) name = `${base}_${n}`;
    taken.add(name.toLowerCase());
    return name;
  });
}

/**
 * The names, with a number where another has taken one (in any case, and with any ending where `byStem`), and none that is
 * hidden. A name that `isFixed` says stays as it is.
 */
export function uniqueNames(
  names: readonly string[],
  { byStem = false, isFixed = () => false }: { byStem?: boolean; isFixed?: (place: number) => boolean } = {},
): string[] {
  const keyOf = (name: string) => (byStem ? stem(name) : name).toLowerCase();
  const taken = new Set(names.filter((_, place) => isFixed(place)).map(keyOf));
  const result = names.map((name, place) => (isFixed(place) ? name : visible(name)));
  // Who is alone with a name keeps it, also where a number given to another would make it.
  const late: number[] = [];
  for (const [place, name] of result.entries()) {
    if (isFixed(place)) continue;
    if (taken.has(keyOf(name))) late.push(place);
    else taken.add(keyOf(name));
  }
  for (const place of late) {
    const ending = endingOf(result[place]);
    const base = result[place].slice(0, result[place].length - ending.length);
    let n = 2;
    while (taken.has(keyOf(`${base}_${n}${ending}`))) n++;
    result[place] = `${base}_${n}${ending}`;
    taken.add(keyOf(result[place]));
  }
  return result;
}

/** `<image>_<annotation id>_<category>.png`; folders of the image's name are kept, and the category loses what paths need. */
export function cutoutName(fileName: string, annotationId: number, categoryName: string): string {
  return `${stem(fileName)}_${annotationId}_${safePart(categoryName)}.png`;
}

function stem(fileName: string): string {
  return visible(inside(fileName)).replace(/\.[^./]*$/, '');
}

/** Whoever lists a folder, trainers too, passes over names that begin with a dot; of `.png` no stem would be left besides. */
const visible = (name: string): string => name.replace(/(^|\/)(?=\.)/g, '$1_');

/** `.jpg`; '' where the name has none, '.' where it ends in one. */
export function endingOf(fileName: string): string {
  return /\.[^./\\]*$/.exec(inside(fileName))?.[0] ?? '';
}

/** Of a web address. */
const host = /^[a-zA-Z][a-zA-Z+.-]*:\/\/[^/]*\//;

/** The name without anything that would lead out of the output folder. */
export function inside(given: string): string {
  // Half a character is none in any file's name, nor in an address.
  const fileName = given.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '_');
  // A web address keeps what follows its host.
  const path = fileName.replace(host, '');
  return (
    stepsOf(path)
      // eslint-disable-next-line no-control-regex -- control characters are exactly what must go
      .map((part) => part.replace(/[\u0000-\u001f:?*"<>|]/g, '_'))
      .join('/') || 'image'
  );
}

/** Whether a part of the name is another one inside of an output: not every disk holds all signs. Drives and hosts are none. */
export function losesSigns(fileName: string): boolean {
  const path = fileName.replace(host, '').replace(/^[a-zA-Z]:(?=[\\/])/, '');
  return stepsOf(path).some((part) => inside(part) !== part);
}

/** Folders and the name itself, without those that lead nowhere or upwards. */
const stepsOf = (path: string): string[] =>
  path.split(/[\\/]+/).filter((part) => part !== '' && part !== '.' && part !== '..');

function safePart(text: string): string {
  const safe = text
    .normalize('NFC')
    // eslint-disable-next-line no-control-regex -- control characters are exactly what must go
    .replace(/[\u0000-\u001f<>:"/\\|?*\s]+/g, '-')
    .replace(/^[-.]+|[-.]+$/g, '');
  return safe.slice(0, 80) || 'object';
}
