import { expect, test } from 'vitest';
import { Proposing } from '../../../../src-renderer/session/proposing';

const sentences = ['CUDA', 'DirectML'].map(
  (name) => `model.onnx cannot run on ${name} (no kernel): it runs on the processor`,
);

test('that a model runs elsewhere than wanted is said at its first run, not at each', async () => {
  const shown: string[] = [];
  let fallbacks: string[] = [];
  const client = { call: async () => ({ proposals: [{}], notes: fallbacks, fallbacks }) };
  const workbench = {
    open: { image: { id: 1, fileName: 'a.png' }, setProposals: () => undefined },
    jobs: { run: (_title: string, work: (options: object) => unknown) => work({}) },
    notices: {
      show: (_tone: string, text: string) => void shown.push(text),
      error: (error: unknown) => shown.push(String(error)),
    },
  };
  const proposing = new Proposing(client as never, workbench as never);
  const how = { kind: 'model', model: 'any' } as never;
  await proposing.propose(how);
  expect(shown).toEqual([]);
  fallbacks = [sentences[0]];
  for (let run = 0; run < 3; run++) await proposing.propose(how);
  fallbacks = sentences;
  for (let run = 0; run < 2; run++) await proposing.propose(how);
  expect(shown).toEqual(sentences);
});
