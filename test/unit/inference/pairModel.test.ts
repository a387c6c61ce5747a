/** A detector that gives boxes and no masks: recognised, told as such, and paired with what gives them masks. */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { createInferenceService } from '../../../src-main/inference/service';
import type { InferenceRequests } from '@shared/ipc/inference';
import { connectLocal } from '@shared/ipc/rpc';
import { fromCompressed, fromBox, iou } from '@shared/mask';
import { detections } from '../../support/oddGraphs';
import { writeModel } from '../../support/onnx';
import { twinModels, twinPicture } from '../../support/twinGoldens';

const root = mkdtempSync(join(tmpdir(), 'maskwright-pair-'));
const [ships, own] = [join(root, 'ships'), join(root, 'own')];
afterAll(() => rmSync(root, { recursive: true, force: true }));
// The prompter that ships, for the test a small one.
cpSync(join(twinModels, 'sam-samexporter'), join(ships, 'smart-select'), { recursive: true });
const manifest = readFileSync(join(ships, 'smart-select/model.json'), 'utf8');
writeFileSync(
  join(ships, 'smart-select/model.json'),
  manifest.replace('"id": "sam-samexporter"', '"id": "smart-select"'),
);
const models = connectLocal<InferenceRequests>(createInferenceService({ modelsFolder: [ships, own] }));
const source = { path: twinPicture('shapes'), orientation: 'exif' } as const;

test('a detector and Smart select become one model, whose objects have masks', async () => {
  mkdirSync(own);
  const file = join(root, 'finder.onnx');
  writeFileSync(file, writeModel(detections(3, { hasMasks: false })));
  const added = await models.call('inference.addModel', { files: [file], folder: own, trial: source });
  expect([added.family, added.categories]).toEqual(['boxes', 80]);
  expect(added.trial.notes.join()).toMatch(
    /finder: it finds boxes without masks; paired with Smart select they become/,
  );
  const summaries = async () => {
    const list = (await models.call('inference.models', {})).models;
    return Object.fromEntries(list.map(({ id, use, boxes }) => [id, { use, boxes }]));
  };
  const before = { finder: { use: 'part', boxes: { masksBy: null } }, 'smart-select': { use: 'prompts', boxes: null } };
  expect(await summaries()).toEqual(before);

  const pair = await models.call('inference.pairModel', { model: 'finder', folder: own });
  expect(pair).toEqual({ id: 'finder-masks', name: 'finder, with masks' });
  expect(await summaries()).toEqual({
    ...before,
    finder: { use: 'part', boxes: { masksBy: 'finder-masks' } },
    'finder-masks': { use: 'objects', boxes: null },
  });
  const boxes = await models.call('inference.propose', { source, model: 'finder' });
  const masks = await models.call('inference.propose', { source, model: 'finder-masks', score: 0 });
  const categories = (result: typeof masks) => result.proposals.map(({ categoryName }) => categoryName);
  expect(categories(boxes)).toEqual(['person', 'person', 'person']);
  expect(masks.proposals.length).toBeGreaterThan(0);
  expect(new Set(categories(masks))).toEqual(new Set(['person']));
  const isItsBox = ({ segmentation: { counts, size }, bbox }: (typeof masks.proposals)[number]) =>
    iou([fromCompressed(counts, size)], [fromBox(bbox, ...size)], [0])[0] > 0.999;
  expect(boxes.proposals.every(isItsBox)).toBe(true);
  expect(masks.proposals.every(isItsBox)).toBe(false);

  // Once is enough; anything else is refused.
  expect(await models.call('inference.pairModel', { model: 'finder', folder: own })).toEqual(pair);
  for (const model of ['smart-select', 'finder-masks']) {
    const refused = models.call('inference.pairModel', { model, folder: own });
    await expect(refused).rejects.toThrow(/is no detector without masks among your models/);
  }
  await expect(models.call('inference.pairModel', { model: 'nobody', folder: own })).rejects.toThrow(
    /There is no model/,
  );
  expect(readdirSync(own).sort()).toEqual(['finder', 'finder-masks']);
});

test('what lies under the name of the pair and cannot be read stays as it is', async () => {
  const mine = join(own, 'finder-masks/model.json');
  writeFileSync(mine, '{ "id": "finder-masks", my notes');
  const pairs = await Promise.all(
    [0, 1].map(() => models.call('inference.pairModel', { model: 'finder', folder: own })),
  );
  expect(readFileSync(mine, 'utf8')).toContain('my notes');
  // Either call may be the first to make its folder.
  expect(pairs.map(({ id }) => id).sort()[0]).toBe('finder-masks-2');
  for (const { id } of pairs) expect(readdirSync(join(own, id))).toEqual(['model.json']);
});
