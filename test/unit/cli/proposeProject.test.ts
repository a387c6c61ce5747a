/** What `propose --project` says of a run beside its failures. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, expect, test } from 'vitest';
import { connectLocal } from '@shared/ipc/rpc';
import { proposeIntoProject } from '../../../src-main/cli/lib/proposeProject';
import { Session } from '../../../src-main/cli/lib/session';
import { createStoreService } from '../../../src-main/store/service';

const root = mkdtempSync(join(tmpdir(), 'maskwright-propose-project-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

test('what holds for every image is said once, as that a model runs elsewhere than wanted; what holds for some is not', async () => {
  const picture = sharp({ create: { width: 20, height: 10, channels: 3, background: 'navy' } });
  for (const name of ['a.png', 'b.png', 'c.png']) await picture.clone().png().toFile(join(root, name));
  const file = join(root, 'work.maskwright');
  const store = connectLocal(createStoreService({ userDataFolder: join(root, 'user') }));
  await store.call('project.openFolder', { folder: root, file });
  await store.call('project.close', {});

  const written: string[] = [];
  const sink = (text: string) => void written.push(text);
  const session = new Session({ out: sink, err: sink, isTerminal: false });
  const elsewhere = 'model.onnx cannot run on CUDA (no kernel): it runs on the processor';
  const proposer = {
    propose: async ({ path }: { path: string }) => ({
      size: [10, 20] as const,
      proposals: [],
      provenance: { tool: 'model', edits: 0 },
      timings: {},
      notes: path.endsWith('a.png') ? [elsewhere, 'only here'] : [elsewhere],
    }),
    categories: ['object'],
    fallbackCategory: 'object',
    concurrency: 2,
    source: {},
  };
  await proposeIntoProject(file, proposer, {}, session);
  await session.end();
  const text = written.join('');
  expect(text.split(elsewhere)).toHaveLength(2);
  expect(text).not.toContain('only here');
  expect(text).toContain('0 proposals on 3 images');
});
