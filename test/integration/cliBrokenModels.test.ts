/** `maskwright models` about files and models that are broken, and about names that shipped ones have. */
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { runProgram } from '../../src-main/cli/program';
import { Session } from '../../src-main/cli/lib/session';
import { detections, identity, mapGraph, nanGraph } from '../support/oddGraphs';
import { writeModel } from '../support/onnx';
import { mountSmallDisk } from '../support/smallDisk';

const folder = mkdtempSync(join(tmpdir(), 'maskwright-models-'));
const fixtures = join(import.meta.dirname, '../fixtures/models');
const own = join(folder, 'Maskwright/models');

beforeAll(() => {
  // On every system: a developer's own models stay out of it.
  for (const name of ['XDG_CONFIG_HOME', 'APPDATA', 'HOME']) vi.stubEnv(name, folder);
  for (const id of ['unet', 'segformer']) cpSync(join(fixtures, id), join(own, id), { recursive: true });
  writeFileSync(join(own, 'unet/model.onnx'), 'short');
  for (const id of ['cut-off', 'nameless']) {
    mkdirSync(join(own, id));
    writeFileSync(join(own, id, 'model.json'), id === 'cut-off' ? '{"id": ' : '{}');
  }
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

/** What no catalogue leaves out. */
const shown = () =>
  readdirSync(own)
    .filter((name) => !name.startsWith('.'))
    .sort();

async function models(...args: string[]) {
  let [stdout, stderr] = ['', ''];
  const out = (text: string) => void (stdout += text);
  const session = new Session({ out, err: (text) => void (stderr += text), isTerminal: false });
  const code = await runProgram(['models', ...args], session);
  return { code, stdout, stderr };
}

test('verify without ids says all that is wrong, and what is right', async () => {
  const { code, stdout, stderr } = await models('verify');
  expect(code).toBe(3);
  expect(stdout).toContain('segformer: 1 file as they should be');
  expect(stderr).toMatch(/cut-off\/model\.json is not valid JSON/);
  expect(stderr).toMatch(/nameless\/model\.json does not describe a model/);
  expect(stderr).toMatch(/is damaged, or of another version: .*unet/);
  expect(stderr).toMatch(/3 of \d+ models cannot be used/);
});

test('a model whose model.json is broken is removed by its folder’s name, and nothing else is', async () => {
  for (const wanted of ['..', '../models', '.', 'unknown']) expect((await models('remove', wanted)).code).toBe(3);
  expect(readdirSync(own).sort()).toEqual(['cut-off', 'nameless', 'segformer', 'unet']);
  for (const id of ['cut-off', 'nameless', 'segformer']) {
    expect(await models('remove', id)).toEqual({
      code: 0,
      stdout: `${id}: removed; for a week maskwright models restore ${id} brings it back\n`,
      stderr: '',
    });
  }
  expect(shown()).toEqual(['unet']);
});

test('a model that was removed comes back as it was, unless another took its place or its files were deleted at once', async () => {
  cpSync(join(fixtures, 'yolo-v5-seg'), join(own, 'cars'), { recursive: true });
  const before = readFileSync(join(own, 'cars/model.json'), 'utf8');
  expect((await models('remove', 'yolo-v5-seg')).stdout).toMatch(
    /^yolo-v5-seg: removed; .* models restore cars brings/,
  );
  expect(shown()).toEqual(['unet']);
  expect(await models('restore', 'cars')).toEqual({ code: 0, stdout: 'cars: restored\n', stderr: '' });
  expect(readFileSync(join(own, 'cars/model.json'), 'utf8')).toBe(before);
  expect((await models('verify', 'yolo-v5-seg')).code).toBe(0);

  await models('remove', 'yolo-v5-seg');
  mkdirSync(join(own, 'cars'));
  expect((await models('restore', 'cars')).stderr).toMatch(/There is another model in .*cars now/);
  rmSync(join(own, 'cars'), { recursive: true });
  expect((await models('restore', 'cars')).code).toBe(0);
  for (const wanted of ['../cars', '.', '.removed-1-cars']) expect((await models('restore', wanted)).code).toBe(2);

  const all = readdirSync(own).length;
  expect((await models('remove', 'yolo-v5-seg', '--now')).stdout).toBe('yolo-v5-seg: deleted\n');
  expect(readdirSync(own)).toHaveLength(all - 1);
  expect((await models('restore', 'cars')).stderr).toMatch(/The files of “cars” are gone: add it again/);
});

test('verify says what is wrong with the models that one is made of', async () => {
  const licence = 'CC0-1.0';
  const made = (id: string, detector: string) => {
    mkdirSync(join(own, id));
    const model = { id, name: id, family: 'boxes-to-masks', detector, prompter: 'smart-select', licence };
    writeFileSync(join(own, id, 'model.json'), JSON.stringify(model));
  };
  made('fine', 'coco-boxes');
  made('lost', 'nowhere');
  made('nested', 'fine');
  try {
    expect((await models('verify', 'fine')).stdout).toBe(
      'fine: 3 files as they should be, of coco-boxes and smart-select\n',
    );
    const lost = await models('verify', 'lost');
    expect(lost.code).toBe(3);
    expect(lost.stderr).toMatch(/lost\/model\.json is made of “nowhere”, and there is no such model/);
    const all = await models('verify');
    expect(all.code).toBe(3);
    expect(all.stderr).toMatch(/is made of “nowhere”/);
    expect(all.stderr).toMatch(/nested\/model\.json is made of “fine”, which is itself made of other models/);
    expect(all.stderr).toMatch(/3 of \d+ models cannot be used/);
    expect(all.stdout).toContain('photo-objects: 3 files as they should be');
  } finally {
    for (const id of ['fine', 'lost', 'nested']) rmSync(join(own, id), { recursive: true });
  }
});

test('a models folder that is full or read-only is said, and nothing is left half-written', async () => {
  const place = mkdtempSync(join(tmpdir(), 'maskwright-small-'));
  const disk = mountSmallDisk(place, 'a full models folder');
  if (!disk) return rmSync(place, { recursive: true });
  const kept = join(place, 'Maskwright/models');
  const known = readdirSync(folder);
  for (const name of ['XDG_CONFIG_HOME', 'APPDATA', 'HOME']) vi.stubEnv(name, place);
  try {
    const file = join(folder, 'roads.onnx');
    copyFileSync(join(fixtures, 'segformer/model.onnx'), file);
    cpSync(join(fixtures, 'yolo-v5-seg'), join(kept, 'yolo-v5-seg'), { recursive: true });
    const filler = join(place, 'filler');
    writeFileSync(filler, Buffer.alloc(statfsSync(place).bavail * statfsSync(place).bsize));
    const full = await models('add', file);
    expect(full.stderr).toMatch(/models cannot be written because the disk is full: free some space and try again/);
    expect(full.code).toBe(3);
    rmSync(filler);
    disk.makeReadOnly();
    for (const args of [
      ['add', file],
      ['remove', 'yolo-v5-seg'],
      ['remove', 'yolo-v5-seg', '--now'],
    ]) {
      const { code, stderr } = await models(...args);
      expect(stderr).toMatch(/is on a read-only disk: choose another path/);
      expect(code).toBe(3);
    }
    expect(readdirSync(kept)).toEqual(['yolo-v5-seg']);
  } finally {
    for (const name of ['XDG_CONFIG_HOME', 'APPDATA', 'HOME']) vi.stubEnv(name, folder);
    disk.unmount();
    rmSync(place, { recursive: true });
    for (const name of readdirSync(folder)) if (!known.includes(name)) rmSync(join(folder, name));
  }
});

test('no model is added by the name of one that ships, not even by force', async () => {
  const file = join(folder, 'smart-select.onnx');
  copyFileSync(join(fixtures, 'segformer/model.onnx'), file);
  const { code, stderr } = await models('add', file, '--force');
  expect(code).toBe(3);
  expect(stderr).toMatch(/“smart-select” is the name of a model that ships with Maskwright.*--name/);
  expect(existsSync(join(own, 'smart-select'))).toBe(false);
});

test('add says what a file is that cannot become a model, and what one finds that can', async () => {
  const before = readdirSync(own);
  const words = writeModel({
    nodes: [],
    inputs: [
      { name: 'tokens', dims: [1, 'n'], type: 'int64' },
      { name: 'state', dims: [2, 1, 128] },
    ],
    outputs: [{ name: 'logits', dims: [1, 'n', 30_000] }],
  });
  const cases: readonly (readonly [name: string, content: Uint8Array, code: number, said: RegExp])[] = [
    ['text', Buffer.from('weights: elsewhere\n'), 3, /text\.onnx is not an ONNX model: it is text: give it a model/],
    ['words', words, 3, /words\.onnx takes no image but “tokens” \[1, n\], “state” \[2, 1, 128\]: a model for text/],
    ['nan', writeModel(nanGraph()), 3, /^maskwright: nan\.onnx gives no numbers \(NaN\) in its output "logits"/m],
    ['none', writeModel(detections(0)), 0, /^none: maskrcnn-roi, 80 categories; the trial run .* found 0 objects$/m],
    [
      'boxes',
      writeModel(detections(2, { hasMasks: false })),
      0,
      /^boxes finds boxes without masks; .* models pair boxes$/m,
    ],
  ];
  for (const [name, content, code, said] of cases) {
    const file = join(folder, `${name}.onnx`);
    writeFileSync(file, content);
    const told = await models('add', file);
    expect([name, told.code, `${told.stdout}${told.stderr}`]).toEqual([name, code, expect.stringMatching(said)]);
  }
  // Names for two of the three classes.
  mkdirSync(join(folder, 'named'));
  writeFileSync(join(folder, 'named/net.onnx'), writeModel(mapGraph([identity])));
  writeFileSync(join(folder, 'named/classes.txt'), 'cat\ndog\n');
  const unmatched = await models('add', join(folder, 'named/net.onnx'));
  expect([unmatched.code, unmatched.stderr]).toEqual([
    3,
    expect.stringMatching(/names 2, and the graph tells 3 classes/),
  ]);
  expect(readdirSync(own).sort()).toEqual([...before, 'boxes', 'none'].sort());
});

test('a detector without masks is paired by its id, and says what with', async () => {
  expect((await models('info', 'boxes')).stdout).toMatch(
    /^ {2}finds boxes without masks; .*: maskwright models pair boxes$/m,
  );
  expect(await models('pair', 'boxes')).toEqual({ code: 0, stdout: 'boxes-masks: boxes, with masks\n', stderr: '' });
  expect((await models('info', 'boxes')).stdout).toMatch(/become masks: --model boxes-masks$/m);
  expect((await models('info', 'coco-boxes')).stdout).toMatch(/become masks: --model photo-objects$/m);
  const refused = await models('pair', 'segformer');
  expect([refused.code, refused.stderr]).toEqual([
    3,
    expect.stringMatching(/There is no model|no detector without masks/),
  ]);
});
