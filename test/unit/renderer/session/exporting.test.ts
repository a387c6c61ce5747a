/** How far an export is, is said of the work at hand alone; one that repeats the last loses nothing unasked, and can be stopped. */
// @vitest-environment ./test/support/signals.ts
import { describe, expect, it } from 'vitest';
import { overviewOf } from '@shared/dataset/diffWords';
import { AppError } from '@shared/errors/appError';
import type { Progress } from '@shared/errors/work';
import type { ExportChanges, ExportSettings, ProjectSummary } from '@shared/project/types';
import type { CallOptions } from '../../../../src-renderer/api/engine';
import { type DialogName, Dialogs } from '../../../../src-renderer/session/dialogs.svelte';
import { Exporting } from '../../../../src-renderer/session/exporting.svelte';
import { EditorDesk, PROJECT } from './desk';

const COCO = { format: 'coco', options: {}, selection: {} };
const REPORT = { annotations: 3, images: 2, files: 1, file: '/p/out.json', losses: [] };
const none = { added: [], removed: [], changed: [], same: 0 };
const lone = { image: 'a.png', category: 'cat', ids: [1, null] as const, box: [0, 0, 1, 1] as const };
const changesOf = (removed: number): ExportChanges => ({
  format: 'COCO',
  changes: overviewOf(
    {
      images: none,
      categories: none,
      annotations: { ...none, removed: Array(removed).fill(lone) },
      parts: [],
    } as never,
    10,
  ),
  why: null,
});

type Work = (params: object, options: CallOptions) => unknown;

/** `found`: what is at the target; `meanwhile`: what happens while that is looked at. */
async function desk(
  project: Partial<ProjectSummary>,
  {
    found,
    meanwhile,
    write = () => REPORT,
  }: { readonly found?: ExportChanges | null; readonly meanwhile?: () => Promise<void>; readonly write?: Work } = {},
) {
  const { store, workbench } = await EditorDesk.open();
  store.answers['project.summary'] = () => ({ ...PROJECT, ...project });
  await workbench.refreshProject();
  const calls: unknown[] = [];
  const opened: string[] = [];
  const call = async (method: string, params: object, options: CallOptions = {}) => {
    if (method === 'app.pickExport') return '/p/out.json';
    if (method === 'project.summary') return { ...PROJECT, ...project };
    calls.push([method, params]);
    if (method === 'project.exportChanges') await meanwhile?.();
    return method === 'project.export' ? write(params, options) : (found ?? null);
  };
  const dialogs = { open: null as DialogName | null, show: (name: DialogName) => void opened.push(name) };
  const exporting = new Exporting({ ...store.client, call } as never, workbench, dialogs);
  return {
    exporting,
    workbench,
    dialogs,
    opened,
    calls,
    written: () => calls.filter((one) => (one as [string])[0] === 'project.export'),
  };
}

it('begins anew with each comparison and each writing', async () => {
  const seen: unknown[] = [];
  const far: Progress = { done: 3, total: 4, failed: 0, text: 'Far' };
  const { store, workbench } = await EditorDesk.open();
  const call = async (method: string, _params: object, options?: { onProgress?: (progress: Progress) => void }) => {
    if (method === 'app.pickExport') return '/p/out.json';
    if (method === 'project.summary') return PROJECT;
    seen.push([method, exporting.busy, exporting.progress]);
    options?.onProgress?.(far);
    return method === 'project.export' ? REPORT : null;
  };
  const exporting = new Exporting({ ...store.client, call } as never, workbench, new Dialogs());
  store.answers['project.summary'] = () => PROJECT;
  await exporting.again();
  expect(await exporting.start(COCO)).toBe(true);
  const once = [
    ['project.exportChanges', 'comparing', null],
    ['project.export', 'writing', null],
  ];
  expect(seen).toEqual([...once, ...once]);
  expect([exporting.busy, exporting.progress, exporting.fault]).toEqual([null, null, null]);
});

describe('the last export, again', () => {
  const last = { lastExport: '/p/out.json', lastExportFormat: 'coco', lastExportSettings: null };

  it('is made as it was made, by whichever window', async () => {
    const settings: ExportSettings = {
      options: { masks: 'rle' },
      selection: { split: { shares: [0.8, 0.2], seed: 0, stratify: true } },
      images: 'copy',
    };
    const { exporting, written } = await desk({ ...last, lastExportFormat: 'yolo-seg', lastExportSettings: settings });
    await exporting.again();
    expect(written()).toEqual([
      ['project.export', { ...settings, format: 'yolo-seg', path: '/p/out.json', overwrite: 'export' }],
    ]);
  });

  it('writes over its own work and says what is another now, to be looked at', async () => {
    const { exporting, workbench, opened, written } = await desk(last, { found: changesOf(2) });
    await exporting.again();
    expect(written()).toHaveLength(1);
    const [told] = workbench.notices.list;
    expect(told).toMatchObject({
      ...{ text: 'Exported 3 annotations on 2 images: 2 annotations removed', file: '/p/out.json' },
    });
    expect(opened).toEqual([]);
    told.action!.run();
    expect(opened).toEqual(['export-changes']);
    expect(exporting.changed).toMatchObject({ path: '/p/out.json', found: changesOf(2) });
  });

  it('is told in place of the one before', async () => {
    const { exporting, workbench } = await desk(last, { found: changesOf(2) });
    workbench.notices.show('info', 'Something else');
    await exporting.again();
    await exporting.again();
    expect(workbench.notices.list.map(({ text }) => text)).toEqual([
      'Something else',
      expect.stringMatching(/^Exported 3 annotations/),
    ]);
    await exporting.start(COCO);
    await exporting.replace();
    expect(workbench.notices.list.filter(({ text }) => text.startsWith('Exported'))).toHaveLength(1);
    expect(workbench.notices.list[1].action).toBeUndefined();
  });

  it('offers nothing to look at where nothing is another', async () => {
    const { exporting, workbench } = await desk(last, { found: changesOf(0) });
    await exporting.again();
    expect(workbench.notices.list[0]).toMatchObject({
      ...{ text: 'Exported 3 annotations on 2 images', file: '/p/out.json' },
    });
    expect(workbench.notices.list[0].action).toBeUndefined();
  });

  it.each<[string, ExportChanges]>([
    ['was changed by another program', { ...changesOf(1), changedSince: ['out.json'] }],
    [
      'was damaged by another program',
      { format: 'COCO', changes: null, why: 'unreadable', changedSince: ['out.json'] },
    ],
    ['is of another format now', { format: 'CVAT', changes: null, why: 'other-format', mixes: true }],
  ])('asks where what is there %s, and writes what was asked', async (_, found) => {
    const { exporting, opened, written, workbench } = await desk(last, { found });
    await exporting.again();
    expect([opened, written(), workbench.notices.list]).toEqual([['export'], [], []]);
    expect(exporting.replaces).toMatchObject({ path: '/p/out.json', found });
    exporting.leave();
    expect(exporting.replaces).toBeNull();
    expect(await exporting.replace()).toBe(false);
    expect(written()).toEqual([]);
    await exporting.again();
    expect(await exporting.replace()).toBe(true);
    expect(written()).toHaveLength(1);
  });

  it('leaves a dialog that was opened meanwhile, and asks once that is closed and the user comes to it', async () => {
    const found = { ...changesOf(1), changedSince: ['out.json'] };
    const { exporting, dialogs, opened, written, workbench } = await desk(last, {
      found,
      meanwhile: async () => void (dialogs.open = opens),
    });
    let opens: DialogName | null = 'export';
    await exporting.again();
    expect([opened, exporting.replaces, written()]).toEqual([[], null, []]);
    const [told] = workbench.notices.list;
    expect(told.text).toBe('Not exported yet: this project did not write all that is in out.json');
    dialogs.open = opens = null;
    told.action!.run();
    await expect.poll(() => opened).toEqual(['export']);
    expect(exporting.replaces).toMatchObject({ path: '/p/out.json', found });
    expect(await exporting.replace()).toBe(true);
    expect(workbench.notices.list.map(({ text }) => text)).toEqual([expect.stringMatching(/^Exported 3/)]);
  });

  it('ends with its project: another one that was opened meanwhile is not written in its place', async () => {
    const other: ProjectSummary = { ...PROJECT, file: '/p/other.maskwright' };
    let opens = false;
    const { exporting, workbench, opened, written } = await desk(last, {
      found: { ...changesOf(1), changedSince: ['out.json'] },
      meanwhile: async () => void (opens && (await workbench.show(other))),
    });
    await exporting.again();
    await workbench.show(other);
    expect([await exporting.replace(), written()]).toEqual([false, []]);
    exporting.leave();
    await workbench.show({ ...PROJECT, ...last });
    opens = true;
    await exporting.again();
    expect([opened, exporting.replaces, written(), workbench.notices.list]).toEqual([['export'], null, [], []]);
  });

  it('does not ask about a file that says the same all the same', async () => {
    const { exporting, opened, written } = await desk(last, { found: { ...changesOf(0), changedSince: ['out.json'] } });
    await exporting.again();
    expect([opened, written().length]).toEqual([[], 1]);
  });

  it('is stopped by the dialog that is opened over it, and goes on where that is only closed', async () => {
    const stopped: boolean[] = [];
    let end = () => {};
    const write: Work = (_, { signal }) =>
      new Promise((resolve, reject) => {
        end = () => resolve(REPORT);
        signal!.addEventListener('abort', () => {
          stopped.push(true);
          reject(new AppError('cancelled', 'Cancelled'));
        });
      });
    const { exporting, workbench, calls } = await desk(last, { write });
    const isWriting = () => expect.poll(() => exporting.busy).toBe('writing');
    let running = exporting.again();
    await isWriting();
    // A second one, and the dialog's own, wait until it is through.
    await exporting.again();
    expect(await exporting.start(COCO)).toBe(false);
    expect(calls.filter((one) => (one as [string])[0] === 'project.exportChanges')).toHaveLength(1);
    exporting.leave();
    expect(stopped).toEqual([]);
    exporting.stop();
    await running;
    expect([stopped, exporting.busy, workbench.notices.list, workbench.jobs.list]).toEqual([[true], null, [], []]);

    running = exporting.again();
    await isWriting();
    exporting.leave();
    end();
    await running;
    expect(workbench.notices.list.map(({ text }) => text)).toEqual(['Exported 3 annotations on 2 images']);

    running = exporting.again();
    await isWriting();
    workbench.jobs.list[0].cancel();
    await running;
    expect([stopped.length, exporting.busy]).toEqual([2, null]);
  });
});
