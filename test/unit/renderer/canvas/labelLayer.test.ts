/** The label map of the canvas: regions with their pixels, and what the dataset leaves out among them. */
import { describe, expect, it } from 'vitest';
import { rleToSegmentation, segmentationToRle } from '@shared/document/segmentation';
import { decode, fromBox, toCompressed } from '@shared/mask';
import { LabelLayers, LEFT_OUT, UNLABELLED } from '../../../../src-renderer/canvas/labelLayer';

const size = [2, 4] as const;
const box = (...sides: readonly [number, number, number, number]) => fromBox(sides, ...size);

describe('what PASCAL VOC leaves out', () => {
  const ask = (voids: string | null) =>
    new LabelLayers().answer({
      ...{ turn: 1, size, voids, stuff: [] },
      annotations: [{ id: 5, categoryId: 3, zOrder: 1 }],
      upserts: [[5, rleToSegmentation(box(0, 0, 2, 1))]],
    });
  const shown = (voids: string | null) =>
    ask(voids).regions.map(({ id, pixels, segmentation }) => [
      id,
      pixels,
      [...decode(segmentationToRle(segmentation, size))],
    ]);

  it('is a region of its own that is not unlabelled, below all that is drawn', () => {
    const border = JSON.stringify({ objects: '', classes: toCompressed(box(1, 0, 2, 1)) });
    expect(shown(border)).toEqual([
      [3, 2, [1, 1, 0, 0, 0, 0, 0, 0]],
      [LEFT_OUT, 1, [0, 0, 1, 0, 0, 0, 0, 0]],
      [UNLABELLED, 5, [0, 0, 0, 1, 1, 1, 1, 1]],
    ]);
    expect(ask(border)).toMatchObject({ total: 8, unlabelled: 5 });
  });

  it('is nothing in other datasets, and in an image of another size than it had', () => {
    const other = JSON.stringify({ objects: '', classes: toCompressed(fromBox([0, 0, 9, 9], 9, 9)) });
    for (const voids of [null, '', 'no JSON', other]) expect(ask(voids)).toMatchObject({ total: 8, unlabelled: 6 });
  });
});
