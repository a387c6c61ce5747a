/** Models that are made of others, and of themselves by a detour: a sentence, never a wait without end. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { createInferenceService } from '../../../src-main/inference/service';
import type { InferenceRequests } from '@shared/ipc/inference';
import { connectLocal } from '@shared/ipc/rpc';

const modelsFolder = mkdtempSync(join(tmpdir(), 'maskwright-composites-'));
afterAll(() => rmSync(modelsFolder, { recursive: true, force: true }));

function write(id: string, part: object) {
  mkdirSync(join(modelsFolder, id));
  const categories = [{ id: 1, name: 'thing' }];
  writeFileSync(
    join(modelsFolder, id, 'model.json'),
    JSON.stringify({ id, name: id, licence: 'CC0-1.0', categories, ...part }),
  );
}
write('boxes', { family: 'boxes-to-masks', detector: 'fused', prompter: 'none' });
write('fused', { family: 'panoptic-fusion', instances: 'boxes', semantic: 'none' });

test.each([
  ['one', ['boxes']],
  ['both at once', ['boxes', 'fused']],
])('models that are made of each other are refused: %s', async (_, ids) => {
  const models = connectLocal<InferenceRequests>(createInferenceService({ modelsFolder }));
  const source = {
    path: join(import.meta.dirname, '../../fixtures/models/images/cells.png'),
    orientation: 'exif',
  } as const;
  const answers = await Promise.allSettled(ids.map((model) => models.call('inference.propose', { source, model })));
  for (const answer of answers) {
    expect(answer).toMatchObject({ status: 'rejected', reason: { code: 'bad-model' } });
    expect(String((answer as PromiseRejectedResult).reason)).toMatch(
      /is made of “(boxes|fused)”, which is made of this one in turn/,
    );
  }
});
