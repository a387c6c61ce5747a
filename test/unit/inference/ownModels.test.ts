/** The user's own models as folders: listed with what is wrong with them, taken out, put back. */
import { mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { removeUnfinished } from '../../../src-main/inference/catalog/stageModel';
import { readCatalog } from '../../../src-main/inference/catalog/catalog';
import { listOwnModels, putAside, putBack, takeOut } from '../../../src-main/inference/catalog/ownModels';
import { scratch } from '../store/support';

const text = readFileSync(join(import.meta.dirname, '../../fixtures/models/segformer/model.json'), 'utf8');
const manifest = JSON.stringify({ ...(JSON.parse(text) as object), id: 'roads', name: 'Roads' });

function folderOfModels(): string {
  const own = join(scratch(), 'models');
  const put = (name: string, text: string) => {
    mkdirSync(join(own, name), { recursive: true });
    writeFileSync(join(own, name, 'model.json'), text);
  };
  put('roads', manifest);
  put('broken', '{');
  put('.adding-x', manifest);
  mkdirSync(join(own, 'notes'));
  return own;
}

it('lists what is there, what cannot be used too, and nothing that is no model', async () => {
  const own = folderOfModels();
  const models = await listOwnModels(own);
  expect(models.map(({ folder, name, problem }) => [folder, name, problem !== null])).toEqual([
    ['broken', 'broken', true],
    ['roads', 'Roads', false],
  ]);
  expect(models[1].bytes).toBe(Buffer.byteLength(manifest));
  mkdirSync(join(own, 'roads', 'weights', 'deep'), { recursive: true });
  writeFileSync(join(own, 'roads', 'weights', 'deep', 'head.onnx.data'), 'x'.repeat(5000));
  expect((await listOwnModels(own))[1].bytes).toBe(Buffer.byteLength(manifest) + 5000);
  expect(await listOwnModels(join(own, 'nowhere'))).toEqual([]);
  // What is wrong says where in the file.
  writeFileSync(join(own, 'broken', 'model.json'), JSON.stringify({ ...JSON.parse(manifest), licence: undefined }));
  expect((await listOwnModels(own))[0].problem).toMatch(/does not describe a model: .*\/licence/);
});

const longAgo = (folder: string, name: RegExp) => {
  const then = new Date(Date.now() - (7 * 24 + 1) * 60 * 60 * 1000);
  for (const one of readdirSync(folder).filter((file) => name.test(file))) utimesSync(join(folder, one), then, then);
};

it('takes one out and puts it back, also one that is broken; a week later it is gone', async () => {
  const own = folderOfModels();
  const ids = async () => (await readCatalog(own)).models.map(({ manifest: { id } }) => id);
  expect(await ids()).toEqual(['roads']);
  await takeOut(own, 'roads');
  expect(await ids()).toEqual([]);
  await removeUnfinished(own, 'y');
  await putBack(own, 'roads');
  expect(await ids()).toEqual(['roads']);
  // Also after another one went, and the same one again.
  await takeOut(own, 'roads');
  await takeOut(own, 'broken');
  await putBack(own, 'roads');
  await takeOut(own, 'roads');
  longAgo(own, /^\.removed-/);
  await putBack(own, 'broken');
  await takeOut(own, 'broken');
  await expect(putBack(own, 'roads')).rejects.toMatchObject({
    message: 'The files of “roads” are gone: add it again',
    hint: 'removed and still there: broken',
  });
  longAgo(own, /^\.removed-/);
  await removeUnfinished(own, 'y');
  expect(readdirSync(own).sort()).toEqual(['.adding-x', 'notes']);
  await expect(putBack(join(own, 'nowhere'), 'roads')).rejects.toThrow('The files of “roads” are gone');
});

it('deletes nothing of the last days, however often models are removed and replaced', async () => {
  const own = folderOfModels();
  const written = new Set<string>();
  for (let round = 0; round < 5; round++) {
    const name = `Roads ${round}`;
    written.add(name);
    mkdirSync(join(own, 'roads'), { recursive: true });
    writeFileSync(join(own, 'roads/model.json'), JSON.stringify({ ...(JSON.parse(manifest) as object), name }));
    if (round % 2) await takeOut(own, 'roads');
    else await putAside(own, 'roads');
  }
  await removeUnfinished(own, 'y');
  const kept = readdirSync(own).filter((name) => name.startsWith('.removed-'));
  const names = kept.map(
    (name) => (JSON.parse(readFileSync(join(own, name, 'model.json'), 'utf8')) as { name: string }).name,
  );
  expect(new Set(names)).toEqual(written);
  // What went last comes back first.
  await putBack(own, 'roads');
  expect((await listOwnModels(own)).find(({ folder }) => folder === 'roads')?.name).toBe('Roads 4');
});

it('takes out nothing else, and puts nothing over another model', async () => {
  const own = folderOfModels();
  for (const folder of ['..', '../models', '.adding-x', 'a/b', 'a\\b']) {
    await expect(takeOut(own, folder)).rejects.toMatchObject({ code: 'usage' });
    await expect(putBack(own, folder)).rejects.toMatchObject({ code: 'usage' });
  }
  await expect(takeOut(own, 'notes')).rejects.toThrow('There is no model in');
  await takeOut(own, 'roads');
  mkdirSync(join(own, 'roads'));
  await expect(putBack(own, 'roads')).rejects.toThrow('There is another model');
});
