/** Which masks of a tool's preview the raster worker draws: those that would hold up the page while they are traced. */
import type { Preview, PreviewShape } from '../tools/preview';

export type MaskPreview = Extract<PreviewShape, { kind: 'mask' }>;

/** Column-major runs: an object of ordinary outline has about two a column. Tracing and drawing more takes tens of ms. */
const RAGGED_RUNS = 8000;

export function splitRagged(preview: Preview): { readonly ragged: readonly MaskPreview[]; readonly rest: Preview } {
  const ragged = preview.filter(isRagged);
  return ragged.length === 0
    ? { ragged, rest: preview }
    : { ragged, rest: preview.filter((shape) => !isRagged(shape)) };
}

/** Whether both draw the same: shapes are made anew at every movement of the pointer, their runs are not. */
export function sameMasks(one: readonly MaskPreview[], other: readonly MaskPreview[]): boolean {
  return (
    one.length === other.length &&
    one.every(({ counts, tone }, i) => counts === other[i].counts && tone === other[i].tone)
  );
}

function isRagged(shape: PreviewShape): shape is MaskPreview {
  return shape.kind === 'mask' && shape.counts.length > RAGGED_RUNS;
}
