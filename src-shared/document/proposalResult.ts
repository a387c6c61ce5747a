/** What models and methods find on an image, before it belongs to a project. */
import type { Box } from '../geometry/box';
import type { Provenance, RleSegmentation } from './types';

/** A mask as computed, before it belongs to an image and a category of a project. */
export interface RawProposal {
  readonly segmentation: RleSegmentation;
  /** Of a method that draws one: a ring (flat, image space) whose pixels are exactly those of the segmentation. */
  readonly outline?: readonly number[];
  readonly bbox: Box;
  readonly area: number;
  readonly score: number;
  /** The model's name of the class; null for classical methods. */
  readonly categoryName: string | null;
  /** What of its provenance is its own, beside that of all. */
  readonly params?: Provenance['params'];
}

export interface ProposalResult {
  readonly size: readonly [height: number, width: number];
  readonly proposals: readonly RawProposal[];
  readonly provenance: Provenance;
  readonly timings: Readonly<Record<string, number>>;
  /** What the user should know, e.g. an automatic choice that was made. */
  readonly notes: readonly string[];
  /** Those of the notes that say where the model runs instead of where it was wanted: they hold for every image. */
  readonly fallbacks?: readonly string[];
}
