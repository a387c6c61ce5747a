/** Laws of the mask functions on random masks, each checked against plain pixel-by-pixel code. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  area,
  components,
  decode,
  decodeRegion,
  dropFragments,
  emptyMask,
  encode,
  encodeRegion,
  equals,
  fillHoles,
  fromCompressed,
  fromParts,
  fromPolygons,
  fromUncompressed,
  invert,
  iou,
  keyhole,
  merge,
  subtract,
  toBbox,
  toCompressed,
  countTracedVertices,
  trace,
  xor,
  type Rle,
} from '@shared/mask';
import { bitmaps, masks, masksOfOneSize, withZeroRuns } from './arbitraries';

const holds = <T>(arbitrary: fc.Arbitrary<T>, law: (value: T) => void): void => {
  fc.assert(
    fc.property(arbitrary, (value) => {
      law(value);
    }),
    { numRuns: 400 },
  );
};

/** Column-major runs by the definition, one pixel at a time. */
function runsByDefinition(pixels: Uint8Array, h: number, w: number): number[] {
  const runs: number[] = [];
  let value = 0;
  let run = 0;
  for (let x = 0; x < w; x++) {
    for (let y = 0; y < h; y++) {
      if ((pixels[y * w + x] !== 0 ? 1 : 0) !== value) {
        runs.push(run);
        run = 0;
        value = 1 - value;
      }
      run++;
    }
  }
  return [...runs, run];
}

/** Labels of connected pixels by flood fill. */
function floodFill(pixels: Uint8Array, h: number, w: number, corners: boolean, value: number): number[][] {
  const seen = new Uint8Array(h * w);
  const pieces: number[][] = [];
  for (let x = 0; x < w; x++) {
    for (let y = 0; y < h; y++) {
      if (pixels[y * w + x] !== value || seen[y * w + x]) continue;
      const piece = [y * w + x];
      seen[y * w + x] = 1;
      for (const at of piece) {
        for (let dy = -1; dy <= 1; dy++) {
          for (let dx = -1; dx <= 1; dx++) {
            if (!corners && dx !== 0 && dy !== 0) continue;
            const ny = Math.floor(at / w) + dy;
            const nx = (at % w) + dx;
            if (ny < 0 || nx < 0 || ny >= h || nx >= w) continue;
            const next = ny * w + nx;
            if (pixels[next] !== value || seen[next]) continue;
            seen[next] = 1;
            piece.push(next);
          }
        }
      }
      pieces.push(piece);
    }
  }
  return pieces;
}

describe('bitmaps and runs', () => {
  it('encode gives the runs of the definition, decode the bitmap again', () => {
    holds(bitmaps, ({ h, w, pixels }) => {
      const rle = encode(pixels, h, w);
      expect([...rle.counts]).toEqual(runsByDefinition(pixels, h, w));
      expect(decode(rle)).toEqual(pixels);
    });
  });

  it('encode takes any non-zero byte as foreground and a view at any byte offset', () => {
    holds(fc.tuple(bitmaps, fc.integer({ min: 1, max: 255 }), fc.nat(7)), ([{ h, w, pixels }, value, offset]) => {
      const buffer = new Uint8Array(h * w + offset);
      const view = buffer.subarray(offset);
      pixels.forEach((pixel, i) => (view[i] = pixel === 0 ? 0 : i % 2 === 0 ? value : 1));
      expect(encode(view, h, w)).toEqual(encode(pixels, h, w));
    });
  });

  it('strings and lists of runs are read back', () => {
    holds(masks, (rle) => {
      expect(fromCompressed(toCompressed(rle), rle.size)).toEqual(rle);
      expect(fromUncompressed([...rle.counts], rle.size)).toEqual(rle);
    });
  });

  it('large runs and differences survive the string', () => {
    const run = fc.integer({ min: 0, max: 400_000_000 });
    holds(fc.tuple(run, run, run, run, run), (runs) => {
      const total = runs.reduce((sum, value) => sum + value, 0);
      const rle = fromUncompressed(runs, [1, total]);
      expect(fromCompressed(toCompressed(rle), [1, total])).toEqual(rle);
    });
    for (const runs of [[0, 1_500_000_000, 1, 1, 2], [0, 1, 2, 2_000_000_000, 1], [2 ** 31 - 1]]) {
      const size = [1, runs.reduce((sum, value) => sum + value, 0)] as const;
      const rle = fromUncompressed(runs, size);
      expect(fromCompressed(toCompressed(rle), size)).toEqual(rle);
    }
  });

  it('a string of 360,000 characters', () => {
    const rle = encode(
      Uint8Array.from({ length: 600 * 600 }, (_, i) => (i + Math.floor(i / 600)) % 2),
      600,
      600,
    );
    expect(toCompressed(rle).length).toBeGreaterThan(300_000);
    expect(fromCompressed(toCompressed(rle), rle.size)).toEqual(rle);
  });

  it('area and bbox are those of the pixels; a run into the next column spans the height', () => {
    holds(bitmaps, ({ h, w, pixels }) => {
      const rle = encode(pixels, h, w);
      const on = [...pixels.keys()].filter((i) => pixels[i] === 1);
      expect(area(rle)).toBe(on.length);
      if (on.length === 0) {
        expect(toBbox(rle)).toEqual([0, 0, 0, 0]);
        return;
      }
      const xs = on.map((i) => i % w);
      const ys = on.map((i) => Math.floor(i / w));
      const [x, y, width, height] = toBbox(rle);
      expect([x, width]).toEqual([Math.min(...xs), Math.max(...xs) - Math.min(...xs) + 1]);
      const wraps = Array.from({ length: w - 1 }, (_, i) => i).some((i) => {
        return pixels[(h - 1) * w + i] === 1 && pixels[i + 1] === 1;
      });
      if (!wraps) expect([y, height]).toEqual([Math.min(...ys), Math.max(...ys) - Math.min(...ys) + 1]);
      else expect([y, height]).toEqual([0, h]);
    });
  });
});

describe('regions', () => {
  const corner = fc.integer({ min: -5, max: 15 });
  const extent = fc.nat(16);

  it('decodeRegion is the part of the bitmap under it, 0 outside the image', () => {
    holds(fc.tuple(bitmaps, corner, corner, extent, extent), ([{ h, w, pixels }, x, y, width, height]) => {
      const region = decodeRegion(encode(pixels, h, w), [x, y, width, height]);
      const expected = new Uint8Array(width * height);
      for (let j = 0; j < height; j++) {
        for (let i = 0; i < width; i++) {
          const inside = y + j >= 0 && y + j < h && x + i >= 0 && x + i < w;
          if (inside) expected[j * width + i] = pixels[(y + j) * w + x + i];
        }
      }
      expect(region).toEqual(expected);
    });
  });

  it('encodeRegion places the bitmap and drops what is outside', () => {
    const place = fc.tuple(bitmaps, corner, corner, fc.integer({ min: 1, max: 16 }), fc.integer({ min: 1, max: 16 }));
    holds(place, ([{ h, w, pixels }, x, y, fullH, fullW]) => {
      const full = new Uint8Array(fullH * fullW);
      for (let j = 0; j < h; j++) {
        for (let i = 0; i < w; i++) {
          const inside = y + j >= 0 && y + j < fullH && x + i >= 0 && x + i < fullW;
          if (inside) full[(y + j) * fullW + x + i] = pixels[j * w + i];
        }
      }
      expect(encodeRegion(pixels, [x, y, w, h], [fullH, fullW])).toEqual(encode(full, fullH, fullW));
    });
  });

  it('works where the whole bitmap would be 900 MB', () => {
    const size = [30_000, 30_000] as const;
    const rle = encodeRegion(Uint8Array.of(1, 0, 1, 1), [29_998, 17_000, 2, 2], size);
    expect(area(rle)).toBe(3);
    expect(toBbox(rle)).toEqual([29_998, 17_000, 2, 2]);
    expect([...decodeRegion(rle, [29_997, 17_000, 3, 2])]).toEqual([0, 1, 0, 0, 1, 1]);
    expect(fromParts(trace(rle), ...size)).toEqual(rle);
  });
});

describe('set operations', () => {
  const operations: [string, (a: Rle, b: Rle) => Rle, (a: number, b: number) => number][] = [
    ['union', (a, b) => merge([a, b]), (a, b) => a | b],
    ['intersection', (a, b) => merge([a, b], { intersect: true }), (a, b) => a & b],
    ['subtract', subtract, (a, b) => a & ~b],
    ['xor', xor, (a, b) => a ^ b],
  ];

  it.each(operations)('%s is that of the pixels, zero runs in the input or not', (_name, operation, onPixels) => {
    holds(fc.tuple(masksOfOneSize(2), fc.nat(), fc.nat()), ([[a, b], i, j]) => {
      const [h, w] = a.size;
      const other = decode(b);
      const expected = encode(
        decode(a).map((pixel, at) => onPixels(pixel, other[at]) & 1),
        h,
        w,
      );
      expect(operation(a, b)).toEqual(expected);
      expect(operation(withZeroRuns(a, i), withZeroRuns(withZeroRuns(b, j), i))).toEqual(expected);
    });
  });

  it('many masks merge as one after the other', () => {
    holds(masksOfOneSize(5), (list) => {
      expect(merge(list)).toEqual(list.reduce((a, b) => merge([a, b])));
      const all = list.reduce((a, b) => merge([a, b], { intersect: true }));
      expect(merge(list, { intersect: true })).toEqual(all);
    });
  });

  it('invert is everything else', () => {
    holds(bitmaps, ({ h, w, pixels }) => {
      expect(invert(encode(pixels, h, w))).toEqual(
        encode(
          pixels.map((pixel) => 1 - pixel),
          h,
          w,
        ),
      );
    });
  });

  it('equals sees pixels, not runs', () => {
    holds(fc.tuple(masksOfOneSize(2), fc.nat()), ([[a, b], i]) => {
      expect(equals(a, withZeroRuns(a, i))).toBe(true);
      expect(equals(a, b)).toBe(area(xor(a, b)) === 0);
    });
  });

  it('iou is intersection over union, crowds over the detection', () => {
    holds(fc.tuple(masksOfOneSize(5), fc.array(fc.boolean(), { minLength: 2, maxLength: 2 })), ([list, crowd]) => {
      const dt = list.slice(0, 3);
      const gt = list.slice(3);
      const expected = dt.flatMap((d) =>
        gt.map((g, i) => {
          const both = area(merge([d, g], { intersect: true }));
          return both === 0 ? 0 : both / (crowd[i] ? area(d) : area(merge([d, g])));
        }),
      );
      expect([...iou(dt, gt, crowd)]).toEqual(expected);
    });
  });
});

describe('contours', () => {
  it('the vertices of a trace are counted without it', () => {
    const count = (ring: readonly number[]) => ring.length / 2;
    holds(masks, (rle) => {
      const rings = trace(rle).flatMap(({ outer, holes }) => [outer, ...holes]);
      expect(countTracedVertices(rle)).toBe(rings.reduce((sum, ring) => sum + count(ring), 0));
    });
  });

  it('fromParts(trace(mask)) is the mask', () => {
    holds(masks, (rle) => expect(fromParts(trace(rle), ...rle.size)).toEqual(rle));
  });

  it('rings turn at every vertex, outer ones clockwise on screen, holes the other way', () => {
    const doubleArea = (ring: number[]): number =>
      ring.reduce((sum, value, i) => {
        if (i % 2 === 1) return sum;
        const next = (i + 2) % ring.length;
        return sum + value * ring[next + 1] - ring[next] * ring[i + 1];
      }, 0);
    holds(masks, (rle) => {
      let pixels = 0;
      for (const { outer, holes } of trace(rle)) {
        expect(doubleArea(outer)).toBeGreaterThan(0);
        for (const hole of holes) expect(doubleArea(hole)).toBeLessThan(0);
        for (const ring of [outer, ...holes]) {
          const points = Array.from({ length: ring.length / 2 }, (_, i) => [ring[2 * i], ring[2 * i + 1]]);
          expect(points[0]).toEqual([...points].sort((a, b) => a[0] - b[0] || a[1] - b[1])[0]);
          pixels += doubleArea(ring) / 2;
          for (let i = 0; i < ring.length; i += 2) {
            const next = (i + 2) % ring.length;
            const after = (i + 4) % ring.length;
            const isHorizontal = ring[i + 1] === ring[next + 1];
            expect(isHorizontal ? ring[i] !== ring[next] : ring[i] === ring[next]).toBe(true);
            expect(ring[next + 1] === ring[after + 1]).toBe(!isHorizontal);
          }
        }
      }
      expect(pixels).toBe(area(rle));
    });
  });

  it('every part is one 4-connected piece, in the order of components', () => {
    holds(masks, (rle) => {
      const [h, w] = rle.size;
      expect(trace(rle).map((part) => fromParts([part], h, w))).toEqual(components(rle));
    });
  });

  it('keyhole rings of traced parts rasterise exactly as the part', () => {
    holds(masks, (rle) => {
      const [h, w] = rle.size;
      for (const part of trace(rle)) {
        const ring = keyhole(part, h, w);
        expect(ring).not.toBeNull();
        expect(fromPolygons([ring ?? []], h, w)).toEqual(fromParts([part], h, w));
      }
    });
  });

  it('keyhole of arbitrary parts is exact or null', () => {
    const coordinate = fc.integer({ min: -20, max: 140 }).map((value) => value / 7);
    const ring = fc
      .array(fc.tuple(coordinate, coordinate), { minLength: 3, maxLength: 8 })
      .map((points) => points.flat());
    const outcomes = { exact: 0, null: 0 };
    holds(fc.tuple(ring, fc.array(ring, { minLength: 1, maxLength: 2 })), ([outer, holes]) => {
      const single = keyhole({ outer, holes }, 17, 15);
      outcomes[single ? 'exact' : 'null']++;
      if (single) expect(fromPolygons([single], 17, 15)).toEqual(fromParts([{ outer, holes }], 17, 15));
    });
    expect(outcomes.exact).toBeGreaterThan(0);
    expect(outcomes.null).toBeGreaterThan(0);
  });
});

describe('components', () => {
  it.each([4, 8] as const)('connectivity %i: the pieces that flood fill finds, in order', (connectivity) => {
    holds(bitmaps, ({ h, w, pixels }) => {
      const pieces = floodFill(pixels, h, w, connectivity === 8, 1).map((piece) => {
        const own = new Uint8Array(h * w);
        for (const at of piece) own[at] = 1;
        return encode(own, h, w);
      });
      expect(components(encode(pixels, h, w), { connectivity })).toEqual(pieces);
    });
  });

  it.each([4, 8] as const)(
    'connectivity %i: fillHoles fills background that does not reach the border',
    (connectivity) => {
      holds(bitmaps, ({ h, w, pixels }) => {
        const filled = pixels.slice();
        for (const piece of floodFill(pixels, h, w, connectivity === 8, 0)) {
          const touches = piece.some((at) => at < w || at >= (h - 1) * w || at % w === 0 || at % w === w - 1);
          if (!touches) for (const at of piece) filled[at] = 1;
        }
        expect(fillHoles(encode(pixels, h, w), { connectivity })).toEqual(encode(filled, h, w));
      });
    },
  );

  it('dropFragments keeps the pieces of at least the area', () => {
    holds(fc.tuple(masks, fc.nat(8)), ([rle, minArea]) => {
      const kept = components(rle).filter((piece) => area(piece) >= minArea);
      expect(dropFragments(rle, minArea)).toEqual(merge([emptyMask(...rle.size), ...kept]));
    });
  });
});
