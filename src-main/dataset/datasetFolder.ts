/** The files of a dataset on the disk, as formats ask for them; a name never leads out of the folder. */
import { existsSync, realpathSync, statSync } from 'node:fs';
import { open, readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { type AbortSignalLike, throwIfCancelled } from '@shared/errors/cancellation';
import { AppError } from '@shared/errors/appError';
import type { Progress } from '@shared/errors/work';
import type { DatasetSource, PictureSize } from '@shared/formats/format';
import { isPictureName } from '@shared/formats/names';
import type { MapKind, MapPicture } from '@shared/formats/png/maskPng';
import { leadsOut } from '../files/leadsOut';
import { probeImage, readTiffMap, tiffMapKind } from '../images';
import { fileError } from '../files/fileErrors';
import type { InputFiles } from '../files/inputFiles';
import { decodeAscii, readChunks } from './chunks';
import { ImageFinder } from './imageFinder';

const headBytes = 1 << 16;

/** Longest text that is read in one piece. */
const maxTextBytes = 400_000_000;

const order = new Intl.Collator('en', { numeric: true });

export interface DatasetFolderOptions {
  readonly signal?: AbortSignalLike;
  readonly onProgress?: (progress: Progress) => void;
  /** Where the images are looked for; the root where it is not said. */
  readonly imagesFolder?: string;
  /** Names of pictures that lie in the folder of the images, and are listed as if they were here. */
  readonly pictures?: readonly string[];
  /** All names, where they have been listed already: a large folder is walked once. */
  readonly names?: readonly string[];
}

/** Another one where the file was written since, as far as size and time tell. */
export const stampOfFile = ({ size, mtimeMs }: { readonly size: number; readonly mtimeMs: number }): string =>
  `${size} ${mtimeMs}`;

export class DatasetFolder implements DatasetSource {
  readonly path: string;
  readonly entry: string | null;
  readonly root: string;
  readonly signal?: AbortSignalLike;
  readonly decodeAscii = decodeAscii;
  readonly #onProgress?: (progress: Progress) => void;
  readonly #imagesFolder?: string;
  readonly #pictures: readonly string[];
  readonly #read = new Map<string, string>();
  #names: Promise<readonly string[]> | null = null;
  #images: Promise<ImageFinder> | null = null;

  /** Throws `bad-input` for what is not there. */
  constructor(path: string, { signal, onProgress, imagesFolder, pictures = [], names }: DatasetFolderOptions = {}) {
    this.path = resolve(path);
    let isFolder: boolean;
    try {
      isFolder = statSync(this.path).isDirectory();
    } catch (error) {
      throw fileError(error, this.path);
    }
    this.root = isFolder ? this.path : dirname(this.path);
    this.entry = isFolder ? null : basename(this.path);
    this.signal = signal;
    this.#onProgress = onProgress;
    this.#imagesFolder = imagesFolder;
    this.#pictures = pictures;
    if (names) this.#names = Promise.resolve(names);
  }

  /** The files whose content was asked for, each with what it was then; see `stampOfFile`. */
  get read(): ReadonlyMap<string, string> {
    return this.#read;
  }

  /** The files that make the dataset: what was read of it, and the pictures of its folder; beside one file they only may. */
  async addTo(inputs: InputFiles): Promise<void> {
    const pictures = (this.#names ? await this.#names : []).filter(isPictureName).map((name) => this.fullName(name));
    if (this.entry === null) inputs.addAll(pictures);
    else inputs.addNear(pictures);
    for (const name of this.#read.keys()) inputs.add(this.fullName(name));
  }

  names(): Promise<readonly string[]> {
    return (this.#names ??= this.#list());
  }

  fullName(name: string): string {
    return join(this.root, name);
  }

  async head(name: string): Promise<string> {
    const text = new TextDecoder('utf-8').decode(await this.headBytes(name));
    // A picture or an archive has zeros at once.
    return text.slice(0, 64).includes('\0') ? '' : text;
  }

  async headBytes(name: string): Promise<Uint8Array> {
    try {
      const handle = await open(this.#inside(name));
      try {
        const { bytesRead, buffer } = await handle.read(Buffer.alloc(headBytes), 0, headBytes, 0);
        return buffer.subarray(0, bytesRead);
      } finally {
        await handle.close();
      }
    } catch {
      // What cannot be read is told when it is.
      return new Uint8Array();
    }
  }

  async text(name: string): Promise<string> {
    throwIfCancelled(this.signal);
    const path = this.#inside(name);
    const bytes = await this.bytes(name);
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      throw new AppError('bad-input', `${path} is no UTF-8 text`, { place: { file: path }, hint: 'save it as UTF-8' });
    }
  }

  async bytes(name: string): Promise<Uint8Array> {
    throwIfCancelled(this.signal);
    const path = this.#inside(name);
    try {
      const size = await this.#noted(name, path);
      if (size > maxTextBytes) {
        throw new AppError('bad-input', `${path} is larger than ${maxTextBytes / 1e6} MB`, { place: { file: path } });
      }
      return await readFile(path);
    } catch (error) {
      throw fileError(error, path);
    }
  }

  tiffMapKind(name: string): Promise<MapKind | null> {
    return tiffMapKind(this.#inside(name));
  }

  async tiffMap(name: string): Promise<MapPicture> {
    throwIfCancelled(this.signal);
    const path = this.#inside(name);
    await this.#noted(name, path).catch((error: unknown) => {
      throw fileError(error, path);
    });
    return readTiffMap(path);
  }

  async *chunks(name: string): AsyncGenerator<Uint8Array> {
    const path = this.#inside(name);
    try {
      const total = await this.#noted(name, path);
      let done = 0;
      for await (const chunk of readChunks(path)) {
        throwIfCancelled(this.signal);
        yield chunk;
        done += chunk.length;
        this.#onProgress?.({ done, total, text: 'Reading the dataset' });
      }
    } catch (error) {
      throw fileError(error, path);
    }
  }

  /** The size of a file whose content is asked for now. */
  async #noted(name: string, path: string): Promise<number> {
    const found = await stat(path);
    this.#read.set(name, stampOfFile(found));
    // It says that it is empty, and has no end.
    if (found.isCharacterDevice()) throw new AppError('bad-input', `${path} is a device`, { place: { file: path } });
    return found.size;
  }

  /** Upright, as the project shows it. */
  async imageSize(name: string): Promise<PictureSize | null> {
    throwIfCancelled(this.signal);
    const finder = await this.#finder();
    const found = finder.find(name);
    if (!found) return null;
    try {
      const { width, height, storedWidth } = await probeImage(join(finder.folder, found.name));
      return { width, height, turned: storedWidth !== width };
    } catch {
      // The import tells what is wrong with the file.
      return null;
    }
  }

  async pictures(): Promise<readonly string[]> {
    return [...(await this.#finder()).names];
  }

  #finder(): Promise<ImageFinder> {
    return (this.#images ??= this.#listImages());
  }

  async #listImages(): Promise<ImageFinder> {
    const folder = this.#imagesFolder;
    if (folder === undefined || folder === this.root) return new ImageFinder(this.root, await this.names());
    const other = new DatasetFolder(folder);
    return new ImageFinder(folder, await other.names());
  }

  #inside(name: string): string {
    const path = resolve(this.root, name);
    const below = relative(this.root, path);
    if (name.includes('\0') || leadsOut(below)) {
      throw new AppError('bad-input', `${JSON.stringify(name)} leads out of the folder ${this.root}`, {
        place: { file: this.path },
        hint: 'a dataset may only name files in its own folder',
      });
    }
    return path;
  }

  async #list(): Promise<readonly string[]> {
    const names: string[] = [];
    const seen = new Set<string>();
    const walk = async (folder: string, prefix: string): Promise<void> => {
      throwIfCancelled(this.signal);
      const real = existsSync(folder) ? realpathSync(folder) : folder;
      // Links may lead in circles.
      if (seen.has(real)) return;
      seen.add(real);
      const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
      for (const entry of entries) {
        if (entry.name.startsWith('.')) continue;
        const path = join(folder, entry.name);
        const found = entry.isSymbolicLink() ? statSync(path, { throwIfNoEntry: false }) : entry;
        if (found?.isDirectory()) await walk(path, `${prefix}${entry.name}/`);
        else if (found?.isFile()) names.push(prefix + entry.name);
      }
    };
    await walk(this.root, '');
    return [...new Set([...names, ...this.#pictures])].sort((a, b) => order.compare(a, b) || (a < b ? -1 : 1));
  }
}
