/** That a model runs elsewhere than wanted is said wherever a model runs: at its first run, not at each. */
// @vitest-environment ./test/support/signals.ts
import { expect, test } from 'vitest';
import { Batch } from '../../../../src-renderer/session/batch.svelte';
import { Notices } from '../../../../src-renderer/session/notices.svelte';
import { Proposing } from '../../../../src-renderer/session/proposing';
import { ToolAsks } from '../../../../src-renderer/session/toolAsks.svelte';
import { NOWHERE } from './desk';

const sentences = ['CUDA', 'DirectML'].map(
  (name) => `model.onnx cannot run on ${name} (no kernel): it runs on the processor`,
);
const box = [0, 0, 5, 5] as const;
const candidate = { id: 1, segmentation: { kind: 'rle', size: [8, 8], counts: 'P2' }, bbox: box };

/** A window whose models fall back as `fallbacks` says. */
function start(fallbacks: readonly string[]) {
  const notices = new Notices();
  const job = { with: { kind: 'model', model: 'any' }, imageIds: [1], next: 0, failures: [] };
  const answers: Readonly<Record<string, unknown>> = {
    'app.propose': { proposals: [{}], found: 1, notes: fallbacks, fallbacks },
    'app.search': { proposals: [{}], found: 1, fallbacks },
    'app.masksForBoxes': { masks: [null], model: null, fallbacks },
    'app.openPrompts': { session: 1, size: [8, 8], region: [0, 0, 8, 8], fallbacks },
    'app.runModel': { proposals: [], fallbacks },
    'inference.prompt': { candidates: [candidate] },
    'batch.create': job,
    'batch.read': job,
    'app.runBatch': job,
  };
  const client = {
    async call(method: string, _params: unknown, options?: { onProgress?: (progress: object) => void }) {
      if (method === 'app.runBatch') {
        // Told while it runs: one that is paused ends without an answer.
        options?.onProgress?.({ done: 0, total: 1 });
        options?.onProgress?.({ done: 1, total: 1, told: fallbacks });
      }
      return answers[method];
    },
  };
  const workbench = {
    open: {
      image: { id: 1, fileName: 'a.png' },
      snapshot: { annotations: [], size: [8, 8] },
      setProposals: () => undefined,
    },
    jobs: { run: (_title: string, work: (options: object) => unknown) => work({}) },
    categories: { list: [], activeId: null, nameOfLike: () => 'object' },
    makers: { prompter: 'any', models: [] },
    selection: { hidden: new Set() },
    refuseChange: () => false,
    refreshImages: async () => undefined,
    notices,
  };
  const asks = new ToolAsks(client as never, { ...NOWHERE, tell: (told) => notices.warnOnce(told) });
  const told = () => notices.list.filter(({ kind }) => kind !== 'info').map(({ text }) => text);
  return { client, workbench, asks, told, notices };
}

const annotation = { id: 1, bbox: box, locked: false, segmentation: null };
const editor = { settings: { refinesRim: true }, command: async () => undefined };

const runs: Readonly<Record<string, (window: ReturnType<typeof start>) => Promise<void>>> = {
  propose: ({ client, workbench }) =>
    new Proposing(client as never, workbench as never).propose({ kind: 'model', model: 'any' }),
  search: ({ client, workbench }) => new Proposing(client as never, workbench as never).search([]),
  'masks for boxes': ({ client, workbench }) =>
    new Proposing(client as never, workbench as never).boxesToMasks([annotation] as never, editor as never),
  'Smart select': ({ asks }) =>
    asks.ask(
      { channel: 'answer', method: 'inference.prompt', params: { points: [{ x: 1, y: 1, isInside: true }] } },
      1,
      () => undefined,
    ),
  'a comparison': ({ asks }) =>
    asks.ask({ channel: 'model', method: 'app.runModel', params: { model: 'any' } }, 1, () => undefined),
  'a batch': ({ client, workbench }) =>
    new Batch(client as never, workbench as never, {} as never).start({ kind: 'model', model: 'any' }, [1]),
};

test.each(Object.keys(runs))('%s', async (name) => {
  const quiet = start([]);
  await runs[name](quiet);
  expect(quiet.told()).toEqual([]);
  const window = start(sentences);
  await runs[name](window);
  expect(window.told()).toEqual(sentences);
  for (const { id } of window.notices.list) window.notices.dismiss(id);
  // Whatever else runs afterwards.
  for (const run of Object.values(runs)) await run(window);
  expect(window.told()).toEqual([]);
});

test('where nothing is found, what the parameters leave out may be why', async () => {
  const { client, workbench, notices } = start([]);
  const nothing = { ...client, call: async () => ({ proposals: [], found: 0, notes: [], fallbacks: [] }) };
  const proposing = new Proposing(nothing as never, workbench as never);
  const model = { kind: 'model', model: 'any' } as const;
  await proposing.propose({ ...model, classes: [['Dog', 'dog']] });
  await proposing.propose({ ...model, classes: [['dog', null]] });
  await proposing.propose({ ...model, minArea: 50 });
  expect(notices.list.map(({ text }) => text)).toEqual([
    'Nothing was found on this image: try another model or method',
    'Nothing was found on this image: what the parameters leave out is not looked for',
  ]);
});
