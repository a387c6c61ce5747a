import { describe, expect, it } from 'vitest';
import { shapeOutcome } from '../../../../src-renderer/shapeWork/shapeOutcome';
import { createAnnotation, rleToSegmentation, segmentationToRle } from '@shared/document/segmentation';
import { area, encode, fromBox, iou, merge } from '@shared/mask';

const size = [40, 60] as const;
/** A staircase: simplifying has something to do. */
const blob = merge(Array.from({ length: 15 }, (_, at) => fromBox([4, 4 + 2 * at, 10 + 3 * (at % 5) + at, 2], 40, 60)));
const speck = fromBox([50, 2, 2, 2], 40, 60);
const annotation = (id: number, mask: typeof blob) =>
  createAnnotation({ id, imageId: 1, categoryId: 1, segmentation: rleToSegmentation(mask), zOrder: id }, size);
const run = (kind: 'simplify' | 'smooth' | 'dropFragments', value: number, ...list: ReturnType<typeof annotation>[]) =>
  shapeOutcome({ kind, value, imageId: 1, size }, list);

describe('a trial on shapes that is tried out', () => {
  it('simplify: the numbers shown are those of what is applied', () => {
    const before = annotation(1, blob);
    const { patch, iou: shown, vertices, preview } = run('simplify', 4, before);
    const [[from, to]] = patch!.updated;
    expect(from).toBe(before);
    const after = segmentationToRle(to.segmentation!, size);
    expect(shown).toBe(iou([after], [blob], [false])[0]);
    expect(to.area).toBe(area(after));
    expect(to.segmentation?.kind === 'polygons' && to.segmentation.parts[0].outer.length / 2).toBe(vertices!.after);
    expect(vertices!.after).toBeLessThan(vertices!.before);
    expect(preview.map(({ kind }) => kind)).toEqual(['polygon', 'handles']);
  });

  it('drop fragments: removed ones count as lost, kept ones as they are', () => {
    const both = annotation(1, merge([blob, speck]));
    const alone = annotation(2, speck);
    const result = run('dropFragments', 10, both, alone);
    expect(result.patch!.removed.map(({ id }) => id)).toEqual([2]);
    expect(result.pixels).toEqual({ before: area(blob) + 8, after: area(blob) });
    expect(result.iou).toBe(0);
    expect(result.preview).toHaveLength(2);
    expect(run('dropFragments', 10, both).iou).toBeCloseTo(area(blob) / (area(blob) + 4), 12);
  });

  it('simplify: a mask that stays too ragged to edit is refused with its vertices', () => {
    const squares = Uint8Array.from({ length: 170 * 170 }, (_, i) => (i + Math.floor(i / 170)) % 2);
    const { patch, notice, preview } = run('simplify', 0, annotation(1, encode(squares, 170, 170)));
    expect(patch).toBeNull();
    expect(preview).toEqual([]);
    expect(notice).toMatch(/^57,800 vertices would be left.*raise the tolerance/);
  });

  it('says so where nothing would change', () => {
    expect(run('dropFragments', 2, annotation(1, blob))).toMatchObject({
      patch: null,
      notice: 'There is no fragment below 2 pixels',
      iou: 1,
    });
    const box = createAnnotation({ id: 1, imageId: 1, categoryId: 1, segmentation: null, zOrder: 1 }, size);
    expect(run('simplify', 1, box).notice).toMatch('Select a visible, unlocked annotation');
  });
});

describe('a trial on the image that is tried out', () => {
  const box = (id: number, x: number, fields: object = {}) => ({
    ...annotation(id, fromBox([x, 5, 10, 20], 40, 60)),
    ...fields,
  });
  const on = (kind: 'fillGaps' | 'expand' | 'overlaps', value: number, list: ReturnType<typeof box>[], scope: object) =>
    shapeOutcome(
      {
        kind,
        value,
        imageId: 1,
        size,
        scope: { selected: [], hidden: [], stuff: [], mending: 'upper', picture: [], ...scope },
      },
      list,
    );

  it('overlaps: lists them, of the selection where there is one; what is locked keeps its pixels, which is said', () => {
    const list = [box(1, 5), box(2, 12), box(3, 19, { locked: true })];
    const all = on('overlaps', 0, list, { mending: 'lower' });
    expect(all.overlaps).toEqual([
      { upperId: 2, lowerId: 1, pixels: 60 },
      { upperId: 3, lowerId: 2, pixels: 60 },
    ]);
    expect(all.summary).toBe('2 overlaps, 120 pixels');
    expect(all.notice).toBe('1 locked or hidden annotation kept its pixels');
    expect(all.patch?.updated.map(([, to]) => [to.id, to.area])).toEqual([[2, 140]]);
    expect(on('overlaps', 0, list, { selected: [1] }).overlaps).toHaveLength(1);
    expect(on('overlaps', 0, list, { selected: [1, 3] })).toMatchObject({
      patch: null,
      notice: 'The selection overlaps nothing',
    });
    expect(on('overlaps', 0, [box(1, 0)], {}).notice).toBe('No two annotations overlap');
    const covered = on('overlaps', 0, [box(1, 5), box(2, 5)], {});
    expect(covered.notice).toBe('1 annotation had no other pixel and is removed');
  });

  it('fill gaps and expand: the selected ones grow, hidden ones do not, and what is shown is what is gained', () => {
    const list = [box(1, 5), box(2, 17)];
    const gap = on('fillGaps', 2, list, {});
    expect([gap.summary, gap.preview.length]).toEqual(['40 unlabelled pixels to 2 annotations', 2]);
    expect(on('fillGaps', 2, list, { selected: [2] }).summary).toBe('40 unlabelled pixels to 1 annotation');
    expect(on('fillGaps', 2, list, { hidden: [1] }).patch?.updated.map(([, to]) => [to.id, to.area])).toEqual([
      [2, 240],
    ]);
    expect(on('fillGaps', 2, [box(1, 5), box(2, 18)], {}).notice).toBe('No gap up to 2 px wide has two neighbours');
    expect(on('expand', 5, list, { selected: [1], hidden: [1] }).notice).toBe(
      'What is selected is locked, hidden or a crowd',
    );
    const crowd = [box(1, 5, { isCrowd: true }), box(2, 17)];
    expect(on('expand', 3, crowd, {}).patch?.updated.map(([, to]) => to.id)).toEqual([2]);
    expect(on('expand', 3, crowd, { selected: [1] }).patch?.updated.map(([, to]) => to.id)).toEqual([1]);
    const whole = annotation(1, fromBox([0, 0, 60, 40], 40, 60));
    expect(on('expand', 5, [whole], {}).notice).toBe('Nothing unlabelled is within reach');
  });
});
