import { bitPlane, setBit } from '@shared/mask/bitPlane';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { SeenParts } from '../../../../src-renderer/canvas/seenParts';
import { pixelsPart, type PixelsShape, reductionAt } from '../../../../src-renderer/canvas/pixelsPart';

/** As much of the browser's canvas as is used: pixels put where they are put. */
class FakeCanvas {
  readonly pixels: Uint32Array;
  constructor(
    readonly width: number,
    readonly height: number,
  ) {
    this.pixels = new Uint32Array(width * height);
  }
  getContext() {
    return {
      putImageData: (image: FakeImage, left: number, top: number) => {
        const from = new Uint32Array(image.data.buffer);
        for (let y = 0; y < image.height; y++) {
          for (let x = 0; x < image.width; x++) {
            this.pixels[(top + y) * this.width + left + x] = from[y * image.width + x];
          }
        }
      },
    };
  }
}
class FakeImage {
  readonly data: Uint8ClampedArray;
  constructor(
    readonly width: number,
    readonly height: number,
  ) {
    this.data = new Uint8ClampedArray(4 * width * height);
  }
}

beforeAll(() => Object.assign(globalThis, { OffscreenCanvas: FakeCanvas, ImageData: FakeImage }));

const alphas = (canvas: unknown) => [...(canvas as FakeCanvas).pixels].map((pixel) => pixel >>> 24);

/** 5 x 3 pixels at (8, 16), some set. */
const data = Uint8Array.from([1, 1, 0, 0, 1, 1, 0, 0, 0, 1, 0, 0, 1, 1, 1]);

function shape(more: Partial<PixelsShape> = {}): PixelsShape {
  return { kind: 'pixels', bitmap: {}, box: [8, 16, 5, 3], data: data.slice(), revision: 1, ...more };
}

const seen = new SeenParts();
const whole = (item: PixelsShape, color = '#ffffff', reduction = 1) => {
  const part = seen.part(item, color, reduction, item.box)!;
  expect([part.left, part.top]).toEqual([8, 16]);
  return part.canvas as unknown as FakeCanvas;
};

test('the reduction is a power of two that leaves a pixel for every one on screen; of a plane the nearest', () => {
  const scales = [4, 1, 0.8, 0.6, 0.5, 0.3, 0.2, 0.01, 0.001];
  expect(scales.map((scale) => reductionAt(scale, shape()))).toEqual([1, 1, 1, 1, 2, 2, 4, 64, 64]);
  const plane = shape({ data: bitPlane(5, 3) });
  expect(scales.map((scale) => reductionAt(scale, plane))).toEqual([1, 1, 1, 2, 2, 4, 4, 64, 64]);
});

describe('a bitmap being painted', () => {
  test('is opaque where it is set', () => {
    const canvas = whole(shape(), '#102030');
    expect(alphas(canvas)).toEqual([...data].map((set) => 255 * set));
    expect(canvas.pixels[0]).toBe(0xff302010);
  });

  test('is as opaque as the share that is set, where it is reduced', () => {
    const canvas = whole(shape(), '#ffffff', 2);
    expect([canvas.width, canvas.height]).toEqual([3, 2]);
    // Four pixels each; those beyond the border count as not set.
    expect(alphas(canvas)).toEqual([191, 0, 128, 0, 128, 64]);
  });

  test('is painted again for another revision, colour or reduction, and not otherwise', () => {
    const first = shape();
    const canvas = whole(first);
    expect(whole({ ...first })).toBe(canvas);
    (first.data as Uint8Array)[3] = 1;
    expect(alphas(whole({ ...first, revision: 3 }))[3]).toBe(255);
    expect(whole({ ...first, revision: 3 }, '#102030').pixels[0]).toBe(0xff302010);
  });

  test('any part of it is the same pixels as the whole, on the same grid', () => {
    const box = fc.tuple(fc.double({ min: 0, max: 20, noNaN: true }), fc.double({ min: 10, max: 22, noNaN: true }));
    const sides = fc.tuple(fc.double({ min: 0, max: 9, noNaN: true }), fc.double({ min: 0, max: 9, noNaN: true }));
    fc.assert(
      fc.property(box, sides, fc.constantFrom(1, 2, 4), ([x, y], [width, height], reduction) => {
        const all = whole(shape(), '#ffffff', reduction);
        const part = pixelsPart(shape(), '#ffffff', reduction, [x, y, width, height]);
        const [right, bottom] = [Math.min(x + width, 13), Math.min(y + height, 19)];
        if (!part) {
          expect(Math.max(x, 8) < right && Math.max(y, 16) < bottom).toBe(false);
          return;
        }
        const canvas = part.canvas as unknown as FakeCanvas;
        const [column, row] = [(part.left - 8) / reduction, (part.top - 16) / reduction];
        const expected = [];
        const drawn = [];
        for (let j = 0; j < part.height; j++) {
          for (let i = 0; i < part.width; i++) {
            expected.push(all.pixels[(row + j) * all.width + column + i]);
            drawn.push(canvas.pixels[j * canvas.width + i]);
          }
        }
        expect(drawn).toEqual(expected);
        // It covers all of the region that lies in the shape.
        expect(part.left).toBeLessThanOrEqual(Math.max(x, 8));
        expect(part.top).toBeLessThanOrEqual(Math.max(y, 16));
        expect(part.left + part.width * reduction).toBeGreaterThanOrEqual(right);
        expect(part.top + part.height * reduction).toBeGreaterThanOrEqual(bottom);
      }),
    );
  });

  test('bits give the same pixels as bytes', () => {
    const box = fc.tuple(fc.nat(40), fc.nat(12)).map(([w, h]) => [8, 16, w + 1, h + 1] as const);
    const region = fc.tuple(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 10, max: 25 }), fc.nat(40), fc.nat(20));
    fc.assert(
      fc.property(
        box,
        region,
        fc.constantFrom(1, 2, 4, 8, 16, 64),
        fc.infiniteStream(fc.boolean()),
        (size, at, by, bits) => {
          const [, , width, height] = size;
          const plane = bitPlane(width, height);
          const bytes = new Uint8Array(width * height);
          for (let i = 0; i < bytes.length; i++) {
            bytes[i] = bits.next().value ? 1 : 0;
            setBit(plane, i % width, Math.floor(i / width), bytes[i] === 1);
          }
          const painted = [bytes, plane].map((pixels) => {
            const part = pixelsPart(shape({ box: size, data: pixels }), '#ffffff', by, at);
            if (!part) return null;
            const { pixels: drawn, width: across } = part.canvas as unknown as FakeCanvas;
            const rows = Array.from({ length: part.height }, (_, y) => [
              ...drawn.subarray(y * across, y * across + part.width),
            ]);
            return { left: part.left, top: part.top, rows };
          });
          expect(painted[1]).toEqual(painted[0]);
        },
      ),
    );
  });

  test('what is seen is painted with some room around it, and again when the view leaves that', () => {
    const item = shape({ box: [0, 0, 100, 100], data: bitPlane(100, 100) });
    const first = seen.part(item, '#ffffff', 1, [20, 20, 40, 40])!;
    expect([first.left, first.top, first.width, first.height]).toEqual([15, 15, 50, 50]);
    expect(seen.part({ ...item }, '#ffffff', 1, [25, 15, 40, 40])).toBe(first);
    seen.begin(view(1));
    expect(seen.part(item, '#ffffff', 1, [26, 15, 40, 40])).not.toBe(first);
    expect(seen.isBehind).toBe(false);
    expect(seen.part(item, '#ffffff', 1, [200, 200, 40, 40])).toBeNull();
  });

  test('planes are stretched while the view moves and painted when it rests, one a frame; bytes always', () => {
    const [lines, cells] = [0, 1].map(() => shape({ box: [0, 0, 64, 64], data: bitPlane(64, 64) }));
    const brushed = shape({ box: [0, 0, 64, 64], data: new Uint8Array(64 * 64) });
    const parts = new SeenParts();
    const frame = (scale: number, reduction: number) => {
      parts.begin(view(scale));
      const all = [lines, cells, brushed].map((item) => parts.part(item, '#ffffff', reduction, [0, 0, 64, 64])!);
      return [...all.map((part) => part.reduction), parts.isBehind];
    };
    expect(frame(0.25, 4)).toEqual([4, 4, 4, false]);
    expect(frame(0.5, 2)).toEqual([4, 4, 2, true]);
    expect(frame(0.5, 2)).toEqual([2, 4, 2, true]);
    expect(frame(0.5, 2)).toEqual([2, 2, 2, false]);
    expect(parts.part({ ...cells, revision: 2 }, '#ffffff', 4, [0, 0, 64, 64])!.reduction).toBe(4);
  });
});

const view = (scale: number) => ({ scale, offsetX: 0, offsetY: 0 });
