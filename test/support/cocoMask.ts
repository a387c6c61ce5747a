/** The mask that a COCO record's segmentation means, for tests that read datasets as they lie on disk. */
import type { CocoSegmentation } from '@shared/formats/coco/types';
import type { Rle } from '@shared/mask';
import { maskOf } from '../../src-main/cli/lib/cocoMask';

/** `size`: [height, width] of the image. */
export function cocoMask(segmentation: CocoSegmentation, size: readonly [number, number]): Rle {
  return maskOf(segmentation, size, { file: 'the dataset of the test', pointer: '' });
}
