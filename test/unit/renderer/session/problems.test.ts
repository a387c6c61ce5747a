/** Problems of a project are counted in what they are about: annotations on images, images, or neither. */
// @vitest-environment ./test/support/signals.ts
import { expect, it } from 'vitest';
import type { Finding } from '@shared/dataset/finding';
import { FindingTally } from '@shared/dataset/lint/tally';
import { emptyPatch } from '@shared/document/patch';
import { ProjectOperations } from '../../../../src-renderer/session/projectOperations.svelte';
import { Problems } from '../../../../src-renderer/session/problems.svelte';
import { EditorDesk } from './desk';

async function problemsOf(findings: readonly Pick<Finding, 'code' | 'imageId' | 'annotationId'>[]) {
  const { store, workbench } = await EditorDesk.open();
  const tally = new FindingTally();
  for (const finding of findings) tally.add({ severity: 'warning', message: 'm', ...finding });
  store.answers['project.lint'] = () => ({ kinds: tally.kinds(), images: tally.images, findings: tally.kept() });
  const problems = new Problems(store.client, workbench, undefined as never);
  await problems.check();
  return { problems, workbench };
}

it('says images where they are about images, and annotations on images where about those', async () => {
  const { problems } = await problemsOf([
    ...Array.from({ length: 24 }, (_, at) => ({ code: 'image-found-base-name', imageId: at }) as const),
    ...[1, 2, 3].map((annotationId) => ({ code: 'outside', imageId: annotationId % 2, annotationId }) as const),
    { code: 'image-missing', imageId: 30 },
    { code: 'category-name' },
  ]);
  expect(problems.tally).toBe('29 problems on 25 images that trainers and evaluators stumble over.');
  expect(problems.kinds!.map(({ count, unit, where, hasImages }) => [count, unit, where, hasImages])).toEqual([
    [24, 'images', null, true],
    [3, 'annotations', 'On 2 images.', true],
    [1, 'image', null, true],
    [1, null, null, false],
  ]);
});

it('fixes once, however often it is asked: also while what is left is looked up', async () => {
  const { store, workbench } = await EditorDesk.open();
  const ends: ((isDone: boolean) => void)[] = [];
  const fix = () => new Promise<boolean>((end) => ends.push(end));
  let looks = 0;
  store.answers['project.lint'] = () => (looks++, { kinds: [], images: 0, findings: [] });
  const problems = new Problems(store.client, workbench, { fix } as never);
  await problems.check();
  const [first] = [problems.fix(['outside']), problems.fix(['outside'])];
  expect([problems.fixing, ends.length]).toEqual([true, 1]);
  ends[0](true);
  await first;
  expect([problems.fixing, ends.length, looks]).toEqual([false, 1, 2]);
  // One that comes to nothing does not keep the others from being tried.
  const second = problems.fix(['outside']);
  ends[1](false);
  await second;
  expect([problems.fixing, looks]).toEqual([false, 2]);
});

it.each([
  [{ annotations: 3, images: 2 }, 'Fixed 3 annotations on 2 images'],
  [{ annotations: 22, images: 20, removed: 2 }, 'Fixed 20 annotations and removed 2 on 20 images'],
  [{ annotations: 1, images: 1, removed: 1 }, 'Removed 1 annotation on 1 image'],
  [{ annotations: 0, images: 0 }, 'There was nothing to fix'],
])('a fix says what it removed: %o', async (did, sentence) => {
  const { store, workbench } = await EditorDesk.open();
  const history = { undo: 1, redo: 0, undoTitle: null, redoTitle: null };
  store.answers['project.fix'] = () => ({
    ...{ title: 'Fix problems', categories: [], patch: emptyPatch, counts: [], history },
    ...did,
  });
  await new ProjectOperations(store.client, workbench).fix();
  expect(workbench.notices.list.map(({ text }) => text)).toEqual([sentence]);
});

it('has no tally of what nobody looked at, and a plain word where nothing is wrong', async () => {
  const { store, workbench } = await EditorDesk.open();
  expect(new Problems(store.client, workbench, undefined as never).tally).toBeNull();
  expect((await problemsOf([])).problems.tally).toBe('No problem found.');
  expect((await problemsOf([{ code: 'category-name' }])).problems.tally).toBe(
    '1 problem that trainers and evaluators stumble over.',
  );
});

it('shows the first thousand of a kind as what they are', async () => {
  const many = Array.from({ length: 1200 }, (_, at) => ({ code: 'stale-area', imageId: 1, annotationId: at }) as const);
  const { problems, workbench } = await problemsOf(many);
  await problems.show(problems.kinds![0]);
  expect(workbench.rows.filter.places!.label).toMatch(/\(the first 1,000\)$/);
});
