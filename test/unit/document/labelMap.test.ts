/** The flat view against a painter who paints pixel by pixel. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { categoryMap, flatView, labelShares, panopticRegions, stuffIds } from '@shared/document/labelMap';
import { annotationFromRle, createAnnotation } from '@shared/document/segmentation';
import { area, decode, fromBox, labelsToRaster, merge, NOBODY, type Rle } from '@shared/mask';
import { masksOfOneSize } from '../mask/arbitraries';

const SKY = 1;
const ROAD = 2;
const CAR = 3;
const stuff = stuffIds([{ id: SKY, isThing: false }, { id: ROAD, isThing: false }, { id: CAR }]);

interface Layer {
  readonly id: number;
  readonly categoryId: number;
  readonly zOrder: number;
  readonly mask: Rle;
}

const annotationOf = ({ mask, ...fields }: Layer) => annotationFromRle(mask, { ...fields, imageId: 1 });

const scenes = fc
  .integer({ min: 1, max: 6 })
  .chain((count) =>
    fc.tuple(
      masksOfOneSize(count),
      fc.array(fc.constantFrom(SKY, ROAD, CAR), { minLength: count, maxLength: count }),
      fc.array(fc.nat(2), { minLength: count, maxLength: count }),
    ),
  )
  .map(([masks, kinds, orders]) =>
    masks.map((mask, i): Layer => ({ id: i + 1, categoryId: kinds[i], zOrder: orders[i], mask })),
  );

function paintPixels(layers: readonly Layer[], value: (layer: Layer) => number): Int32Array {
  const [h, w] = layers[0].mask.size;
  const out = new Int32Array(h * w).fill(NOBODY);
  const isStuff = ({ categoryId }: Layer) => categoryId !== CAR;
  const byOrder = [...layers].sort((a, b) => a.zOrder - b.zOrder || a.id - b.id);
  for (const layer of [...byOrder.filter(isStuff), ...byOrder.filter((each) => !isStuff(each))]) {
    decode(layer.mask).forEach((on, i) => on && (out[i] = value(layer)));
  }
  return out;
}

describe('the flat view', () => {
  it('gives every pixel to the topmost, stuff below things', () => {
    fc.assert(
      fc.property(scenes, (layers) => {
        const { size } = layers[0].mask;
        const view = flatView(layers.map(annotationOf), stuff, size);
        const room = () => new Int32Array(size[0] * size[1]);
        const owners = labelsToRaster(view.map, room()).map((owner) => (owner < 0 ? owner : view.owners[owner].id));
        expect(owners).toEqual(paintPixels(layers, ({ id }) => id));
        const categories = categoryMap(view);
        const expected = paintPixels(layers, ({ categoryId }) => categoryId);
        expect(labelsToRaster(categories, room())).toEqual(expected);
        const { total, unlabelled, byCategory } = labelShares(categories);
        const count = (label: number) => expected.filter((each) => each === label).length;
        expect([total, unlabelled]).toEqual([expected.length, count(NOBODY)]);
        for (const id of [SKY, ROAD, CAR]) expect(byCategory.get(id) ?? 0).toBe(count(id));
      }),
    );
  });

  it('as regions: one a kind of stuff, one a thing, no pixel twice', () => {
    fc.assert(
      fc.property(scenes, (layers) => {
        const { size } = layers[0].mask;
        const view = flatView(layers.map(annotationOf), stuff, size);
        const regions = panopticRegions(view, stuff);
        const kinds = regions.filter(({ categoryId }) => stuff.has(categoryId)).map(({ categoryId }) => categoryId);
        expect(new Set(kinds).size).toBe(kinds.length);
        const { total, unlabelled } = labelShares(categoryMap(view));
        expect(regions.reduce((sum, region) => sum + region.area, 0)).toBe(total - unlabelled);
        if (regions.length > 0) expect(area(merge(regions.map(({ mask }) => mask)))).toBe(total - unlabelled);
        for (const region of regions) expect(region.area).toBeGreaterThan(0);
      }),
    );
  });

  it('a box without a mask owns nothing, nor does a mask of another size', () => {
    const box = createAnnotation(
      { id: 1, imageId: 1, categoryId: CAR, segmentation: null, bbox: [0, 0, 2, 2], zOrder: 0 },
      [4, 4],
    );
    const turned = annotationOf({ id: 2, categoryId: CAR, zOrder: 0, mask: fromBox([0, 0, 1, 1], 2, 8) });
    const view = flatView([box, turned], stuff, [4, 4]);
    expect(view.owners).toEqual([]);
    expect(labelShares(categoryMap(view))).toEqual({ total: 16, unlabelled: 16, byCategory: new Map() });
  });
});
