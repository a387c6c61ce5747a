/** `maskwright models` about files and models that are broken, and about names that shipped ones have. */
import { copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { runProgram } from '../../src-main/cli/program';
import { Session } from '../../src-main/cli/lib/session';
import { detections, identity, mapGraph, nanGraph } from '../support/oddGraphs';
import { writeModel } from '../support/onnx';

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
    expect(await models('remove', id)).toEqual({ code: 0, stdout: `${id}: removed\n`, stderr: '' });
  }
  expect(readdirSync(own)).toEqual(['unet']);
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
