/** Products of matrices in ONNX Runtime, against the sums written out. */
import fc from 'fast-check';
import { InferenceSession } from 'onnxruntime-node';
import { expect, test, vi } from 'vitest';
import { matrixProduct, probabilityProduct } from '../../../src-main/inference/graph/matrixProduct';

const side = fc.integer({ min: 1, max: 9 });
const whole = fc.integer({ min: -99, max: 99 });
const matrices = fc.tuple(side, side, side).chain(([n, k, m]) => {
  const matrix = (length: number) => fc.array(whole, { minLength: length, maxLength: length });
  return fc.record({ n: fc.constant(n), k: fc.constant(k), m: fc.constant(m), a: matrix(n * k), b: matrix(k * m) });
});

test('where the runtime could not begin, the next product begins it again', async () => {
  // A copy of the module that has not begun yet: tests of a worker share their modules.
  vi.resetModules();
  const { matrixProduct } = await import('../../../src-main/inference/graph/matrixProduct');
  const create = vi.spyOn(InferenceSession, 'create').mockRejectedValueOnce(new Error('no memory'));
  const [a, b] = [Float32Array.of(2), Float32Array.of(3)];
  await expect(matrixProduct(a, b, 1)).rejects.toThrow('no memory');
  expect([...(await matrixProduct(a, b, 1)), ...(await matrixProduct(a, b, 1))]).toEqual([6, 6]);
  expect(create).toHaveBeenCalledTimes(2);
  create.mockRestore();
});

test('each number is the sum over the inner side', async () => {
  await fc.assert(
    fc.asyncProperty(matrices, async ({ n, k, m, a, b }) => {
      const sums = Array.from({ length: n * m }, (_, i) => {
        let sum = 0;
        for (let j = 0; j < k; j++) sum += a[Math.floor(i / m) * k + j] * b[j * m + (i % m)];
        return sum;
      });
      const product = await matrixProduct(Float32Array.from(a), Float32Array.from(b), k);
      // Whole numbers of this size are exact; sums of nothing may be -0.
      expect(Array.from(product, (value) => value + 0)).toEqual(sums.map((value) => value + 0));
    }),
    { numRuns: 40 },
  );
});

test('nothing times something is nothing', async () => {
  expect(await matrixProduct(new Float32Array(0), new Float32Array(12), 4)).toHaveLength(0);
});

test('of logits each number is the sum of probabilities, however great or small these are', async () => {
  const logit = fc.oneof(
    fc.double({ min: -12, max: 12, noNaN: true }),
    fc.constantFrom(-200, -88, -40, -19, 0, 19, 88, 200),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(logit, { minLength: 1, maxLength: 9 }),
      fc.array(logit, { minLength: 1, maxLength: 9 }),
      async (u, v) => {
        const all = [...u, ...v];
        const logits = Float32Array.from(all);
        // A row of each logit alone, and one of all of them.
        const inner = all.length;
        const rows = [...all.map((_, i) => all.map((__, j) => Number(i === j))), all.map(() => 1)];
        const product = await probabilityProduct(Float32Array.from(rows.flat()), logits, inner);
        const probabilities = Array.from(logits, (value) => 1 / (1 + Math.exp(-value)));
        const sum = probabilities.reduce((a, b) => a + b, 0);
        for (const [i, expected] of [...probabilities, sum].entries()) {
          expect(Math.abs(product[i] - expected)).toBeLessThanOrEqual(expected * 1e-6 + 1e-37);
        }
      },
    ),
    { numRuns: 60 },
  );
});
