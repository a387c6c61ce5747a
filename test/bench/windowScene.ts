/** Data for the benches of the window: textured 12-megapixel pictures, and one with 5,000 polygons on it. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';

export const WIDTH = 4000;
export const HEIGHT = 3000;
/** Pictures before the two that the polygons are measured on. */
export const PICTURES = 8;
const POLYGONS = 5000;
const VERTICES = 50;

export interface Scenes {
  readonly folder: string;
  /** The COCO file in it. */
  readonly file: string;
  remove(): void;
}

/** Images `01.jpg` ..: PICTURES with twenty objects each, an empty one, and one with all the polygons. */
export async function makeScenes(): Promise<Scenes> {
  const folder = mkdtempSync(join(tmpdir(), 'maskwright-bench-'));
  mkdirSync(join(folder, 'images'));
  const images = [];
  const annotations: object[] = [];
  for (let id = 1; id <= PICTURES + 2; id++) {
    const file_name = `${String(id).padStart(2, '0')}.jpg`;
    await writePicture(join(folder, 'images', file_name), id);
    images.push({ id, file_name, width: WIDTH, height: HEIGHT });
    const count = id <= PICTURES ? 20 : id === PICTURES + 1 ? 0 : POLYGONS;
    for (let i = 0; i < count; i++) {
      annotations.push(polygon(annotations.length + 1, id, count > 20 ? 28 : 150));
    }
  }
  const categories = [1, 2, 3].map((id) => ({ id, name: `kind ${id}`, supercategory: '' }));
  const file = 'dataset.json';
  writeFileSync(join(folder, file), JSON.stringify({ images, annotations, categories }));
  return { folder, file, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Noise of two grain sizes: as hard to decode as a photograph. */
async function writePicture(path: string, seed: number): Promise<void> {
  const noise = { type: 'gaussian', mean: 128, sigma: 20 + seed } as const;
  const grain = (width: number, height: number) =>
    sharp({ create: { width, height, channels: 3, background: '#808080', noise } })
      .png()
      .toBuffer();
  const coarse = await sharp(await grain(WIDTH / 20, HEIGHT / 20))
    .resize(WIDTH, HEIGHT, { kernel: 'cubic' })
    .toBuffer();
  const fine = await grain(WIDTH / 2, HEIGHT / 2);
  const enlarged = await sharp(fine).resize(WIDTH, HEIGHT).toBuffer();
  await sharp(coarse)
    .composite([{ input: enlarged, blend: 'soft-light' }])
    .jpeg({ quality: 88 })
    .toFile(path);
}

let state = 7;
/** Park and Miller's minimal standard generator: the same scene in every run. */
function random(): number {
  state = (state * 48271) % 2147483647;
  return state / 2147483647;
}

function polygon(id: number, image_id: number, radius: number): object {
  const [cx, cy] = [radius + random() * (WIDTH - 2 * radius), radius + random() * (HEIGHT - 2 * radius)];
  const ring: number[] = [];
  for (let i = 0; i < VERTICES; i++) {
    const angle = (2 * Math.PI * i) / VERTICES;
    const r = radius * (0.7 + 0.3 * random());
    ring.push(Math.round((cx + r * Math.cos(angle)) * 100) / 100, Math.round((cy + r * Math.sin(angle)) * 100) / 100);
  }
  const bbox = [cx - radius, cy - radius, 2 * radius, 2 * radius];
  return { id, image_id, category_id: 1 + (id % 3), iscrowd: 0, area: 3 * radius * radius, bbox, segmentation: [ring] };
}
