/** Changes of shapes with a parameter that is tried out first: what the window and its worker say to each other. */
import type { Annotation, Patch } from '@shared/document/types';
import type { Mending } from '@shared/document/overlaps';
import type { Preview } from '../tools/preview';

/** About the selected shapes. */
export type SelectionKind = 'simplify' | 'smooth' | 'dropFragments';

/** About the image, or what is selected of it. */
export type ImageKind = 'fillGaps' | 'expand' | 'overlaps';

export type ShapeKind = SelectionKind | ImageKind;

export const isImageKind = (kind: ShapeKind): kind is ImageKind =>
  kind === 'fillGaps' || kind === 'expand' || kind === 'overlaps';

/** What a trial about the image has to know besides its annotations. */
export interface ImageScope {
  /** Ids; none: all of the image is meant. */
  readonly selected: readonly number[];
  /** Ids of those that are not shown: they keep their pixels. */
  readonly hidden: readonly number[];
  /** Ids of categories. */
  readonly stuff: readonly number[];
  /** Who gets the pixels of an overlap. */
  readonly mending: Mending;
  /** Addresses of the picture at whose edges regions meet, the next one where the worker cannot decode it; none: half way. */
  readonly picture: readonly string[];
}

export interface ShapeRequest {
  readonly kind: ShapeKind;
  /** Tolerance, radius, width or distance in image pixels, or the least area in square pixels. */
  readonly value: number;
  /** Sent when they differ from those of the request before. */
  readonly annotations?: readonly Annotation[];
  readonly imageId: number;
  readonly size: readonly [height: number, width: number];
  /** Present where the trial is about the image. */
  readonly scope?: ImageScope;
}

/** Two annotations that share pixels. */
export interface ListedOverlap {
  readonly upperId: number;
  readonly lowerId: number;
  readonly pixels: number;
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
  /** In all; null where the trial is about pixels. */
  readonly vertices: { readonly before: number; readonly after: number } | null;
  readonly pixels: { readonly before: number; readonly after: number };
  /** Of a trial about the image: what it would do, in place of figures. */
  readonly summary?: string;
  readonly overlaps?: readonly ListedOverlap[];
}
