/** Proposing over many images from the command line: shards and their merge, and into a project. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { connectLocal } from '@shared/ipc/rpc';
import { createStoreService } from '../../src-main/store/service';
import { discPixels, runCli, temporaryFolder, writeImage, writeJson } from './cliRun';

const folder = temporaryFolder();
const at = (...parts: string[]) => join(folder.path, ...parts);
const names = ['a.png', 'b.png', 'c.png', 'd.png', 'e.png', 'sub/f.png', 'sub/g.png'];
const method = ['--method', 'threshold', '--param', 'minArea=20'];

beforeAll(async () => {
  for (const [i, name] of names.entries()) {
    const discs = [
      { x: 16, y: 16, radius: 8 },
      { x: 44, y: 20 + i, radius: 5 + i },
    ];
    await writeImage(at('images', name), 64, 48, discPixels(64, 48, discs));
  }
});
afterAll(() => folder.remove());

const read = (file: string) => JSON.parse(readFileSync(file, 'utf8')) as Record<string, Record<string, unknown>[]>;

test('shards write files of their own; merged they are the whole run, byte for byte, in any order', async () => {
  const whole = await runCli('propose', '--images', at('images'), ...method, '--out', at('whole.json'));
  expect(whole.code, whole.stderr).toBe(0);
  const shards: string[] = [];
  for (const i of [1, 2, 3]) {
    const out = at(`shard-${i}.json`);
    const run = await runCli('propose', '--images', at('images'), ...method, '--shard', `${i}/3`, '--out', out);
    expect(run.code, run.stderr).toBe(0);
    shards.unshift(out);
  }
  const inShards = shards.flatMap((file) => read(file).images.map(({ file_name }) => file_name));
  expect([...inShards].sort()).toEqual([...names].sort());
  const merged = await runCli('merge', ...shards, '--out', at('merged.json'));
  expect(merged.stdout).toContain('7 images, 14 annotations from 3 files');
  expect(readFileSync(at('merged.json'), 'utf8')).toBe(readFileSync(at('whole.json'), 'utf8'));
});

test('an image in two files is refused, and nothing is written', async () => {
  const dataset = { images: [{ id: 1, file_name: 'a.png' }], annotations: [], categories: [] };
  const [a, b] = [writeJson(at('one.json'), dataset), writeJson(at('two.json'), dataset)];
  const { code, stderr } = await runCli('merge', a, b, '--out', at('both.json'));
  expect(code).toBe(3);
  expect(stderr).toContain(`The image a.png is in ${a} and in ${b}`);
  expect(() => readFileSync(at('both.json'))).toThrow();
});

test('a project gets proposals; while it is held the run is refused with a sentence, a shard of it is not', async () => {
  const file = at('work.maskwright');
  const store = connectLocal(createStoreService({ userDataFolder: at('user') }));
  await store.call('project.openFolder', { folder: at('images'), file });
  try {
    const refused = await runCli('propose', '--project', file, ...method);
    expect(refused.code).toBe(3);
    expect(refused.stderr).toMatch(/work\.maskwright.*(open|held|another)/i);
    const shard = await runCli('propose', '--project', file, ...method, '--shard', '1/1', '--out', at('from.json'));
    expect(shard.code, shard.stderr).toBe(0);
    expect(read(at('from.json')).annotations).toHaveLength(14);
  } finally {
    await store.call('project.close', {});
  }
  const run = await runCli('propose', '--project', file, ...method, '--category', 'disc');
  expect(run.code, run.stderr).toBe(0);
  expect(run.stdout).toContain('14 proposals on 7 images');
  await store.call('project.open', { file });
  const rows = await store.call('image.list', {});
  expect(rows.map(({ proposalCount, annotationCount }) => [proposalCount, annotationCount])).toEqual(
    names.map(() => [2, 0]),
  );
  const { proposals } = await store.call('image.open', { imageId: rows[0].id });
  expect(proposals.map(({ categoryName, provenance }) => [categoryName, provenance.tool])).toEqual([
    ['disc', 'threshold'],
    ['disc', 'threshold'],
  ]);
  const whole = read(at('whole.json')).annotations.filter(({ image_id }) => image_id === 1);
  const counts = (segmentation: unknown) => (segmentation as { counts: string }).counts;
  expect(proposals.map(({ segmentation }) => counts(segmentation)).sort()).toEqual(
    whole.map(({ segmentation }) => counts(segmentation)).sort(),
  );
  await store.call('project.close', {});
});
