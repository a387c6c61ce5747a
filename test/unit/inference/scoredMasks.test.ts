/** Masks of queries that are worked out in part must decide all that masks worked out as a whole decide. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { scoredMasks } from '../../../src-main/inference/families/queryMasks/scoredMasks';
import { argmaxToRles } from '../../../src-main/inference/image/argmaxToRles';
import { logitsToRle } from '../../../src-main/inference/image/logitsToRle';
import { resizePlane, sigmoid } from '../../../src-main/inference/image/planes';
import { randomFrom } from '@shared/dataset/random';

interface Case {
  readonly from: readonly [width: number, height: number];
  readonly to: readonly [width: number, height: number];
  readonly size: readonly [height: number, width: number];
  readonly threshold: number;
  readonly seed: number;
  readonly odd: number | null;
}

/** Round things among far lower logits, as networks give them; `odd` stands at some of the cells. */
function queriesOf({ from: [width, height], seed, odd }: Case) {
  const random = randomFrom(seed);
  return Array.from({ length: 1 + Math.floor(random() * 6) }, () => {
    const [cx, cy, radius] = [random() * width, random() * height, random() * (width + height) * 0.3];
    const steep = 0.2 + 6 * random();
    const values = Float32Array.from({ length: width * height }, (_, i) =>
      odd !== null && random() < 0.04
        ? odd
        : (radius - Math.hypot((i % width) - cx, Math.floor(i / width) - cy)) * steep + random() - 0.5,
    );
    return { logits: { values, width, height }, score: 0.3 + 0.7 * random() };
  });
}

function plainly(queries: ReturnType<typeof queriesOf>, width: number, height: number): Float32Array {
  const values = new Float32Array(queries.length * width * height);
  for (const [k, { logits, score }] of queries.entries()) {
    const plane = resizePlane(logits, width, height);
    values.set(
      plane.values.map((value) => sigmoid(value) * score),
      k * width * height,
    );
  }
  return values;
}

function decided(values: Float32Array, channels: number, { to: [width, height], size, threshold }: Case) {
  const corners = [0, 0, size[1], size[0]] as const;
  return [
    argmaxToRles({ values, channels, width, height }, corners, size),
    Array.from({ length: channels }, (_, k) =>
      logitsToRle({ values, offset: k * width * height, width, height }, corners, size, threshold),
    ),
  ];
}

const side = fc.integer({ min: 1, max: 24 });
const cases: fc.Arbitrary<Case> = fc.record({
  from: fc.tuple(side, side),
  to: fc.tuple(fc.integer({ min: 1, max: 70 }), fc.integer({ min: 1, max: 70 })),
  size: fc.tuple(fc.integer({ min: 1, max: 90 }), fc.integer({ min: 1, max: 90 })),
  threshold: fc.constantFrom(0, 0.05, 0.5, 0.9, 1),
  seed: fc.integer({ min: 0, max: 2 ** 30 }),
  odd: fc.constantFrom(null, null, null, NaN, Infinity, -Infinity, 80, -120),
});

test('decides the same of every pixel', () => {
  fc.assert(
    fc.property(cases, fc.integer({ min: 1, max: 5 }), (resized, some) => {
      // Exports that enlarge the masks themselves are read at their own size.
      const one = some === 1 ? { ...resized, from: resized.to } : resized;
      const queries = queriesOf(one);
      const sparse = scoredMasks(queries, ...one.to, one.threshold);
      expect(decided(sparse, queries.length, one)).toEqual(decided(plainly(queries, ...one.to), queries.length, one));
    }),
    { numRuns: 400 },
  );
});

test('most of what lies far from a mask is not worked out', () => {
  const one = { from: [48, 48], to: [192, 192], size: [192, 192], threshold: 0.5, seed: 3, odd: null } as const;
  const queries = queriesOf(one);
  expect(queries.length).toBeGreaterThan(3);
  const values = scoredMasks(queries, ...one.to, one.threshold);
  expect(values.filter((value) => value !== 0).length).toBeLessThan(values.length / 2);
});
