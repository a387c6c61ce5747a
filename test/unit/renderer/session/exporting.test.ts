/** How far an export is, is said of the work at hand alone. */
// @vitest-environment ./test/support/signals.ts
import { expect, it } from 'vitest';
import type { Progress } from '@shared/errors/work';
import { Exporting } from '../../../../src-renderer/session/exporting.svelte';
import { EditorDesk, PROJECT } from './desk';

it('begins anew with each comparison and each writing', async () => {
  const { store, workbench } = await EditorDesk.open();
  const seen: unknown[] = [];
  const far: Progress = { done: 3, total: 4, failed: 0, text: 'Far' };
  const call = async (method: string, _params: object, options?: { onProgress?: (progress: Progress) => void }) => {
    if (method === 'app.pickExport') return '/p/out.json';
    if (method === 'project.summary') return PROJECT;
    seen.push([method, exporting.busy, exporting.progress]);
    options?.onProgress?.(far);
    return method === 'project.export' ? { annotations: 0, images: 0, file: '/p/out.json', losses: [] } : null;
  };
  const exporting = new Exporting({ ...store.client, call } as never, workbench);
  store.answers['project.summary'] = () => PROJECT;
  await exporting.again();
  expect(await exporting.start({ format: 'coco', options: {}, selection: {} })).toBe(true);
  expect(seen).toEqual([
    ['project.export', 'writing', null],
    ['project.exportChanges', 'comparing', null],
    ['project.export', 'writing', null],
  ]);
  expect([exporting.busy, exporting.progress, exporting.fault]).toEqual([null, null, null]);
});
