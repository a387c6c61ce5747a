/** Each file that cannot become a model gets its sentence, and nothing of it stays. */
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { removeUnfinished, stageModel } from '../../../src-main/inference/catalog/stageModel';
import { describeModel } from '../../../src-main/inference/catalog/describe';
import { readFacts } from '../../../src-main/inference/catalog/facts';
import { createInferenceService } from '../../../src-main/inference/service';
import { describeError, fromErrorData, type AppError } from '@shared/errors/appError';
import type { InferenceRequests } from '@shared/ipc/inference';
import { connectLocal } from '@shared/ipc/rpc';
import { categoryPresets } from '@shared/document/presets';
import { detections, identity, mapGraph, nanGraph } from '../../support/oddGraphs';
import { writeModel } from '../../support/onnx';
import { processorClock } from '../../support/processorTime';

const folder = mkdtempSync(join(tmpdir(), 'maskwright-bad-'));
const own = join(folder, 'models');
const fixtures = join(import.meta.dirname, '../../fixtures/models');
const picture = join(folder, 'picture.png');
beforeAll(async () => {
  await sharp({ create: { width: 40, height: 30, channels: 3, background: '#963' } })
    .png()
    .toFile(picture);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const models = connectLocal<InferenceRequests>(createInferenceService({ modelsFolder: own }));

let count = 0;
const source = { path: picture, orientation: 'exif' } as const;

/** What `propose --model`, the window's wizard and `models add` ask for: how many objects a file finds. */
const ways: Readonly<Record<string, (file: string) => Promise<number>>> = {
  async propose(file) {
    const facts = await readFacts([file]);
    const staged = await stageModel(own, facts, describeModel(facts, {}));
    try {
      return (await models.call('inference.propose', { source, model: staged.folder })).proposals.length;
    } finally {
      await staged.discard();
    }
  },
  async wizard(file) {
    const given = { files: [file], folder: own };
    const { problem } = await models.call('inference.inspectModel', given);
    if (problem) throw fromErrorData(problem);
    return (await models.call('inference.tryModel', { ...given, trial: source })).proposals.length;
  },
  async add(file) {
    const added = await models.call('inference.addModel', { files: [file], folder: own, trial: source });
    rmSync(added.folder, { recursive: true });
    return added.trial.proposals.length;
  },
};

test('an attempt that was ended in the middle is made again under its name, and the file it linked to stays as it is', async () => {
  const file = join(mkdtempSync(join(folder, 'given-')), 'net.onnx');
  const bytes = readFileSync(join(fixtures, 'segformer/model.onnx'));
  writeFileSync(file, bytes);
  const facts = await readFacts([file]);
  const description = describeModel(facts, {});
  const options = { links: true, token: 'again' };
  const first = await stageModel(own, facts, description, options);
  writeFileSync(join(first.folder, 'left.txt'), '');
  const second = await stageModel(own, facts, description, options);
  expect(readdirSync(second.folder).sort()).toEqual(['model.json', 'net.onnx']);
  expect(readFileSync(file).equals(bytes)).toBe(true);
  expect(readFileSync(join(second.folder, 'net.onnx')).equals(bytes)).toBe(true);
  await second.discard();
});

/** The same in all ways: what the file finds on a picture, or the sentence. */
async function add(content: Uint8Array, beside: Readonly<Record<string, string>> = {}): Promise<string | number> {
  const place = mkdtempSync(join(folder, 'given-'));
  const file = join(place, `net${count++}.onnx`);
  writeFileSync(file, content);
  for (const [name, text] of Object.entries(beside)) writeFileSync(join(place, name), text);
  const told: (string | number)[] = [];
  for (const way of Object.values(ways)) {
    told.push(
      await way(file).catch((error: AppError) => {
        expect(error).toMatchObject({ name: 'AppError', code: expect.stringMatching(/^bad-(input|model)$/) as string });
        return describeError(error);
      }),
    );
  }
  // Where the model lies is another place in each way; a fault of its model.json is one of the file that was given.
  const [first, ...others] = told.map((one) =>
    String(one)
      .replace(/\/\S*\//g, '')
      .replace('(model.json)', `(${basename(file)})`),
  );
  expect(others).toEqual([first, first]);
  // Where it was tried is gone.
  expect(told.slice(1).join(' ')).not.toContain('.adding-');
  return told[0];
}

describe('what cannot become a model', () => {
  test('the plain case does: the others differ from it in one thing', async () => {
    expect(await add(writeModel(mapGraph([identity])))).toBe(1);
  });

  test('a text file, an empty one, one that is cut off', async () => {
    expect(await add(Buffer.from('weights: see the other folder\n'))).toMatch(
      /is not an ONNX model: it is text: give it a model/,
    );
    expect(await add(Buffer.alloc(0))).toMatch(/is not an ONNX model: it is empty/);
    const whole = writeModel(mapGraph([identity]));
    expect(await add(whole.subarray(0, whole.length - 40))).toMatch(
      /is not an ONNX model: it is cut off.*export or download it again/,
    );
  });

  test.each([
    [
      '<!DOCTYPE html>\n<html><body>Größe: log in first</body></html>',
      'a web page, as a server sends instead of a file',
    ],
    ['\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'a picture'],
    ['PK\x03\x04archive/data.pkl', 'a ZIP archive (perhaps a PyTorch file)'],
    ['\x1c\0\0\0TFL3\x14\0', 'a TensorFlow Lite model'],
    ['\x40\0\0\0\0\0\0\0{"weight":{"dtype":"F32"}}', 'a safetensors file: weights without their network'],
  ])('%j', async (content, kind) => {
    expect(await add(Buffer.from(content, 'latin1'))).toContain(
      `is not an ONNX model: it is ${kind}: give it a model that was exported as ONNX`,
    );
  });

  test('an encoder without its decoder is no map of classes', async () => {
    const graph = {
      nodes: [{ op: 'Identity', inputs: ['image'], outputs: ['output'] }],
      inputs: [{ name: 'image', dims: [1, 3, 1024, 1024] }],
      outputs: [{ name: 'output', dims: [1, 256, 64, 64] }],
    };
    expect(await add(writeModel(graph))).toMatch(/cannot be used as any family.*the encoder of a model.*its decoder/);
  });

  test('a model for text', async () => {
    const graph = {
      nodes: [],
      inputs: [{ name: 'input_ids', dims: [1, 'n'], type: 'int64' as const }],
      outputs: [{ name: 'hidden', dims: [1, 'n', 64] }],
    };
    expect(await add(writeModel(graph))).toMatch(/takes no image but “input_ids” \[1, n\]: a model for text, perhaps/);
  });

  test('a recurrent model for text, with its state', async () => {
    const graph = {
      nodes: [],
      inputs: [
        { name: 'tokens', dims: [1, 'n'], type: 'int64' as const },
        { name: 'h0', dims: [2, 1, 128] },
      ],
      outputs: [
        { name: 'logits', dims: [1, 'n', 30000] },
        { name: 'hn', dims: [2, 1, 128] },
      ],
    };
    expect(await add(writeModel(graph))).toMatch(
      /takes no image but “tokens” \[1, n\], “h0” \[2, 1, 128\]: a model for text/,
    );
  });

  test('a file of more than 2 GB, which is not read to its end', async () => {
    const large = join(folder, 'large.onnx');
    // A field that nobody knows, of 2.2 GB: a hole in the file.
    const size = 2_200_000_000;
    const varint = (value: number): number[] =>
      value < 128 ? [value] : [(value % 128) | 128, ...varint(Math.floor(value / 128))];
    const model = Buffer.concat([
      writeModel(mapGraph([identity])),
      Buffer.from([...varint(100 * 8 + 2), ...varint(size)]),
    ]);
    writeFileSync(large, model);
    truncateSync(large, model.length + size);
    const facts = await readFacts([large]);
    expect(facts.graphs[0].outputs).toHaveLength(1);
    expect(() => describeModel(facts, {})).toThrow(
      /large\.onnx has 2\.2 GB: no runtime reads an ONNX file of more than 2 GB/,
    );
    // Nor where a model.json names it.
    const staged = join(folder, 'large');
    cpSync(join(fixtures, 'unet'), staged, { recursive: true });
    renameSync(large, join(staged, 'model.onnx'));
    const text = readFileSync(join(staged, 'model.json'), 'utf8');
    writeFileSync(join(staged, 'model.json'), text.replace(/"size": \d+/, `"size": ${model.length + size}`));
    const usedMs = processorClock();
    await expect(models.call('inference.propose', { source, model: staged })).rejects.toMatchObject({
      code: 'bad-model',
      message: expect.stringMatching(/model\.onnx has 2\.2 GB: no runtime reads/) as string,
    });
    expect(usedMs()).toBeLessThan(1000);
    rmSync(staged, { recursive: true });
  });

  test('weights in a file that is missing', async () => {
    const external = { name: 'w', dims: [1], location: 'net.onnx.data' };
    const sum = { op: 'Add', inputs: ['image', 'w'], outputs: ['logits'] };
    expect(await add(writeModel(mapGraph([sum], { external })))).toMatch(
      /keeps its weights in net\.onnx\.data, which is not beside it.*: put the file into the same folder/,
    );
    expect(await add(writeModel(mapGraph([sum], { external: { ...external, location: '../secret' } })))).toMatch(
      /keeps its weights outside of its folder/,
    );
    const there = await add(writeModel(mapGraph([sum], { external })), { 'net.onnx.data': '\0\0\0\0' });
    expect(there).toBe(1);
    expect(await add(writeModel(mapGraph([sum], { external })), { 'net.onnx.data': '\0' })).toMatch(
      /the file with its weights is cut off, or belongs to another export/,
    );
  });

  test('operators that are newer than the runtime, or of another one', async () => {
    expect(await add(writeModel(mapGraph([identity]), { opset: 99 }))).toMatch(
      /it needs operator set 99, and this version runs them up to \d+/,
    );
    expect(await add(writeModel(mapGraph([{ ...identity, op: 'Sharpen' }])))).toMatch(
      /operator set 17, which it is made for, has no Sharpen: export it again/,
    );
    const wide = { op: 'Cast', inputs: ['image'], outputs: ['wide'], attributes: { to: 11 } };
    const erf = { op: 'Erf', inputs: ['wide'], outputs: ['other'] };
    const back = { op: 'Cast', inputs: ['other'], outputs: ['logits'], attributes: { to: 1 } };
    expect(await add(writeModel(mapGraph([wide, erf, back])))).toMatch(/this runtime has no Erf for such numbers/);
    const custom = { ...identity, op: 'DeformConv2d', domain: 'mmdeploy' };
    expect(await add(writeModel(mapGraph([custom])))).toMatch(
      /uses operators that only its own runtime has \(mmdeploy::DeformConv2d\)/,
    );
  });

  test('numbers of a type that is not fed, or not read: with file and tensor', async () => {
    const cast = { op: 'Cast', inputs: ['image'], outputs: ['logits'] };
    const double = mapGraph([{ ...cast, attributes: { to: 1 } }], {
      inputs: [{ name: 'image', dims: [1, 3, 'h', 'w'], type: 'double' }],
    });
    expect(await add(writeModel(double))).toMatch(
      /^\S+\.onnx takes its input “image” as float64 \(.*\.onnx\): export it so that it takes float32, .* or int64/,
    );
    const whole = mapGraph([{ ...cast, attributes: { to: 12 } }], {
      outputs: [{ name: 'logits', dims: [1, 3, 'h', 'w'], type: 'uint32' }],
    });
    expect(await add(writeModel(whole))).toMatch(
      /^\S+\.onnx gives its output “logits” as uint32 .*: export it so that it gives float32/,
    );
  });

  const image = { name: 'image', dims: [1, 3, 224, 224] };
  test.each([
    [
      'a classifier',
      [image],
      [{ name: 'scores', dims: [1, 1000] }],
      /looks like a classifier.*no masks, boxes or maps/,
    ],
    [
      'features of any batch',
      [{ ...image, dims: ['b', 3, 'h', 'w'] }],
      [
        { name: 'scores', dims: ['b', 5] },
        { name: 'pooled', dims: ['b', 2048, 1, 1] },
      ],
      /looks like a classifier/,
    ],
    [
      'nothing goes in',
      [],
      [{ name: 'noise', dims: [1, 3, 64, 64] }],
      /: it takes no image: Maskwright cannot use it$/,
    ],
    [
      'a video',
      [{ name: 'clip', dims: [1, 3, 16, 112, 112] }],
      [{ name: 'scores', dims: [1, 400] }],
      /takes videos or volumes, perhaps: Maskwright cannot use it/,
    ],
    [
      'a recurrent network with three layers of state',
      [
        { name: 'tokens', dims: [1, 'n'], type: 'int64' as const },
        { name: 'h0', dims: [3, 'b', 128] },
      ],
      [{ name: 'logits', dims: [1, 'n', 30000] }],
      /takes no image but sequences/,
    ],
    [
      'one of sounds',
      [
        { name: 'frames', dims: ['b', 'n', 80] },
        { name: 'c0', dims: [3, 1, 128] },
      ],
      [{ name: 'hidden', dims: ['b', 'n', 256] }],
      /takes no image but sequences/,
    ],
  ])('of another kind, which no model.json helps: %s', async (_kind, inputs, outputs, told) => {
    const sentence = await add(writeModel({ nodes: [], inputs, outputs }));
    expect(sentence).toMatch(told);
    expect(sentence).not.toContain('by hand');
  });

  test('boxes, labels and scores of an unknown kind: a model.json may help', async () => {
    const outputs = [
      { name: 'a', dims: ['n', 4] },
      { name: 'b', dims: ['n', 90] },
    ];
    expect(await add(writeModel({ nodes: [], inputs: [image], outputs }))).toMatch(/write its model\.json by hand/);
  });

  test('shapes that go wrong while it runs', async () => {
    const constant = {
      op: 'Constant',
      inputs: [],
      outputs: ['shape'],
      attributes: { value: { dims: [2], data: BigInt64Array.of(5n, 5n) } },
    };
    const reshape = { op: 'Reshape', inputs: ['image', 'shape'], outputs: ['logits'] };
    const graph = mapGraph([constant, reshape], {
      inputs: [{ name: 'image', dims: [1, 3, 'h', 'w'] }],
      outputs: [{ name: 'logits', dims: [1, 3, 'h', 'w'] }],
    });
    expect(await add(writeModel(graph))).toMatch(
      /cannot run on what it was given, image \[1, 3, \d+, \d+\]: its operator Reshape fails: The input tensor cannot be reshaped .*its input in model\.json/,
    );
  });

  test('no numbers', async () => {
    expect(await add(writeModel(nanGraph()))).toMatch(/gives no numbers \(NaN\) in its output "logits"/);
  });

  test('none and ten thousand detections', async () => {
    expect(await add(writeModel(detections(0)))).toBe(0);
    expect(await add(writeModel(detections(10_000)))).toBe(10_000);
  });

  test('names that do not match the classes', async () => {
    expect(await add(writeModel(mapGraph([identity])), { 'classes.txt': 'cat\ndog\n' })).toMatch(
      /The categories do not match: the list of classes beside the model names 2, and the graph tells 3 classes apart.*classes\.txt with 3 lines/,
    );
    expect(await add(writeModel(mapGraph([identity])), { 'data.yaml': 'names:\n  0: cat\n  1: dog\n  2: cow\n' })).toBe(
      1,
    );
  });

  test('an input that nobody fills', async () => {
    const graph = mapGraph([identity], {
      inputs: [...mapGraph([]).inputs, { name: 'task_inputs', dims: [1, 77], type: 'int64' }],
    });
    expect(await add(writeModel(graph))).toMatch(/The graph also needs "task_inputs"/);
  });

  test('nothing of them stays', () => {
    expect(readdirSync(own)).toEqual([]);
  });
});

test('what another adds at the same time is left alone, until it is a day old', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'maskwright-adding-'));
  try {
    for (const name of ['mine', 'other', 'old']) {
      mkdirSync(join(folder, `.adding-${name}`));
      writeFileSync(join(folder, `.adding-${name}`, 'model.onnx'), 'half');
    }
    const before = new Date(Date.now() - 25 * 60 * 60 * 1000);
    utimesSync(join(folder, '.adding-old'), before, before);
    await removeUnfinished(folder, 'mine');
    expect(readdirSync(folder)).toEqual(['.adding-other']);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('added by one request: kept where the models are, not twice, and nothing of what fails', async () => {
  const file = join(folder, 'three.onnx');
  writeFileSync(file, writeModel(mapGraph([identity])));
  const trial = { path: picture, orientation: 'exif' } as const;
  const added = await models.call('inference.addModel', { files: [file], folder: own, trial });
  expect(added).toMatchObject({
    id: 'three',
    family: 'semantic',
    trial: { size: [30, 40], proposals: [{ categoryName: 'class 1' }] },
    use: 'objects',
    folder: join(own, 'three'),
  });
  expect(added.assumed).toContain('the 3 categories have no names: they are called class 1, class 2 and so on');
  const again = models.call('inference.addModel', { files: [file], folder: own, trial });
  await expect(again).rejects.toMatchObject({ message: 'There is a model “three” already' });
  const replaced = await models.call('inference.addModel', { files: [file], folder: own, trial: null, replaces: true });
  // Without a picture it is tried on a drawn scene.
  expect(replaced.trial.size).toEqual([480, 640]);
  const bad = join(folder, 'nan.onnx');
  writeFileSync(bad, writeModel(nanGraph()));
  const failing = models.call('inference.addModel', { files: [bad], folder: own, trial });
  await expect(failing).rejects.toMatchObject({ code: 'bad-model' });
  // What was replaced stays for a while.
  expect(readdirSync(own).sort()).toEqual([expect.stringMatching(/^\.removed-\d+-three$/), 'three']);
  const { models: listed } = await models.call('inference.models', {});
  expect(listed.map(({ id }) => id)).toContain('three');
  rmSync(own, { recursive: true });
});

test('stuff is known by the names of a dataset', async () => {
  const { categories } = categoryPresets.find(({ id }) => id === 'coco-panoptic')!;
  const id2label = Object.fromEntries(categories.map(({ name }, i) => [i, name]));
  const place = mkdtempSync(join(folder, 'panoptic-'));
  writeFileSync(join(place, 'config.json'), JSON.stringify({ id2label }));
  const file = join(place, 'mask2former-swin-tiny-coco-panoptic.onnx');
  const shapes = { classes: [1, 100, categories.length + 1], masks: [1, 100, 96, 96] };
  const graph = mapGraph([{ ...identity, outputs: ['class_queries_logits'] }], {
    outputs: [
      { name: 'class_queries_logits', dims: shapes.classes },
      { name: 'masks_queries_logits', dims: shapes.masks },
    ],
  });
  writeFileSync(file, writeModel(graph));
  const { manifest, family } = describeModel(await readFacts([file]), {});
  expect([family, (manifest.outputs as { task: string }).task]).toEqual(['query-masks', 'panoptic']);
  const found = manifest.categories as { name: string; isthing: number }[];
  expect(found.filter(({ isthing }) => isthing === 0)).toHaveLength(53);
  expect(found[0]).toMatchObject({ id: 1, name: 'person', isthing: 1 });
});

test('metadata and names are read from the graph', async () => {
  const names = `{0: 'cat', 1: "dog's", 2: 'cow'}`;
  const file = join(folder, 'named.onnx');
  writeFileSync(file, writeModel(mapGraph([identity]), { metadata: { names, license: 'MIT' } }));
  const facts = await readFacts([file]);
  expect(facts.graphs[0]).toMatchObject({
    opset: 17,
    producer: 'test',
    metadata: { names },
    bytes: readFileSync(file).length,
  });
  const { manifest } = describeModel(facts, { name: 'Tiere & Vögel' });
  expect(manifest).toMatchObject({ id: 'tiere-vogel', name: 'Tiere & Vögel', family: 'semantic', licence: 'MIT' });
  expect(manifest.categories).toEqual([
    { id: 1, name: 'cat' },
    { id: 2, name: "dog's" },
    { id: 3, name: 'cow' },
  ]);
});
