/** Options of `propose` for models that answer prompts, where they do not go together or lead nowhere: a sentence, before any model runs. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectLocal } from '@shared/ipc/rpc';
import { createStoreService } from '../../../src-main/store/service';
import { runInProcess } from '../../support/cliInProcess';

const root = mkdtempSync(join(tmpdir(), 'maskwright-prompt-options-'));
const at = (name: string) => join(root, name);
let project: string;
afterAll(() => rmSync(root, { recursive: true, force: true }));

beforeAll(async () => {
  const picture = sharp({ create: { width: 20, height: 10, channels: 3, background: 'navy' } });
  for (const name of ['a.png', 'gone.png']) await picture.clone().png().toFile(at(name));
  const common = { category_id: 1, iscrowd: 0, area: 9, bbox: [1, 2, 3, 3] };
  const square = [[1, 2, 4, 2, 4, 5, 1, 5]];
  const annotations = [
    { ...common, id: 1, image_id: 1, segmentation: square },
    { ...common, id: 2, image_id: 1, segmentation: [] },
    { ...common, id: 3, image_id: 2, segmentation: square },
  ];
  const images = ['a.png', 'gone.png'].map((file_name, i) => ({ id: i + 1, file_name, width: 20, height: 10 }));
  writeFileSync(at('data.json'), JSON.stringify({ images, annotations, categories: [{ id: 1, name: 'cell' }] }));
  const store = connectLocal(createStoreService({ userDataFolder: at('user') }));
  project = (await store.call('project.openDataset', { path: at('data.json') })).project.file;
  await store.call('project.close', {});
  rmSync(at('gone.png'));
  writeFileSync(at('notes.maskwright'), 'no database');
  writeFileSync(at('empty.maskwright'), '');
});

const propose = async (...args: string[]) => {
  const result = await runInProcess('propose', '--images', at('a.png'), '--out', at('out.json'), ...args);
  expect(existsSync(at('out.json'))).toBe(false);
  return result;
};
const smart = ['--model', 'smart-select'];

test.each<[args: string[], sentence: RegExp]>([
  [['--method', 'threshold', '--refine-rim'], /--refine-rim is for models that answer prompts, not for threshold/],
  [
    ['--model', 'nuclei-maskrcnn', '--refine-rim'],
    /--refine-rim is not for nuclei-maskrcnn: it finds objects by itself/,
  ],
  [[...smart, '--boxes', '1,1,5,5', '--tile', '64'], /--tile is not for smart-select: it answers prompts/],
  [[...smart, '--boxes', '1,1,5,5', '--split', 'classes'], /--split is not for smart-select: it answers prompts/],
  [[...smart, '--refine-rim'], /smart-select needs --boxes .*--similar-to FILE#ID/],
  [[...smart, '--refine-rim', '--boxes', ''], /--boxes/],
  [[...smart, '--refine-rim', '--boxes', '1,1,0,5'], /--boxes/],
  [[...smart, '--refine-rim', '--points', '1,1'], /--points/],
  [[...smart, '--refine-rim', '--points', '1,1,2'], /--points/],
  [[...smart, '--similar-to', 'work.maskwright'], /Expected a COCO file or a project and ids of annotations/],
  [[...smart, '--similar-to', 'work.maskwright#'], /Expected a COCO file or a project and ids of annotations/],
  [[...smart, '--similar-to', 'work.maskwright#1,,2'], /Expected a COCO file or a project and ids of annotations/],
])('%j is no use: exit code 2', async (args, sentence) => {
  const { code, stderr } = await propose(...args);
  expect([code, stderr]).toEqual([2, expect.stringMatching(sentence)]);
});

test('the rim is not refined of what is only looked for', async () => {
  const { code, stderr } = await propose(...smart, '--refine-rim', '--similar-to', `${project}#1`);
  expect([code, stderr]).toEqual([2, expect.stringContaining('--refine-rim is for boxes and points')]);
});

test.each<[ids: string, sentence: RegExp]>([
  ['7', /has no annotation 7/],
  ['1,x', /has no annotation x/],
  ['2', /an example has no mask/],
  ['1,3', /are on several images/],
])('examples of a project, %s: exit code 3', async (ids, sentence) => {
  const { code, stderr } = await propose(...smart, '--similar-to', `${project}#${ids}`);
  expect([code, stderr]).toEqual([3, expect.stringMatching(sentence)]);
});

test('what is no project: exit code 3', async () => {
  const fails = async (name: string, sentence: RegExp) => {
    const { code, stderr } = await propose(...smart, '--similar-to', `${at(name)}#1`);
    expect([name, code, stderr]).toEqual([name, 3, expect.stringMatching(sentence)]);
  };
  await fails('nowhere.maskwright', /nowhere\.maskwright does not exist/);
  await fails('notes.maskwright', /notes\.maskwright is (not|no) /);
  await fails('empty.maskwright', /empty\.maskwright is empty \(0 bytes\)/);
  expect(existsSync(at('nowhere.maskwright'))).toBe(false);
});
