import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { area, decode, encode, equals, fromBox, merge, type Rle } from '@shared/mask';
import { splitMask } from '@shared/mask/split';
import { anyMask } from './editMasks';

const mask = (rows: readonly string[]): Rle =>
  encode(
    Uint8Array.from(rows.join(''), (c) => (c === '#' ? 1 : 0)),
    rows.length,
    rows[0].length,
  );

/** Pieces drawn over each other: a letter for each, in order. */
function picture(pieces: readonly Rle[]): string[] {
  const [h, w] = pieces[0].size;
  const out = Array.from({ length: h }, () => Array.from({ length: w }, () => '.'));
  pieces.forEach((piece, k) => {
    decode(piece).forEach((value, i) => {
      if (value) out[Math.floor(i / w)][i % w] = 'ABCDEFGH'[k];
    });
  });
  return out.map((row) => row.join(''));
}

test('property: the pieces partition the mask, largest first, none empty', () => {
  const line = fc.array(fc.double({ min: -2, max: 14, noNaN: true }), { minLength: 4, maxLength: 8 });
  const onGrid = fc.array(
    fc.integer({ min: -2, max: 28 }).map((v) => v / 2),
    { minLength: 4, maxLength: 8 },
  );
  fc.assert(
    fc.property(anyMask, fc.oneof(line, onGrid), (rle, points) => {
      const pieces = splitMask(rle, points.slice(0, points.length & ~1));
      const areas = pieces.map(area);
      expect(areas.reduce((a, b) => a + b, 0)).toBe(area(rle));
      expect(equals(merge(pieces), rle)).toBe(true);
      if (area(rle) > 0) expect(Math.min(...areas)).toBeGreaterThan(0);
      expect([...areas].sort((a, b) => b - a)).toEqual(areas);
    }),
    { numRuns: 500 },
  );
});

test('property: a line across a rectangle parts it by the side of the pixel centres', () => {
  const coordinate = fc.double({ min: 1, max: 19, noNaN: true });
  fc.assert(
    fc.property(coordinate, coordinate, (top, bottom) => {
      const pieces = splitMask(fromBox([0, 0, 20, 40], 40, 20), [top, -1, bottom, 41]);
      const distance = (i: number) => (i % 20) + 0.5 - top - ((bottom - top) * (Math.floor(i / 20) + 1.5)) / 42;
      expect(pieces).toHaveLength(2);
      const left = pieces.map(decode).find((piece) => piece[0] === 1)!;
      // A centre on the line belongs to either side.
      const wrong = [...left.keys()].filter(
        (i) => Math.abs(distance(i)) > 1e-5 && left[i] !== (distance(i) < 0 ? 1 : 0),
      );
      expect(wrong).toEqual([]);
    }),
    { numRuns: 100 },
  );
});

test('a speck that the line shaves off an outline stays with what it lies on', () => {
  const bumpy = merge([fromBox([0, 5, 60, 30], 40, 60), fromBox([10, 4, 3, 1], 40, 60)]);
  const pieces = splitMask(bumpy, [-1, 5, 30, 5, 30, 41]);
  expect(pieces.map(area)).toEqual([903, 900]);
});

describe('pictures', () => {
  const block = ['........', '.######.', '.######.', '.######.', '........'];

  test('straight between pixels, and through pixel centres', () => {
    const halves = ['........', '.AAAABB.', '.AAAABB.', '.AAAABB.', '........'];
    expect(picture(splitMask(mask(block), [5, 0, 5, 5]))).toEqual(halves);
    // On the centres of column 5: the column goes as a whole, to one side.
    const [a, b] = splitMask(mask(block), [5.5, 0, 5.5, 5]);
    expect([area(a), area(b)]).toEqual([15, 3]);
  });

  test('a line that ends inside, or misses, divides nothing', () => {
    expect(splitMask(mask(block), [5, 0, 5, 3])).toHaveLength(1);
    expect(splitMask(mask(block), [0, 0.5, 8, 0.5])).toHaveLength(1);
    expect(splitMask(mask(block), [])).toHaveLength(1);
    expect(splitMask(mask(block), [3, 2])).toHaveLength(1);
  });

  test('only where it was drawn: the other arm of a U stays whole', () => {
    const u = ['#...#', '#...#', '#...#', '#####'];
    expect(picture(splitMask(mask(u), [-1, 1, 3, 1]))).toEqual(['B...A', 'A...A', 'A...A', 'AAAAA']);
  });

  test('fragments that it does not cross go to the nearest piece on their side', () => {
    const rows = ['#.......#', '.........', '.#######.', '.#######.', '.........', '#.......#'];
    expect(picture(splitMask(mask(rows), [4, 1, 4, 5]))).toEqual([
      'B.......A',
      '.........',
      '.BBBAAAA.',
      '.BBBAAAA.',
      '.........',
      'B.......A',
    ]);
  });

  test('a thin diagonal is one object and can be cut', () => {
    const rows = ['#....', '.#...', '..#..', '...#.', '....#'];
    const pieces = splitMask(mask(rows), [0, 4, 4, 0]);
    expect(pieces.map(area)).toEqual([3, 2]);
    expect(splitMask(mask(rows), [0, 9, 9, 9])).toHaveLength(1);
  });

  test('a 1-pixel-wide mask and a 2x1 mask', () => {
    expect(picture(splitMask(mask(['######']), [2, -1, 2, 2]))).toEqual(['BBAAAA']);
    expect(splitMask(mask(['##']), [1, -1, 1, 2]).map(area)).toEqual([1, 1]);
  });

  test('a bent line cuts a corner out', () => {
    expect(picture(splitMask(mask(block), [3, 0, 3, 2, 0, 2]))).toEqual([
      '........',
      '.BBAAAA.',
      '.AAAAAA.',
      '.AAAAAA.',
      '........',
    ]);
  });

  test('a line that crosses twice makes three pieces', () => {
    const [a, b, c] = splitMask(mask(block), [2, 0, 2, 5, 5, 5, 5, 0]);
    expect([area(a), area(b), area(c)]).toEqual([9, 6, 3]);
  });
});
