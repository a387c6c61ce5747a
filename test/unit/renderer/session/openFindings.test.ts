/** What was found at opening: which file comes first, one project's at a time, gone once it is no longer so. */
// @vitest-environment ./test/support/signals.ts
import { expect, it } from 'vitest';
import type { Finding } from '@shared/dataset/finding';
import { Dialogs } from '../../../../src-renderer/session/dialogs.svelte';
import { ImportChoice } from '../../../../src-renderer/session/importChoice.svelte';
import { ProjectGuard } from '../../../../src-renderer/session/projectGuard.svelte';
import { ProjectFiles } from '../../../../src-renderer/session/projectFiles.svelte';
import { EditorDesk } from './desk';

function filesOf({ store, workbench }: EditorDesk, swapMaskSizes = () => Promise.resolve(false)): ProjectFiles {
  const importChoice = new ImportChoice(new Dialogs());
  return new ProjectFiles(store.client, workbench, { repairs: { swapMaskSizes }, importChoice });
}

it('names the file and not its folder, is another project’s once that is open, and covers no notice', async () => {
  const desk = await EditorDesk.open();
  const { store, workbench } = desk;
  let [swapped, fails] = [0, true];
  const files = filesOf(desk, () => Promise.resolve(++swapped > 0 && !fails));
  const project = workbench.project!;
  let findings: readonly Finding[] = [];
  const open = async (...found: readonly Finding[]) => {
    findings = found;
    await files.open({ kind: 'project', path: project.file });
  };
  store.answers['project.open'] = () => ({ project, findings });
  const { imagesFolder } = project;
  await open(
    { severity: 'error', message: `${imagesFolder}/a.png is empty (0 bytes)`, file: `${imagesFolder}/a.png` },
    { severity: 'warning', message: 'it is turned', file: '/elsewhere/b.json', repair: 'swap-mask-sizes' },
  );
  expect(files.findings.told).toMatchObject({
    kind: 'error',
    text: 'Opened, but 1 file cannot be read; 1 warning',
    lines: ['a.png is empty (0 bytes)', '/elsewhere/b.json: it is turned'],
  });
  expect(workbench.notices.list).toEqual([]);
  // It stays until it is put right.
  for (const isFailing of [true, false]) {
    fails = isFailing;
    const { run } = files.findings.told!.action!;
    // A double click is one.
    run();
    run();
    await desk.settled();
    expect([swapped, files.findings.told !== null]).toEqual([isFailing ? 1 : 2, isFailing]);
  }

  // A file or folder whose name begins with the folder's is not below it.
  await open({ severity: 'warning', message: 'it is turned', file: `${imagesFolder}.json` });
  expect(files.findings.told!.lines).toEqual([`${imagesFolder}.json: it is turned`]);

  await open({ severity: 'warning', message: '3 images have a new id', file: imagesFolder });
  expect(files.findings.told!.lines).toEqual(['3 images have a new id']);
  // Those that are only counted count.
  const more = { severity: 'warning', code: 'more', message: '998 more findings are not listed', count: 998 } as const;
  await open({ severity: 'warning', message: 'it is turned' }, { severity: 'error', message: 'it is empty' }, more);
  expect(files.findings.told).toMatchObject({ text: 'Opened, but 1 file cannot be read; 999 warnings', total: 1000 });
  await open({ severity: 'warning', message: 'a name\u202e is odd' });
  expect(files.findings.told).toMatchObject({ kind: 'warning', text: 'Opened with 1 warning' });
  expect(files.findings.told!.lines[0]).not.toContain('\u202e');
  expect(files.findings.told!.action).toBeUndefined();
  await open();
  expect(files.findings.told).toBeNull();
});

it('what was said of one project goes with it; why something failed stays', async () => {
  const desk = await EditorDesk.open();
  const { store, workbench } = desk;
  const files = filesOf(desk);
  const project = workbench.project!;
  const say = () => {
    workbench.notices.show('warning', 'Exported 3 annotations', ['1 annotation is a crowd']);
    workbench.notices.show('info', 'Deleted it', [], { label: 'Undo', run: () => undefined });
    workbench.notices.show('error', 'It could not be written');
  };
  say();
  store.answers['project.open'] = () => ({ project, findings: [] });
  await files.open({ kind: 'project', path: project.file });
  expect(workbench.notices.list.map(({ text }) => text)).toEqual(['It could not be written']);
  say();
  workbench.leave();
  expect(workbench.notices.list.map(({ text }) => text)).toEqual(['It could not be written']);
});

it('what a file that was saved again lacks is told where that of opening is', async () => {
  const desk = await EditorDesk.open();
  const { store, workbench } = desk;
  const files = filesOf(desk);
  const findings: Finding[] = [
    { severity: 'warning', message: '2 annotations could not be read', file: '/left.maskwright' },
  ];
  store.answers['app.saveElsewhere'] = () => ({ project: workbench.project!, findings });
  await new ProjectGuard(store.client, workbench, files.findings).saveElsewhere();
  expect(files.findings.told).toMatchObject({ text: 'Opened with 1 warning', lines: [findings[0].message] });
  expect(workbench.notices.list).toEqual([]);
});
