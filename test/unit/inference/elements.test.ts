import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkElementType, toElements, toHalf } from '../../../src-main/inference/graph/elements';

test.each([
  [0, 0x0000],
  [-0, 0x8000],
  [1, 0x3c00],
  [-2, 0xc000],
  [65504, 0x7bff],
  [65519, 0x7bff],
  [65520, 0x7c00],
  [Infinity, 0x7c00],
  [2 ** -24, 0x0001],
  // Half of the least number: a tie, to even.
  [2 ** -25, 0x0000],
  [2 ** -25 * 1.5, 0x0001],
  // The greatest denormal number, and what rounds up to the least normal one.
  [1023 * 2 ** -24, 0x03ff],
  [1023.75 * 2 ** -24, 0x0400],
  [1 + 2 ** -11, 0x3c00],
  [1 + 3 * 2 ** -11, 0x3c02],
])('%d as a half is %d', (value, half) => {
  expect(toHalf(value)).toBe(half);
});

/** The number that the bits of a half mean. */
function valueOf(half: number): number {
  const exponent = (half >> 10) & 31;
  const fraction = half & 1023;
  return exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25);
}

test('no other half is nearer', () => {
  fc.assert(
    fc.property(fc.float({ min: 0, max: 65504, noNaN: true }), (value) => {
      const half = toHalf(value);
      const error = Math.abs(valueOf(half) - value);
      for (const other of [half - 1, half + 1]) {
        if (other < 0 || other >= 0x7c00) continue;
        expect(Math.abs(valueOf(other) - value)).toBeGreaterThanOrEqual(error);
      }
    }),
  );
});

test('integers are rounded, bytes clamped, other types refused', () => {
  const values = Float32Array.of(-3, 0.4, 1.6, 300);
  expect([...(toElements(values, 'uint8').elements as Uint8Array)]).toEqual([0, 0, 2, 255]);
  expect([...(toElements(values, 'int64').elements as BigInt64Array)]).toEqual([-3n, 0n, 2n, 300n]);
  expect(toElements(values, 'float32').elements).toBe(values);
  expect(() => checkElementType('/models/net.onnx', 'image', 'float64')).toThrow(
    'net.onnx takes its input “image” as float64',
  );
});
