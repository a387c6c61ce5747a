/** What a user corrects of a guess: seen in the draft, tried, and written into model.json. */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { createInferenceService } from '../../../src-main/inference/service';
import type { InferenceRequests } from '@shared/ipc/inference';
import { connectLocal } from '@shared/ipc/rpc';
import { decodeRegion, fromCompressed } from '@shared/mask';
import type { ModelWish } from '@shared/models/types';
import { writeModel } from '../../support/onnx';

const root = mkdtempSync(join(tmpdir(), 'maskwright-wish-'));
const fixtures = join(import.meta.dirname, '../../fixtures/models');
const folder = join(root, 'models');
afterAll(() => rmSync(root, { recursive: true, force: true }));
const models = connectLocal<InferenceRequests>(createInferenceService({ modelsFolder: [join(root, 'ships'), folder] }));

const trial = { path: join(fixtures, 'images/cells.png'), orientation: 'exif' } as const;
const inspect = (files: readonly string[], wish: ModelWish = {}) =>
  models.call('inference.inspectModel', { files, folder, wish });

/** Its first three channels come out of a picture; by shapes it could be Cellpose as well. */
const file = join(root, 'strange.onnx');
writeFileSync(
  file,
  writeModel({
    nodes: [{ op: 'Identity', inputs: ['image'], outputs: ['planes'] }],
    inputs: [{ name: 'image', dims: [1, 3, 32, 32] }],
    outputs: [{ name: 'planes', dims: [1, 3, 32, 32] }],
  }),
);

test('a draft says what goes in and out, and all that the files could be', async () => {
  const draft = await inspect([file]);
  expect(draft).toMatchObject({
    id: 'strange',
    family: 'semantic',
    graphs: [{ file: 'strange.onnx', inputs: [{ name: 'image', shape: '[1, 3, 32, 32]' }] }],
    isSizeFixed: true,
    classes: 3,
    categories: ['class 1', 'class 2', 'class 3'],
    taken: null,
    problem: null,
  });
  expect(draft.families.map(({ id }) => id)).toEqual(['semantic', 'cellpose']);
  expect(draft.preparation?.mean).toEqual([0.485, 0.456, 0.406]);
});

test('family, input and names as the user says them', async () => {
  const cells = await inspect([file], { family: 'cellpose' });
  expect([cells.family, cells.categories]).toEqual(['cellpose', ['object']]);
  const wish = {
    name: 'Planes of colour',
    categories: ['red', 'green', 'blue'],
    preparation: { colour: 'BGR', range: [0, 255], mean: [0, 0, 0], std: [1, 1, 1] },
  } as const;
  const draft = await inspect([file], wish);
  expect(draft).toMatchObject({ id: 'planes-of-colour', ...wish });
  // A pixel of the blue rectangle in the drawn scene.
  const classAt = async (colour: 'RGB' | 'BGR') => {
    const asked = { ...wish, preparation: { ...wish.preparation, colour } };
    const { proposals } = await models.call('inference.tryModel', { files: [file], folder, wish: asked, trial: null });
    const isSet = ({ segmentation: { counts, size } }: (typeof proposals)[number]) =>
      decodeRegion(fromCompressed(counts, size), [450, 300, 1, 1])[0] === 1;
    return proposals.filter(isSet).map(({ categoryName }) => categoryName);
  };
  expect(await classAt('RGB')).toEqual(['blue']);
  expect(await classAt('BGR')).toEqual(['red']);
  expect(readdirSync(folder)).toEqual([]);
  const added = await models.call('inference.addModel', { files: [file], folder, wish, trial });
  const written = JSON.parse(readFileSync(join(added.folder, 'model.json'), 'utf8')) as object;
  expect(written).toMatchObject({
    name: wish.name,
    input: { ...wish.preparation, resize: { mode: 'fixed', width: 32, height: 32 } },
    categories: [
      { id: 1, name: 'red' },
      { id: 2, name: 'green' },
      { id: 3, name: 'blue' },
    ],
  });
  expect((await inspect([file], wish)).taken).toBe('own');
});

test('names that do not match are a problem that other names solve', async () => {
  const given = join(root, 'named');
  mkdirSync(given);
  cpSync(file, join(given, 'net.onnx'));
  writeFileSync(join(given, 'classes.txt'), 'cat\ndog\n');
  const draft = await inspect([given]);
  expect(draft).toMatchObject({ family: 'semantic', classes: 3, categories: [] });
  expect(draft.problem?.message).toMatch(/The list of classes|The categories do not match/);
  const trying = models.call('inference.tryModel', { files: [given], folder, trial: null });
  await expect(trying).rejects.toMatchObject({ message: draft.problem!.message });
  expect((await inspect([given], { categories: ['cat', 'dog', 'cow'] })).problem).toBeNull();
  expect((await inspect([given], { categories: ['cat'] })).problem?.message).toMatch(
    /your list names 1, and the graph tells 3/,
  );
});

test('a folder stands for the graph in it, encoder and decoder, or Hugging Face’s folder of graphs', async () => {
  expect((await inspect([join(fixtures, 'sam-samexporter')])).family).toBe('promptable');
  const hub = join(root, 'segformer-b0');
  mkdirSync(join(hub, 'onnx'), { recursive: true });
  cpSync(file, join(hub, 'onnx/model.onnx'));
  cpSync(file, join(hub, 'onnx/model_quantized.onnx'));
  writeFileSync(join(hub, 'config.json'), JSON.stringify({ id2label: { 0: 'road', 1: 'sky', 2: 'car' } }));
  const draft = await inspect([hub]);
  expect([draft.graphs[0].file, draft.categories]).toEqual(['model.onnx', ['road', 'sky', 'car']]);
  const many = join(root, 'many');
  mkdirSync(many);
  await expect(inspect([many])).rejects.toThrow(/has no ONNX file/);
  for (const name of ['a', 'b', 'c']) cpSync(file, join(many, `${name}.onnx`));
  await expect(inspect([many])).rejects.toThrow(/has 3 ONNX files: a\.onnx/);
});

test('files that no family reads are still shown, with the reason', async () => {
  const odd = join(root, 'odd.onnx');
  writeFileSync(
    odd,
    writeModel({
      nodes: [{ op: 'Identity', inputs: ['image'], outputs: ['vector'] }],
      inputs: [{ name: 'image', dims: [1, 3, 8, 8] }],
      outputs: [{ name: 'vector', dims: [1, 512] }],
    }),
  );
  const draft = await inspect([odd]);
  expect(draft).toMatchObject({ family: null, families: [], graphs: [{ outputs: [{ shape: '[1, 512]' }] }] });
  expect(draft.problem?.message).toMatch(/odd\.onnx cannot be used as any family/);
});

test('a model of queries is read as the user says', async () => {
  const given = [join(fixtures, 'mask2former-instance/model.onnx')];
  expect((await inspect(given)).task).toBe('instance');
  const alone = await inspect([join(fixtures, 'sam-samexporter/encoder.onnx')]);
  expect(alone.problem?.hint).toMatch(/this is the encoder of a model that answers clicks: give its decoder too/);
  const asked = await inspect(given, { task: 'panoptic' });
  expect(asked.task).toBe('panoptic');
});
