/** Seeded, realistic masks for benchmarks: polygons as annotators draw them, multi-part shapes, noisy model output. */
import { encode, fromPolygons, trace, type Rle } from '@shared/mask/index';

/** A shape as authored (or traced) rings, with its mask. */
export interface Shape {
  readonly rings: number[][];
  readonly mask: Rle;
}

/** Numbers in [0, 1) from a 32-bit seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/**
 * `count` shapes in images of `h` x `w` pixels: half single polygons, a third of several parts, the rest noisy blobs.
 */
export function makeShapes(count: number, h: number, w: number, seed = 1): Shape[] {
  const random = randomFrom(seed);
  return Array.from({ length: count }, (_, i) => {
    const kind = i % 6;
    if (kind < 3) return fromRings([star(random, h, w)], h, w);
    if (kind < 5) return fromRings([star(random, h, w), star(random, h, w), star(random, h, w)], h, w);
    return noisyBlob(random, h, w);
  });
}

function fromRings(rings: number[][], h: number, w: number): Shape {
  return { rings, mask: fromPolygons(rings, h, w) };
}

/** A jittered closed curve of 8 to 60 vertices, radius 8 px to 40% of the image, coordinates to two decimals. */
export function star(random: () => number, h: number, w: number): number[] {
  const n = 8 + Math.floor(random() * 53);
  const radius = 8 + random() ** 2 * 0.4 * Math.min(h, w);
  const x = random() * w;
  const y = random() * h;
  const stretch = 0.5 + random();
  const phase = random() * 6.283;
  const ring: number[] = [];
  for (let i = 0; i < n; i++) {
    const angle = (i / n) * 2 * Math.PI;
    const r = radius * (0.75 + 0.2 * Math.sin(3 * angle + phase) + 0.1 * random());
    ring.push(round2(x + r * Math.cos(angle) * stretch, w), round2(y + (r * Math.sin(angle)) / stretch, h));
  }
  return ring;
}

function round2(value: number, limit: number): number {
  return Math.round(Math.min(Math.max(value, 0), limit) * 100) / 100;
}

/** A thresholded smooth field with pixel noise at its rim, and the rings of its contours. */
function noisyBlob(random: () => number, h: number, w: number): Shape {
  const bitmap = new Uint8Array(h * w);
  const radius = 20 + random() * 0.3 * Math.min(h, w);
  const cx = (0.2 + 0.6 * random()) * w;
  const cy = (0.2 + 0.6 * random()) * h;
  const lobes = 2 + Math.floor(random() * 5);
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) {
      const dx = x + 0.5 - cx;
      const dy = y + 0.5 - cy;
      const r = Math.sqrt(dx * dx + dy * dy);
      if (r > 1.5 * radius) continue;
      const edge = radius * (1 + 0.2 * Math.sin(lobes * Math.atan2(dy, dx)));
      if (r + (random() - 0.5) * 4 < edge) bitmap[y * w + x] = 1;
    }
  }
  const mask = encode(bitmap, h, w);
  return { rings: trace(mask).map((part) => part.outer), mask };
}
