/** Finds the files of images that moved, in a folder the user names; what is not found stays in the project as missing. */
import type { RelinkReport } from '@shared/project/types';
import { AppError } from '@shared/errors/appError';
import { throwIfCancelled } from '@shared/errors/cancellation';
import type { CallContext } from '@shared/errors/work';
import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ImageFinder } from '../../dataset/imageFinder';
import { listImageFiles, probeImage, readFingerprint } from '../../images';
import type { Sqlite } from '../database/database';
import { isThere, linkImage, setMissing } from './folderImages';
import { imagePath, missingColumn } from '../records/images';
import { toStoredFolder } from './location';
import { setText } from '../database/meta';

interface Wanted {
  readonly id: number;
  readonly fileName: string;
  /** Relative, as the project last knew it. */
  readonly name: string;
  readonly byteSize: number | null;
  readonly fingerprint: string | null;
  /** Of an image whose file is there, and is another picture: `[width, height]` of the one that is wanted. */
  readonly size: readonly [number, number] | null;
}

type Row = readonly [
  id: number,
  path: string | null,
  fileName: string,
  byteSize: number | null,
  fingerprint: string | null,
  problem: string | null,
  width: number,
  height: number,
];

/** When all of these are as they were, so are the others: a large project opens at once. */
const sampled = 512;
/** In the column of an image whose file has another size. */
const otherSize = '"code":"size"';
/** Files looked for at once. */
const batch = 64;

type Placed = readonly [id: number, path: string | null, fileName: string];

/** On opening: marks images whose files are gone, and those that are back. */
export async function markMissing(db: Sqlite, imagesFolder: string): Promise<void> {
  const gone = await changedOf(db, imagesFolder, null);
  const back = await changedOf(db, imagesFolder, missingColumn);
  if (gone.length + back.length === 0) return;
  db.transaction(() => {
    for (const id of gone) setMissing(db, id, true);
    for (const id of back) setMissing(db, id, false);
  });
}

/** Ids of the images with that problem whose file is back, or with none whose file is gone. */
async function changedOf(db: Sqlite, imagesFolder: string, problem: typeof missingColumn | null): Promise<number[]> {
  const page = (count: number, from: number) =>
    db.rows<Placed>(
      'SELECT id, path, file_name FROM images WHERE problem IS ? ORDER BY seq LIMIT ? OFFSET ?',
      problem,
      count,
      from,
    );
  const folderIsThere = existsSync(imagesFolder);
  const changed: number[] = [];
  let rows = page(sampled, 0);
  for (let at = 0; at < rows.length; at += batch) {
    const part = rows.slice(at, at + batch);
    const there = await Promise.all(
      part.map(([, path, fileName]) => {
        const place = imagePath(imagesFolder, path, fileName);
        return place.startsWith(imagesFolder) && !folderIsThere ? false : isThere(place);
      }),
    );
    part.forEach(([id], index) => there[index] === (problem !== null) && changed.push(id));
    if (at + batch === sampled && changed.length > 0) rows = [...rows, ...page(-1, sampled)];
  }
  return changed;
}

/**
 * Looks in `folder` and below for every image whose file is not where the project expects it. When nothing is left in the
 * old place the folder becomes the project's images folder; else what was found is linked where it lies.
 */
export async function relinkImages(
  db: Sqlite,
  projectFile: string,
  imagesFolder: string,
  folder: string,
  context: CallContext,
): Promise<Omit<RelinkReport, 'project'> & { readonly imagesFolder: string }> {
  const { wanted, present } = await findWanted(db, imagesFolder, context);
  const files = new Candidates(new ImageFinder(folder, (await listImageFiles(folder, context.signal)).fileNames));
  if (files.isEmpty) {
    throw new AppError('bad-input', `${folder} has no images`, {
      place: { file: folder },
      hint: 'choose the folder that holds the images now',
    });
  }
  const linked = new Map<number, string>();
  const missing: RelinkReport['missing'][number][] = [];
  const byNameAlone: { imageId: number; fileName: string; file: string }[] = [];
  const used = new Set(present);
  // Exact names first: no image may take by the last part of its name what another one names whole.
  const isExact = new Map(wanted.map((image) => [image, files.namesWhole(image)]));
  const inTurn = [true, false].flatMap((exact) => wanted.filter((image) => isExact.get(image) === exact));
  for (const [done, image] of inTurn.entries()) {
    throwIfCancelled(context.signal);
    context.progress({ done, total: wanted.length, text: 'Looking for images' });
    const found = await files.find(image, used);
    if ('name' in found) {
      linked.set(image.id, found.name);
      used.add(join(folder, found.name));
      if (!isKnown(image) && !isExact.get(image)) {
        byNameAlone.push({ imageId: image.id, fileName: image.fileName, file: found.name });
      }
    } else missing.push({ imageId: image.id, fileName: image.fileName, reason: found.reason });
  }
  const order = new Map(wanted.map(({ id }, place) => [id, place]));
  missing.sort((a, b) => order.get(a.imageId)! - order.get(b.imageId)!);
  const keepsPlace = wanted.some(({ id, size }) => size !== null && !linked.has(id));
  const movesFolder = linked.size > 0 && present.size === 0 && !keepsPlace;
  const inside = toStoredFolder(folder, join(imagesFolder, 'x')).replace(/\\/g, '/');
  const prefix = movesFolder || inside === '.' ? '' : `${inside}/`;
  db.transaction(() => {
    for (const [id, name] of linked) linkImage(db, id, `${prefix}${name}`);
    for (const { id, size } of wanted) if (!linked.has(id) && size === null) setMissing(db, id, true);
    if (movesFolder) setText(db, 'imagesFolder', toStoredFolder(folder, projectFile));
  });
  return { linked: linked.size, missing, byNameAlone, imagesFolder: movesFolder ? folder : imagesFolder };
}

/** Images whose file is not there, or has another size than the project has, and the paths of the others. */
async function findWanted(
  db: Sqlite,
  imagesFolder: string,
  context: CallContext,
): Promise<{ readonly wanted: readonly Wanted[]; readonly present: ReadonlySet<string> }> {
  const rows = db.rows<Row>(
    'SELECT id, path, file_name, byte_size, fingerprint, problem, width, height FROM images ORDER BY seq',
  );
  const folderIsThere = existsSync(imagesFolder);
  const wanted: Wanted[] = [];
  const present = new Set<string>();
  for (const [id, path, fileName, byteSize, fingerprint, problem, width, height] of rows) {
    throwIfCancelled(context.signal);
    const place = imagePath(imagesFolder, path, fileName);
    const below = place.startsWith(imagesFolder);
    const image = { id, fileName, name: path ?? fileName, byteSize, fingerprint, size: null };
    if (!(folderIsThere || !below) || !(await isThere(place))) wanted.push(image);
    else if (problem?.includes(otherSize)) wanted.push({ ...image, size: [width, height] });
    else present.add(place);
  }
  return { wanted, present };
}

/** Whether the project knows what the file held. A large dataset's images are looked at when they are opened. */
const isKnown = ({ byteSize, fingerprint, size }: Wanted): boolean =>
  fingerprint !== null || byteSize !== null || size !== null;

type Found = { readonly name: string } | { readonly reason: string | null };

/** The image files below the new folder, by name at once and by size and content where that is needed. */
class Candidates {
  readonly #finder: ImageFinder;
  #bySize: Promise<ReadonlyMap<number, readonly string[]>> | null = null;

  constructor(finder: ImageFinder) {
    this.#finder = finder;
  }

  get isEmpty(): boolean {
    return this.#finder.isEmpty;
  }

  /** Whether a file is where the image's name says, its whole path taken together. */
  namesWhole({ name }: Wanted): boolean {
    const found = this.#finder.find(name);
    return found !== null && found.by !== 'base-name';
  }

  /** `used`: absolute paths that other images have. */
  async find(image: Wanted, used: ReadonlySet<string>): Promise<Found> {
    const free = (name: string) => !used.has(this.#path(name));
    const exact = this.#finder.find(image.name);
    const byName = [...new Set([...(exact ? [exact.name] : []), ...this.#finder.sameBaseName(image.name)])].filter(
      free,
    );
    // What the file held is known to be compared with; where it is not, only a name that one file can mean will do.
    const candidates = isKnown(image) ? byName : byName.filter((name) => name === exact?.name || byName.length === 1);
    for (const name of candidates) if (await this.#fits(name, image)) return { name };
    if (image.fingerprint !== null && image.byteSize !== null && image.size === null) {
      const sizes = await (this.#bySize ??= this.#readSizes());
      for (const name of (sizes.get(image.byteSize) ?? []).filter(free))
        if (await this.#fits(name, image)) return { name };
    }
    if (byName.length === 0) return { reason: null };
    return {
      reason: isKnown(image)
        ? 'a file of that name is there, but it is another picture'
        : `${byName.length} files have that name: the folder does not tell which is meant`,
    };
  }

  #path(name: string): string {
    return join(this.#finder.folder, name);
  }

  /** Without a fingerprint the name has to do; the size in pixels is compared when the image is opened. */
  async #fits(name: string, { byteSize, fingerprint, size }: Wanted): Promise<boolean> {
    if (size) return this.#hasSize(name, size);
    if (byteSize === null && fingerprint === null) return true;
    const file = await readFingerprint(this.#path(name)).catch(() => null);
    if (!file) return false;
    return fingerprint === null ? file.size === byteSize : file.fingerprint === fingerprint;
  }

  async #hasSize(name: string, [width, height]: readonly [number, number]): Promise<boolean> {
    const found = await probeImage(this.#path(name)).catch(() => null);
    return found?.width === width && found.height === height;
  }

  async #readSizes(): Promise<ReadonlyMap<number, readonly string[]>> {
    const sizes = new Map<number, string[]>();
    for (const name of this.#finder.names) {
      const size = await stat(this.#path(name)).then(
        (found) => found.size,
        () => null,
      );
      if (size !== null) sizes.set(size, [...(sizes.get(size) ?? []), name]);
    }
    return sizes;
  }
}
