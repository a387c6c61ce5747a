import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bitAt, bitPlane, bitsToBytes, boxOfBits, setBit, unionOf } from '@shared/mask/bitPlane';

const side = fc.integer({ min: 1, max: 21 });
const planes = fc.tuple(side, side).chain(([width, height]) => {
  const bits = fc.array(fc.nat(width * height - 1), { maxLength: 8 });
  const plane = bits.map((set) => {
    const made = bitPlane(width, height);
    for (const index of set) setBit(made, index % width, Math.floor(index / width), true);
    return made;
  });
  return fc.tuple(plane, plane);
});
const places = ({ width, height }: { width: number; height: number }) =>
  Array.from({ length: width * height }, (_, i) => [i % width, Math.floor(i / width)] as const);

test('property: the box of a plane, the bytes of a box, and two planes in one', () => {
  fc.assert(
    fc.property(planes, fc.nat(20), fc.nat(20), fc.nat(21), fc.nat(21), ([one, other], x, y, w, h) => {
      const on = places(one).filter(([column, row]) => bitAt(one, column, row));
      const [columns, rows] = [on.map(([column]) => column), on.map(([, row]) => row)];
      const [left, top] = [Math.min(...columns), Math.min(...rows)];
      const box = [left, top, Math.max(...columns) + 1 - left, Math.max(...rows) + 1 - top];
      expect(boxOfBits(one)).toEqual(on.length === 0 ? null : box);

      const part = [Math.min(x, one.width - 1), Math.min(y, one.height - 1)];
      part.push(Math.min(w, one.width - part[0]), Math.min(h, one.height - part[1]));
      const wanted = places({ width: part[2], height: part[3] }).map(([column, row]) =>
        Number(bitAt(one, part[0] + column, part[1] + row)),
      );
      expect([...bitsToBytes(one, part)]).toEqual(wanted);

      const both = unionOf(one, other);
      for (const [column, row] of places(one)) {
        expect(bitAt(both, column, row)).toBe(bitAt(one, column, row) || bitAt(other, column, row));
      }
    }),
    { numRuns: 400 },
  );
});
