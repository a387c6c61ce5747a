/** Seeded 12-megapixel pictures with textured objects of known boxes, for the benchmarks of the interactive tools. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { randomFrom } from './maskData';

export const SCENE_WIDTH = 4000;
export const SCENE_HEIGHT = 3000;

/** An object's bounding ellipse, image pixels. */
export interface SceneObject {
  readonly cx: number;
  readonly cy: number;
  readonly rx: number;
  readonly ry: number;
}

export interface Scene {
  readonly file: string;
  /** Three: 36-60%, 20-36% and 10-18% of the picture's sides. */
  readonly objects: readonly SceneObject[];
}

/** Writes `count` scenes as JPEG to a temporary folder, which the caller removes. */
export async function makeScenes(count: number): Promise<{ folder: string; scenes: Scene[] }> {
  const folder = mkdtempSync(join(tmpdir(), 'maskwright-scenes-'));
  const scenes: Scene[] = [];
  for (let i = 0; i < count; i++) scenes.push(await makeScene(i, i / Math.max(1, count - 1), join(folder, `${i}.jpg`)));
  return { folder, scenes };
}

type Rgb = readonly [number, number, number];

async function makeScene(seed: number, t: number, file: string): Promise<Scene> {
  const random = randomFrom(seed + 1);
  const place = (x: number, y: number, side: number): SceneObject => ({
    cx: (x + side / 2) * SCENE_WIDTH,
    cy: (y + side / 2) * SCENE_HEIGHT,
    rx: (side / 2) * SCENE_WIDTH,
    ry: (side / 2) * SCENE_HEIGHT,
  });
  const objects = [
    place(0.02, 0.02, 0.36 + 0.24 * t),
    place(0.63, 0.3, 0.2 + 0.15 * t),
    place(0.1, 0.75, 0.1 + 0.08 * t),
  ];
  const colours: Rgb[] = objects.map(() => [150 + 80 * random(), 110 + 80 * random(), 60 + 60 * random()]);
  const ground: Rgb = [50 + 40 * random(), 80 + 40 * random(), 70 + 50 * random()];
  const data = new Uint8Array(SCENE_WIDTH * SCENE_HEIGHT * 3);
  const coarse = lattice(random, 160);
  const fine = lattice(random, 24);
  const lobes = objects.map(() => 3 + Math.floor(random() * 5));
  let state = seed + 12345;
  for (let y = 0, p = 0; y < SCENE_HEIGHT; y++) {
    for (let x = 0; x < SCENE_WIDTH; x++, p += 3) {
      state = (Math.imul(state, 1664525) + 1013904223) | 0;
      const shade = 26 * coarse(x, y) + 14 * fine(x, y) + (state >>> 28);
      const hit = objects.findIndex((object, k) => isInside(object, lobes[k], x, y));
      const base = hit < 0 ? ground : colours[hit];
      for (let c = 0; c < 3; c++) data[p + c] = Math.max(0, Math.min(255, base[c] + shade));
    }
  }
  await sharp(data, { raw: { width: SCENE_WIDTH, height: SCENE_HEIGHT, channels: 3 } })
    .jpeg({ quality: 92 })
    .toFile(file);
  return { file, objects };
}

function isInside({ cx, cy, rx, ry }: SceneObject, lobes: number, x: number, y: number): boolean {
  const dx = (x - cx) / rx;
  const dy = (y - cy) / ry;
  const r2 = dx * dx + dy * dy;
  if (r2 > 1) return false;
  if (r2 < 0.6) return true;
  return Math.sqrt(r2) < 0.9 + 0.1 * Math.sin(lobes * Math.atan2(dy, dx));
}

/** Smooth noise in -0.5..0.5 with features of `size` pixels: a lattice of random values, blended linearly. */
function lattice(random: () => number, size: number): (x: number, y: number) => number {
  const columns = Math.ceil(SCENE_WIDTH / size) + 2;
  const rows = Math.ceil(SCENE_HEIGHT / size) + 2;
  const values = Float32Array.from({ length: columns * rows }, () => random() - 0.5);
  return (x, y) => {
    const i = (x / size) | 0;
    const j = (y / size) | 0;
    const fx = x / size - i;
    const fy = y / size - j;
    const at = j * columns + i;
    const top = values[at] * (1 - fx) + values[at + 1] * fx;
    const bottom = values[at + columns] * (1 - fx) + values[at + columns + 1] * fx;
    return top * (1 - fy) + bottom * fy;
  };
}
