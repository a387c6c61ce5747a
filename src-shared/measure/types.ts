/** What is measured of an object, in image pixels and in the image's own sample values. */
import type { Box } from '../geometry/box';
import type { Segmentation } from '../document/types';

export type Channel = 'gray' | 'red' | 'green' | 'blue';

/** Every channel in the order of its columns. */
export const allChannels: readonly Channel[] = ['gray', 'red', 'green', 'blue'];

/** Samples of any depth a file can hold, in the narrowest array that keeps them exactly. */
export type SampleArray =
  Uint8Array | Uint16Array | Uint32Array | Int8Array | Int16Array | Int32Array | Float32Array | Float64Array;

/**
 * An image's samples in the units of its file (0..255, 0..65535, or what a signed or floating-point file holds): row-major, top row
 * first, channels interleaved, `data` of `height * width * channels.length`.
 */
export interface PixelSamples {
  readonly width: number;
  readonly height: number;
  readonly channels: readonly Channel[];
  readonly data: SampleArray;
}

/** Shape of a mask; lengths in px, area in px², positions in image space (pixel (x, y) covers [x, x+1) x [y, y+1)). */
export interface Geometry {
  /** Number of pixels. */
  readonly area: number;
  /** Mean of the pixel centres, which lie at (x + 0.5, y + 0.5); null for an empty mask. */
  readonly centroid: readonly [x: number, y: number] | null;
  /** Smallest box around the pixels, half-open; [0, 0, 0, 0] for an empty mask. */
  readonly bbox: Box;
  /** See `perimeter`. */
  readonly perimeter: number;
  /** Diameter of the circle with the same area. */
  readonly equivalentDiameter: number;
}

/** Samples of one channel under a mask, in the image's own units; those that are not finite are left out. */
export interface ChannelIntensity {
  readonly channel: Channel;
  readonly mean: number;
  /** Of the population (divided by n), as numpy.std. */
  readonly std: number;
  readonly min: number;
  readonly max: number;
  /** Sum of the samples. */
  readonly integrated: number;
}

/** An object to measure. */
export interface MeasureObject {
  readonly id: number | string;
  readonly categoryName: string;
  /** null: a box without a mask. */
  readonly segmentation: Segmentation | null;
  /** What an object without a mask is known by. */
  readonly bbox?: Box;
}

/** One annotation's row of the table: what could not be measured is null. Pixels; physical units are the writer's. */
export interface MeasurementRow {
  /** The image's file name. */
  readonly image: string;
  readonly annotationId: number | string;
  readonly category: string;
  readonly area: number | null;
  readonly centroid: readonly [x: number, y: number] | null;
  readonly bbox: Box | null;
  readonly perimeter: number | null;
  readonly equivalentDiameter: number | null;
  /** In the order of the image's channels; none where the image cannot be read. */
  readonly intensities: readonly ChannelIntensity[];
}

/** Size of a (square) pixel in a unit of length, e.g. 0.65 and `um`. */
export interface PixelScale {
  readonly pixelSize: number;
  readonly unit: string;
}
