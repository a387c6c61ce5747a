/** Who draws what, in which order and colour. */
import type { Annotation, Category, Proposal } from '@shared/document/types';
import { describe, expect, test } from 'vitest';
import {
  annotationOrder,
  Colors,
  DEFAULT_OPTIONS,
  overlayAnnotations,
  proposalOrder,
} from '../../../../src-renderer/canvas/drawOrder';
import { DRAW_SELECTED } from '../../../../src-renderer/canvas/rasterProtocol';

const annotation = (id: number, categoryId = 1): Annotation => ({
  id,
  imageId: 1,
  categoryId,
  segmentation: { kind: 'polygons', parts: [{ outer: [0, 0, 1, 0, 1, 1], holes: [] }] },
  bbox: [0, 0, 1, 1],
  area: 1,
  isCrowd: false,
  zOrder: id,
  score: null,
  provenance: null,
  locked: false,
  extra: {},
});
const category = (id: number, name: string, color: string | null): Category => ({
  id,
  name,
  supercategory: null,
  color,
  hotkey: null,
});
const proposal = (id: number, score: number, categoryName = 'cell'): Proposal => ({
  id,
  imageId: 1,
  categoryName,
  segmentation: { kind: 'rle', size: [1, 1], counts: '1' },
  bbox: [0, 0, 1, 1],
  area: 0,
  score,
  provenance: { tool: 'model', edits: 0 },
});
const colors = new Colors([category(1, 'cell', '#ff0000'), category(2, 'dust', null)]);
const none: ReadonlySet<number> = new Set();

test('annotations come in document order without hidden and overlaid ones, selected ones marked', () => {
  const options = { ...DEFAULT_OPTIONS, hidden: new Set([2]) };
  const all = [annotation(5), annotation(2), annotation(9, 2), annotation(4)];
  expect(annotationOrder(all, colors, options, new Set([9]), new Set([4]))).toEqual({
    ids: [5, 9],
    colors: [0xff0000, 0x56b4e9],
    marks: [0, DRAW_SELECTED],
  });
});

test('by instance, neighbours differ and a colour stays with its object', () => {
  const options = { ...DEFAULT_OPTIONS, colorBy: 'instance' as const };
  const first = annotationOrder([annotation(1), annotation(2)], colors, options, none, none).colors;
  expect(first[0]).not.toBe(first[1]);
  expect(annotationOrder([annotation(2)], colors, options, none, none).colors).toEqual([first[1]]);
});

test('the surest proposals last; those of categories that do not exist yet in the colours these will get', () => {
  const all = [proposal(1, 0.9), proposal(2, 0.2, 'other'), proposal(3, 0.5, 'new')];
  const fresh = new Map([
    ['new', '#009e73'],
    ['other', '#f0e442'],
  ]);
  const order = proposalOrder(all, fresh, colors, 'category');
  expect(order.ids).toEqual([2, 3, 1]);
  expect(order.colors).toEqual([0xf0e442, 0x009e73, 0xff0000]);
});

describe('overlayAnnotations', () => {
  test('a small selection is the overlay’s, hidden ones left out', () => {
    const all = [annotation(1), annotation(2), annotation(3)];
    expect(overlayAnnotations(all, new Set([1, 3, 99]), new Set([3])).map(({ id }) => id)).toEqual([1]);
  });

  test('hundreds of objects, or a very long outline, are left to the raster', () => {
    const many = Array.from({ length: 500 }, (_, id) => annotation(id));
    expect(overlayAnnotations(many, new Set(many.map(({ id }) => id)), none)).toEqual([]);
    const ragged: Annotation = {
      ...annotation(1),
      segmentation: { kind: 'rle', size: [1, 1], counts: '0'.repeat(100_000) },
    };
    expect(overlayAnnotations([ragged], new Set([1]), none)).toEqual([]);
  });
});
