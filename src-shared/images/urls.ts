/** Addresses of pictures of registered images, on the window's own origin. */

/**
 * Address of a registered image's pixels, on the window's own origin. `opening` counts the projects opened by this window:
 * pictures are remembered by address, and another project has other images under the same ids. `window`: see
 * `vision.toPng`.
 */
export function imageUrl(
  imageId: number,
  opening: number,
  window: readonly [low: number, high: number] | null = null,
): string {
  return `/image/${imageId}?opening=${opening}${window ? `&window=${window[0]}-${window[1]}` : ''}`;
}

/** Address of an image reduced to what a window can hold, for pictures too large or too strange for it. */
export function reducedUrl(imageId: number, opening: number): string {
  return `/reduced/${imageId}?opening=${opening}`;
}

/** Reads the part of {@link imageUrl} that says which values are black and white; null where it does not. */
export function parseValueWindow(text: string | null): readonly [low: number, high: number] | null {
  const found = /^(\d{1,5})-(\d{1,5})$/.exec(text ?? '');
  return found && Number(found[1]) < Number(found[2]) ? [Number(found[1]), Number(found[2])] : null;
}

/** Address of an image's thumbnail, a JPEG of at most 160 px a side. */
export function thumbnailUrl(imageId: number, opening: number): string {
  return `/thumbnail/${imageId}?opening=${opening}`;
}
