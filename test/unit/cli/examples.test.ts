/** The examples of `propose --similar-to`, from a project. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, expect, test } from 'vitest';
import { connectLocal } from '@shared/ipc/rpc';
import { readExamples } from '../../../src-main/cli/lib/examples';
import { Session } from '../../../src-main/cli/lib/session';
import { createStoreService } from '../../../src-main/store/service';

const root = mkdtempSync(join(tmpdir(), 'maskwright-examples-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

test('annotations of one image of a project are its masks, in the order that they were named', async () => {
  const picture = sharp({ create: { width: 20, height: 10, channels: 3, background: 'navy' } });
  for (const name of ['a.png', 'b.png']) await picture.clone().png().toFile(join(root, name));
  const square = (x: number) => [[x, 2, x + 3, 2, x + 3, 5, x, 5]];
  const annotation = (id: number, image_id: number, x: number) => ({
    ...{ id, image_id, category_id: 1, iscrowd: 0, area: 9, bbox: [x, 2, 3, 3] },
    segmentation: square(x),
  });
  const dataset = {
    images: ['a.png', 'b.png'].map((file_name, place) => ({ id: place + 1, file_name, width: 20, height: 10 })),
    annotations: [annotation(12, 1, 1), annotation(15, 2, 2), annotation(17, 2, 9)],
    categories: [{ id: 1, name: 'cell' }],
  };
  writeFileSync(join(root, 'data.json'), JSON.stringify(dataset));
  const store = connectLocal(createStoreService({ userDataFolder: join(root, 'user') }));
  const { project } = await store.call('project.openDataset', { path: join(root, 'data.json') });
  const { file } = project;
  await store.call('project.close', {});

  const session = new Session({ out: () => undefined, err: () => undefined, isTerminal: false });
  const { source, examples, categoryName } = await readExamples({ file, ids: ['17', '15'] }, session);
  expect([source.path, categoryName]).toEqual([join(root, 'b.png'), 'cell']);
  const [first] = (await readExamples({ file, ids: ['17'] }, session)).examples;
  expect(examples).toHaveLength(2);
  expect(examples[0]).toEqual(first);
  expect(examples[1]).not.toEqual(first);
  const fails = (...ids: string[]) => expect(readExamples({ file, ids }, session)).rejects;
  await fails('12', '15').toThrow('are on several images');
  for (const id of ['13', '012', 'x', '12.5']) await fails('12', id).toThrow(`has no annotation ${id}`);
  await session.end();
});
