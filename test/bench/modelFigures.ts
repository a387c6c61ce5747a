/**
 * What the shipped models reach on the reference data, through the product's own code: prints one JSON line a figure.
 * `npx tsx test/bench/modelFigures.ts [smart-select] [photo-objects] [main-object] [portrait-matte]
 * [large-photos] [reference]`; needs the reference data folder. The figures to compare with stand in the models' cards; `reference`, only
 * when it is asked for, prints what Python gives on this machine, as integer kernels differ between processors (MASKWRIGHT_PYTHON: one with
 * onnxruntime, opencv-python-headless and pycocotools).
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import type { Candidate, Embedding, Predictor, Prompt, Prompter } from '../../src-main/inference/families/family';
import { toProposals } from '../../src-main/inference/families/predictions';
import { toImageMask } from '../../src-main/inference/prompts/promptMask';
import { decodeRgb, decodeScaled } from '../../src-main/images';
import type { RgbImage } from '../../src-main/inference/image/rgbImage';
import { decode, emptyMask, fromCompressed } from '@shared/mask';
import { evaluateDetections, toDetections } from '@shared/metrics';
import { cocoMask } from '../support/cocoMask';
import { sharedPath } from '../support/shared';
import {
  borrow,
  type Coco,
  cocoScenes,
  context,
  deepest,
  grabcutScenes,
  iouOf,
  portraitScenes,
  type Scene,
} from './modelScenes';

type Look = (engine: Prompter, image: RgbImage) => Promise<Embedding>;
const lookAtIt: Look = (engine, image) => engine.embed(image, context());

/** The photo enlarged to 4,000 pixels, as a file, read as the product does or whole; prompts and masks stay those of the photo. */
const lookAtLarge =
  (how: 'scaled' | 'whole'): Look =>
  async (engine, image) => {
    const { width, height, data } = image;
    const folder = mkdtempSync(join(tmpdir(), 'maskwright-figures-'));
    try {
      const source = { path: join(folder, 'large.jpg'), orientation: 'exif' } as const;
      const raw = { width, height, channels: 3 } as const;
      await sharp(data, { raw })
        .resize(5 * width, 5 * height)
        .jpeg({ quality: 90 })
        .toFile(source.path);
      const scaled = how === 'scaled' ? await decodeScaled(source, () => engine.contentSize(width, height)) : null;
      if (how === 'scaled' && !scaled) throw new Error('The photo was read whole');
      return await engine.embed(scaled?.image ?? (await decodeRgb(source)), context(), { width, height });
    } finally {
      rmSync(folder, { recursive: true });
    }
  };

async function smartSelectFigures(name: string, scenes: AsyncGenerator<Scene>, look = lookAtIt): Promise<void> {
  const { engine } = (await borrow('smart-select')).loaded as { engine: Prompter };
  const figures = {
    box: [] as number[],
    click: [] as number[],
    bestOfFour: [] as number[],
    threeClicks: [] as number[],
  };
  let [embedMs, decodeMs, decodes] = [0, 0, 0];
  for await (const { image, truths } of scenes) {
    const started = performance.now();
    const embedding = await look(engine, image);
    embedMs = Math.max(embedMs, performance.now() - started);
    const ask = async (prompt: Prompt): Promise<readonly Candidate[]> => {
      const before = performance.now();
      const candidates = await engine.decode(embedding, prompt);
      decodeMs += performance.now() - before;
      decodes++;
      return candidates;
    };
    const size = [image.height, image.width] as const;
    const frame = engine.frameOf(embedding);
    const maskOf = ({ logits }: Candidate) => toImageMask(logits, frame, [0, 0, image.width, image.height], size);
    for (const truth of truths) {
      const iou = (candidate: Candidate) => iouOf(maskOf(candidate), truth, image);
      figures.box.push(iou((await ask({ points: [], box: truth.box }))[0]));
      const first = deepest(truth.mask, image.width, image.height);
      const points = [{ x: first.x, y: first.y, isInside: true }];
      const candidates = await ask({ points });
      figures.click.push(iou(candidates[0]));
      figures.bestOfFour.push(Math.max(...candidates.map(iou)));
      let current = candidates[0];
      for (let click = 0; click < 2; click++) {
        const bits = decode(maskOf(current) ?? emptyMask(image.height, image.width));
        const missed = truth.mask.map((bit, i) => (bit && !bits[i] ? 1 : 0));
        const wrong = bits.map((bit, i) => (bit && !truth.mask[i] && truth.ignored?.[i] !== 1 ? 1 : 0));
        const [inside, outside] = [missed, wrong].map((error) => deepest(error, image.width, image.height));
        const isInside = inside.depth >= outside.depth;
        const { x, y } = isInside ? inside : outside;
        points.push({ x, y, isInside });
        [current] = await ask({ points, prior: current.logits });
      }
      figures.threeClicks.push(iou(current));
    }
  }
  const mean = (list: readonly number[]) => +(list.reduce((sum, value) => sum + value, 0) / list.length).toFixed(4);
  const means = Object.fromEntries(Object.entries(figures).map(([key, list]) => [key, mean(list)]));
  const ms = { slowestEmbedMs: Math.round(embedMs), promptMs: Math.round(decodeMs / decodes) };
  console.log(JSON.stringify({ model: 'smart-select', set: name, objects: figures.box.length, ...means, ...ms }));
}

async function photoObjectsFigures(folder: string): Promise<void> {
  const { engine } = (await borrow('photo-objects')).loaded as { engine: Predictor };
  const coco = JSON.parse(readFileSync(join(folder, 'instances.json'), 'utf8')) as Coco;
  const idOf = new Map(coco.categories.map(({ id, name }) => [name, id]));
  const found = [];
  const truths = [];
  for (const { id, file_name, width, height } of coco.images) {
    const image = await decodeRgb({ path: join(folder, 'images', file_name), orientation: 'exif' });
    const proposals = toProposals(await engine.predict(image, context(0.05)), [height, width]);
    for (const { segmentation, score, categoryName } of proposals) {
      const rle = fromCompressed(segmentation.counts, segmentation.size);
      found.push({ imageId: id, categoryId: idOf.get(categoryName!)!, score, rle });
    }
    for (const annotation of coco.annotations.filter(({ image_id }) => image_id === id)) {
      const { area, bbox, iscrowd, category_id, segmentation } = annotation;
      const rle = cocoMask(segmentation, [height, width]);
      truths.push({ id: annotation.id, imageId: id, categoryId: category_id, area, bbox, isCrowd: iscrowd === 1, rle });
    }
  }
  const { stats } = evaluateDetections(truths, toDetections(found), { iouType: 'segm', maxDets: [1, 10, 100] });
  const [ap, ap50, , small, medium, large] = [...stats].map((value) => +value.toFixed(4));
  console.log(JSON.stringify({ model: 'photo-objects', set: 'coco-mini', ap, ap50, small, medium, large }));
}

/** Mean and median overlap of the one class that a model gives with the truth of each scene. */
async function oneClassFigures(id: string, set: string, scenes: AsyncIterable<Scene>): Promise<void> {
  const { engine } = (await borrow(id)).loaded as { engine: Predictor };
  const ious: number[] = [];
  for await (const { image, truths } of scenes) {
    const prediction = await engine.predict(image, context());
    if (prediction.kind !== 'labels') throw new Error(`Expected labels, got ${prediction.kind}`);
    ious.push(iouOf(prediction.classes[0]?.mask ?? null, truths[0], image));
  }
  ious.sort((a, b) => a - b);
  const mean = +(ious.reduce((sum, value) => sum + value, 0) / ious.length).toFixed(4);
  const median = +((ious[Math.floor((ious.length - 1) / 2)] + ious[ious.length >> 1]) / 2).toFixed(4);
  console.log(JSON.stringify({ model: id, set, objects: ious.length, mean, median }));
}

const wanted = process.argv.slice(2);
const isWanted = (name: string) => wanted.length === 0 || wanted.includes(name);
const coco = sharedPath('data/coco-mini');
const grabcut = sharedPath('data/grabcut50');
if (coco && isWanted('photo-objects')) await photoObjectsFigures(coco);
if (grabcut && isWanted('main-object')) await oneClassFigures('main-object', 'grabcut50', grabcutScenes(grabcut));
if (coco && isWanted('portrait-matte')) {
  await oneClassFigures('portrait-matte', 'coco-mini, one or two large people', portraitScenes(coco));
}
if (coco && isWanted('smart-select')) await smartSelectFigures('coco-mini', cocoScenes(coco));
if (grabcut && isWanted('smart-select')) await smartSelectFigures('grabcut50', grabcutScenes(grabcut));
const reference = sharedPath('models/reference/smart_select_figures.py');
if (reference && wanted.includes('reference')) {
  for (const set of ['coco', 'grabcut']) {
    const { stdout, stderr, error } = spawnSync(process.env.MASKWRIGHT_PYTHON ?? 'python3', [reference, set], {
      encoding: 'utf8',
    });
    console.log(`Python: ${stdout?.trim() || (error?.message ?? stderr.trim().split('\n').at(-1))}`);
  }
}
if (isWanted('large-photos')) {
  for (const how of ['whole', 'scaled'] as const) {
    const name = (set: string) => `${set} enlarged to 4000 pixels, read ${how}`;
    if (coco) await smartSelectFigures(name('coco-mini'), cocoScenes(coco), lookAtLarge(how));
    if (grabcut) await smartSelectFigures(name('grabcut50'), grabcutScenes(grabcut), lookAtLarge(how));
  }
}
