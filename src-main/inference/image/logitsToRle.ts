/** A small grid of logits as a mask of the whole image, by runs: what is far from a border costs nothing. */
import type { Rle } from '@shared/mask';
import { makeAxis, RunWriter } from './gridRuns';
import type { Corners, MaskGrid } from './postprocess';

/**
 * The pixels of an image of `size` [height, width] whose centre has a value > `threshold` where the grid is stretched over
 * `gridCorners` (image space; may reach beyond the image) and sampled bilinearly between cell centres, the outermost cells
 * reaching to its border. What lies outside of `gridCorners`, or of `within`, is not set.
 * Column-major runs are made directly: no bitmap, and only cells that a border crosses are sampled pixel by pixel.
 * O(columns * grid height + pixels near borders). Null when no pixel is set.
 */
export function logitsToRle(
  grid: MaskGrid,
  gridCorners: Corners,
  size: readonly [height: number, width: number],
  threshold: number,
  within?: Corners,
): Rle | null {
  const [height, width] = size;
  const columns = makeAxis(gridCorners[0], gridCorners[2], width, grid.width, within?.[0], within?.[2]);
  const rows = makeAxis(gridCorners[1], gridCorners[3], height, grid.height, within?.[1], within?.[3]);
  const values = grid.values;
  const line = new Float32Array(grid.height);
  const runs = new RunWriter();
  for (let x = columns.first; x < columns.end; x++) {
    const cell = columns.cell[x - columns.first];
    const weight = columns.weight[x - columns.first];
    const next = cell + 1 < grid.width ? 1 : 0;
    let isAnySet = false;
    for (let j = 0, at = grid.offset + cell; j < grid.height; j++, at += grid.width) {
      const value = values[at] + (values[at + next] - values[at]) * weight;
      line[j] = value;
      isAnySet ||= value > threshold;
    }
    if (!isAnySet) continue;
    const start = x * height;
    for (let j = 0; j < grid.height; j++) {
      const from = rows.starts[j];
      const to = rows.starts[j + 1];
      if (from === to) continue;
      const a = line[j];
      const b = j + 1 < grid.height ? line[j + 1] : a;
      if (a > threshold && b > threshold) runs.add(start + from, start + to);
      else if (a > threshold || b > threshold) {
        for (let y = from; y < to; y++) {
          if (a + (b - a) * rows.weight[y - rows.first] > threshold) runs.add(start + y, start + y + 1);
        }
      }
    }
  }
  return runs.isEmpty ? null : { size, counts: runs.counts(height * width) };
}
