/** What a detector without masks proposes are boxes, and a click makes masks of them. */
// @vitest-environment ./test/support/signals.ts
import { expect, test } from 'vitest';
import type { ModelSummary } from '@shared/models/types';
import { Makers } from '../../../../src-renderer/session/makers.svelte';
import { Notices } from '../../../../src-renderer/session/notices.svelte';
import { Proposing } from '../../../../src-renderer/session/proposing';

const summary = (id: string, boxes: ModelSummary['boxes']) =>
  ({ id, name: id, family: 'any', use: boxes ? 'part' : 'objects', boxes }) as ModelSummary;
const proposal = (id: number, model: string) => ({ id, provenance: { tool: 'model', model: { id: model }, edits: 0 } });

test('boxes that a detector proposed become masks by a click', async () => {
  const notices = new Notices();
  const asked: [method: string, params: unknown][] = [];
  let isPaired = false;
  const rejected: number[] = [];
  const open = {
    image: { id: 1, fileName: 'a.png' },
    proposals: [proposal(5, 'watershed')],
    setProposals(proposals: ReturnType<typeof proposal>[]) {
      this.proposals = proposals;
    },
    reject: async (ids: readonly number[]) => void rejected.push(...ids),
  };
  const client = {
    async call(method: string, params: { with?: { model: string } }) {
      asked.push([method, params]);
      switch (method) {
        case 'inference.models': {
          const found = [summary('finder', { masksBy: isPaired ? 'finder-masks' : null })];
          return { models: isPaired ? [...found, summary('finder-masks', null)] : found, findings: [] };
        }
        case 'app.pairModel':
          isPaired = true;
          return { id: 'finder-masks', name: 'finder, with masks' };
        case 'app.propose':
          return {
            proposals: [proposal(5, 'watershed'), proposal(6, params.with!.model), proposal(7, params.with!.model)],
            found: 2,
            notes: [],
            fallbacks: [],
          };
        default:
          return null;
      }
    },
  };
  const makers = new Makers(client as never, notices);
  await makers.load();
  const jobs = { run: (_title: string, work: (options: object) => unknown) => work({}) };
  const proposing = new Proposing(client as never, { open, makers, notices, jobs } as never);
  await proposing.propose({ kind: 'model', model: 'finder', score: 0.05 });
  const [notice] = notices.list;
  expect([notice.text, notice.action?.label]).toEqual(['“finder” finds boxes without masks', 'Boxes become masks']);
  notices.dismiss(notice.id);
  notice.action!.run();
  await expect.poll(() => asked.filter(([method]) => method === 'app.propose').length).toBe(2);
  // The boxes go, and nothing else.
  expect(rejected).toEqual([6, 7]);
  expect(makers.chosen).toBe('model:finder-masks');
  expect(asked.at(-1)).toEqual([
    'app.propose',
    { imageId: 1, with: { kind: 'model', model: 'finder-masks', score: 0.05 } },
  ]);
  // Masks are no boxes.
  expect(notices.list).toEqual([]);
});
