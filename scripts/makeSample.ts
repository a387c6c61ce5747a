// Makes resources/sample: nine generated scenes and their exact ground truth. Deterministic: run again, nothing changes.
import fs from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { coinStyles } from './sample/coinStyles';
import { drawCoins } from './sample/coins';
import { drawNuclei } from './sample/nuclei';
import { nucleiStyles } from './sample/nucleiStyles';
import type { Scene } from './sample/scene';
import { type NamedScene, cocoText } from './sample/truth';

const NUCLEUS = 1;
const COIN = 2;

function numbered(stem: string, index: number, extension: string): string {
  return `${stem}-${String(index + 1).padStart(2, '0')}.${extension}`;
}

/** Lossless for the microscopy scenes, whose noise is part of the matter; JPEG for the photographs. */
async function writeImage(scene: Scene, file: string): Promise<void> {
  const image = sharp(scene.pixels, {
    raw: { width: scene.width, height: scene.height, channels: scene.channels },
  });
  if (scene.channels === 1) await image.toColourspace('b-w').png({ compressionLevel: 9 }).toFile(file);
  else await image.jpeg({ quality: 90, chromaSubsampling: '4:4:4' }).toFile(file);
}

/** What the sample project starts with: all images, annotations on a few, so that there is something left to do. */
function onlyAnnotated(truth: string, fileNames: readonly string[]): string {
  const dataset = JSON.parse(truth) as {
    images: { id: number; file_name: string }[];
    annotations: { image_id: number }[];
  };
  const kept = new Set(dataset.images.filter((image) => fileNames.includes(image.file_name)).map(({ id }) => id));
  dataset.annotations = dataset.annotations.filter((annotation) => kept.has(annotation.image_id));
  return `${JSON.stringify(dataset)}\n`;
}

async function main(): Promise<void> {
  const folder = path.resolve(process.argv[2] ?? path.join(import.meta.dirname, '..', 'resources', 'sample'));
  const scenes: NamedScene[] = [
    ...nucleiStyles.map((style, i) => ({
      fileName: numbered('nuclei', i, 'png'),
      categoryId: NUCLEUS,
      scene: drawNuclei(style),
    })),
    ...coinStyles.map((style, i) => ({
      fileName: numbered('coins', i, 'jpg'),
      categoryId: COIN,
      scene: drawCoins(style),
    })),
  ];
  await fs.mkdir(path.join(folder, 'images'), { recursive: true });
  for (const { fileName, scene } of scenes) await writeImage(scene, path.join(folder, 'images', fileName));
  const truth = cocoText(scenes);
  await fs.writeFile(path.join(folder, 'instances.json'), truth);
  await fs.writeFile(path.join(folder, 'project.json'), onlyAnnotated(truth, ['nuclei-01.png', 'coins-01.jpg']));
  const objects = scenes.reduce((sum, { scene }) => sum + scene.objectCount, 0);
  process.stdout.write(`${scenes.length} scenes with ${objects} objects in ${folder}\n`);
}

await main();
