/** The size of a pixel in a unit of length, and the unit's name in column headers. */
import { AppError } from '../errors/appError';
import type { PixelScale } from './types';

/**
 * The unit as the last part of a column's name: `µm` (either of its two code points) becomes `um`, what is neither letter
 * nor digit becomes `_`. Case is kept: mm and Mm are different units.
 */
export function unitName(unit: string): string {
  return unit
    .trim()
    .replace(/[\u00b5\u03bc]/g, 'u')
    .replace(/[^\p{L}\p{N}]+/gu, '_')
    .replace(/^_+|_+$/g, '');
}

/** Throws `usage` for a size that is not above 0 and for a unit that cannot name a column. */
export function checkScale({ pixelSize, unit }: PixelScale): void {
  if (!(pixelSize > 0 && pixelSize < Infinity)) {
    throw new AppError('usage', `The pixel size is ${pixelSize} when a number above 0 was expected`);
  }
  const name = unitName(unit);
  if (name === '') {
    throw new AppError('usage', `'${unit}' is no unit of length`, { hint: 'give its usual symbol, e.g. um or mm' });
  }
  if (name === 'px') {
    throw new AppError('usage', `The unit of a pixel's size cannot be pixels`, { hint: 'give e.g. um or mm' });
  }
}
