/** Models end to end: the service on tiny models and on the shipped one, its sentences for bad models, its process. */
import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createInferenceClient } from '../../src-main/inference/client';
import { createInferenceService } from '../../src-main/inference/service';
import type { CocoSegmentation } from '@shared/formats/coco/types';
import type { InferenceRequests } from '@shared/ipc/inference';
import type { ProposalResult } from '@shared/document/proposalResult';
import { describeError, type AppError } from '@shared/errors/appError';
import { CancelSource } from '@shared/errors/cancellation';
import { connectLocal } from '@shared/ipc/rpc';
import type { Progress } from '@shared/errors/work';
import { decode, fromCompressed } from '@shared/mask';
import { evaluateDetections, toDetections } from '@shared/metrics';
import { cocoMask } from '../support/cocoMask';
import { sharedPath } from '../support/shared';

const root = join(import.meta.dirname, '../..');
const fixtures = join(root, 'test/fixtures/models');
const folder = mkdtempSync(join(tmpdir(), 'maskwright-inference-'));
const small = { path: join(folder, 'small.png'), orientation: 'exif' } as const;

beforeAll(async () => {
  await sharp({ create: { width: 30, height: 20, channels: 3, background: '#444' } })
    .png()
    .toFile(small.path);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const local = (modelsFolder: string) => connectLocal<InferenceRequests>(createInferenceService({ modelsFolder }));
const sha256 = (data: Uint8Array) => createHash('sha256').update(data).digest('hex');
const areas = ({ proposals }: ProposalResult) => proposals.map(({ bbox, area }) => [...bbox, area]);

describe('tiny models', () => {
  const models = local(fixtures);

  test('are listed', async () => {
    const { models: list } = await models.call('inference.models', {});
    const listed = list.map(({ id, family }) => [id, family]);
    expect(listed).toContainEqual(['constant-roi', 'maskrcnn-roi']);
    expect(listed).toContainEqual(['constant-torchvision', 'maskrcnn-torchvision']);
  });

  test('ROI masks: objects, order, NMS, provenance, timings, progress', async () => {
    const seen: Progress[] = [];
    const params = { source: small, model: 'constant-roi', score: 0.2 };
    const result = await models.call('inference.propose', params, { onProgress: (progress) => seen.push(progress) });
    expect(result.size).toEqual([20, 30]);
    // 0.95 the quarter of a box, 0.9 a square, 0.6 half outside; 0.3 overlaps the square.
    expect(result.proposals.map(({ score, categoryName }) => [+score.toFixed(2), categoryName])).toEqual([
      [0.95, 'corner'],
      [0.9, 'square'],
      [0.6, 'square'],
    ]);
    expect(areas(result)).toEqual([
      [10, 2, 10, 5, 50],
      [4, 4, 10, 10, 100],
      [0, 10, 4, 10, 40],
    ]);
    expect(result.provenance).toMatchObject({
      tool: 'model',
      model: { id: 'constant-roi', sha256: sha256(readFileSync(join(fixtures, 'constant-roi/model.onnx'))) },
      params: { score: 0.2, maskThreshold: 0.5 },
      edits: 0,
    });
    expect(Object.keys(result.timings)).toEqual(['decodeMs', 'preMs', 'runMs', 'postMs']);
    expect(seen.map(({ done, total }) => `${done}/${total}`)).toEqual(['0/4', '1/4', '2/4', '3/4']);
  });

  test('full-size masks', async () => {
    const result = await models.call('inference.propose', {
      source: small,
      model: join(fixtures, 'constant-torchvision'),
    });
    expect(areas(result)).toEqual([
      [10, 2, 10, 5, 50],
      [4, 4, 10, 10, 100],
      [0, 10, 4, 10, 40],
    ]);
  });

  test('requests that overlap all get their answer', async () => {
    const ids = ['constant-roi', 'constant-torchvision', 'constant-roi', 'constant-roi'];
    const results = await Promise.all(ids.map((model) => models.call('inference.propose', { source: small, model })));
    expect(results.map(({ provenance }) => provenance.model?.id)).toEqual(ids);
  });

  test('cancelled between the steps', async () => {
    const signal = new CancelSource();
    const call = models.call(
      'inference.propose',
      { source: small, model: 'constant-roi' },
      { signal, onProgress: ({ done }) => done === 1 && signal.abort() },
    );
    await expect(call).rejects.toMatchObject({ code: 'cancelled' });
  });
});

describe('what cannot be used, each with its sentence', () => {
  let count = 0;
  /** A copy of the ROI fixture with another graph or another description. */
  function variant(graph: Uint8Array | null, change: (text: string) => string = (text) => text): string {
    const target = join(folder, `variant${count++}`);
    cpSync(join(fixtures, 'constant-roi'), target, { recursive: true });
    let text = change(readFileSync(join(target, 'model.json'), 'utf8'));
    if (graph) {
      const manifest = JSON.parse(text) as { files: { sha256: string; size: number }[] };
      Object.assign(manifest.files[0], { sha256: sha256(graph), size: graph.length });
      text = JSON.stringify(manifest);
      writeFileSync(join(target, 'model.onnx'), graph);
    }
    writeFileSync(join(target, 'model.json'), text);
    return target;
  }
  const told = async (model: string, source = small, score?: number): Promise<string> => {
    const error = await local(fixtures)
      .call('inference.propose', { source, model, score })
      .then(
        () => null,
        (thrown: AppError) => thrown,
      );
    expect(error).toMatchObject({ name: 'AppError' });
    // The fault of a model is told apart from that of an image, which others may do without.
    expect(error!.code).toBe(score !== undefined ? 'usage' : source === small ? 'bad-model' : 'bad-input');
    return describeError(error!);
  };
  const graph = readFileSync(join(fixtures, 'constant-roi/model.onnx'));

  test('an ONNX file that is text, a Git LFS pointer, empty-ish, cut off, random', async () => {
    const notOnnx = /model\.onnx is not an ONNX model that can be loaded: /;
    const text = await told(variant(Buffer.from('This is a text file.\n')));
    expect(text).toMatch(notOnnx);
    expect(text).toMatch(/it is text$/);
    const pointer = variant(Buffer.from('version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n'));
    expect(await told(pointer)).toMatch(/it is a Git LFS pointer/);
    expect(await told(variant(graph.subarray(0, graph.length >> 1)))).toMatch(notOnnx);
    const random = await told(variant(Buffer.from(Array.from({ length: 500 }, (_, i) => (i * 73) % 256))));
    expect(random).toMatch(notOnnx);
    expect(random).not.toMatch(/onnxruntime_src|\n/);
  });

  test('model.json that names absent tensors', async () => {
    const output = variant(null, (text) => text.replace('"name": "scores"', '"name": "confidence"'));
    expect(await told(output)).toBe(
      `${join(output, 'model.json')} names the output "confidence", but the graph has "boxes", "labels", "scores", "masks"` +
        ' (/outputs/scores/name)',
    );
    const input = variant(null, (text) => text.replace('"name": "image"', '"name": "pixels"'));
    expect(await told(input)).toContain('names the input "pixels", but the graph has "image" (/input/name)');
  });

  test('outputs that the family needs and model.json lacks; another layout; an unknown family', async () => {
    const lacking = variant(null, (text) => text.replace('"masks": {', '"mask_probs": {'));
    expect(await told(lacking)).toMatch(/model\.json does not describe a model: .* \(\/outputs\/masks\)$/);
    const layout = variant(null, (text) => text.replace('"NCHW"', '"CHW"'));
    expect(await told(layout)).toMatch(/gives the layout CHW, but the graph takes \[1, 3, h, w\] \(\/input\/layout\)$/);
    const family = variant(null, (text) => text.replace('"maskrcnn-roi",', '"crystal-ball",'));
    expect(await told(family)).toMatch(
      /of the family "crystal-ball".*: known families: .*\bmaskrcnn-roi, maskrcnn-torchvision, /,
    );
  });

  test('an unknown id, a folder without a model, a missing image, a score that is none', async () => {
    expect(await told('yolo')).toMatch(
      /^There is no model "yolo": installed models: .*\bconstant-roi, constant-torchvision\b/,
    );
    expect(await told(folder)).toContain(`${join(folder, 'model.json')} does not exist`);
    const missing = join(folder, 'missing.jpg');
    expect(await told('constant-roi', { path: missing, orientation: 'exif' })).toBe(`${missing} does not exist`);
    expect(await told('constant-roi', small, 3)).toBe('The score is 3, expected a number from 0 to 1');
  });
});

interface CocoFile {
  readonly images: { id: number; file_name: string; width: number; height: number }[];
  readonly annotations: {
    id: number;
    image_id: number;
    category_id: number;
    area: number;
    bbox: [number, number, number, number];
    iscrowd: number;
    segmentation: CocoSegmentation;
  }[];
}

/** AP, AP50, AP75 of the shipped model on the images of a COCO file that `wanted` selects. */
async function averagePrecision(cocoFile: string, imagesFolder: string, wanted: (fileName: string) => boolean) {
  const coco = JSON.parse(readFileSync(cocoFile, 'utf8')) as CocoFile;
  const models = local(join(root, 'models'));
  const images = coco.images.filter((image) => wanted(image.file_name));
  const results = [];
  for (const image of images) {
    const source = { path: join(imagesFolder, image.file_name), orientation: 'exif' } as const;
    const { proposals, size } = await models.call('inference.propose', {
      source,
      model: 'nuclei-maskrcnn',
      score: 0.05,
    });
    expect(size).toEqual([image.height, image.width]);
    for (const { segmentation, score } of proposals) {
      const rle = fromCompressed(segmentation.counts, segmentation.size);
      results.push({ imageId: image.id, categoryId: 1, score, rle });
    }
  }
  const sizes = new Map(images.map(({ id, width, height }) => [id, [height, width] as const]));
  const truths = coco.annotations
    .filter((annotation) => sizes.has(annotation.image_id))
    .map(({ id, image_id, area, bbox, iscrowd, segmentation }) => ({
      id,
      imageId: image_id,
      categoryId: 1,
      area,
      bbox,
      isCrowd: iscrowd === 1,
      rle: cocoMask(segmentation, sizes.get(image_id)!),
    }));
  const options = { iouType: 'segm', maxDets: [1, 100, 400], imageIds: sizes.keys() } as const;
  return evaluateDetections(truths, toDetections(results), options).stats.slice(0, 3);
}

describe('the shipped model', () => {
  test('finds most nuclei of the sample scenes', async () => {
    const sample = join(root, 'resources/sample');
    const [, ap50] = await averagePrecision(join(sample, 'instances.json'), join(sample, 'images'), (name) =>
      /nuclei-0[12]/.test(name),
    );
    expect(ap50).toBeGreaterThan(0.5);
  });

  const held = sharedPath('data/nuclei');
  test.skipIf(!held)('has the AP of its card on the held-out images', async () => {
    const cocoFile = join(held!, 'instances.json');
    const { metrics } = JSON.parse(readFileSync(join(root, 'models/nuclei-maskrcnn/model.json'), 'utf8'));
    const { maskAP, maskAP50, maskAP75 } = metrics.dev34;
    const [ap, ap50, ap75] = await averagePrecision(cocoFile, join(held!, 'images'), () => true);
    expect(Math.abs(ap - maskAP)).toBeLessThan(0.01);
    expect(Math.abs(ap50 - maskAP50)).toBeLessThan(0.01);
    expect(Math.abs(ap75 - maskAP75)).toBeLessThan(0.01);
  });
});

describe('the inference process', () => {
  const script = join(root, 'src-main/inference/host.ts');
  const start = (modelsFolder: string) =>
    createInferenceClient({ modelsFolder, script, execArgv: ['--import', 'tsx'] });

  test('answers as the service does, errors included', async () => {
    const client = start(fixtures);
    const params = { source: small, model: 'constant-roi' };
    const result = await client.call('inference.propose', params);
    const inside = await local(fixtures).call('inference.propose', params);
    expect(result.proposals).toEqual(inside.proposals);
    const [{ segmentation }] = result.proposals;
    expect(decode(fromCompressed(segmentation.counts, segmentation.size)).length).toBe(600);
    await expect(client.call('inference.propose', { ...params, model: 'none' })).rejects.toMatchObject({
      code: 'bad-model',
      hint: expect.stringMatching(/^installed models: .*constant-roi, constant-torchvision/) as string,
    });
    client.kill();
  });

  test('killed while the graph runs it takes nothing with it, and the next call starts another', async () => {
    const large = join(folder, 'large.png');
    await sharp({ create: { width: 1024, height: 1024, channels: 3, background: '#333' } })
      .png()
      .toFile(large);
    const client = start(join(root, 'models'));
    const call = client.call(
      'inference.propose',
      { source: { path: large, orientation: 'exif' }, model: 'nuclei-maskrcnn' },
      // The graph takes a second or more for this image.
      { onProgress: ({ text }) => text === 'running the model' && setTimeout(() => client.kill(), 50) },
    );
    await expect(call).rejects.toMatchObject({ code: 'cancelled' });
    expect(client.pid).toBeNull();
    expect((await client.call('inference.models', {})).models.map(({ id }) => id)).toContain('nuclei-maskrcnn');

    // Ended from outside: the caller is told, and the next call starts another again.
    const lost = client.call('inference.propose', {
      source: { path: large, orientation: 'exif' },
      model: 'nuclei-maskrcnn',
    });
    process.kill(client.pid!, 'SIGKILL');
    await expect(lost).rejects.toMatchObject({ code: 'crashed' });
    expect((await client.call('inference.models', {})).models.map(({ id }) => id)).toContain('nuclei-maskrcnn');
    client.kill();
  });
});
