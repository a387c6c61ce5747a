import fc from 'fast-check';
import { LossReport } from '@shared/dataset/losses';
import { lossSentence } from '@shared/dataset/lossWords';
import { describe, expect, it } from 'vitest';
import {
  annotationFromCoco,
  type AnnotationContext,
  parseAnnotation,
  segmentationFromCoco,
  serializeAnnotation,
  serializeCategory,
} from '@shared/formats/coco';
import { createAnnotation, segmentationToRle, withSegmentation } from '@shared/document/segmentation';
import type { Annotation, Segmentation } from '@shared/document/types';
import { area, equals, fromCompressed, fromPolygons, fromUncompressed, toBbox } from '@shared/mask';

const size = [12, 16] as const;
const identity = { id: 7, imageId: 3, categoryId: 2, zOrder: 1 };

function read(text: string): Annotation {
  const record = parseAnnotation({ json: JSON.parse(text), text, pointer: '' }, []);
  return annotationFromCoco(record!, identity, size);
}

function context(text: string | null, more: Partial<AnnotationContext> = {}): AnnotationContext {
  return {
    size,
    style: 'as-authored',
    source: text === null ? null : { text, baseline: read(text) },
    imageId: '3',
    categoryId: '9',
    losses: new LossReport(),
    ...more,
  };
}

const holed: Segmentation = {
  kind: 'polygons',
  parts: [{ outer: [1, 1, 9, 1, 9, 9, 1, 9], holes: [[3, 3, 6, 3, 6, 6, 3, 6]] }],
};
const twoParts: Segmentation = {
  kind: 'polygons',
  parts: [
    { outer: [0, 0, 4, 0, 4, 4], holes: [] },
    { outer: [6.25, 6.5, 10, 6, 10, 10], holes: [] },
  ],
};

const source =
  '{"10": "a", "2": 1.0, "id": 12345678901234567890, "image_id":3,"category_id":2, "segmentation": [[1,1,5.0,1,5,5,1,5]], "area": 16.00, "bbox":[1,1,4.0,4], "iscrowd": 0, "note": "\\u00e9", "score": 1e-1}';

describe('writing annotations', () => {
  it('leaves an untouched record as it came, in the style as authored and where the style does not concern it', () => {
    for (const style of ['as-authored', 'polygons'] as const) {
      expect(serializeAnnotation(read(source), context(source, { style }))).toBe(source);
    }
    const rle = '{"segmentation":{"counts":"01o5","size":[12,16]},"iscrowd":1,"id":1}';
    expect(serializeAnnotation(read(rle), context(rle, { style: 'rle' }))).toBe(rle);
  });

  it('has one spelling of masks in the style RLE: lists of counts, and bytes, become text', () => {
    const listed = '{"id":1, "segmentation":{"counts":[0, 1,191],"size":[12,16]},"iscrowd":1,"area":7, "counts": [1]}';
    for (const place of [{}, { size: null }, { size: [1, 1] as const }]) {
      const written = serializeAnnotation(read(listed), context(listed, { style: 'rle', ...place }));
      expect(written).toBe(listed.replace(/\{"counts".*?\}/, '{"size":[12,16],"counts":"01o5"}'));
      expect(equals(fromCompressed('01o5', size), fromUncompressed([0, 1, 191], size))).toBe(true);
    }
    const bytes = listed.replace('[0, 1,191]', `"b'01o5'"`);
    expect(serializeAnnotation(read(bytes), context(bytes, { style: 'rle' }))).toContain('"counts":"01o5"');
    for (const style of ['as-authored', 'rle'] as const) {
      const own = listed.replace('[0, 1,191]', '"01o5"');
      expect(serializeAnnotation(read(own), context(own, { style }))).toBe(own);
    }
    expect(serializeAnnotation(read(listed), context(listed))).toBe(listed);
  });

  it('replaces only what was changed', () => {
    const annotation = { ...read(source), categoryId: 4 };
    const expected = source.replace('"category_id":2', '"category_id":9');
    expect(serializeAnnotation(annotation, context(source))).toBe(expected);
    const edited = {
      ...read(source),
      isCrowd: true,
      score: null,
      extra: { ...read(source).extra, note: 'é', more: [1] },
    };
    expect(serializeAnnotation(edited, context(source))).toBe(
      source.replace('"iscrowd": 0', '"iscrowd": 1').replace(', "score": 1e-1}', ', "more": [1]}'),
    );
  });

  it('writes area and bbox of an edited mask as the reference computes them', () => {
    const text = serializeAnnotation(withSegmentation(read(source), twoParts, size), context(source));
    const record = JSON.parse(text) as Record<string, unknown>;
    const rle = segmentationToRle(twoParts, size);
    expect(record).toMatchObject({ area: area(rle), bbox: toBbox(rle) });
    expect(record.segmentation).toEqual(twoParts.parts.map((part) => part.outer));
    expect(text.startsWith('{"10": "a", "2": 1.0, "id": 12345678901234567890,')).toBe(true);
    expect(text.endsWith('"note": "\\u00e9", "score": 1e-1}')).toBe(true);
  });

  it('never trusts the area and bbox of a new mask', () => {
    const annotation = { ...createAnnotation({ ...identity, segmentation: twoParts }, size), area: 1 };
    const record = JSON.parse(serializeAnnotation(annotation, context(null))) as Record<string, unknown>;
    expect(Object.keys(record)).toEqual(['id', 'image_id', 'category_id', 'segmentation', 'area', 'bbox', 'iscrowd']);
    expect(record.area).toBe(area(segmentationToRle(twoParts, size)));
  });

  it('writes a hole as RLE that is no crowd, and says so', () => {
    const annotation = createAnnotation({ ...identity, segmentation: holed, score: 0.5 }, size);
    for (const style of ['as-authored', 'polygons'] as const) {
      const given = context(null, { style });
      const record = JSON.parse(serializeAnnotation(annotation, given)) as {
        segmentation: { size: [number, number]; counts: string };
        iscrowd: number;
        score: number;
      };
      expect(record).toMatchObject({ iscrowd: 0, score: 0.5 });
      const { counts, size: written } = record.segmentation;
      expect(equals(fromCompressed(counts, written), segmentationToRle(holed, size))).toBe(true);
      expect(given.losses.list().map(lossSentence)).toEqual([
        '1 annotation with holes is written as RLE: COCO polygons cannot express holes',
      ]);
    }
  });

  it('turns masks into exact rings in the style polygons, crowds excepted', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 192, maxLength: 192, max: 1 }), fc.boolean(), (bits, isCrowd) => {
        const counts = [0];
        bits.forEach((bit, i) => {
          if (bit !== (i === 0 ? 0 : bits[i - 1])) counts.push(0);
          counts[counts.length - 1]++;
        });
        const segmentation = segmentationFromCoco({ size: [12, 16], counts });
        const text = `{"id":1,"iscrowd":${isCrowd ? 1 : 0},"segmentation":{"size":[12,16],"counts":${JSON.stringify(counts)}},"area":5,"bbox":[1,2,3,4]}`;
        const given = context(text, { style: 'polygons' });
        const record = JSON.parse(serializeAnnotation(read(text), given)) as {
          segmentation: number[][] | { counts: string };
        };
        expect(record).toMatchObject({ id: 1, area: 5, bbox: [1, 2, 3, 4] });
        const mask = fromUncompressed(counts, [12, 16]);
        if (Array.isArray(record.segmentation)) {
          expect(isCrowd).toBe(false);
          expect(equals(fromPolygons(record.segmentation, 12, 16), mask)).toBe(true);
        } else {
          expect(
            equals(fromCompressed(record.segmentation.counts, [12, 16]), segmentationToRle(segmentation, size)),
          ).toBe(true);
          expect(given.losses.list().map(lossSentence)).toHaveLength(1);
        }
      }),
    );
  });

  it('reads back what it wrote', () => {
    const coordinate = fc.double({ min: -5, max: 20, noNaN: true });
    const ring = fc
      .array(fc.tuple(coordinate, coordinate), { minLength: 3, maxLength: 8 })
      .map((points) => points.flat());
    const polygons = fc
      .array(ring, { minLength: 1, maxLength: 3 })
      .map((rings): Segmentation => ({ kind: 'polygons', parts: rings.map((outer) => ({ outer, holes: [] })) }));
    const extra = fc.dictionary(fc.constantFrom('caption', '7', '__proto__', 'attributes'), fc.jsonValue());
    fc.assert(
      fc.property(
        polygons,
        extra,
        fc.boolean(),
        fc.option(fc.double({ noNaN: true, noDefaultInfinity: true })),
        (segmentation, more, isCrowd, score) => {
          const annotation = createAnnotation({ ...identity, segmentation, extra: more, isCrowd, score }, size);
          const text = serializeAnnotation(annotation, context(null, { categoryId: '2' }));
          expect(read(text)).toEqual(JSON.parse(JSON.stringify(annotation)));
          expect(serializeAnnotation(read(text), context(text))).toBe(text);
        },
      ),
    );
  });
});

describe('writing categories', () => {
  it('replaces name and supercategory only', () => {
    const text = '{"supercategory": "x", "id": 1.0, "name": "a", "color": [1, 2]}';
    const category = { name: 'a', supercategory: 'x' };
    const given = { text, baseline: category };
    expect(serializeCategory(category, '1', given)).toBe(text);
    expect(serializeCategory({ ...category, name: 'b"' }, '1', given)).toBe(text.replace('"a"', '"b\\""'));
    expect(serializeCategory({ name: 'n', supercategory: null }, '4', null)).toBe(
      '{"id":4,"name":"n","supercategory":""}',
    );
  });

  it('says thing or stuff only where somebody has said it, in the record’s own words until it changes', () => {
    const text = '{"id": 1, "name": "sky", "isthing": false, "supercategory": ""}';
    const sky = { name: 'sky', supercategory: null, isThing: false };
    const source = { text, baseline: sky };
    expect(serializeCategory(sky, '1', source)).toBe(text);
    expect(serializeCategory({ ...sky, isThing: true }, '1', source)).toBe(text.replace('false', '1'));
    const bare = { text: '{"id":1,"name":"sky"}', baseline: { ...sky, isThing: null } };
    expect(serializeCategory({ ...sky, isThing: null }, '1', bare)).toBe(bare.text);
    expect(JSON.parse(serializeCategory(sky, '1', bare))).toEqual({ id: 1, name: 'sky', isthing: 0 });
    expect(serializeCategory(sky, '4', null)).toBe('{"id":4,"name":"sky","supercategory":"","isthing":0}');
  });
});
