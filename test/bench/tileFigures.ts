/**
 * A mosaic of 4096 x 4096 from the sample's nuclei, looked at in tiles and not: prints one JSON line. `npx tsx test/bench/tileFigures.ts
 * [SIDE]`. The network takes no more than 1024 pixels at its own scale, and gives at most 400 objects: the run without tiles is one on each of the
 * mosaic's blocks, which are apart by a black margin.
 */
import { join } from 'node:path';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import sharp from 'sharp';
import { createInferenceService } from '../../src-main/inference/service';
import type { InferenceRequests } from '@shared/ipc/inference';
import { connectLocal } from '@shared/ipc/rpc';
import { fromCompressed, iou, type Rle } from '@shared/mask';
import { translate } from '@shared/mask/edit';

const root = join(import.meta.dirname, '../..');
const [BLOCK, MARGIN, SCENE] = [1024, 32, 512];
const side = Number(process.argv[2] ?? 4096);
const folder = mkdtempSync(join(tmpdir(), 'maskwright-tiles-'));
const models = connectLocal<InferenceRequests>(createInferenceService({ modelsFolder: join(root, 'models') }));

/** Scenes in two rows and columns, cut to leave the margin. */
async function makeBlock(at: number): Promise<Buffer> {
  const input = (i: number) => join(root, 'resources/sample/images', `nuclei-0${((at + i) % 6) + 1}.png`);
  const scenes = [0, 1, 2, 3].map((i) => ({ input: input(i), left: (i % 2) * SCENE, top: (i >> 1) * SCENE }));
  const black = { create: { width: BLOCK, height: BLOCK, channels: 3 as const, background: 'black' } };
  const full = await sharp(black).composite(scenes).png().toBuffer();
  const inner = BLOCK - 2 * MARGIN;
  const cut = await sharp(full).extract({ left: MARGIN, top: MARGIN, width: inner, height: inner }).png().toBuffer();
  return sharp(black)
    .composite([{ input: cut, left: MARGIN, top: MARGIN }])
    .png()
    .toBuffer();
}

async function masksOf(path: string, tiles?: { side: number; overlap: number }): Promise<Rle[]> {
  const source = { path, orientation: 'exif' } as const;
  const { proposals } = await models.call('inference.propose', { source, model: 'nuclei-maskrcnn', tiles });
  return proposals.map(({ segmentation: { counts, size } }) => fromCompressed(counts, size));
}

try {
  const across = side / BLOCK;
  const whole: Rle[] = [];
  const blocks: { input: Buffer; left: number; top: number }[] = [];
  for (let i = 0; i < across * across; i++) {
    const [left, top] = [(i % across) * BLOCK, Math.floor(i / across) * BLOCK];
    const input = await makeBlock(i);
    blocks.push({ input, left, top });
    const file = join(folder, 'block.png');
    await sharp(input).toFile(file);
    whole.push(...(await masksOf(file)).map((mask) => translate(mask, left, top, [side, side])));
  }
  const file = join(folder, 'mosaic.png');
  const black = { create: { width: side, height: side, channels: 3 as const, background: 'black' } };
  await sharp(black).composite(blocks).png().toFile(file);
  const tiled = await masksOf(file, { side: 1024, overlap: 128 });
  const shared = iou(tiled, whole);
  const best = tiled.map((_, i) => Math.max(...shared.subarray(i * whole.length, (i + 1) * whole.length)));
  const matched = best.filter((value) => value >= 0.5);
  const between = iou(tiled, tiled);
  const twice = tiled.flatMap((_, i) =>
    tiled.slice(0, i).filter((__, j) => between[i * tiled.length + j] >= 0.5),
  ).length;
  const mean = matched.reduce((sum, value) => sum + value, 0) / matched.length;
  console.log(
    JSON.stringify({
      ...{ name: 'tiles', side, whole: whole.length, tiled: tiled.length, matched: matched.length, twice },
      ...{
        meanIou: +mean.toFixed(4),
        above95: +(matched.filter((value) => value >= 0.95).length / matched.length).toFixed(3),
      },
    }),
  );
} finally {
  rmSync(folder, { recursive: true });
}
