import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseAnnotation, parseCategory, parseImage, type RecordSource } from '@shared/formats/coco';
import { lintCoco } from '@shared/formats/coco/lint';
import { contentFromCoco } from '@shared/formats/coco/toDocument';
import { DatasetLinter } from '@shared/dataset/lint/linter';

type Records = { images: object[]; categories: object[]; annotations: object[] };

function lint(dataset: Records) {
  const read = <T>(kind: keyof Records, parse: (source: RecordSource, issues: []) => T | null) =>
    dataset[kind].map((json, i) => {
      const pointer = `/${kind}/${i}`;
      return { ...parse({ json, text: JSON.stringify(json), pointer }, [])!, pointer };
    });
  return lintCoco({
    images: read('images', parseImage),
    categories: read('categories', parseCategory),
    annotations: read('annotations', parseAnnotation),
  });
}

const base = {
  images: [{ id: 1, file_name: 'a.png', width: 100, height: 80 }],
  categories: [
    { id: 1, name: 'cat' },
    { id: 2, name: 'dog' },
  ],
};
const square = (x: number, y: number, side: number) => [x, y, x + side, y, x + side, y + side, x, y + side];
const sound = {
  id: 1,
  image_id: 1,
  category_id: 1,
  segmentation: [square(10, 10, 20)],
  area: 400,
  bbox: [10, 10, 20, 20],
};
const parsed = (json: object) => parseAnnotation({ json, text: '', pointer: '' }, [])!;
const only = (...annotations: object[]) =>
  lint({ ...base, annotations }).map(({ code, pointer }) => `${code} ${pointer}`);

describe('linting a dataset', () => {
  it('finds nothing in a sound one', () => {
    expect(only(sound, { ...sound, id: 2, category_id: 2 }, { ...sound, id: 3, segmentation: undefined })).toEqual([]);
  });

  it.each([
    [{ area: 300 }, 'stale-area', '/area'],
    [{ bbox: [10, 10, 24, 20] }, 'stale-bbox', '/bbox'],
    [{ category_id: 9 }, 'dangling-category', '/category_id'],
    [{ image_id: 9 }, 'dangling-image', '/image_id'],
    [{ iscrowd: 1 }, 'crowd-polygons', '/segmentation'],
    [{ segmentation: [[10, 10, 30, 10, 30, 10.1]], area: 0 }, 'zero-area', '/segmentation'],
    [{ segmentation: { size: [100, 80], counts: [8000] } }, 'mask-size', '/segmentation/size'],
    [{ segmentation: { size: [80, 100], counts: [8000] } }, 'zero-area', '/segmentation'],
    [{ segmentation: [square(-10, 10, 20)], bbox: [-10, 10, 20, 20] }, 'outside', '/segmentation'],
    [
      { segmentation: [square(10, 10, 20), square(60, 60, 1)], area: 401, bbox: [10, 10, 51, 51] },
      'fragment',
      '/segmentation',
    ],
  ])('reports %j', (change, code, pointer) => {
    expect(only({ ...sound, ...change })).toEqual([`${code} /annotations/0${pointer}`]);
  });

  it('reports what is there twice', () => {
    expect(only(sound, { ...sound, segmentation: [square(10.2, 10, 20)] })).toEqual([
      'duplicate-id /annotations/1/id',
      'duplicate /annotations/1',
    ]);
    expect(only(sound, { ...sound, id: 2, segmentation: [square(12, 10, 20)], bbox: [12, 10, 20, 20] })).toEqual([]);
    const categories = [...base.categories, { id: 2, name: 'DOG ' }];
    expect(lint({ ...base, categories, annotations: [] }).map(({ code }) => code)).toEqual([
      'duplicate-id',
      'category-name',
    ]);
  });

  it.each([
    [97, true],
    [96, true],
    [95, false],
    [94, false],
  ])('one that has %i of the 100 pixels of another is the same one: %s', (shared, isSame) => {
    const rle = (pixels: number) => ({ size: [80, 100], counts: [800, pixels, 7200 - pixels] });
    const one = { ...sound, segmentation: rle(100), area: 100, bbox: undefined };
    const found = only(one, { ...one, id: 2, segmentation: rle(shared), area: shared });
    expect(found).toEqual(isSame ? ['duplicate /annotations/1'] : []);
    expect(only({ ...one, segmentation: rle(shared), area: shared }, { ...one, id: 2 })).toEqual(found);
  });

  it('reads and draws each once, however many lie where it does', () => {
    const contents = Array.from({ length: 30 }, (_, i) => {
      const { left, top } = { left: 10 + (i % 6) * 0.7, top: 10 + Math.floor(i / 6) * 0.7 };
      return contentFromCoco({ ...parsed(sound), segmentation: [square(left, top, 12)], area: null, bbox: null });
    });
    const asked = contents.map(() => 0);
    const linter = new DatasetLinter(() => undefined, {
      contentOf: (place) => (asked[place]++, { ...contents[place] }),
      placeOf: () => ({ pointer: '' }),
    });
    linter.image({ id: 1, fileName: 'a.png', width: 100, height: 80 }, { pointer: '' });
    for (const [id, content] of contents.entries())
      linter.annotation({ ...parsed(sound), id, maskSize: null, content }, content, { pointer: '' });
    linter.finish();
    expect(Math.min(...asked)).toBe(1);
    expect(Math.max(...asked)).toBe(1);
  });

  it('lets official annotations pass', () => {
    const golden = new URL('../../../golden/coco-mini/instances.json', import.meta.url);
    const findings = lint(JSON.parse(readFileSync(golden, 'utf8')) as Records);
    expect(findings.filter(({ code }) => code !== 'fragment')).toEqual([]);
  });
});
