/** What the process of the models is started with. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createInferenceClient } from '../../../src-main/inference/client';

const folder = mkdtempSync(join(tmpdir(), 'maskwright-client-'));
const script = join(folder, 'told.cjs');
writeFileSync(
  script,
  `process.on('message', ({ id }) => process.send({ type: 'result', id, result: { models: Object.entries(process.env), findings: [] } }));`,
);
const client = createInferenceClient({ modelsFolder: folder, script });
const own = ['MALLOC_ARENA_MAX', 'MALLOC_MMAP_THRESHOLD_'];
beforeEach(() => own.forEach((name) => vi.stubEnv(name, undefined)));
afterEach(() => {
  client.kill();
  vi.unstubAllEnvs();
});

const environment = async () => Object.fromEntries((await client.call('inference.models', {})).models as never);

test('the process keeps few heaps and gives large blocks back, and has the rest of its environment from its parent', async () => {
  expect(await environment()).toMatchObject({
    PATH: process.env.PATH,
    MALLOC_MMAP_THRESHOLD_: '16777216',
    MALLOC_ARENA_MAX: '2',
  });
});

test('what the user sets wins', async () => {
  vi.stubEnv('MALLOC_ARENA_MAX', '5');
  expect(await environment()).toMatchObject({ MALLOC_ARENA_MAX: '5', MALLOC_MMAP_THRESHOLD_: '16777216' });
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));
