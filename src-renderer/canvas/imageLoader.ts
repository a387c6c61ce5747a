/** Images as bitmaps: decoded in a worker, the last few kept so that going back or to a prefetched one is immediate. */
import { type ImageSize, MAX_BITMAP_PIXELS } from './mips';

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

/**
 * Level 0 is the image (reduced where it is very large), the further ones are halves of it, and one has the size that was
 * asked for.
 */
export interface LoadedImage {
  readonly levels: readonly ImageBitmap[];
}

export interface DecodeRequest extends ImageSize {
  readonly id: number;
  readonly url: string;
  readonly orientation: 'exif' | 'stored';
  /** Width in device pixels at which the image is likely to be drawn: a copy of this size is drawn without scaling. */
  readonly screenWidth: number;
  /** Instead of what the address serves. */
  readonly blob: Blob | null;
}

export type DecodedMessage =
  { readonly id: number; readonly levels: readonly ImageBitmap[] } | { readonly id: number; readonly error: string };

/** Larger images are left to the fallback where there is one: 400 megapixels took the window 23 s and 1.6 GB. */
const DECODED_HERE_PIXELS = 2 * MAX_BITMAP_PIXELS;
/** Images kept: the open one, the one before, the prefetched next. */
const KEPT = 3;

export class ImageLoader {
  readonly #worker = new Worker(new URL('./image.worker.ts', import.meta.url), { type: 'module' });
  readonly #waiting = new Map<
    number,
    { resolve: (levels: readonly ImageBitmap[]) => void; reject: (e: Error) => void }
  >();
  /** By address, least recently used first. */
  readonly #kept = new Map<string, Promise<LoadedImage>>();
  #requests = 0;

  constructor() {
    this.#worker.addEventListener('message', ({ data }: MessageEvent<DecodedMessage>) => {
      const waiting = this.#waiting.get(data.id);
      this.#waiting.delete(data.id);
      if ('levels' in data) waiting?.resolve(data.levels);
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
      promise.then(close, () => undefined);
    }
    return loading;
  }

  dispose(): void {
    this.#worker.terminate();
    for (const promise of this.#kept.values()) promise.then(close, () => undefined);
    this.#kept.clear();
  }

  async #decode(image: CanvasImage, screenWidth: number): Promise<LoadedImage> {
    const request = async (blob: Blob | null) => ({ levels: await this.#request(image, screenWidth, blob) });
    if (image.fallback && image.width * image.height > DECODED_HERE_PIXELS) {
      return request(await image.fallback());
    }
    try {
      return await request(null);
    } catch (error) {
      if (!image.fallback) throw error;
      return request(await image.fallback());
    }
  }

  #request(
    { url, width, height, orientation }: CanvasImage,
    screenWidth: number,
    blob: Blob | null,
  ): Promise<readonly ImageBitmap[]> {
    const id = ++this.#requests;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      // A fallback picture comes upright in the project's frame already.
      // Relative addresses mean the page's; the worker would resolve them against its own script.
      const address = new URL(url, document.baseURI).href;
      const request: DecodeRequest = {
        id,
        url: address,
        width,
        height,
        orientation: blob ? 'exif' : orientation,
        screenWidth,
        blob,
      };
      this.#worker.postMessage(request);
    });
  }
}

/** Equal for descriptions of the same picture. */
export function imageKey({ url, width, height, orientation }: CanvasImage): string {
  return `${width} ${height} ${orientation} ${url}`;
}

function close({ levels }: LoadedImage): void {
  for (const level of levels) level.close();
}
