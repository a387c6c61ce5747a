/** What a gesture does to others beside what was drawn is told. */
import { describe, expect, it } from 'vitest';
import { createAnnotation, rleToSegmentation } from '@shared/document/segmentation';
import { emptyPatch } from '@shared/document/patch';
import type { Segmentation } from '@shared/document/types';
import { fromBox } from '@shared/mask';
import { settleGesture } from '../../../../src-renderer/session/settleGesture';

const SIZE = [20, 30] as const;
const SKY = 1;

const at = (id: number, segmentation: Segmentation) =>
  createAnnotation({ id, imageId: 1, categoryId: SKY, segmentation, zOrder: id }, SIZE);
const square = (x: number): Segmentation => ({
  kind: 'polygons',
  parts: [{ outer: [x, 2, x + 6, 2, x + 6, 8, x, 8], holes: [] }],
});
const stroke = rleToSegmentation(fromBox([10, 4, 6, 3], SIZE[0], SIZE[1]));

describe('stuff that a gesture extends', () => {
  it.each([false, true])('is told where its polygon became a mask (one owner a pixel: %s)', (oneOwner) => {
    const categories = [{ id: SKY, name: 'sky', supercategory: '', color: '#00ff00', isThing: false }] as never;
    const rules = { categories, hidden: new Set<number>(), oneOwner };
    const snapshot = { imageId: 1, size: SIZE, annotations: [at(1, square(5))] };
    const brushed = settleGesture(snapshot, { ...emptyPatch, added: [at(2, stroke)] }, rules);
    expect(brushed.patch?.updated[0][1].segmentation?.kind).toBe('rle');
    expect(brushed.notice).toBe('A polygon became a mask');
    const drawn = settleGesture(snapshot, { ...emptyPatch, added: [at(2, square(9))] }, rules);
    expect(drawn.patch?.updated[0][1].segmentation?.kind).toBe('polygons');
    expect(drawn.notice).toBeUndefined();
  });
});
