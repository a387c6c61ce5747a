/** Images as bitmaps: decoded in a worker, the last few kept so that going back or to a prefetched one is immediate. */
import { chooseLevel, type ImageSize, isTooSmall, MAX_BITMAP_PIXELS } from './mips';

export interface CanvasImage {
  /** Address of the image's bytes. What is remembered goes by it: other bytes need another address. */
  readonly url: string;
  /** Equal for other renderings of the same image (another window of values): the view stays where it is. */
  readonly imageKey?: string;
  /** Pixels, in the project's frame. */
  readonly width: number;
  readonly height: number;
  readonly orientation: 'exif' | 'stored';
  /**
   * The picture in a form the window can decode, upright in the project's frame, reduced if need be (8,000 pixels a side
   * are enough). Called where the window cannot decode the bytes, and straight away for very large images.
   */
  readonly fallback?: () => Promise<Blob>;
}

export interface DecodeRequest extends ImageSize {
  readonly type: 'decode';
  readonly id: number;
  readonly url: string;
  /** Width in device pixels at which the image is likely to be drawn: a copy of this size is drawn without scaling. */
  readonly screenWidth: number;
  /** Instead of what the address serves. */
  readonly blob: Blob | null;
}

/** Of a decoded image: its next larger level is to be handed over, or all that were left in the worker closed. */
export interface LevelRequest {
  readonly type: 'larger' | 'close';
  readonly id: number;
}

export type DecodedMessage =
  | {
      readonly id: number;
      /** Widths descend. */
      readonly levels: readonly ImageBitmap[];
      /** How many larger ones stay in the worker. */
      readonly withheld: number;
    }
  | { readonly id: number; readonly error: string };

type Decoded = Extract<DecodedMessage, { levels: unknown }>;

/** Larger images are left to the fallback where there is one: 400 megapixels took the window 23 s and 1.6 GB. */
const DECODED_HERE_PIXELS = 2 * MAX_BITMAP_PIXELS;
/** Images kept: the open one, the one before, the prefetched next. */
const KEPT = 3;

/** The levels of one image that were left in the worker. */
interface LevelSource {
  /** Hands over the smallest of them. */
  larger(): Promise<Decoded>;
  /** Closes them. */
  close(): void;
}

/** An image as pre-scaled copies, each half of the one before, and one of the size that was asked for. */
export class LoadedImage {
  readonly #worker: LevelSource;
  #levels: readonly ImageBitmap[];
  #withheld: number;
  #isFetching = false;
  #isClosed = false;

  /** Takes ownership of the bitmaps. */
  constructor({ levels, withheld }: Decoded, worker: LevelSource) {
    this.#levels = levels;
    this.#withheld = withheld;
    this.#worker = worker;
  }

  get smallest(): ImageBitmap {
    return this.#levels[this.#levels.length - 1];
  }

  /**
   * The copy to draw where the image is `width` device pixels wide. While a larger one would look better it is fetched, and
   * `onLarger` called when it is there.
   */
  levelFor(width: number, onLarger: () => void): ImageBitmap {
    const level = this.#levels[chooseLevel(this.#levels, width)];
    if (this.#withheld > 0 && !this.#isFetching && isTooSmall(level.width, width)) void this.#fetchLarger(onLarger);
    return level;
  }

  close(): void {
    this.#isClosed = true;
    this.#worker.close();
    for (const level of this.#levels) level.close();
  }

  async #fetchLarger(onLarger: () => void): Promise<void> {
    this.#isFetching = true;
    const { levels, withheld } = await this.#worker.larger();
    this.#isFetching = false;
    if (this.#isClosed) return levels.forEach((level) => level.close());
    this.#levels = [...levels, ...this.#levels];
    this.#withheld = withheld;
    onLarger();
  }
}

export class ImageLoader {
  readonly #worker = new Worker(new URL('./image.worker.ts', import.meta.url), { type: 'module' });
  readonly #waiting = new Map<
    number,
    { readonly resolve: (decoded: Decoded) => void; readonly reject: (e: Error) => void }
  >();
  /** By address, least recently used first. */
  readonly #kept = new Map<string, Promise<LoadedImage>>();
  #requests = 0;

  constructor() {
    this.#worker.addEventListener('message', ({ data }: MessageEvent<DecodedMessage>) => {
      const waiting = this.#waiting.get(data.id);
      this.#waiting.delete(data.id);
      if ('levels' in data) waiting?.resolve(data);
      else waiting?.reject(new Error(data.error));
    });
  }

  /** The image, from memory where it is kept; `screenWidth` as in {@link DecodeRequest}. The loader owns the bitmaps; they stay open while it is among the last few. */
  load(image: CanvasImage, screenWidth: number): Promise<LoadedImage> {
    const key = imageKey(image);
    const kept = this.#kept.get(key);
    const loading = kept ?? this.#decode(image, screenWidth);
    this.#kept.delete(key);
    this.#kept.set(key, loading);
    // A failure is not kept: the file may be back at the next try.
    if (!kept) loading.catch(() => this.#kept.delete(key));
    for (const [oldest, promise] of this.#kept) {
      if (this.#kept.size <= KEPT) break;
      this.#kept.delete(oldest);
      close(promise);
    }
    return loading;
  }

  dispose(): void {
    this.#worker.terminate();
    for (const promise of this.#kept.values()) close(promise);
    this.#kept.clear();
  }

  async #decode(image: CanvasImage, screenWidth: number): Promise<LoadedImage> {
    if (image.fallback && image.width * image.height > DECODED_HERE_PIXELS) {
      return this.#request(image, screenWidth, await image.fallback());
    }
    try {
      return await this.#request(image, screenWidth, null);
    } catch (error) {
      if (!image.fallback) throw error;
      return this.#request(image, screenWidth, await image.fallback());
    }
  }

  async #request({ url, width, height }: CanvasImage, screenWidth: number, blob: Blob | null): Promise<LoadedImage> {
    const id = ++this.#requests;
    const request: DecodeRequest = {
      type: 'decode',
      id,
      // Relative addresses mean the page's; the worker would resolve them against its own script.
      url: new URL(url, document.baseURI).href,
      width,
      height,
      screenWidth,
      blob,
    };
    return new LoadedImage(await this.#ask(request), {
      larger: () => this.#ask({ type: 'larger', id }),
      close: () => this.#worker.postMessage({ type: 'close', id } satisfies LevelRequest),
    });
  }

  #ask(request: DecodeRequest | LevelRequest): Promise<Decoded> {
    return new Promise((resolve, reject) => {
      this.#waiting.set(request.id, { resolve, reject });
      this.#worker.postMessage(request);
    });
  }
}

/** Equal for descriptions of the same picture. */
export function imageKey({ url, width, height, orientation }: CanvasImage): string {
  return `${width} ${height} ${orientation} ${url}`;
}

function close(loading: Promise<LoadedImage>): void {
  loading.then(
    (loaded) => loaded.close(),
    () => undefined,
  );
}
