/** Matching of detections to ground truth by ids and by names. */
import { describe, expect, test } from 'vitest';
import type { CocoFile } from '../../../src-main/cli/lib/cocoReader';
import { matchDetections } from '../../../src-main/cli/lib/matchDetections';

const coco = (
  kind: CocoFile['kind'],
  images: [number, string][],
  categories: [number, string][],
  annotations: [image: number | null, category: number | null][],
): CocoFile => ({
  file: `${kind}.json`,
  kind,
  images: images.map(([id, fileName], i) => ({ id, fileName, width: 8, height: 8, pointer: `/images/${i}` })),
  categories: categories.map(([id, name], i) => ({
    id,
    name,
    supercategory: null,
    isThing: null,
    pointer: `/categories/${i}`,
  })),
  annotations: annotations.map(([imageId, categoryId], i) => ({
    id: null,
    imageId,
    categoryId,
    segmentation: null,
    bbox: [0, 0, 4, 4],
    area: 16,
    isCrowd: false,
    score: 0.5,
    extra: {},
    pointer: kind === 'results' ? `/${i}` : `/annotations/${i}`,
  })),
  issues: [],
});

const truth = coco(
  'dataset',
  [
    [0, 'a.png'],
    [7, 'b.png'],
    [9, 'c.png'],
  ],
  [
    [3, 'cat'],
    [5, 'dog'],
  ],
  [],
);
const places = (result: ReturnType<typeof matchDetections>) =>
  result.matched.map(({ image, category }) => [image, category]);

describe('a results list', () => {
  test('is matched by ids, 0 included; unknown categories are listed', () => {
    const result = matchDetections(
      coco(
        'results',
        [],
        [],
        [
          [0, 3],
          [9, 5],
          [7, 4],
        ],
      ),
      truth,
    );
    expect(places(result)).toEqual([
      [0, 0],
      [2, 1],
    ]);
    expect(result.notes).toEqual(['1 category id of the detections not in the ground truth: 4; 1 detection left out']);
  });

  test('must not name an unknown image', () => {
    const unknown = coco(
      'results',
      [],
      [],
      [
        [0, 3],
        [8, 3],
      ],
    );
    expect(() => matchDetections(unknown, truth)).toThrow('no image with the id 8');
    try {
      matchDetections(unknown, truth);
    } catch (error) {
      expect(error).toMatchObject({ code: 'bad-input', place: { file: 'results.json', pointer: '/1/image_id' } });
    }
  });
});

describe('a dataset', () => {
  test('is matched by file_name and category name, whatever its ids; the rest is listed', () => {
    const detections = coco(
      'dataset',
      [
        [1, 'b.png'],
        [2, 'a.png'],
        [3, 'z.png'],
      ],
      [
        [1, 'dog'],
        [2, 'cow'],
      ],
      [
        [1, 1],
        [2, 1],
        [3, 1],
        [2, 2],
        [1, null],
      ],
    );
    const result = matchDetections(detections, truth);
    expect(places(result)).toEqual([
      [1, 1],
      [0, 1],
    ]);
    expect(result.notes).toEqual([
      '1 image of the detections not in the ground truth: z.png; 1 detection left out',
      '2 categories of the detections not in the ground truth: cow, (none); 2 detections left out',
      '1 image of the ground truth not among the detections: c.png',
    ]);
  });

  test('without any common image is refused', () => {
    const detections = coco('dataset', [[1, 'x/a.png']], [[1, 'dog']], [[1, 1]]);
    expect(() => matchDetections(detections, truth)).toThrow('No image of dataset.json has the file_name');
  });
});
