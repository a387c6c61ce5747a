/** The dataset of proposals: ids, forms of masks, text in pieces. */
import { describe, expect, test } from 'vitest';
import { encode, fromBox, fromPolygons, fromCompressed, type Rle, toBbox, area, toCompressed } from '@shared/mask';
import { ProposalDataset } from '../../../src-main/cli/lib/proposalDataset';

const proposal = (rle: Rle, categoryName: string, score = 0.5) => ({
  segmentation: { kind: 'rle' as const, size: rle.size, counts: toCompressed(rle) },
  bbox: toBbox(rle),
  area: area(rle),
  score,
  categoryName,
});

const dataset = (polygons: boolean, categories: string[] = ['cell']) =>
  new ProposalDataset({ description: 'test', source: { method: 'threshold' }, categories, polygons });

const parse = (built: ProposalDataset) => JSON.parse([...built.toJson()].join(''));

describe('dataset of proposals', () => {
  const square = fromBox([2, 3, 4, 5], 12, 10);
  const ring = () => {
    const bitmap = new Uint8Array(120);
    for (let y = 1; y < 8; y++) bitmap.fill(1, y * 10 + 1, y * 10 + 8);
    bitmap[4 * 10 + 4] = 0;
    return encode(bitmap, 12, 10);
  };

  test('categories say whether they are things or stuff, where the model does', () => {
    const isthing = new Map([
      ['cell', 1],
      ['ground', 0],
    ] as const);
    const categories = ['cell', 'ground', 'dust'];
    const built = new ProposalDataset({ description: 'test', source: {}, categories, isthing, polygons: false });
    expect(parse(built).categories).toEqual([
      { id: 1, name: 'cell', isthing: 1 },
      { id: 2, name: 'ground', isthing: 0 },
      { id: 3, name: 'dust' },
    ]);
  });

  test('numbers images, annotations and categories from 1', () => {
    const built = dataset(false);
    const numbered = built.addImage({ fileName: 'a.png', width: 10, height: 12 }, [
      proposal(square, 'cell', 0.9),
      proposal(square, 'dust', 0.4),
    ]);
    expect(numbered.map(({ annotationId }) => annotationId)).toEqual([1, 2]);
    built.addImage({ fileName: 'b.png', width: 10, height: 12 }, [proposal(square, 'dust')]);
    const json = parse(built);
    expect(json.images).toEqual([
      { id: 1, file_name: 'a.png', width: 10, height: 12 },
      { id: 2, file_name: 'b.png', width: 10, height: 12 },
    ]);
    expect(json.categories).toEqual([
      { id: 1, name: 'cell' },
      { id: 2, name: 'dust' },
    ]);
    expect(json.annotations[2]).toEqual({
      id: 3,
      image_id: 2,
      category_id: 2,
      segmentation: { size: [12, 10], counts: toCompressed(square) },
      area: 20,
      bbox: [2, 3, 4, 5],
      iscrowd: 0,
      score: 0.5,
    });
  });

  test('is valid without anything in it', () => {
    expect(parse(dataset(false, []))).toMatchObject({ images: [], annotations: [], categories: [] });
  });

  test('polygons lie on pixel edges and give the same mask; what has a hole stays RLE', () => {
    const built = dataset(true);
    built.addImage({ fileName: 'a.png', width: 10, height: 12 }, [proposal(square, 'cell'), proposal(ring(), 'cell')]);
    const [plain, holed] = parse(built).annotations;
    expect(toCompressed(fromPolygons(plain.segmentation, 12, 10))).toBe(toCompressed(square));
    expect(area(fromCompressed(holed.segmentation.counts, holed.segmentation.size))).toBe(48);
    expect(built.withHoles).toBe(1);
  });
});
