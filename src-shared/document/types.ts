/** The data model of one image's annotations: immutable snapshots and the patches between them. */
import type { Box } from '../geometry/box';
import type { PolygonPart } from '../geometry/polygon';

/** Authored polygons. Pixels: union over parts of (outer minus its holes), each ring rasterised as pycocotools does. */
export interface PolygonSegmentation {
  readonly kind: 'polygons';
  readonly parts: readonly PolygonPart[];
}

/** A pixel mask: column-major runs in COCO's compressed string form; `size` is `[height, width]` of the image. */
export interface RleSegmentation {
  readonly kind: 'rle';
  readonly size: readonly [height: number, width: number];
  readonly counts: string;
}

export type Segmentation = PolygonSegmentation | RleSegmentation;

/** Where an annotation or a proposal came from. */
export interface Provenance {
  /** Tool, classical method or 'model'; 'import' for what came with a file. */
  readonly tool: string;
  readonly model?: { readonly id: string; readonly sha256: string };
  readonly params?: Readonly<Record<string, number | string>>;
  /** Milliseconds the proposal took to compute. */
  readonly ms?: number;
  /** Gestures that changed it since it was accepted. */
  readonly edits: number;
}

export interface Annotation {
  /** Unique in the project; the COCO id unless the file's own id was missing, unusable or taken. */
  readonly id: number;
  readonly imageId: number;
  readonly categoryId: number;
  /** null: a box without a mask. */
  readonly segmentation: Segmentation | null;
  readonly bbox: Box;
  /** Square pixels; as authored until the segmentation is edited. */
  readonly area: number;
  readonly isCrowd: boolean;
  /** Painter's order: higher is drawn later. */
  readonly zOrder: number;
  readonly score: number | null;
  readonly provenance: Provenance | null;
  readonly locked: boolean;
  /** Every key of the source record that this product does not interpret. */
  readonly extra: Readonly<Record<string, unknown>>;
}

/** Of an attribute of an annotation: what COCO files keep under `attributes`. */
export type AttributeValue = string | number | boolean;

/** What a category's annotations are asked: how the inspector shows the attribute of that name, and what new ones start with. */
export interface AttributeTemplate {
  readonly name: string;
  readonly kind: 'text' | 'number' | 'choice' | 'yes-no';
  /** Of a choice, at least one. */
  readonly choices?: readonly string[];
  /** Absent: new annotations start without the attribute. */
  readonly default?: AttributeValue;
}

export interface Category {
  readonly id: number;
  readonly name: string;
  readonly supercategory: string | null;
  /** `#rrggbb`, or null for the palette's colour of its position. */
  readonly color: string | null;
  readonly hotkey: string | null;
  /** Its first place in the project's list, from 0: its palette colour follows from it and stays when others go. */
  readonly position?: number;
  /** false: stuff (sky, road), one annotation an image; absent: nobody has said, it counts as a thing. */
  readonly isThing?: boolean;
  /** Absent: it has none. */
  readonly attributes?: readonly AttributeTemplate[];
}

/** All annotations of one image, in painter's order. */
export interface DocumentSnapshot {
  readonly imageId: number;
  readonly size: readonly [height: number, width: number];
  readonly annotations: readonly Annotation[];
}

/** A change of one image's document as data; `updated` pairs carry the same id. */
export interface Patch {
  readonly added: readonly Annotation[];
  readonly updated: readonly (readonly [from: Annotation, to: Annotation])[];
  readonly removed: readonly Annotation[];
}

export type ReviewStatus = 'new' | 'in-progress' | 'done' | 'rejected';

/** A mask that a model or a method suggests; not an annotation until accepted. */
export interface Proposal {
  readonly id: number;
  readonly imageId: number;
  /** Category by name: it is created on acceptance where the project does not have it. */
  readonly categoryName: string;
  readonly segmentation: RleSegmentation;
  readonly bbox: Box;
  readonly area: number;
  /** 0..1 */
  readonly score: number;
  readonly provenance: Provenance;
}

/** A category to add. `id`: given where it is free (datasets share known ids), else another one. */
export interface NewCategory {
  readonly id?: number;
  readonly name: string;
  readonly supercategory?: string;
  /** `#rrggbb` */
  readonly color?: string;
  readonly isThing?: boolean;
}

/** How an export writes segmentations: as they were drawn, or all in one form. */
export type SegmentationStyle = 'as-authored' | 'polygons' | 'rle';
