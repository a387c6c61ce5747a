/** What models run on: what is not there is the processor, with a sentence, and the same answer. */
import { expect, test } from 'vitest';
import { join } from 'node:path';
import { connectLocal } from '@shared/ipc/rpc';
import type { InferenceRequests } from '@shared/ipc/inference';
import { PROVIDER_TITLES, PROVIDERS } from '@shared/models/providers';
import { findModel } from '../../../src-main/inference/catalog/catalog';
import { chooseRuntime, knownProviders } from '../../../src-main/inference/graph/providers';
import { loadModel } from '../../../src-main/inference/graph/model';
import { createInferenceService } from '../../../src-main/inference/service';

const root = join(import.meta.dirname, '../../..');
const modelsFolder = join(root, 'models');
const image = join(root, 'resources/sample/images/nuclei-01.png');
/** No system has both Core ML and DirectML. */
const missing = knownProviders().includes('coreml') ? 'directml' : 'coreml';

test('the processor is always known and used without a word', async () => {
  expect(knownProviders()[0]).toBe('cpu');
  expect(await chooseRuntime('cpu')).toMatchObject({ used: 'cpu', why: null });
});

test('one that this system does not have is the processor, and why is a sentence without names of functions or files', async () => {
  const { wanted, used, why, known } = await chooseRuntime(missing);
  expect([wanted, used, known.includes(missing)]).toEqual([missing, 'cpu', false]);
  expect(why).toBe(
    `${PROVIDER_TITLES[missing]} cannot be used: it is not part of this version for this system. Models run on the processor`,
  );
});

test('each one is used or told of, and none ends the process', async () => {
  for (const provider of PROVIDERS) {
    const { used, why } = await chooseRuntime(provider);
    if (why === null) expect(used).toBe(provider);
    else {
      expect(used).toBe('cpu');
      expect(why).not.toMatch(/Ort|::|\.so|\/|FAIL/);
    }
  }
});

test('a model gives what it gives on the processor', async () => {
  const source = { path: image, orientation: 'exif' } as const;
  const answers = await Promise.all(
    (['cpu', missing] as const).map(async (provider) => {
      const service = connectLocal<InferenceRequests>(createInferenceService({ modelsFolder, provider }));
      expect((await service.call('inference.runtime', {})).used).toBe('cpu');
      return (await service.call('inference.propose', { source, model: 'nuclei-maskrcnn' })).proposals;
    }),
  );
  expect(answers[0].length).toBeGreaterThan(10);
  expect(answers[1]).toEqual(answers[0]);
});

test('a graph that cannot be opened on what works for others runs on the processor, and says so', async () => {
  const loaded = await loadModel(await findModel(modelsFolder, 'portrait-matte'), undefined, missing);
  expect(loaded.notes).toHaveLength(1);
  expect(loaded.notes[0]).toMatch(/\.onnx cannot run on .*it runs on the processor$/);
  await loaded.release();
});
