/** Operations on shapes with a parameter that is tried out first: what the window and its worker say to each other. */
import type { Annotation, Patch } from '@shared/document/types';
import type { Preview } from '../tools/preview';

export type ShapeKind = 'simplify' | 'smooth' | 'dropFragments';

export interface ShapeRequest {
  readonly kind: ShapeKind;
  /** Tolerance or radius in image pixels, or the least area in square pixels. */
  readonly value: number;
  /** Sent when they differ from those of the request before. */
  readonly annotations?: readonly Annotation[];
  readonly imageId: number;
  readonly size: readonly [height: number, width: number];
}

export interface ShapeResult {
  /** null: nothing would change, and `notice` says why. */
  readonly patch: Patch | null;
  readonly gesture: string;
  readonly notice: string | null;
  /** What the shapes would become. */
  readonly preview: Preview;
  /** The lowest of all, 0..1, shape as it would be against shape as it is. */
  readonly iou: number;
  /** In all; null where the operation is about pixels. */
  readonly vertices: { readonly before: number; readonly after: number } | null;
  readonly pixels: { readonly before: number; readonly after: number };
}
