/** The sentence about a loss, for people. */
import type { Loss, LossCode } from './losses';

/** Completes `1 annotation ...` and `3 annotations ...`. */
const words: Readonly<Record<LossCode, readonly [one: string, many: string]>> = {
  'holes-as-rle': [
    'with holes was written as RLE: COCO polygons cannot express holes',
    'with holes were written as RLE: COCO polygons cannot express holes',
  ],
  'inexact-as-rle': ['has no exact polygon and was written as RLE', 'have no exact polygons and were written as RLE'],
  'crowd-stays-rle': ['is a crowd and stayed RLE, as tools expect', 'are crowds and stayed RLE, as tools expect'],
  'mask-misfit': [
    "has a mask that is not of its image's size and was written as it came",
    "have masks that are not of their image's size and were written as they came",
  ],
  'no-image': [
    'belongs to no image of the dataset and was written as it came',
    'belong to no image of the dataset and were written as they came',
  ],
};

export function lossSentence({ code, count }: Pick<Loss, 'code' | 'count'>): string {
  const [one, many] = words[code];
  return count === 1 ? `1 annotation ${one}` : `${count.toLocaleString('en')} annotations ${many}`;
}
