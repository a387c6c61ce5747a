import type { Issue } from '@shared/dataset/finding';
import { describe, expect, it } from 'vitest';
import { fromUncompressed, toCompressed } from '@shared/mask';
import { parseAnnotation, parseCategory, parseImage } from '@shared/formats/coco';

const source = (text: string, pointer = '/annotations/12') => ({ json: JSON.parse(text) as unknown, text, pointer });

function annotation(text: string) {
  const issues: Issue[] = [];
  return { record: parseAnnotation(source(text), issues), issues };
}

const errorsOf = (issues: readonly Issue[]) => issues.filter(({ severity }) => severity === 'error');

describe('parsing annotations', () => {
  it('takes every form of segmentation and keeps unknown keys', () => {
    const { record, issues } = annotation(
      '{"id":5,"image_id":1,"category_id":2,"segmentation":[[0,0,4,0,4,4],[5,5,6,5,6,6]],"area":8.5,"bbox":[0,0,4,4],"iscrowd":0,"keypoints":[1,2,2],"num_keypoints":1,"__proto__":{"x":1},"attributes":{"occluded":true}}',
    );
    expect(issues).toEqual([]);
    expect(record).toMatchObject({ id: 5, imageId: 1, categoryId: 2, area: 8.5, bbox: [0, 0, 4, 4], isCrowd: false });
    expect(Object.keys(record!.extra)).toEqual(['keypoints', 'num_keypoints', '__proto__', 'attributes']);
    for (const segmentation of ['{"size":[2,3],"counts":[1,2,3]}', '{"size":[2,2],"counts":"04"}']) {
      const parsed = annotation(`{"id":1,"image_id":1,"category_id":1,"iscrowd":1,"segmentation":${segmentation}}`);
      expect(parsed.issues).toEqual([]);
      expect(parsed.record).toMatchObject({ isCrowd: true, segmentation: JSON.parse(segmentation) as object });
    }
  });

  it.each([
    ['{"segmentation":{"size":[2,3],"counts":[1,2,4]}}', '/segmentation/counts', 'sum to 7'],
    ['{"segmentation":{"size":[2,3],"counts":[1,-1,6]}}', '/segmentation/counts', '-1'],
    ['{"segmentation":{"size":[2,3],"counts":[1,"2",3]}}', '/segmentation/counts', 'Run 1'],
    ['{"segmentation":{"size":[2,2],"counts":"05"}}', '/segmentation/counts', 'more than 4'],
    ['{"segmentation":{"size":[2,2],"counts":" "}}', '/segmentation/counts', 'expected'],
    ['{"segmentation":{"size":[2,2]}}', '/segmentation/counts', 'expected'],
    ['{"segmentation":{"size":[2],"counts":"04"}}', '/segmentation/size', 'expected [height, width]'],
    ['{"segmentation":{"size":[2.5,2],"counts":"04"}}', '/segmentation/size', 'expected [height, width]'],
    ['{"segmentation":[[0,0,1,0,1]]}', '/segmentation/0', '5 numbers'],
    ['{"segmentation":[[0,0,1,0,1,1],[0,0,1e999,1,1,1]]}', '/segmentation/1/2', 'Infinity'],
    ['{"segmentation":[[0,0,null,1,1,1]]}', '/segmentation/0/2', 'null'],
    ['{"segmentation":[0,0,1,0]}', '/segmentation', '[[x, y'],
    ['{"segmentation":[0,0,1,0,1]}', '/segmentation', '[[x, y'],
    ['{"segmentation":[0,0,1,"0",1,1]}', '/segmentation', '[[x, y'],
    ['{"segmentation":"04"}', '/segmentation', 'expected rings'],
    ['{"bbox":[0,0,1]}', '/bbox', '3 values'],
    ['{"bbox":[0,0,1,"x"]}', '/bbox/3', '"x"'],
    ['{"area":"12"}', '/area', 'expected a number'],
    ['{"image_id":{}}', '/image_id', 'expected a number'],
    ['[1]', '', 'expected an object'],
  ])('refuses %s', (text, pointer, message) => {
    const { record, issues } = annotation(text);
    expect(record).toBeNull();
    const [error] = errorsOf(issues);
    expect(error.pointer).toBe(`/annotations/12${pointer}`);
    expect(error.message).toContain(message);
  });

  it.each([
    ['{"id":0,"image_id":1,"category_id":1}', '/id', 'id 0'],
    ['{"image_id":1,"category_id":1}', '/id', 'missing'],
    ['{"id":1,"image_id":"a","category_id":1}', '/image_id', 'text'],
    ['{"id":1,"image_id":1,"category_id":12345678901234567890}', '/category_id', 'exactly'],
    ['{"id":1,"image_id":1,"category_id":1,"segmentation":[[1,1,2,2]]}', '/segmentation/0', 'at least 3'],
    ['{"id":1,"image_id":1,"category_id":1,"iscrowd":"no"}', '/iscrowd', 'expected 0 or 1'],
    ['{"id":1,"image_id":1,"category_id":1,"score":"0.9"}', '/score', 'score is "0.9" (text)'],
    ['{"id":1,"image_id":1,"category_id":1,"area":[],"bbox":[]}', '/area', 'empty list'],
    ['{"id":1,"image_id":1,"category_id":1,"segmentation":[[1,1,3e8,2,2,2]]}', '/segmentation/0/2', 'beyond 10000000'],
    ['{"id":1,"image_id":1,"category_id":1,"bbox":[1,1,1e9,2]}', '/bbox/2', 'beyond 10000000'],
    ['{"id":1,"image_id":1,"category_id":1,"bbox":[5,5,-2,2]}', '/bbox', 'cannot be negative'],
  ])('keeps %s with a warning', (text, pointer, message) => {
    const { record, issues } = annotation(text);
    expect(record).not.toBeNull();
    expect(issues).toHaveLength(1);
    expect(issues[0]).toMatchObject({ severity: 'warning', pointer: `/annotations/12${pointer}` });
    expect(issues[0].message).toContain(message);
  });

  it('reads what can mean one thing only: a flat ring, and counts as Python prints bytes', () => {
    const flat = annotation('{"id":1,"image_id":1,"category_id":1,"segmentation":[0,0,4,0,4,4]}');
    expect(flat.record!.segmentation).toEqual([[0, 0, 4, 0, 4, 4]]);
    const bytes = annotation(
      String.raw`{"id":1,"image_id":1,"category_id":1,"segmentation":{"size":[2,2],"counts":"b'04'"}}`,
    );
    expect(bytes.record!.segmentation).toEqual({ size: [2, 2], counts: '04' });
    // A backslash is one of the letters of compressed counts, and Python prints two.
    const size = [48, 64] as const;
    const mask = toCompressed(fromUncompressed([44, 3028], size));
    expect(mask).toContain('\\');
    const text = JSON.stringify({ id: 1, segmentation: { size, counts: `b'${mask.replace(/\\/g, '\\\\')}'` } });
    expect(annotation(text).record!.segmentation).toEqual({ size, counts: mask });
    expect([flat, bytes].map(({ issues }) => issues.map(({ code, severity }) => [code, severity]))).toEqual([
      [['ring-flat', 'warning']],
      [['rle-bytes-text', 'warning']],
    ]);
  });

  it('takes a point, as VIA writes it, for an annotation without a mask', () => {
    const { record, issues } = annotation(
      '{"id":2,"image_id":1,"category_id":1,"segmentation":[[]],"bbox":[],"area":[],"keypoints":[10,10,2]}',
    );
    expect(record).toMatchObject({ segmentation: null, bbox: null, area: null });
    expect(errorsOf(issues)).toEqual([]);
  });

  it('tells ids apart that a number would round to the same', () => {
    const ids = ['12345678901234567890', '12345678901234567891', '"7"', '7', '7.0'].map(
      (id) => annotation(`{"id":${id}}`).record!.id,
    );
    expect(ids).toEqual(['12345678901234567890', '12345678901234567891', '"7"', 7, 7]);
  });

  it('has nothing to show for an empty segmentation', () => {
    for (const text of ['{"segmentation":[]}', '{"segmentation":null}', '{}']) {
      expect(annotation(text).record).toMatchObject({ segmentation: null, bbox: null, area: null });
    }
  });
});

describe('parsing images and categories', () => {
  it('reads what is there', () => {
    expect(parseImage(source('{"id":1,"file_name":"a.jpg","width":4.0,"height":3}'), [])).toEqual({
      id: 1,
      fileName: 'a.jpg',
      width: 4,
      height: 3,
    });
    expect(parseImage(source('{"id":"x","file_name":"a.jpg"}'), [])).toMatchObject({ id: '"x"', width: null });
    expect(parseCategory(source('{"id":1,"name":"cat","supercategory":""}'), [])).toEqual({
      id: 1,
      name: 'cat',
      supercategory: null,
      isThing: null,
    });
  });

  it('refuses what cannot be used, with its place', () => {
    const issues: Issue[] = [];
    expect(parseImage(source('{"id":1,"file_name":7,"width":"640","height":0}', '/images/3'), issues)).toBeNull();
    expect(parseCategory(source('{"id":1,"name":3}', '/categories/0'), issues)).toBeNull();
    expect(errorsOf(issues).map(({ pointer }) => pointer)).toEqual([
      '/images/3/file_name',
      '/images/3/width',
      '/images/3/height',
      '/categories/0/name',
    ]);
  });
});
