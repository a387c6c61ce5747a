/** The image formats the product reads. */

export type ImageFormat = 'jpeg' | 'png' | 'webp' | 'bmp' | 'tiff';

export const mediaTypes: Readonly<Record<ImageFormat, string>> = {
  jpeg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  bmp: 'image/bmp',
  tiff: 'image/tiff',
};

export const supportedFormats = 'JPEG, PNG, WebP, BMP and TIFF';

const extensions = new Set(['.jpg', '.jpeg', '.jpe', '.jfif', '.png', '.webp', '.bmp', '.dib', '.tif', '.tiff']);

/** Whether a file's name promises an image; the content decides what it is. */
export function hasImageExtension(fileName: string): boolean {
  const dot = fileName.lastIndexOf('.');
  return dot > 0 && extensions.has(fileName.slice(dot).toLowerCase());
}

/** The format that the first 16 bytes of a file announce, or null. */
export function sniffFormat(head: Uint8Array): ImageFormat | null {
  const at = (offset: number, bytes: readonly number[]) => bytes.every((byte, i) => head[offset + i] === byte);
  if (at(0, [0xff, 0xd8, 0xff])) return 'jpeg';
  if (at(0, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])) return 'png';
  if (at(0, [0x52, 0x49, 0x46, 0x46]) && at(8, [0x57, 0x45, 0x42, 0x50])) return 'webp';
  // TIFF and BigTIFF in both byte orders.
  if (at(0, [0x49, 0x49, 0x2a, 0]) || at(0, [0x4d, 0x4d, 0, 0x2a])) return 'tiff';
  if (at(0, [0x49, 0x49, 0x2b, 0]) || at(0, [0x4d, 0x4d, 0, 0x2b])) return 'tiff';
  if (at(0, [0x42, 0x4d])) return 'bmp';
  return null;
}
