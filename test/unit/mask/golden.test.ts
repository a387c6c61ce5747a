/** Masks against pycocotools' own answers: 560 single masks and 60 groups of pairs, to the last character. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  area,
  boxIou,
  decode,
  encode,
  fromBox,
  fromCompressed,
  fromPolygons,
  iou,
  merge,
  subtract,
  toBbox,
  toCompressed,
  xor,
  type Box,
  type Rle,
} from '@shared/mask';

interface GoldenRle {
  size: [number, number];
  counts: string;
}
interface GoldenMask {
  polygons?: number[][];
  box?: [number, number, number, number];
  /** Rows of '0' and '1'; null for the 22 bitmaps too large to list, whose string is all there is. */
  bitmap_rows?: string[] | null;
  rle: GoldenRle;
  area: number;
  bbox: number[];
}
interface GoldenPairs {
  dt: GoldenRle[];
  gt: GoldenRle[];
  iscrowd: number[];
  iou: number[][];
  union: GoldenRle;
  intersection: GoldenRle;
  boxIou: number[][];
}

function read<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../../golden/${name}`, import.meta.url), 'utf8')) as T;
}
const masks = read<GoldenMask[]>('masks.json').map((golden, index) => ({ index, golden }));
const pairs = read<GoldenPairs[]>('pairs.json').map((golden, index) => ({ index, golden }));

const parse = (rle: GoldenRle): Rle => fromCompressed(rle.counts, rle.size);

function bitmapOf(rows: string[]): Uint8Array {
  return Uint8Array.from(rows.join(''), Number);
}

function build({ polygons, box, bitmap_rows: rows, rle }: GoldenMask): Rle {
  const [h, w] = rle.size;
  if (polygons) return fromPolygons(polygons, h, w);
  if (box) return fromBox(box, h, w);
  return rows ? encode(bitmapOf(rows), h, w) : parse(rle);
}

describe('golden masks', () => {
  it('has every case', () => {
    expect(masks).toHaveLength(560);
    expect(pairs).toHaveLength(60);
  });

  it.each(masks)('case $index: built, measured and written as pycocotools does', ({ golden }) => {
    const rle = build(golden);
    expect(rle.size).toEqual(golden.rle.size);
    expect(toCompressed(rle)).toBe(golden.rle.counts);
    expect(area(rle)).toBe(golden.area);
    expect(toBbox(rle)).toEqual(golden.bbox);
  });

  it.each(masks)('case $index: read from its string, decoded and encoded again', ({ golden }) => {
    const rle = parse(golden.rle);
    expect(toCompressed(rle)).toBe(golden.rle.counts);
    const bitmap = decode(rle);
    if (golden.bitmap_rows) expect(bitmap).toEqual(bitmapOf(golden.bitmap_rows));
    expect(toCompressed(encode(bitmap, ...golden.rle.size))).toBe(golden.rle.counts);
  });
});

describe('golden pairs', () => {
  it.each(pairs)('case $index: iou, box iou, union and intersection', ({ golden }) => {
    const dt = golden.dt.map(parse);
    const gt = golden.gt.map(parse);
    expect([...iou(dt, gt, golden.iscrowd)]).toEqual(golden.iou.flat());
    const dtBoxes: Box[] = dt.map(toBbox);
    const gtBoxes: Box[] = gt.map(toBbox);
    expect([...boxIou(dtBoxes, gtBoxes, golden.iscrowd)]).toEqual(golden.boxIou.flat());

    const all = dt;
    const union = merge(all);
    const intersection = merge(all, { intersect: true });
    expect(toCompressed(union)).toBe(golden.union.counts);
    expect(toCompressed(intersection)).toBe(golden.intersection.counts);
    expect(toCompressed(subtract(union, intersection))).toBe(toCompressed(xor(union, intersection)));
  });
});
