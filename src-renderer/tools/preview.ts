/** What crosses between tools and canvas, as plain data: pointer events in image space in, preview shapes out. */
import type { Box } from '@shared/geometry/box';
import type { PolygonPart } from '@shared/geometry/polygon';
import type { ImagePoint } from '@shared/geometry/coords';
import type { BitPlane } from '@shared/mask/bitPlane';

export interface Modifiers {
  readonly shift: boolean;
  readonly alt: boolean;
  /** Ctrl, or Cmd on macOS. */
  readonly ctrl: boolean;
}

/** A pointer gesture's step; `double` follows the second `up` of a double click. */
export interface ToolPointerEvent {
  readonly type: 'down' | 'move' | 'up' | 'cancel' | 'double';
  /** Not clamped: it may lie outside the image. */
  readonly point: ImagePoint;
  /** Every position since the last event, oldest first, ending with `point`: a fast stroke has no gaps. */
  readonly coalesced: readonly ImagePoint[];
  /** Button that changed: 0 left, 1 middle, 2 right; -1 on a move. */
  readonly button: number;
  /** Buttons held, as in DOM: 1 left, 2 right, 4 middle. */
  readonly buttons: number;
  readonly modifiers: Modifiers;
  /** 0..1; 0.5 for a pressed mouse, 0 for a pointer that hovers. */
  readonly pressure: number;
  readonly pointer: 'mouse' | 'pen' | 'touch';
  /** View pixels (CSS) per image pixel: tools turn a snap distance on screen into image pixels with it. */
  readonly scale: number;
}

/** Colours by meaning; the canvas knows the theme. A CSS colour is taken as it is. */
export type PreviewTone = 'accent' | 'add' | 'cut' | 'neutral' | (string & {});

interface Toned {
  /** Default `accent`. */
  readonly tone?: PreviewTone;
}

interface Outlined extends Toned {
  readonly dashed?: boolean;
  /** 0..1 of the tone inside the shape; default 0. */
  readonly fillAlpha?: number;
}

/** A shape that the active tool shows; coordinates are image space, flat arrays are `x0,y0,x1,y1,...`. */
export type PreviewShape =
  | (Outlined & { readonly kind: 'polyline'; readonly points: ArrayLike<number> })
  | (Outlined & { readonly kind: 'polygon'; readonly parts: readonly PolygonPart[] })
  | (Outlined & {
      /** Polygons that follow the pointer together; `outlines` as they lie unmoved, the same object for the whole drag. */
      readonly kind: 'moved';
      readonly outlines: readonly (readonly PolygonPart[])[];
      /** Image pixels. */
      readonly by: readonly [dx: number, dy: number];
    })
  | (Outlined & { readonly kind: 'box'; readonly box: Box })
  | (Toned & {
      readonly kind: 'mask';
      readonly size: readonly [height: number, width: number];
      /** Column-major runs. A new object for a new mask: drawn things are remembered by identity. */
      readonly counts: Uint32Array;
      readonly fillAlpha?: number;
    })
  | (Toned & {
      /** A bitmap being painted: a revision of it draws `dirty` of `data` anew. */
      readonly kind: 'pixels';
      /** Integer image region that `data` covers. */
      readonly box: Box;
      /** Row-major, 0 or 1, `box` width x height, a byte or a bit each; the tool's own, it may change it between revisions. */
      readonly data: Uint8Array | BitPlane;
      /** The same object for all revisions of one bitmap, also where it has grown. */
      readonly bitmap: object;
      readonly revision: number;
      /** Integer image region changed since the revision before; absent: all of it. */
      readonly dirty?: Box;
      readonly fillAlpha?: number;
    })
  | (Toned & {
      /** A round-ended brush stroke; `diameter` in image pixels. */
      readonly kind: 'stroke';
      readonly points: ArrayLike<number>;
      readonly diameter: number;
      readonly fillAlpha?: number;
    })
  | (Toned & {
      /** Fixed size on screen. */
      readonly kind: 'handles';
      readonly points: ArrayLike<number>;
      readonly shape?: 'square' | 'round';
      /** Index of the point under the pointer or being dragged. */
      readonly active?: number;
    })
  | (Outlined & { readonly kind: 'circle'; readonly center: ImagePoint; readonly radius: number })
  | (Toned & { readonly kind: 'text'; readonly at: ImagePoint; readonly text: string });

/** Shapes in painter's order. */
export type Preview = readonly PreviewShape[];

export const EMPTY_PREVIEW: Preview = [];
