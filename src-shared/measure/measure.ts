/** Measures objects of one image: their masks, and the samples under them. */
import { segmentationToRle } from '../document/segmentation';
import { MaskError } from '../mask';
import { columnIntervals } from '../mask/columns';
import { geometryOf } from './geometry';
import { intensitiesOf } from './intensity';
import type { MeasurementRow, MeasureObject, PixelSamples } from './types';

export interface ImageToMeasure {
  /** Name for the rows. */
  readonly image: string;
  /** `[height, width]` in which polygons are meant; null where nobody knows, and polygons cannot be measured. */
  readonly size: readonly [height: number, width: number] | null;
  /** null: geometry only. */
  readonly samples: PixelSamples | null;
}

export interface MeasuredObject {
  readonly row: MeasurementRow;
  /** Why something of the row is missing, e.g. "annotation 7: ..."; null when nothing is. */
  readonly problem: string | null;
}

/**
 * The object's row. Never throws for what is wrong with a mask: its row stays empty but for the given box, or without
 * intensities where the mask is of another size than the samples. No bitmap is made; O(width + runs + area).
 */
export function measureObject(object: MeasureObject, { image, size, samples }: ImageToMeasure): MeasuredObject {
  const { id, categoryName, segmentation, bbox = null } = object;
  const identity = { image, annotationId: id, category: categoryName };
  const unmeasured: MeasurementRow = {
    ...identity,
    area: null,
    centroid: null,
    bbox,
    perimeter: null,
    equivalentDiameter: null,
    intensities: [],
  };
  const failed = (why: string): MeasuredObject => ({ row: unmeasured, problem: `annotation ${id}: ${why}` });
  if (!segmentation) return { row: unmeasured, problem: null };
  const maskSize = segmentation.kind === 'rle' ? segmentation.size : size;
  if (!maskSize) return failed('a polygon cannot be measured without the size of its image');
  try {
    const rle = segmentationToRle(segmentation, maskSize);
    const intervals = columnIntervals(rle);
    const row: MeasurementRow = { ...identity, ...geometryOf(rle, intervals), intensities: [] };
    if (!samples) return { row, problem: null };
    if (rle.size[0] !== samples.height || rle.size[1] !== samples.width) {
      const sizes = `${rle.size[1]} x ${rle.size[0]} pixels when its image has ${samples.width} x ${samples.height}`;
      return { row, problem: `annotation ${id}: no intensities: its mask has ${sizes}` };
    }
    return { row: { ...row, intensities: intensitiesOf(intervals, samples) }, problem: null };
  } catch (error) {
    if (error instanceof MaskError) return failed(error.message);
    throw error;
  }
}
