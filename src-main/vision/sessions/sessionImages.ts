/** Pixels of open images in shared memory, within a bound: those least recently used are given up and read again when needed. */
import type { ImageSource } from '@shared/images/source';
import { AppError } from '@shared/errors/appError';
import { type DecodedImage, scalingNotes } from '../../images';
import type { RgbaImage } from '../opencv/image';
import { type LabPlane, labPlaneBytes } from '../methods/labPlane';
import type { ViewPicture } from '../methods/viewPicture';
import type { WireField } from '../methods/scissors/wireField';

/** What is derived from the pixels and can be derived again; goes with them. */
export interface Derived {
  lab: Promise<LabPlane> | null;
  /** The region that was last worked on at bounded size. */
  view: { readonly key: string; readonly picture: ViewPicture } | null;
  /** Live wires by seed and level; the oldest leave. */
  readonly wires: Map<string, Promise<WireField>>;
}

/** An image that some session has open. */
export class SessionImage {
  pixels: Promise<RgbaImage> | null = null;
  derived: Derived = { lab: null, view: null, wires: new Map() };
  /** Of pixels and LAB plane, as far as they are there. */
  bytes = 0;
  usedAt = 0;
  size: readonly [height: number, width: number] | null = null;
  /** What is to be said of every result on this image. */
  notes: readonly string[] = [];

  constructor(readonly source: ImageSource) {}

  forget(): void {
    this.pixels = null;
    this.derived = { lab: null, view: null, wires: new Map() };
    this.bytes = 0;
  }
}

export interface SessionImagesOptions {
  readonly decode: (source: ImageSource) => Promise<DecodedImage>;
  /** Computes the LAB of an image into `lab`. */
  readonly fillLab: (image: RgbaImage, lab: LabPlane) => Promise<void>;
  /** Bytes of pixels and LAB planes kept; one image is kept whatever it takes. */
  readonly budget: number;
}

export class SessionImages {
  readonly #options: SessionImagesOptions;
  readonly #images = new Set<SessionImage>();
  #clock = 0;

  constructor(options: SessionImagesOptions) {
    this.#options = options;
  }

  /** Bytes held now. */
  get bytes(): number {
    let sum = 0;
    for (const image of this.#images) sum += image.bytes;
    return sum;
  }

  add(source: ImageSource): SessionImage {
    const image = new SessionImage(source);
    this.#images.add(image);
    return image;
  }

  remove(image: SessionImage): void {
    image.forget();
    this.#images.delete(image);
  }

  /** The pixels, read when they are not there. Errors are those of decoding, and of a file that has another size than before. */
  pixels(image: SessionImage): Promise<RgbaImage> {
    image.usedAt = ++this.#clock;
    if (image.pixels) return image.pixels;
    const reading = this.#read(image);
    image.pixels = reading;
    reading.catch(() => image.pixels === reading && image.forget());
    return reading;
  }

  /** The LAB plane, computed once. */
  async lab(image: SessionImage): Promise<LabPlane> {
    const pixels = await this.pixels(image);
    const { derived } = image;
    if (derived.lab) return derived.lab;
    const bytes = labPlaneBytes(pixels.width * pixels.height);
    const plane = new Uint8Array(new SharedArrayBuffer(bytes));
    const filling = this.#options.fillLab(pixels, plane).then(() => plane);
    derived.lab = filling;
    filling.catch(() => (derived.lab = null));
    if (image.derived === derived) image.bytes += bytes;
    this.#makeRoom(image);
    return filling;
  }

  async #read(image: SessionImage): Promise<RgbaImage> {
    const decoded = await this.#options.decode(image.source);
    const { width, height, data } = decoded;
    image.notes = scalingNotes(decoded);
    const before = image.size;
    if (before && (before[0] !== height || before[1] !== width)) {
      throw new AppError(
        'bad-input',
        `${image.source.path} has ${width} x ${height} pixels now and had ${before[1]} x ${before[0]} when it was opened`,
        { hint: 'open the image again' },
      );
    }
    image.size = [height, width];
    const shared = await toShared(data);
    if (this.#images.has(image)) image.bytes += shared.length;
    this.#makeRoom(image);
    return { width, height, data: shared };
  }

  /** Gives up other images, the least recently used first, until all fit. Workers that still read them keep them until they end. */
  #makeRoom(keep: SessionImage): void {
    const others = [...this.#images].filter((image) => image !== keep && image.bytes > 0);
    others.sort((a, b) => a.usedAt - b.usedAt);
    while (this.bytes > this.#options.budget && others.length > 0) others.shift()?.forget();
  }
}

/** Copied at a time, so that the process goes on answering in between. */
const COPY_BYTES = 32 * 2 ** 20;

async function toShared(data: Uint8Array): Promise<Uint8Array> {
  const shared = new Uint8Array(new SharedArrayBuffer(data.length));
  for (let from = 0; from < data.length; from += COPY_BYTES) {
    shared.set(data.subarray(from, from + COPY_BYTES), from);
    if (from + COPY_BYTES < data.length) await new Promise((done) => setImmediate(done));
  }
  return shared;
}
