/** The files that an export would write, to be read as a dataset before they lie on the disk. */
import { join } from 'node:path';
import { type AbortSignalLike, throwIfCancelled } from '@shared/errors/cancellation';
import { AppError } from '@shared/errors/appError';
import type { DatasetSource, OutputFile, PictureSize } from '@shared/formats/format';

export interface WrittenOptions {
  /** The file of a format that is one; null: the root is the folder. */
  readonly entry: string | null;
  /** Names of pictures that lie among the files. */
  readonly listed: readonly string[];
  /** Names of all pictures, wherever they lie. */
  readonly pictures: readonly string[];
  sizeOf(name: string): Promise<PictureSize | null>;
  readonly signal?: AbortSignalLike;
}

const headBytes = 1 << 16;

export class WrittenFiles implements DatasetSource {
  readonly path: string;
  readonly entry: string | null;
  readonly signal?: AbortSignalLike;
  readonly #files = new Map<string, string | (() => Uint8Array)>();
  readonly #options: WrittenOptions;

  /** `root`: where they will lie. Texts are held; what is made when it is written is made when it is read. */
  constructor(root: string, files: Iterable<OutputFile>, options: WrittenOptions) {
    this.path = root;
    this.#options = options;
    this.entry = options.entry;
    this.signal = options.signal;
    for (const { name, content } of files) {
      throwIfCancelled(this.signal);
      if (typeof content === 'string' || typeof content === 'function') this.#files.set(name, content);
      else if (content instanceof Uint8Array) this.#files.set(name, () => content);
      else this.#files.set(name, [...content].join(''));
    }
  }

  /** Names of what the export writes itself. */
  get written(): Iterable<string> {
    return this.#files.keys();
  }

  names = async () => [...new Set([...this.#files.keys(), ...this.#options.listed])];
  pictures = async () => this.#options.pictures;
  imageSize = (name: string) => this.#options.sizeOf(name);
  fullName = (name: string) => join(this.path, name);
  bytes = async (name: string) => this.#bytesOf(name);
  headBytes = async (name: string) =>
    this.#files.has(name) ? this.#bytesOf(name).subarray(0, headBytes) : new Uint8Array();

  /** No format writes TIFFs. */
  tiffMapKind = async () => null;
  tiffMap = async (name: string) => {
    throw new AppError('bad-input', `${this.fullName(name)} does not exist`);
  };

  async head(name: string): Promise<string> {
    const content = this.#files.get(name);
    return typeof content === 'string' ? content.slice(0, headBytes) : '';
  }

  async text(name: string): Promise<string> {
    const content = this.#files.get(name);
    return typeof content === 'string' ? content : new TextDecoder().decode(this.#bytesOf(name));
  }

  async *chunks(name: string): AsyncGenerator<Uint8Array> {
    throwIfCancelled(this.signal);
    yield this.#bytesOf(name);
  }

  #bytesOf(name: string): Uint8Array {
    throwIfCancelled(this.signal);
    const content = this.#files.get(name);
    if (content === undefined) throw new AppError('bad-input', `${this.fullName(name)} does not exist`);
    return typeof content === 'string' ? Buffer.from(content) : content();
  }
}
