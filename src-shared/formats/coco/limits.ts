/** What no image of a dataset goes beyond; what does is told at import and has no mask. */

/** Pixels from the image's corner; the rasteriser holds a little more. */
export const maxCoordinate = 1e7;

/** Pixels of the largest image that a mask can be made for. */
export const maxMaskPixels = 2 ** 31 - 1;
