/** `maskwright models` and what own models are used for, as child processes: added, listed, run, checked, removed. */
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { createInferenceClient } from '../../src-main/inference/client';
import { addModel, tryModel } from '../../src-main/inference/addModel';
import { Patience } from '../../src-main/inference/patience';
import { proposeForPrompts } from '../../src-main/inference/promptProposals';
import { CancelSource } from '@shared/errors/cancellation';
import type { CallOptions } from '@shared/ipc/rpc';
import { type Rle, fromCompressed, iou, withoutSpecks } from '@shared/mask';
import { endlessModel } from '../support/oddGraphs';
import {
  candidatesInOrder,
  compareWithTwin,
  isSameMask,
  promptTwinIds,
  readPromptTwin,
  readTwin,
  twinIds,
  twinModels,
  twinPicture,
} from '../support/twinGoldens';
import { repoRoot, startCli, temporaryFolder, writeJson } from './cliRun';

const folder = temporaryFolder();
const at = (...parts: string[]) => join(folder.path, ...parts);
const fixtures = join(repoRoot, 'test/fixtures/models');
const own = at('config/Maskwright/models');
afterAll(folder.remove);

const run = (...args: string[]) => startCli(args, { env: { XDG_CONFIG_HOME: at('config') } }).result;
const models = (...args: string[]) => run('models', ...args);
/** But for what was put aside. */
const shown = () => readdirSync(own).filter((name) => !name.startsWith('.removed-'));

interface Dataset {
  readonly categories: { id: number; name: string }[];
  readonly images: { id: number; file_name: string; width: number; height: number }[];
  readonly annotations: {
    image_id: number;
    category_id: number;
    score: number;
    bbox: [number, number, number, number];
    segmentation: { size: [number, number]; counts: string };
  }[];
}
const read = (path: string) => JSON.parse(readFileSync(path, 'utf8')) as Dataset;
const maskOf = ({ segmentation }: Dataset['annotations'][number]): Rle =>
  fromCompressed(segmentation.counts, segmentation.size);

test('a YOLO file becomes a model that gives what Ultralytics gives', async () => {
  const source = at('export');
  mkdirSync(source);
  writeFileSync(join(source, 'yolo11n-seg.onnx'), readFileSync(join(fixtures, 'yolo-11-seg/model.onnx')));
  writeFileSync(join(source, 'data.yaml'), 'path: ../data\nnames:\n  0: disc\n  1: box\n  2: other\n');
  const added = await models('add', join(source, 'yolo11n-seg.onnx'));
  expect(added.stdout).toMatch(
    /^yolo11n-seg: yolo-seg, 3 categories; the trial run took [\d.]+ s and found \d+ objects?\n/,
  );
  expect(added.stderr).toContain('3 names of classes from the list of classes beside the model');
  expect(added.code).toBe(0);
  const out = at('yolo.json');
  const images = join(fixtures, 'images/cells.png');
  const { code } = await run('propose', '--images', images, '--model', 'yolo11n-seg', '--score', '0.5', '--out', out);
  expect(code).toBe(0);
  const { size, objects } = readTwin('yolo-11-seg').images.cells;
  const found = read(out);
  const names = new Map(found.categories.map(({ id, name }) => [id, name]));
  expect(found.annotations.map(({ category_id, score }) => [names.get(category_id), score.toFixed(3)])).toEqual(
    objects.map(({ category, score }) => [category, score.toFixed(3)]),
  );
  for (const [i, annotation] of found.annotations.entries()) {
    expect(iou([maskOf(annotation)], [fromCompressed(objects[i].counts, size)])[0]).toBeGreaterThan(0.999);
  }

  const again = await models('add', join(source, 'yolo11n-seg.onnx'));
  expect(again).toMatchObject({ code: 3, stdout: '' });
  expect(again.stderr).toContain('There is a model “yolo11n-seg” already');
  expect((await models('add', join(source, 'yolo11n-seg.onnx'), '--force')).code).toBe(0);

  const listed = JSON.parse((await models('list', '--json')).stdout) as { id: string; isOwn: boolean }[];
  expect(listed).toContainEqual(expect.objectContaining({ id: 'yolo11n-seg', isOwn: true, categories: 3 }));
  expect(listed).toContainEqual(expect.objectContaining({ id: 'smart-select', isOwn: false }));
  expect((await models('info', 'yolo11n-seg')).stdout).toContain('categories: disc, box, other');

  const file = join(own, 'yolo11n-seg/yolo11n-seg.onnx');
  writeFileSync(file, readFileSync(file).subarray(1));
  expect((await models('verify', 'yolo11n-seg')).stderr).toContain('is damaged, or of another version');
  expect((await models('remove', 'yolo11n-seg')).stdout).toMatch(
    /^yolo11n-seg: removed; for a week .* restore yolo11n-seg/,
  );
  expect((await models('remove', 'smart-select')).stderr).toContain('ships with Maskwright and stays');
  // So is the one that was replaced.
  const aside = expect.stringMatching(/^\.removed-\d+-yolo11n-seg$/);
  expect(readdirSync(own)).toEqual([aside, aside]);
});

test('encoder and decoder become a model that answers clicks, and turns boxes of a dataset into masks', async () => {
  const files = ['encoder', 'decoder'].map((name) => join(fixtures, 'sam-samexporter', `${name}.onnx`));
  const alone = await models('add', files[1]);
  expect(alone.stderr).toContain('this is the decoder of a model that answers clicks: give its encoder too');
  // In any order.
  const added = await models('add', files[1], files[0], '--name', 'My SAM');
  expect(added.stdout).toMatch(/^my-sam: promptable/);
  const boxes = writeJson(at('boxes.json'), {
    images: [
      { id: 3, file_name: 'images/shapes.png', width: 96, height: 72 },
      { id: 4, file_name: 'elsewhere.png', width: 10, height: 10 },
    ],
    categories: [
      { id: 7, name: 'disc' },
      { id: 9, name: 'square' },
    ],
    annotations: [
      { id: 1, image_id: 3, category_id: 9, bbox: [28, 42, 24, 24], area: 576, iscrowd: 0, segmentation: [] },
      { id: 2, image_id: 3, category_id: 7, bbox: [10, 6, 28, 28], area: 784, iscrowd: 0, segmentation: [] },
      { id: 3, image_id: 3, category_id: 7, bbox: [0, 0, 90, 70], area: 6300, iscrowd: 1, segmentation: [] },
    ],
  });
  const out = at('masks.json');
  const made = await run(
    ...['propose', '--images', join(fixtures, 'images'), '--model', 'my-sam', '--boxes-from', boxes, '--out', out],
  );
  expect({ code: made.code, stdout: made.stdout }).toEqual({ code: 0, stdout: `${out}: 2 images, 2 annotations\n` });
  const { annotations, categories, images } = read(out);
  const names = new Map(categories.map(({ id, name }) => [id, name]));
  expect(annotations.map(({ category_id }) => names.get(category_id))).toEqual(['square', 'disc']);
  expect(
    annotations.every(({ image_id }) => images.find(({ id }) => id === image_id)?.file_name === 'shapes.png'),
  ).toBe(true);
  // The first box is one of the prompts that the Python original answered.
  const { size, prompts } = readPromptTwin('sam-samexporter').images.shapes;
  const original = withoutSpecks(fromCompressed(prompts[2].candidates[0].counts, size), []);
  expect(isSameMask(maskOf(annotations[0]), original)).toBe(true);

  const other = writeJson(at('other.json'), {
    images: [{ id: 1, file_name: 'shapes.png', width: 72, height: 96 }],
    categories: [{ id: 1, name: 'disc' }],
    annotations: [{ id: 1, image_id: 1, category_id: 1, bbox: [1, 1, 9, 9], area: 81, iscrowd: 0, segmentation: [] }],
  });
  const wrong = await run(
    ...[
      'propose',
      '--images',
      join(fixtures, 'images/shapes.png'),
      '--model',
      'my-sam',
      '--boxes-from',
      other,
      '--out',
      at('w.json'),
    ],
  );
  expect(wrong.stderr).toContain('is 96 x 72 pixels, and');
  expect({ code: wrong.code, isWritten: existsSync(at('w.json')) }).toEqual({ code: 3, isWritten: false });
});

test('a model of a catalogue is fetched over a line that breaks, verified and added; wrong bytes are refused', async () => {
  const weights = readFileSync(join(fixtures, 'yolo-11-seg/model.onnx'));
  let asked = 0;
  const server = createServer((request, response) => {
    const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
    const bytes = request.url === '/other.onnx' ? Buffer.from('other weights') : weights;
    response.writeHead(from > 0 ? 206 : 200, { 'content-length': bytes.length - from });
    if (bytes !== weights || ++asked > 3) return void response.end(bytes.subarray(from));
    response.write(bytes.subarray(from, from + 60_000), () => response.destroy());
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const sha256 = createHash('sha256').update(weights).digest('hex');
  const entry = (id: string, name: string) => ({
    id,
    name: `Cells ${id}`,
    purpose: 'Finds cells',
    family: 'yolo-seg',
    licence: 'CC0-1.0',
    page: base,
    categories: ['round', 'long', 'odd'],
    files: [{ path: 'model.onnx', url: `${base}/${name}`, sha256 }],
  });
  mkdirSync(own, { recursive: true });
  const before = shown();
  const lab = { hosts: ['127.0.0.1'], models: [entry('good', 'model.onnx'), entry('bad', 'other.onnx')] };
  writeJson(join(own, 'catalog.json'), lab);
  try {
    expect((await models('catalogue')).stdout).toMatch(/^good +Cells good: CC0-1\.0; http/m);
    const bad = await models('download', 'bad');
    expect({ code: bad.code, stderr: bad.stderr }).toMatchObject({
      code: 3,
      stderr: expect.stringMatching(/other\.onnx is not the file it should be: .*it was deleted/),
    });
    const good = await models('download', 'good');
    expect({ code: good.code, stdout: good.stdout, asked }).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^cells-good: yolo-seg, 3 categories\n/),
      asked: 4,
    });
    expect(good.stderr).toContain('Cells good: CC0-1.0');
    expect((await models('info', 'cells-good')).stdout).toMatch(/licence: CC0-1\.0[^]*categories: round, long, odd/);
    expect((await models('catalogue')).stdout).toMatch(/^good .*\(installed as cells-good\)$/m);
    const listed = JSON.parse((await models('bench', 'cells-good', '--runs', '2')).stdout) as Record<string, number>;
    expect(listed).toMatchObject({ model: 'cells-good', threads: expect.any(Number), memoryMb: expect.any(Number) });
    expect((await models('remove', 'cells-good')).code).toBe(0);

    // What a download has left that was stopped.
    mkdirSync(join(own, '.download-good'));
    writeFileSync(join(own, '.download-good/model.onnx.part'), Buffer.alloc(500_000));
    expect((await models('catalogue')).stdout).toMatch(/^good .*\(0\.5 MB begun\)$/m);
    expect((await models('remove', 'good')).stdout).toBe('good: 0.5 MB of a download removed\n');
    expect(existsSync(join(own, '.download-good'))).toBe(false);

    // The same from a file, by its digest, with nobody to ask.
    server.close();
    const wrong = await models('download', 'good', '--from', join(fixtures, 'unet/model.onnx'));
    expect(wrong.stderr).toMatch(/model\.onnx cannot be “Cells good”: its digest is not that of model\.onnx/);
    const fromFile = await models('download', 'good', '--from', join(fixtures, 'yolo-11-seg/model.onnx'));
    expect(fromFile.stdout).toMatch(/^cells-good: yolo-seg/);
    expect((await models('remove', 'cells-good')).code).toBe(0);
  } finally {
    server.close();
    rmSync(join(own, 'catalog.json'));
  }
  expect(shown()).toEqual(before);
});

test('a graph that never ends is stopped, and the process comes back', async () => {
  const file = at('endless.onnx');
  writeFileSync(file, endlessModel());
  const client = createInferenceClient({
    modelsFolder: at('none'),
    script: join(repoRoot, 'out/main/inferenceHost.cjs'),
  });
  const kept = at('kept');
  mkdirSync(kept);
  // Its time is the model's, not that in which the process begins.
  await client.call('inference.models', {});
  const adding = addModel(
    client,
    { files: [file], folder: kept, trial: null },
    { end: () => client.kill(), seconds: 2 },
  );
  const late = { code: 'bad-model', message: 'The model did not finish the trial picture within 2 seconds' };
  await expect(adding).rejects.toMatchObject(late);
  expect(readdirSync(kept)).toEqual([]);
  // As the window's wizard asks.
  await client.call('inference.models', {});
  const given = { files: [file], folder: kept, trial: null };
  await expect(tryModel(client, given, { end: () => client.kill(), seconds: 2 })).rejects.toMatchObject(late);
  expect(readdirSync(kept)).toEqual([]);
  // And as proposals are asked for, of a model that ends on other pictures.
  cpSync(join(fixtures, 'unet'), at('endless'), { recursive: true });
  const bytes = endlessModel();
  const text = readFileSync(at('endless/model.json'), 'utf8');
  const written = JSON.parse(text) as { files: object[]; categories: object[]; input: object; outputs: object };
  Object.assign(written.files[0], { sha256: createHash('sha256').update(bytes).digest('hex'), size: bytes.length });
  writeFileSync(at('endless/model.onnx'), bytes);
  const input = { name: 'image', resize: { mode: 'fixed', width: 16, height: 16, keepAspect: false } };
  const categories = [1, 2, 3].map((id) => ({ id, name: `class ${id}` }));
  writeJson(at('endless/model.json'), { ...written, input, outputs: { map: { name: 'logits' } }, categories });
  // Long enough for a process to begin in, which is part of it here.
  const patience = new Patience(() => client.kill(), 8);
  const [stuck, other] = await Promise.allSettled(
    [at('endless'), join(fixtures, 'unet')].map((model) => {
      const source = { path: twinPicture('cells'), orientation: 'exif' } as const;
      return patience.run((own) => client.call('inference.propose', { source, model }, own), source.path, {});
    }),
  );
  expect(stuck).toMatchObject({
    status: 'rejected',
    reason: {
      code: 'bad-input',
      message: expect.stringMatching(/did not come to an end on .*cells\.png within 8 sec/),
    },
  });
  // What waited behind it got its answer from the process that was started in its place.
  expect(other).toMatchObject({ status: 'fulfilled', value: { proposals: [{ categoryName: 'cell' }] } });
  expect((await client.call('inference.models', {})).models).toEqual([]);

  // A decoder, in the middle of prompts: the image was looked at by then.
  const prompter = at('endless-prompter');
  cpSync(join(twinModels, 'sam-samexporter'), prompter, { recursive: true });
  const any = (name: string) => ({ name, dims: ['a', 'b', 'c', 'd'] });
  const prior = { name: 'mask_input', dims: [1, 1, 64, 64] };
  const decoder = endlessModel({
    inputs: [
      prior,
      any('image_embeddings'),
      { name: 'point_coords', dims: [1, 'n', 2] },
      { name: 'point_labels', dims: [1, 'n'] },
      { name: 'has_mask_input', dims: [1] },
      { name: 'orig_im_size', dims: [2] },
    ],
    outputs: ['low_res_masks', 'iou_predictions'].map((name) => ({ ...prior, name })),
  });
  writeFileSync(join(prompter, 'decoder.onnx'), decoder);
  const described = JSON.parse(readFileSync(join(prompter, 'model.json'), 'utf8')) as { files: object[] };
  const sha256 = createHash('sha256').update(decoder).digest('hex');
  Object.assign(described.files[1], { sha256, size: decoder.length });
  writeJson(join(prompter, 'model.json'), described);
  const source = { path: twinPicture('cells'), orientation: 'exif' } as const;
  const prompts = [{ request: { points: [], box: [4, 4, 20, 20] as const }, categoryName: null }];
  const ask = (own: CallOptions) => proposeForPrompts(client, { source, model: prompter, prompts, tool: 'model' }, own);
  await expect(new Patience(() => client.kill(), 5).run(ask, source.path, {})).rejects.toMatchObject({
    message: expect.stringMatching(/did not come to an end on .*cells\.png within 5 sec/),
  });
  expect((await client.call('inference.models', {})).models).toEqual([]);
  // Cancelled in the middle of that run, long before its time is over.
  const signal = new CancelSource();
  const cancelled = (own: CallOptions) => {
    const onProgress: CallOptions['onProgress'] = ({ text }) => {
      // The process has begun by then, and hears nothing any more.
      if (text?.startsWith('mask')) setTimeout(() => signal.abort(), 500);
    };
    return ask({ ...own, onProgress });
  };
  const { pid } = client;
  const stopped = new Patience(() => client.kill()).run(cancelled, source.path, { signal });
  await expect(stopped).rejects.toMatchObject({ code: 'cancelled' });
  expect((await client.call('inference.models', {})).models).toEqual([]);
  expect(client.pid).not.toBe(pid);
  client.kill();
});

/** Of a dataset, by the names of its images without their ends. */
function foundOn({ categories, images, annotations }: Dataset, name: string) {
  const names = new Map(categories.map((one) => [one.id, one.name]));
  const { id } = images.find(({ file_name }) => file_name === `${name}.png`)!;
  return annotations
    .filter(({ image_id }) => image_id === id)
    .map((one) => ({ categoryName: names.get(one.category_id)!, score: one.score, mask: maskOf(one) }));
}

test('models of every family give by `propose` what their originals gave', { timeout: 240_000 }, async () => {
  expect(twinIds.length).toBeGreaterThanOrEqual(20);
  // What panoptic-fusion is made of is looked for among one's own models.
  const fusion = JSON.parse(readFileSync(join(twinModels, 'panoptic-fusion/model.json'), 'utf8')) as Record<
    string,
    string
  >;
  const parts = [fusion.instances, fusion.semantic];
  for (const id of parts) cpSync(join(twinModels, id), join(own, id), { recursive: true });
  const waiting = [...twinIds];
  const one = async () => {
    for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
      const golden = readTwin(id);
      const names = Object.keys(golden.images);
      const out = at(`twin-${id}.json`);
      const split = golden.split ? ['--split', golden.split] : [];
      const images = names.map(twinPicture);
      const { code, stderr } = await run(
        ...['propose', '--images', ...images, '--model', join(twinModels, id), '--out', out, ...split],
      );
      expect([id, code, stderr]).toEqual([id, 0, expect.any(String)]);
      for (const name of names) {
        const differing = compareWithTwin(golden.images[name], foundOn(read(out), name));
        expect({ id, name, ...differing }).toEqual({ id, name, missed: [], left: [] });
      }
    }
  };
  await Promise.all([one(), one()]);
  for (const id of parts) rmSync(join(own, id), { recursive: true });
});

test('models that answer prompts give by `propose` what their originals gave, without specks', async () => {
  for (const id of promptTwinIds) {
    const { size, prompts } = readPromptTwin(id).images.shapes;
    const [, clicks, boxed] = prompts;
    const [x1, y1, x2, y2] = boxed.box!;
    const out = at(`prompted-${id}.json`);
    const { code, stderr } = await run(
      ...['propose', '--images', twinPicture('shapes'), '--model', join(twinModels, id)],
      ...['--boxes', [x1, y1, x2 - x1, y2 - y1].join(), '--points', clicks.points.map(String).join(';'), '--out', out],
    );
    expect([id, code, stderr]).toEqual([id, 0, '']);
    const found = foundOn(read(out), 'shapes');
    for (const [i, prompt] of [boxed, clicks].entries()) {
      const { points } = prompt;
      const [best] = candidatesInOrder(prompt, size);
      const clicked = points.map(([x, y, inside]) => ({ x, y, isInside: inside === 1 }));
      const mask = withoutSpecks(best.mask, clicked);
      expect([id, i, isSameMask(found[i].mask, mask)]).toEqual([id, i, true]);
      expect(found[i].score).toBeCloseTo(Math.max(0, best.iou), 4);
    }
  }
});

test('in tiles an image gives the objects of the whole, and no object twice', async () => {
  const picture = join(repoRoot, 'resources/sample/images');
  const nuclei = 'nuclei-03.png';
  const [whole, tiled] = [at('whole.json'), at('tiled.json')];
  const common = ['propose', '--images', join(picture, nuclei), '--model', 'nuclei-maskrcnn', '--out'];
  expect((await run(...common, whole)).code).toBe(0);
  expect((await run(...common, tiled, '--tile', '256', '--overlap', '64')).code).toBe(0);
  const [a, b] = [read(whole), read(tiled)].map(({ annotations }) => annotations);
  const shared = iou(b.map(maskOf), a.map(maskOf));
  const best = b.map((_, i) => Math.max(...shared.slice(i * a.length, (i + 1) * a.length)));
  console.log(
    `tiles: ${a.length} objects whole, ${b.length} in tiles, ${best.filter((value) => value > 0.8).length} matched`,
  );
  expect(Math.abs(b.length - a.length)).toBeLessThanOrEqual(1);
  const matched = best.filter((value) => value >= 0.5);
  expect(matched.length).toBeGreaterThanOrEqual(a.length - 2);
  expect(matched.reduce((sum, value) => sum + value, 0) / matched.length).toBeGreaterThanOrEqual(0.95);
  // No two of the tiled ones are the same object.
  const between = iou(b.map(maskOf), b.map(maskOf));
  for (let i = 0; i < b.length; i++) for (let j = 0; j < i; j++) expect(between[i * b.length + j]).toBeLessThan(0.5);
});

test('objects like one of a dataset are found on other images, and what runs elsewhere than wanted is told', async () => {
  const sample = join(repoRoot, 'resources/sample');
  const dataset = join(sample, 'instances.json');
  const truth = read(dataset);
  const [from, to] = ['coins-03.jpg', 'coins-02.jpg'].map((name) =>
    truth.images.find(({ file_name }) => file_name.endsWith(name))!,
  );
  const coin = (truth as unknown as { annotations: { id: number; image_id: number }[] }).annotations.find(
    ({ image_id }) => image_id === from.id,
  )!;
  const search = (what: string, ...more: string[]) =>
    run(
      ...['propose', '--images', join(sample, 'images/coins-02.jpg'), '--model', 'smart-select', '--similar-to', what],
      ...['--out', at('similar.json'), '--force', ...more],
    );
  const missing = process.platform === 'darwin' ? 'directml' : 'coreml';
  const found = await search(`${dataset}#${coin.id}`, '--provider', missing);
  expect(found.code, found.stderr).toBe(0);
  expect(found.stderr).toMatch(
    /cannot be used: it is not part of this version for this system\. Models run on the processor/,
  );
  const { annotations, categories } = read(at('similar.json'));
  expect(categories.map(({ name }) => name)).toEqual(['coin']);
  const coins = truth.annotations.filter(({ image_id }) => image_id === to.id);
  expect(annotations.length).toBeGreaterThan(0.75 * coins.length);
  expect(annotations.length).toBeLessThanOrEqual(coins.length);

  const refused = await search(`${dataset}#999999`);
  expect([refused.code, refused.stderr]).toEqual([3, expect.stringContaining('has no annotation 999999')]);
  const both = await search(`${dataset}#${coin.id}`, '--boxes', '1,1,5,5');
  expect([both.code, both.stderr]).toEqual([
    2,
    expect.stringContaining('Give either --similar-to, or boxes and points'),
  ]);
  const elsewhere = await run(
    'propose',
    '--images',
    sample,
    '--method',
    'threshold',
    '--similar-to',
    `${dataset}#1`,
    '--out',
    at('x.json'),
  );
  expect([elsewhere.code, elsewhere.stderr]).toEqual([2, expect.stringContaining('--similar-to is for models')]);
});
