import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { findModel, readCatalog, toSummary } from '../../../src-main/inference/catalog/catalog';
import { modelHash, parseWith, readModelFile, verifyModelFiles } from '../../../src-main/inference/catalog/modelFile';
import { AppError, describeError } from '@shared/errors/appError';

const fixture = join(import.meta.dirname, '../../fixtures/models/constant-roi');
const shipped = join(import.meta.dirname, '../../../models');
const temporary = mkdtempSync(join(tmpdir(), 'maskwright-models-'));
afterAll(() => rmSync(temporary, { recursive: true, force: true }));

/* eslint-disable @typescript-eslint/no-explicit-any */
let count = 0;
/** A copy of the fixture whose model.json was changed. */
function changed(change: (manifest: any) => void): string {
  const folder = join(temporary, `m${count++}`);
  cpSync(fixture, folder, { recursive: true });
  const manifest = JSON.parse(readFileSync(join(folder, 'model.json'), 'utf8'));
  change(manifest);
  writeFileSync(join(folder, 'model.json'), JSON.stringify(manifest));
  return folder;
}

const sentence = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'no error',
    (error: unknown) => {
      expect(error).toBeInstanceOf(AppError);
      expect((error as AppError).code).toBe('bad-input');
      return describeError(error as AppError);
    },
  );

describe('readModelFile', () => {
  test('the shipped model is valid and its defaults are filled in', async () => {
    const { manifest, part } = await readModelFile(join(shipped, 'nuclei-maskrcnn'));
    expect(part).toMatchObject({ input: { resize: { mode: 'scale', scale: 2, maxSide: 2048 }, padTo: 16 } });
    expect(manifest).toMatchObject({
      id: 'nuclei-maskrcnn',
      defaults: { score: 0.5, maskThreshold: 0.5 },
      inGraph: { scoreFloor: 0.05, maxDetections: 400 },
    });
    expect((await readModelFile(fixture)).part).toMatchObject({
      input: { colour: 'RGB', range: [0, 1], std: [1, 1, 1] },
    });
  });

  test.each([
    [(m: any) => (m.input.mean = [0, 'x', 0]), '/input/mean/1', 'an entry of “mean” must be a number, not “x”'],
    [(m: any) => (m.input.mean = [0, 0]), '/input/mean', '“mean” must have 3 entries, not 2'],
    [(m: any) => (m.input.mean = []), '/input/mean', '“mean” must have 3 entries, not 0'],
    [(m: any) => (m.input.mean = [0, 0, 0, 0]), '/input/mean', '“mean” must have 3 entries, not 4'],
    [
      (m: any) => (m.input.resize = { mode: 'stretch' }),
      '/input/resize/mode',
      '“mode” must be “none”, “scale”, “shortestSide”, “longestSide” or “fixed”, not “stretch”',
    ],
    [(m: any) => (m.input.resize = {}), '/input/resize/mode', '“mode” is missing'],
    [
      (m: any) => (m.input.colour = 'CMYK'),
      '/input/colour',
      /“colour” must be “RGB”, .* or “grey and zeros”, not “CMYK”/,
    ],
    [(m: any) => (m.input.padTo = 1_000_000), '/input/padTo', '“padTo” must be at most 1024, not 1000000'],
    [(m: any) => (m.input.padTo = 0), '/input/padTo', '“padTo” must be more than 0, not 0'],
    [(m: any) => (m.input.padTo = 1.5), '/input/padTo', '“padTo” must be a whole number, not 1.5'],
    [
      (m: any) => (m.input.resize = { mode: 'longestSide', side: 1e6 }),
      '/input/resize/side',
      '“side” must be at most 16384, not 1000000',
    ],
    [(m: any) => delete m.family, '/family', '“family” is missing'],
    [(m: any) => (m.name = ''), '/name', '“name” must not be empty'],
    [(m: any) => (m.purpose = 'x'.repeat(300)), '/purpose', '“purpose” must have at most 200 characters, not 300'],
    [(m: any) => (m.input = [1]), '/input', '“input” must be an object in braces, not a list'],
    [(m: any) => (m.files[0].sha256 = 'abc'), '/files/0/sha256', '“sha256” must be 64 lower-case hexadecimal digits'],
    [(m: any) => (m.files[0].url = 'there'), '/files/0/url', '“url” must be an address, not “there”'],
    [(m: any) => (m.files[0].path = '../secret.onnx'), '/files/0/path', '“path” must lie in the folder of the model'],
    [(m: any) => (m.files[0].role = 'weights'), '/files', '“files” must hold a file with the role "model"'],
    [(m: any) => (m.categories = []), '/categories', '“categories” must not be empty'],
    [(m: any) => (m.categories[0].isthing = 2), '/categories/0/isthing', '“isthing” must be 0 or 1, not 2'],
    [(m: any) => (m.outputs.boxes = {}), '/outputs/boxes/name', '“name” is missing'],
  ])('a wrong value is told in plain words, with its place: %#', async (change, pointer, fault) => {
    const folder = changed(change);
    const told = await sentence(readModelFile(folder));
    const before = `${join(folder, 'model.json')} does not describe a model: `;
    expect(told).toContain(before);
    expect(told.slice(before.length)).toMatch(fault);
    expect(told).toContain(`(${pointer})`);
    expect(told).not.toMatch(/expected|Invalid|Too (small|big)|received/);
  });

  test('a pointer escapes what means something in pointers', () => {
    const schema = z.record(z.string(), z.number());
    expect(() => parseWith(schema, { 'a/b~c': 'x' }, 'model.json', '/outputs')).toThrow(
      expect.objectContaining({ place: { file: 'model.json', pointer: '/outputs/a~1b~0c' } }),
    );
  });

  test('a file that changed is read again', async () => {
    const folder = changed(() => {});
    expect((await readModelFile(folder)).manifest.name).not.toBe('Other');
    const text = readFileSync(join(folder, 'model.json'), 'utf8');
    writeFileSync(join(folder, 'model.json'), JSON.stringify({ ...JSON.parse(text), name: 'Other' }));
    expect((await readModelFile(folder)).manifest.name).toBe('Other');
  });

  test('JSON cut in the middle, no model.json, no folder', async () => {
    const folder = changed(() => {});
    const text = readFileSync(join(folder, 'model.json'), 'utf8');
    writeFileSync(join(folder, 'model.json'), text.slice(0, 100));
    expect(await sentence(readModelFile(folder))).toMatch(
      /model\.json is not valid JSON: expected .* \(line 1, byte \d+\)/,
    );
    writeFileSync(join(folder, 'model.json'), '{\n  "id": nothing\n}');
    expect(await sentence(readModelFile(folder))).toMatch(
      /model\.json is not valid JSON: expected .* \(line 2, byte \d+\)/,
    );
    expect(await sentence(readModelFile(join(temporary, 'none')))).toContain(
      'model.json does not exist: a model is a folder',
    );
  });
});

describe('verifyModelFiles', () => {
  test('right files pass', async () => {
    await verifyModelFiles(await readModelFile(fixture));
  });

  test('missing, wrong size, wrong hash', async () => {
    const missing = changed(() => {});
    rmSync(join(missing, 'model.onnx'));
    expect(await sentence(verifyModelFiles(await readModelFile(missing)))).toMatch(
      /^The model “.+” is incomplete: .*model\.onnx does not exist \(.*model\.json, \/files\/0\/path\): put the file back/,
    );
    const size = changed((m) => m.files[0].size++);
    expect(await sentence(verifyModelFiles(await readModelFile(size)))).toMatch(
      /is damaged, or of another version: .*model\.onnx has [\d,]+ bytes, expected [\d,]+ \(.*\): install the model again/,
    );
    const hash = changed((m) => (m.files[0].sha256 = 'f'.repeat(64)));
    expect(await sentence(verifyModelFiles(await readModelFile(hash)))).toMatch(
      /model\.onnx has SHA-256 [0-9a-f]{64}, expected f{64} \(.*\/files\/0\/sha256\)/,
    );
  });
});

describe('catalog', () => {
  test('says what a model is for, and shows its picture where it has one that fits', async () => {
    const summary = async (change: (manifest: Record<string, unknown>) => void, picture?: Buffer) => {
      const folder = changed(change as never);
      if (picture) writeFileSync(join(folder, 'seen.png'), picture);
      return toSummary(await readModelFile(folder), []);
    };
    const said = { purpose: 'Squares on a table', picture: 'seen.png' };
    const take = (manifest: Record<string, unknown>) => void Object.assign(manifest, said);
    expect(await summary(take, Buffer.from('png'))).toMatchObject({
      purpose: 'Squares on a table',
      picture: `data:image/png;base64,${Buffer.from('png').toString('base64')}`,
    });
    expect(await summary(take)).toMatchObject({ purpose: 'Squares on a table', picture: null });
    expect((await summary(take, Buffer.alloc(300_000))).picture).toBe(null);
    await expect(summary((manifest) => void (manifest.picture = '../seen.png'))).rejects.toThrow(
      'must lie in the folder',
    );
  });

  test('lists valid models, reports broken ones, ignores other folders', async () => {
    const folder = join(temporary, 'catalog');
    for (const name of ['zeta', 'broken', 'other']) mkdirSync(join(folder, name), { recursive: true });
    copyFileSync(join(fixture, 'model.json'), join(folder, 'zeta/model.json'));
    writeFileSync(join(folder, 'broken/model.json'), '{}');
    const { models, findings } = await readCatalog(folder);
    expect(await Promise.all(models.map((model) => toSummary(model, models)))).toEqual([
      {
        id: 'constant-roi',
        name: 'Constant outputs of the family maskrcnn-roi',
        family: 'maskrcnn-roi',
        folder: join(folder, 'zeta'),
        use: 'objects',
        boxes: null,
        licence: 'CC0-1.0',
        purpose: null,
        picture: null,
        categories: ['square', 'corner'],
        namesPixels: false,
        defaultScore: 0.5,
      },
    ]);
    expect(findings).toMatchObject([{ severity: 'error', file: join(folder, 'broken/model.json') }]);
    expect((await findModel(folder, 'constant-roi')).folder).toBe(join(folder, 'zeta'));
    expect((await findModel('/nowhere', fixture)).manifest.id).toBe('constant-roi');
    expect(await sentence(findModel(folder, 'yolo'))).toBe('There is no model "yolo": installed models: constant-roi');
    expect(await sentence(findModel(folder, 'broken'))).toContain('does not describe a model');
    expect((await readCatalog('/nowhere')).models).toEqual([]);
  });
});

test('a model made of others has another hash when one of them has', async () => {
  const composite = await readModelFile(join(shipped, 'photo-objects'));
  const hashes = [['a', 'b'], ['a', 'c'], []].map((parts) => modelHash(composite, parts));
  expect(new Set(hashes).size).toBe(3);
  const plain = await readModelFile(join(shipped, 'nuclei-maskrcnn'));
  expect(modelHash(plain)).toBe(plain.manifest.files[0].sha256);
});
