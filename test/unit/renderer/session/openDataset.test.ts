/** A dataset whose files do not say everything: the user is asked once, and can go on where it cannot be taken as it is. */
// @vitest-environment ./test/support/signals.ts
import { describe, expect, it } from 'vitest';
import { AppError, type Remedy } from '@shared/errors/appError';
import type { OpenTarget, RecognisedFormat } from '@shared/project/types';
import { Dialogs } from '../../../../src-renderer/session/dialogs.svelte';
import { ImportChoice } from '../../../../src-renderer/session/importChoice.svelte';
import { ProjectFiles } from '../../../../src-renderer/session/projectFiles.svelte';
import { EditorDesk } from './desk';

const pieces = {
  name: 'pieces',
  title: 'Becomes',
  choices: ['classes', 'components'].map((value) => ({ value, title: value })),
  default: 'classes',
};
const MAPS: RecognisedFormat = { id: 'label-map', title: 'Label maps', why: 'it has maps', asked: [pieces] };
const YOLO: RecognisedFormat = { id: 'yolo', title: 'YOLO', why: 'it has a data.yaml', asked: [] };
const FOLDER: OpenTarget = { kind: 'folder', path: '/maps' };

async function desk({ formats = [MAPS], hasProject = false, remedy = undefined as Remedy | undefined } = {}) {
  const editorDesk = await EditorDesk.open();
  const { store, workbench } = editorDesk;
  const dialogs = new Dialogs();
  const files = new ProjectFiles(store.client, workbench, {
    repairs: { swapMaskSizes: () => Promise.resolve(false) },
    importChoice: new ImportChoice(dialogs),
  });
  const project = workbench.project!;
  Object.assign(store.answers, {
    'project.recognise': () => ({ formats, files: [], together: [], hasProject }),
    'project.openFolder': () => ({ project, findings: [] }),
    'project.openDataset': ({ options }: { options?: Record<string, string> }) => {
      if (remedy && options?.resize !== 'nearest') throw new AppError('bad-input', 'It has another size', { remedy });
      return { project, findings: [] };
    },
  });
  const settled = () => editorDesk.settled();
  const opened = () => store.called('project.openDataset');
  return { store, workbench, dialogs, files, settled, opened };
}

describe('opening label maps', () => {
  it.each([FOLDER, { kind: 'dataset', path: '/maps.zip' } as const])('asks what they become: %o', async (target) => {
    const { files, dialogs, settled, opened } = await desk();
    const opening = files.open(target);
    await settled();
    expect(dialogs.open).toBe('import');
    expect(files.importChoice.question).toMatchObject({
      path: target.kind === 'folder' ? '/maps' : '/maps.zip',
      options: [pieces],
    });
    expect(opened()).toEqual([]);
    files.importChoice.answer({ pieces: 'components' });
    await opening;
    expect(dialogs.open).toBeNull();
    const { path } = target as { path: string };
    expect(opened()).toEqual([{ path, format: 'label-map', options: { pieces: 'components' } }]);
  });

  it('opens nothing where the user gives it up, and asks anew', async () => {
    const { files, dialogs, settled, opened, workbench } = await desk();
    const opening = files.open(FOLDER);
    await settled();
    files.importChoice.answer(null);
    files.importChoice.answer({ pieces: 'components' });
    await opening;
    expect([opened(), dialogs.open, workbench.jobs.list, workbench.notices.list]).toEqual([[], null, [], []]);
    void files.open(FOLDER);
    await settled();
    expect(dialogs.open).toBe('import');
  });

  it('asks nothing of what is open already, and of formats whose files say all', async () => {
    const known = await desk({ hasProject: true });
    await known.files.open(FOLDER);
    expect(known.store.called('project.openFolder')).toEqual([{ folder: '/maps' }]);
    await known.files.open({ kind: 'dataset', path: '/maps.zip' });
    expect(known.opened()).toEqual([{ path: '/maps.zip' }]);
    expect(known.workbench.notices.list).toEqual([]);
    const yolo = await desk({ formats: [YOLO] });
    await yolo.files.open(FOLDER);
    const told = () => yolo.workbench.notices.list.map(({ text }) => text);
    expect(told()).toEqual(['Opened as YOLO: it has a data.yaml']);
    yolo.workbench.notices.dismissProject();
    await yolo.files.open({ kind: 'dataset', path: '/data.yaml' });
    expect(told()).toEqual(['Opened as YOLO: it has a data.yaml']);
    expect(yolo.opened()).toEqual([{ path: '/maps', format: 'yolo' }, { path: '/data.yaml' }]);
    await yolo.files.open({ kind: 'dataset', path: '/coco.json' });
    expect(yolo.store.called('project.recognise')).toHaveLength(2);
  });

  it('a look that fails leaves it to the opening to say why; one that is given up ends it', async () => {
    const { files, store, opened } = await desk();
    const fails = (code: 'bad-input' | 'cancelled') => {
      store.answers['project.recognise'] = () => {
        throw new AppError(code, 'no');
      };
      return files.open({ kind: 'dataset', path: '/odd.zip' });
    };
    await fails('cancelled');
    expect(opened()).toEqual([]);
    await fails('bad-input');
    expect(opened()).toEqual([{ path: '/odd.zip' }]);
  });

  it('where several formats fit, the one that is chosen asks', async () => {
    const { files, settled, opened } = await desk({ formats: [MAPS, YOLO] });
    await files.open(FOLDER);
    expect(files.choices.formats).toEqual({ path: '/maps', formats: [MAPS, YOLO] });
    void files.choices.chooseFormat('label-map');
    expect(files.choices.formats).toBeNull();
    await settled();
    files.importChoice.answer({});
    await settled();
    expect(opened()).toEqual([{ path: '/maps', format: 'label-map', options: {} }]);
  });

  it('a file that several formats fit, a zip or a JSON, is opened as the one that is chosen', async () => {
    for (const path of ['/two.zip', '/two.json']) {
      const fitting = 'abcdef'.split('').map((id) => ({ ...YOLO, id, title: id.toUpperCase() }));
      const { files, workbench, settled, opened, store } = await desk({ formats: fitting });
      const { answers } = store;
      const open = answers['project.openDataset']!;
      answers['project.openDataset'] = (params) => {
        if ('format' in params) return open(params);
        throw new AppError('bad-input', 'It fits 2 formats', {
          hint: 'say which one: yolo or b',
          remedy: 'choose-format',
        });
      };
      await files.open({ kind: 'dataset', path });
      // All of them, and nothing beside the question.
      expect(files.choices.formats).toEqual({ path, formats: fitting });
      expect(workbench.notices.list).toEqual([]);
      const before = opened().length;
      await files.choices.chooseFormat(null);
      expect([files.choices.formats, opened().length]).toEqual([null, before]);
      await files.open({ kind: 'dataset', path });
      await files.choices.chooseFormat('f');
      await settled();
      expect(opened().at(-1)).toEqual({ path, format: 'f' });
    }
  });

  it('maps of another size are refused, and fitted where the user says so', async () => {
    const { files, workbench, settled, opened } = await desk({ remedy: 'resize' });
    const opening = files.open(FOLDER);
    await settled();
    files.importChoice.answer({ pieces: 'components' });
    await opening;
    const [refused] = workbench.notices.list;
    expect([refused.kind, refused.text, refused.action?.label]).toEqual([
      'error',
      'It has another size',
      'Fit the maps to their images',
    ]);
    refused.action!.run();
    await settled();
    expect(opened().slice(1)).toEqual([
      { path: '/maps', format: 'label-map', options: { pieces: 'components', resize: 'nearest' } },
    ]);
  });

  it('records that cannot be read are left out where the user says so', async () => {
    const { files, workbench, settled, opened } = await desk({ formats: [YOLO], remedy: 'repair' });
    await files.open(FOLDER);
    expect(workbench.notices.list[0].action?.label).toBe('Open without what is broken');
    workbench.notices.list[0].action!.run();
    await settled();
    expect(opened()[1]).toEqual({ path: '/maps', format: 'yolo', repair: true });
  });
});
