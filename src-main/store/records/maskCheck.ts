/** Masks before they become durable: a broken one would fail every later reading of its image. */
import type { RleSegmentation } from '@shared/document/types';
import { AppError } from '@shared/errors/appError';
import { fromCompressed, MaskError } from '@shared/mask';

/** Throws `usage` for counts that are no mask of their size; `name` begins the sentence. */
export function requireMask(name: string, { counts, size }: RleSegmentation): void {
  try {
    fromCompressed(counts, size);
  } catch (error) {
    if (!(error instanceof MaskError)) throw error;
    throw new AppError('usage', `${name}: ${error.message}`);
  }
}

/** As `requireMask` for masks that a model or a method made for an image of `size`; another size throws `bad-input`. */
export function requireMasksOf(
  size: readonly [height: number, width: number],
  masks: readonly RleSegmentation[],
): void {
  masks.forEach((mask, i) => {
    if (mask.size[0] !== size[0] || mask.size[1] !== size[1]) {
      const [got, wanted] = [mask.size, size].map(([height, width]) => `${width} x ${height}`);
      throw new AppError('bad-input', `The masks are ${got} pixels, the image is ${wanted}`, {
        hint: 'the image file has been replaced by one of another size; open the project again',
      });
    }
    requireMask(`Proposal ${i + 1}`, mask);
  });
}
