/** What the classical methods are asked and what they answer. */
import type { Box } from '../geometry/box';
import type { RleSegmentation } from '../document/types';
import type { BitPlane } from '../mask/bitPlane';
import type { MethodName } from './params';

export type ClassicalMethod = MethodName;

/** Parameters by the names of src-shared/methods/params.ts; strokes and points as the text of src-shared/classical/strokes.ts. */
export type MethodParams = Readonly<Record<string, number | string>>;

/** What a classical method is to do; the same values give the same masks in the window and on the command line. */
export interface MethodRequest {
  readonly method: ClassicalMethod;
  /** Those left out have their defaults. */
  readonly params: MethodParams;
  /** Work inside this region only (image pixels); grabcut: the box around the object. */
  readonly box?: Box;
  /**
   * Work inside this mask only (image size), e.g. that of the selected annotation. watershed splits the mask itself; grabcut
   * starts from it instead of from a box.
   */
  readonly within?: RleSegmentation;
}

/**
 * `final`: the method with its full parameters at full resolution, exactly what `vision.propose` and the command line give.
 * `preview`: soon, at bounded resolution and effort (grabcut: 320 px and 2 iterations, strokes added to the state before
 * them); masks have the image's size all the same.
 */
export type Stage = 'preview' | 'final';

/** An image whose pixels the vision process keeps for the tools. */
export interface VisionSession {
  /** Valid until closed, or until the vision process is restarted (then requests fail with `crashed`: open a new one). */
  readonly session: number;
  readonly size: readonly [height: number, width: number];
}

/** Channels of the threshold panel, as the parameter `channel` names them. */
export type ChannelName = 'gray' | 'r' | 'g' | 'b' | 'l' | 'a' | 'b_';

/** Pixels a value, 0..255, of each channel (before any blur). */
export interface Histogram {
  readonly channels: Readonly<Record<ChannelName, readonly number[]>>;
  /** Pixels counted. */
  readonly total: number;
}

/** The elbow plot of k-means. `compactness`: sum of squared distances to the centres, 8-bit LAB, over a sample. */
export interface ElbowCurve {
  readonly points: readonly { readonly k: number; readonly compactness: number }[];
  /** The k that the parameter k=0 takes. */
  readonly suggested: number;
}

/** One group of k-means; its index is what the parameter `clusters` names. */
export interface ColourGroup {
  /** Every pixel of the group, at the image's size. */
  readonly mask: RleSegmentation;
  /** `#rrggbb` of the centre. */
  readonly color: string;
  /** Part of the pixels, 0..1. */
  readonly share: number;
  /** In `clusters=auto`, i.e. not the group that touches the border most. */
  readonly chosen: boolean;
}

/** The live wire from the last seed. */
export interface WirePath {
  /** Flat `x0,y0,x1,y1,...`, image space, through pixel centres, from the (snapped) seed to the (snapped) target. */
  readonly path: readonly number[];
  /** The places that seed and target snapped to. */
  readonly from: readonly [x: number, y: number];
  readonly to: readonly [x: number, y: number];
}

/** Cells of SLIC over a region, as methods/cells.ts reads them: a few megabytes for a 12-megapixel image. */
export interface SuperpixelMap {
  /** Region covered, whole image pixels; the planes are of its size. */
  readonly box: Box;
  /** Index (row-major in the region) of each cell's first pixel, ascending: a cell's label is its place here. */
  readonly firsts: Int32Array;
  /** Pixels whose neighbour to the right, or below, belongs to another cell. */
  readonly right: BitPlane;
  readonly below: BitPlane;
  /** Pixels that belong to a cell; null where all do. */
  readonly inside: BitPlane | null;
}
