/** Masks of COCO records, by pycocotools' rules (annToRLE), with the record's place in errors. */
import { maskSizeIssue } from '@shared/dataset/maskSize';
import type { CocoSegmentation } from '@shared/formats/coco/types';
import { AppError } from '@shared/errors/appError';
import { fromCompressed, fromPolygons, fromUncompressed, MaskError, type Rle } from '@shared/mask';

export interface RecordPlace {
  readonly file: string;
  /** Of the annotation record. */
  readonly pointer: string;
}

/** The mask in an image of `size` `[height, width]`; polygons are united, an RLE keeps its own size. */
export function maskOf(segmentation: CocoSegmentation, size: readonly [number, number] | null, at: RecordPlace): Rle {
  try {
    if (!Array.isArray(segmentation)) {
      const { counts } = segmentation;
      return typeof counts === 'string'
        ? fromCompressed(counts, segmentation.size)
        : fromUncompressed(counts, segmentation.size);
    }
    if (!size) throw new MaskError('The image of this polygon has no width and height');
    return fromPolygons(segmentation, size[0], size[1]);
  } catch (error) {
    if (!(error instanceof MaskError)) throw error;
    const pointer = `${at.pointer}/segmentation`;
    throw new AppError('bad-input', `${at.file}: ${error.message}`, {
      place: { file: at.file, pointer },
      cause: error,
    });
  }
}

/** Throws `bad-input` where a mask is not of its image's size: it would be cut. Sizes are `[height, width]`. */
export function checkMaskSize(
  mask: readonly [number, number],
  image: readonly [number, number],
  { file, pointer }: RecordPlace,
): void {
  const issue = maskSizeIssue(mask, image, pointer);
  if (!issue) return;
  throw new AppError('bad-input', `${file}: ${issue.message}`, {
    place: { file, pointer: issue.pointer },
    hint: issue.repair ? 'swap the two numbers, or let import do it (--swap-mask-sizes)' : undefined,
  });
}
