/** Messages between the canvas and its raster worker; bulk data travels as transferred typed arrays. */

/**
 * Each layer has its own ids and its own painter's order; labels (the label map in place of annotations) lie at the bottom,
 * proposals are drawn above annotations, dashed.
 */
export type RasterLayer = 'labels' | 'annotations' | 'proposals';

/** New or changed shapes, concatenated. Item i has `ringCounts[i]` rings, or a mask in `masks` where it has none. */
export interface PackedShapes {
  readonly ids: Float64Array;
  readonly ringCounts: Uint32Array;
  /** Points times two, ring after ring. */
  readonly ringLengths: Uint32Array;
  readonly coords: Float32Array;
  /** Bits: {@link PACKED_NONZERO}, {@link PACKED_BOX}. */
  readonly flags: Uint8Array;
  /** By item index. */
  readonly masks: readonly {
    readonly item: number;
    readonly size: readonly [number, number];
    readonly counts: string;
  }[];
}

export const PACKED_NONZERO = 1;
/** A box without a mask: outlined, never filled. */
export const PACKED_BOX = 2;

/** Draw this item as selected: accent outline. */
export const DRAW_SELECTED = 1;
/** Fill this item with a pattern of stripes, without an outline. */
export const DRAW_HATCHED = 2;

export interface SyncMessage {
  readonly type: 'sync';
  readonly layer: RasterLayer;
  readonly upserts: PackedShapes | null;
  readonly removed: Float64Array;
  /** What to draw, bottom first; items known but not listed are kept and not drawn. */
  readonly order: Float64Array;
  /** `0xRRGGBB` of each item of `order`. */
  readonly colors: Uint32Array;
  /** Bits of each item of `order`: {@link DRAW_SELECTED}. */
  readonly marks: Uint8Array;
}

/** Masks of the tool's preview, above all layers; they replace those of the message before. */
export interface PreviewMessage {
  readonly type: 'preview';
  readonly masks: readonly RasterPreview[];
}

export interface RasterPreview {
  readonly size: readonly [height: number, width: number];
  /** Column-major runs. */
  readonly counts: Uint32Array;
  /** CSS colour, `#rrggbb`. */
  readonly color: string;
}

export interface RasterStyle {
  /** 0..1 */
  readonly fillAlpha: number;
  readonly outlineOnly: boolean;
  /** Of labels: 0..1, and whether they are outlined. */
  readonly labelAlpha: number;
  readonly labelBoundaries: boolean;
  /** CSS colour of selected outlines. */
  readonly accent: string;
}

/** Everything in device pixels: device = image * scale + (x, y). */
export interface RenderMessage {
  readonly type: 'render';
  readonly frame: number;
  readonly width: number;
  readonly height: number;
  readonly scale: number;
  readonly x: number;
  readonly y: number;
  /** Device pixels per view pixel. */
  readonly pixelRatio: number;
  /** View pixels beyond each side of what is seen. */
  readonly margin: number;
  readonly style: RasterStyle;
}

/** Names of annotations, in place of those before; drawn above all layers where they fit. */
export interface NamesMessage {
  readonly type: 'names';
  /** The topmost last, as in a layer's order. */
  readonly ids: Float64Array;
  /** One an id. */
  readonly texts: readonly string[];
  /** `0xRRGGBB`, one an id. */
  readonly colors: Uint32Array;
}

export type ToRasterWorker = SyncMessage | NamesMessage | PreviewMessage | RenderMessage;

export interface FrameMessage {
  readonly type: 'frame';
  readonly frame: number;
  /** Transferred; the receiver closes it. */
  readonly bitmap: ImageBitmap;
  /** Time spent drawing. */
  readonly ms: number;
}

export interface FailedMessage {
  readonly type: 'failed';
  readonly frame: number;
  readonly reason: string;
}

export type FromRasterWorker = FrameMessage | FailedMessage;
