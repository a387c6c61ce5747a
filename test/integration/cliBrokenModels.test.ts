/** `maskwright models` about models that are broken, and about names that shipped ones have. */
import { copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { runProgram } from '../../src-main/cli/program';
import { Session } from '../../src-main/cli/lib/session';

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
