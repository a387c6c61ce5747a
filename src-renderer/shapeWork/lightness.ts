/** The lightness of a picture in the shape worker, for trials that look at its edges. */

let known: { readonly urls: string; readonly values: Promise<Uint8Array> } | null = null;

/**
 * Lightness 0 to 255, row-major, of an image of `size`: of the first address that can be read and decoded, a reduced picture
 * enlarged. The last one is kept.
 */
export function lightnessOf(
  urls: readonly string[],
  size: readonly [height: number, width: number],
): Promise<Uint8Array> {
  const key = urls.join(' ');
  if (known?.urls === key) return known.values;
  const values = read(urls, size);
  known = { urls: key, values };
  values.catch(() => (known = null));
  return values;
}

async function read([url, ...others]: readonly string[], size: readonly [number, number]): Promise<Uint8Array> {
  try {
    const response = await fetch(url);
    if (!response.ok) throw new Error(`the picture could not be read (${response.status})`);
    const bitmap = await createImageBitmap(await response.blob(), { imageOrientation: 'from-image' });
    const values = lightness(bitmap, size);
    bitmap.close();
    return values;
  } catch (error) {
    if (others.length === 0) throw error;
    return read(others, size);
  }
}

/** Rows at once: the canvas of a large picture would take four bytes a pixel. */
const STRIP = 512;

function lightness(bitmap: ImageBitmap, [height, width]: readonly [number, number]): Uint8Array {
  const values = new Uint8Array(width * height);
  const canvas = new OffscreenCanvas(width, Math.min(STRIP, height));
  const context = canvas.getContext('2d', { willReadFrequently: true })!;
  for (let top = 0; top < height; top += STRIP) {
    const rows = Math.min(STRIP, height - top);
    context.clearRect(0, 0, width, rows);
    context.drawImage(bitmap, 0, -top, width, height);
    const { data } = context.getImageData(0, 0, width, rows);
    for (let at = 0, to = top * width; at < data.length; at += 4, to++) {
      // BT.601, as OpenCV's grey.
      values[to] = (299 * data[at] + 587 * data[at + 1] + 114 * data[at + 2]) / 1000;
    }
  }
  return values;
}
