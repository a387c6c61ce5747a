/** COCO records as they lie in a file (snake_case), and the ids by which records refer to each other. */

/** The top-level lists whose records are read one by one; every other top-level key is carried along as text. */
export type RecordKind = 'images' | 'annotations' | 'categories';

export const recordKinds: readonly RecordKind[] = ['images', 'annotations', 'categories'];

/** `size` is `[height, width]`; counts are column-major runs, compressed (string) or plain. */
export interface CocoRle {
  size: [number, number];
  counts: string | number[];
}

/** Rings `[x0,y0,x1,y1,...]` of one object (united, holes impossible), or a mask. */
export type CocoSegmentation = number[][] | CocoRle;

export type { IdRef } from '../../dataset/records';
