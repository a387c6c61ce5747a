/** Which masks of a tool's preview the raster worker draws: those that would hold up the page while they are traced. */
import type { Preview, PreviewShape } from '../tools/preview';

export type MaskPreview = Extract<PreviewShape, { kind: 'mask' }>;

/**
 * Column-major runs of all masks together: an object of ordinary outline has about two a column. Tracing and drawing more, in
 * one mask or in a thousand small ones, takes tens of ms.
 */
const RAGGED_RUNS = 8000;

export function splitRagged(preview: Preview): { readonly ragged: readonly MaskPreview[]; readonly rest: Preview } {
  const masks = preview.filter((shape): shape is MaskPreview => shape.kind === 'mask');
  const runs = masks.reduce((sum, { counts }) => sum + counts.length, 0);
  return runs <= RAGGED_RUNS
    ? { ragged: [], rest: preview }
    : { ragged: masks, rest: preview.filter(({ kind }) => kind !== 'mask') };
}

/** Whether both draw the same: shapes are made anew at every movement of the pointer, their runs are not. */
export function sameMasks(one: readonly MaskPreview[], other: readonly MaskPreview[]): boolean {
  return (
    one.length === other.length &&
    one.every(({ counts, tone }, i) => counts === other[i].counts && tone === other[i].tone)
  );
}
