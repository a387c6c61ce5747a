/** Entry of the image worker: fetches and decodes an image and makes its pre-scaled copies, off the UI thread. */
import type { DecodedMessage, DecodeRequest, LevelRequest } from './imageLoader';
import { boundedSize, exactCopy, mipSizes } from './mips';

/**
 * Larger copies are handed over when they are drawn. The page's garbage collector runs whenever 64 MB of bitmaps have come,
 * which every image of 12 megapixels was, and each run can cost a frame.
 */
const SENT_AT_ONCE_PIXELS = 4_000_000;

/** What was not sent, by the request's id: widths descend. */
const withheld = new Map<number, ImageBitmap[]>();

self.addEventListener('message', ({ data }: MessageEvent<DecodeRequest | LevelRequest>) => {
  const { id } = data;
  if (data.type === 'decode') {
    decode(data).then(
      (levels) => {
        const { screenWidth } = data;
        const first = levels.findIndex(
          ({ width, height }) => width <= screenWidth || width * height <= SENT_AT_ONCE_PIXELS,
        );
        withheld.set(id, levels.splice(0, first));
        send(id, levels);
      },
      (error: unknown) => post({ id, error: error instanceof Error ? error.message : String(error) }),
    );
  } else if (data.type === 'larger') {
    send(id, withheld.get(id)?.splice(-1) ?? []);
  } else {
    for (const level of withheld.get(id) ?? []) level.close();
    withheld.delete(id);
  }
});

function send(id: number, levels: readonly ImageBitmap[]): void {
  post({ id, levels, withheld: withheld.get(id)?.length ?? 0 }, [...levels]);
}

function post(message: DecodedMessage, transfer: Transferable[] = []): void {
  self.postMessage(message, { transfer });
}

async function decode(request: DecodeRequest): Promise<ImageBitmap[]> {
  const blob = request.blob ?? (await fetchBlob(request.url));
  const size = boundedSize(request);
  const reduced = size.width !== request.width || size.height !== request.height;
  const first = await createImageBitmap(blob, {
    imageOrientation: 'from-image',
    premultiplyAlpha: 'default',
    ...(reduced ? { resizeWidth: size.width, resizeHeight: size.height, resizeQuality: 'medium' } : {}),
  });
  const levels = [first];
  for (const { width, height } of mipSizes(first)) {
    const above = levels[levels.length - 1];
    // Halving by 'medium' averages 2 x 2 pixels: every pixel of the image has its say in each copy.
    levels.push(await createImageBitmap(above, { resizeWidth: width, resizeHeight: height, resizeQuality: 'medium' }));
  }
  const copy = exactCopy(levels, request.screenWidth);
  if (copy) {
    const { width: resizeWidth, height: resizeHeight, at } = copy;
    const above = levels[at - 1];
    levels.splice(at, 0, await createImageBitmap(above, { resizeWidth, resizeHeight, resizeQuality: 'medium' }));
  }
  return levels;
}

async function fetchBlob(url: string): Promise<Blob> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`the image could not be read (${response.status} ${response.statusText})`);
  // A blob that is made by the response lies in the main process until this worker's garbage is collected, which nothing here
  // calls for: 0.9 MB stayed there with each photo of that size. An array's bytes do call for it.
  return new Blob([await response.arrayBuffer()], { type: response.headers.get('content-type') ?? '' });
}
