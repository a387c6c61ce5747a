/** What is written into model.json for graphs that nobody has described: values of inputs, classes and their numbers. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { describeModel } from '../../../src-main/inference/catalog/describe';
import { type Beside, readFacts } from '../../../src-main/inference/catalog/facts';
import type { GraphFacts, TensorFacts } from '../../../src-main/inference/catalog/onnxFile';
import { categoryPresets } from '@shared/document/presets';
import { writeModel } from '../../support/onnx';

const tensor = (name: string, dims: TensorFacts['dims'], type = 'float32'): TensorFacts => ({ name, dims, type });

const none: Beside = { config: null, preprocessor: null, pipeline: null, names: null, files: [] };
const graphOf = (graph: Partial<GraphFacts>): GraphFacts => ({
  file: '/models/thing/model.onnx',
  bytes: 1,
  inputs: [tensor('image', [1, 3, 64, 64])],
  outputs: [],
  metadata: {},
  producer: '',
  opset: 17,
  customOperators: [],
  makers: new Map(),
  channels: new Map(),
  externalFiles: [],
  isHalf: false,
  ...graph,
});

function guess(graph: Partial<GraphFacts>, beside: Partial<Beside> = {}) {
  const facts = { graphs: [graphOf(graph)], beside: { ...none, ...beside } };
  const { family, manifest, assumed, problem } = describeModel(facts, {});
  if (problem) throw problem;
  return {
    family,
    assumed,
    ...(manifest as { input: object; outputs: object; categories: { id: number; name: string }[] }),
  };
}

const bytes = { inputs: [tensor('image', [1, 3, 64, 64], 'uint8')] };
const [dets, labels, masks] = [
  tensor('dets', [1, null, 5]),
  tensor('labels', [1, null], 'int64'),
  tensor('masks', [1, null, 64, 64]),
];
const presetNames = (id: string) =>
  categoryPresets.find((preset) => preset.id === id)!.categories.map(({ name }) => name);
const listOf = (count: number) => Array.from({ length: count }, (_, i) => `name ${i}`);

describe('a graph that takes bytes gets the picture as it is', () => {
  const values = { mean: undefined, std: undefined, white: undefined, percentiles: undefined, range: [0, 255] };
  test.each([
    ['semantic', { outputs: [tensor('logits', [1, 5, 64, 64])] }],
    ['mmdeploy', { outputs: [dets, labels, masks] }],
  ])('%s', (family, graph) => {
    const found = guess({ ...bytes, ...graph });
    expect(found.family).toBe(family);
    expect({ ...values, ...found.input }).toMatchObject(values);
    expect(found.assumed.join()).not.toMatch(/deviation/);
  });

  test('whatever preprocessor_config.json says; the padding is a value of a pixel', () => {
    const preprocessor = { image_mean: [0.5, 0.5, 0.5], image_std: [0.5, 0.5, 0.5] };
    const outputs = [tensor('output0', [1, 38, 8400]), tensor('output1', [1, 32, 160, 160])];
    const found = guess({ ...bytes, outputs }, { preprocessor, names: ['cat', 'dog'] });
    expect(found.family).toBe('yolo-seg');
    expect({ ...values, ...found.input }).toMatchObject({ ...values, padValue: 114 });
  });

  test.each([
    ['SAM', 'NCHW', [1, 3, 1024, 1024], []],
    ['SAM 2', 'NHWC', [1, 1024, 1024, 3], ['high_res_feats_0', 'high_res_feats_1']],
  ])('an encoder of %s', (_, layout, dims, features) => {
    const names = ['image_embed', ...features];
    const encoder = graphOf({
      inputs: [tensor('image', dims, 'uint8')],
      outputs: names.map((name) => tensor(name, [])),
    });
    const prompts = [tensor('point_coords', [1, null, 2]), tensor('point_labels', [1, null])];
    const outputs = [tensor('masks', [1, 4, 256, 256]), tensor('iou_predictions', [1, 4])];
    const decoder = graphOf({ inputs: [...names.map((name) => tensor(name, [])), ...prompts], outputs });
    const { manifest } = describeModel({ graphs: [encoder, decoder], beside: none }, {});
    const { input } = manifest.encoder as { input: object };
    expect({ layout: 'NCHW', ...values, ...input }).toMatchObject({ layout, ...values });
  });

  test('floats are normalised as before', () => {
    const { input } = guess({ outputs: [tensor('logits', [1, 5, 64, 64])] });
    expect(input).toMatchObject({ mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] });
  });
});

test('what preprocessor_config.json says is not assumed; sizes that nobody named are question marks', () => {
  const outputs = [tensor('logits', [1, 3, 'Resizelogits_dim_2', 'w'])];
  const [image_mean, image_std] = [
    [0.5, 0.5, 0.5],
    [0.5, 0.5, 0.5],
  ];
  const assumed = (preprocessor: Beside['preprocessor']) => guess({ outputs }, { preprocessor }).assumed.join();
  expect(assumed(null)).toContain('mean and deviation of ImageNet');
  expect(assumed({ size: 512 })).toContain('mean and deviation of ImageNet');
  expect(assumed({ image_mean, image_std })).not.toContain('ImageNet');
  const { evidence } = describeModel({ graphs: [graphOf({ outputs })], beside: none }, {});
  expect(evidence.join()).toContain('“logits” [1, 3, ?, w]');
});

describe('DETR', () => {
  const outputs = (classes: string, boxes: string, plane: string, count: number) => ({
    outputs: [tensor(classes, [1, 100, count]), tensor(boxes, [1, 100, 4]), tensor(plane, [1, 100, 16, 16])],
  });

  test.each(['logits', 'pred_logits'])('%s of transformers have a class for no object as their last', (name) => {
    const found = guess(outputs(name, 'pred_boxes', 'pred_masks', 4), { names: ['cat', 'dog', 'cow'] });
    expect(found.family).toBe('detr-seg');
    expect(found.outputs).toMatchObject({ classes: { name, values: 'softmax', firstCategory: 0 } });
    expect(found.categories.map(({ name: one }) => one)).toEqual(['cat', 'dog', 'cow']);
  });

  test('labels of RF-DETR are each for itself', () => {
    const found = guess(outputs('labels', 'dets', 'masks', 3), { names: ['cat', 'dog', 'cow'] });
    expect(found.outputs).toMatchObject({ classes: { name: 'labels', firstCategory: 0 } });
    expect(JSON.stringify(found.outputs)).not.toContain('softmax');
  });

  test('of COCO: names have the numbers that the graph gives them', () => {
    const of = (names: readonly string[]) => guess(outputs('labels', 'dets', 'masks', 91), { names }).categories;
    expect(of(presetNames('coco-80')).map(({ id }) => id)).toEqual(
      categoryPresets.find(({ id }) => id === 'coco-80-ids')!.categories.map(({ id }) => id),
    );
    expect(of(listOf(91)).map(({ id }) => id)).toEqual(listOf(91).map((_, i) => i));
    expect(() => of(listOf(12))).toThrow(/names 12, and the graph tells 91 classes apart/);
    expect(() => of(listOf(80))).toThrow(/names 80, and the graph tells 91 classes apart/);
  });
});

describe('torchvision’s Mask R-CNN counts from 1, 0 is the background', () => {
  const outputs = [
    tensor('boxes', [null, 4]),
    tensor('labels', [null], 'int64'),
    tensor('scores', [null]),
    tensor('masks', [null, 1, null, null]),
  ];
  const of = (names: readonly string[] | null) => guess({ outputs }, { names }).categories;

  test.each([
    ['own names', ['cat', 'dog']],
    ['and with the background', ['__background__', 'cat', 'dog']],
  ])('%s', (_, names) => {
    expect(guess({ outputs }).family).toBe('maskrcnn-torchvision');
    expect(of(names)).toEqual([
      { id: 1, name: 'cat' },
      { id: 2, name: 'dog' },
    ]);
  });

  test('COCO’s 80 names, the 91 of its weights, and none', () => {
    const sparse = categoryPresets
      .find(({ id }) => id === 'coco-80-ids')!
      .categories.map(({ id, name }) => ({ id, name }));
    expect(of(presetNames('coco-80'))).toMatchObject(sparse);
    expect(of(null)).toMatchObject(sparse);
    expect(of(['__background__', ...listOf(90)])[0]).toEqual({ id: 1, name: 'name 0' });
  });
});

describe('maps of classes', () => {
  test('numbers of unknown classes are not COCO’s', () => {
    const { categories, assumed } = guess({ outputs: [tensor('classes', [1, 64, 64], 'int64')] });
    expect(categories.slice(0, 2)).toEqual([
      { id: 0, name: 'class 0' },
      { id: 1, name: 'class 1' },
    ]);
    expect(assumed.join()).toMatch(/classes\.txt/);
    const named = guess({ outputs: [tensor('classes', [1, 64, 64], 'int64')] }, { names: ['sky', 'road'] });
    expect(named.categories.map(({ name }) => name)).toEqual(['sky', 'road']);
  });

  test('scores of an unknown number of classes ask for names', () => {
    expect(() => guess({ outputs: [tensor('logits', [1, null, null, null])] })).toThrow(/how many classes/);
  });
});

describe('channels last', () => {
  const layoutOf = (input: TensorFacts['dims'], map: TensorFacts['dims']) => {
    const found = guess({ inputs: [tensor('image', input)], outputs: [tensor('logits', map)] });
    return [(found.outputs as { map: { layout?: string } }).map.layout ?? 'NCHW', found.categories.length];
  };

  test.each([
    ['as Keras gives them', [1, 64, 96, 3], [1, 64, 96, 4], ['NHWC', 4]],
    ['at half the size', [1, 64, 96, 3], [1, 32, 48, 4], ['NHWC', 4]],
    ['of a picture with its channels first', [1, 3, 64, 96], [1, 64, 96, 4], ['NHWC', 4]],
    ['as many classes as pixels: as the picture', [1, 64, 64, 3], [1, 64, 64, 64], ['NHWC', 64]],
    ['as many classes as pixels: as the picture', [1, 3, 64, 64], [1, 64, 64, 64], ['NCHW', 64]],
    ['not where the channels are first', [1, 64, 64, 3], [1, 4, 64, 64], ['NCHW', 4]],
    ['of a graph for any size', [1, null, null, 3], [1, null, null, 4], ['NHWC', 4]],
  ])('%s: %j gives %j', (_, input, map, expected) => {
    expect(layoutOf(input, map)).toEqual(expected);
  });
});

describe('YOLO for pictures of any size', () => {
  const inputs = [tensor('images', ['batch', 3, 'height', 'width'])];
  const metadata = { task: 'segment', names: "{0: 'cat', 1: \"dog's\"}" };
  const outputs = [
    tensor('output0', ['batch', null, 'anchors']),
    tensor('output1', ['batch', 32, 'mask_height', 'mask_width']),
  ];

  test('as Ultralytics exports it with dynamic=True', () => {
    const found = guess({ inputs, outputs, metadata });
    expect(found.family).toBe('yolo-seg');
    expect(found.outputs).toEqual({
      detections: { name: 'output0', form: 'classes' },
      protos: { name: 'output1' },
    });
    expect(found.categories.map(({ name }) => name)).toEqual(['cat', "dog's"]);
    const boxes = guess({ inputs, outputs: [outputs[0]], metadata: { ...metadata, task: 'detect' } });
    expect(boxes.family).toBe('boxes');
    expect(boxes.categories).toHaveLength(2);
  });

  test.each([
    ['exported with nms=True', { args: "{'batch': 1, 'nms': True, 'dynamic': True}", end2end: 'False' }],
    ['whose head needs none', { args: "{'batch': 1, 'nms': None, 'dynamic': True}", end2end: 'True' }],
  ])('%s it gives what is left after suppression', (_, said) => {
    const found = guess({ inputs, outputs, metadata: { ...metadata, ...said } });
    expect(found.outputs).toMatchObject({ detections: { form: 'end to end' } });
    expect(found).not.toHaveProperty('defaults.nms');
    expect(found.categories.map(({ name }) => name)).toEqual(['cat', "dog's"]);
  });

  test('of others nothing is known', () => {
    expect(() => guess({ inputs, outputs })).toThrow(/cannot be used as any family/);
  });

  test('more classes than candidates, where these are as many as the input has cells', () => {
    const images = [tensor('images', [1, 3, 64, 64])];
    const small = [tensor('output0', [1, 116, 84]), tensor('output1', [1, 32, 16, 16])];
    const found = guess({ inputs: images, outputs: small });
    expect(found.outputs).toMatchObject({ detections: { form: 'classes' } });
    expect(found.categories).toHaveLength(80);
  });
});

test('a convolution tells how many classes a map has whose shape an exporter lost', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'maskwright-guess-'));
  const file = join(folder, 'deeplab.onnx');
  const nodes = [
    { op: 'Conv', inputs: ['image', 'weights'], outputs: ['small'] },
    { op: 'Resize', inputs: ['small', '', '', 'sizes'], outputs: ['large'] },
    { op: 'Sigmoid', inputs: ['large'], outputs: ['out'] },
  ];
  const graph = {
    nodes,
    inputs: [{ name: 'image', dims: [1, 3, 'h', 'w'] }],
    outputs: [{ name: 'out', dims: [1, 'c', 'h', 'w'] }],
    external: { name: 'weights', dims: [21, 3, 1, 1], location: 'weights.bin' },
  };
  try {
    writeFileSync(file, writeModel(graph));
    const { manifest, problem } = describeModel(await readFacts([file]), {});
    expect(problem).toBeNull();
    expect(manifest.categories).toHaveLength(21);
    // What changes the number of channels tells nothing.
    writeFileSync(file, writeModel({ ...graph, nodes: [nodes[0], { ...nodes[1], op: 'Slice' }, nodes[2]] }));
    expect(describeModel(await readFacts([file]), {}).problem?.message).toMatch(/how many classes/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

describe('mmdeploy', () => {
  const outputs = [dets, labels, masks];
  const pipeline = (...transforms: object[]) => ({ pipeline: { tasks: [{ module: 'Transform', transforms }] } });
  const free = [tensor('image', [1, 3, null, null])];
  const rtmdet = pipeline(
    { type: 'LoadImageFromFile' },
    { type: 'Resize', keep_ratio: true, size: [640, 640] },
    { type: 'Pad', size: [640, 640], pad_val: { img: [114, 114, 114] } },
    { type: 'Normalize', to_rgb: false, mean: [103.53, 116.28, 123.675], std: [57.375, 57.12, 58.395] },
  );

  test('pipeline.json says colours, values, size and padding', () => {
    const { input, assumed } = guess({ inputs: free, outputs }, { pipeline: rtmdet });
    expect(input).toMatchObject({
      colour: 'BGR',
      range: [0, 255],
      mean: [103.53, 116.28, 123.675],
      std: [57.375, 57.12, 58.395],
      resize: { mode: 'fixed', width: 640, height: 640, keepAspect: true, centred: false },
    });
    // (114 - mean) / std, 0.18 of blue, -0.04 of green, -0.17 of red.
    expect((input as { padValue: number }).padValue).toBeCloseTo(-0.0078, 3);
    expect(assumed.join()).not.toMatch(/deviation/);
  });

  test('padding after the values are normalised stays as it is; a size that is not padded is the most of both sides', () => {
    const said = pipeline(
      { type: 'Resize', keep_ratio: true, size: [1200, 700] },
      { type: 'Normalize', to_rgb: true, mean: [1, 2, 3], std: [4, 5, 6] },
      { type: 'Pad', size_divisor: 64, pad_val: 0 },
    );
    const { input } = guess({ inputs: free, outputs }, { pipeline: said });
    expect(input).toMatchObject({ colour: 'RGB', mean: [1, 2, 3], std: [4, 5, 6], padTo: 64, padValue: 0 });
    expect(input).toMatchObject({ resize: { mode: 'shortestSide', side: 700, maxSide: 1200 } });
  });

  test('an input of a fixed size keeps proportions, unless it is said not to', () => {
    expect(guess({ outputs }).input).toMatchObject({ resize: { mode: 'fixed', keepAspect: true, centred: false } });
    const stretched = pipeline({ type: 'Resize', keep_ratio: false, size: [64, 64] });
    expect(guess({ outputs }, { pipeline: stretched }).input).toMatchObject({ resize: { keepAspect: false } });
    expect(guess({ outputs }, { pipeline: { pipeline: 'nonsense' } }).input).toMatchObject({
      mean: [123.675, 116.28, 103.53],
    });
  });
});

describe('one channel is a probability where the graph squashes it at its end', () => {
  const node = (op: string, from: string, to: string) => ({ op, inputs: [from], outputs: [to] });
  test.each([
    ['at the end', [node('Neg', 'image', 'a'), node('Sigmoid', 'a', 'out')], 'probability'],
    ['before it is handed on', [node('Sigmoid', 'image', 'a'), node('Identity', 'a', 'out')], 'probability'],
    ['inside, as a gate', [node('Sigmoid', 'image', 'a'), node('Neg', 'a', 'out')], undefined],
    ['beside', [node('Sigmoid', 'image', 'a'), node('Neg', 'image', 'out')], undefined],
  ])('%s', async (_, nodes, values) => {
    const folder = mkdtempSync(join(tmpdir(), 'maskwright-guess-'));
    try {
      const file = join(folder, 'net.onnx');
      const [inputs, outputs] = [[{ name: 'image', dims: [1, 1, 16, 16] }], [{ name: 'out', dims: [1, 1, 16, 16] }]];
      writeFileSync(file, writeModel({ nodes, inputs, outputs }));
      const { manifest } = describeModel(await readFacts([file]), { family: 'semantic' });
      expect((manifest.outputs as { map: { values?: string } }).map.values).toBe(values);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
