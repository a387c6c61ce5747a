/** Answers what the window asks about models of the user's own: files that they chose are looked into, tried, and kept. */
import type { AppRequests } from '@shared/ipc/app';
import { CancelSource } from '@shared/errors/cancellation';
import type { CallContext } from '@shared/errors/work';
import type { Handlers } from '@shared/ipc/rpc';
import type { GivenModel } from '@shared/models/types';
import { dialog, type BrowserWindow } from 'electron';
import { join } from 'node:path';
import { CLICK_GRACE, patientClient, RUN_GRACE } from '../inference/patience';
import type { Engine } from './engine';
import { sourceOf } from './imageSource';
import type { PathGrants } from './pathGrants';

/** Read when they are first needed, not at the start of the program: they know every kind of model. */
const adding = () => import('../inference/addModel');
const ownModels = () => import('../inference/catalog/ownModels');

type Models = Pick<
  AppRequests,
  | 'app.pickModel'
  | 'app.inspectModel'
  | 'app.tryModel'
  | 'app.addModel'
  | 'app.pairModel'
  | 'app.ownModels'
  | 'app.removeModel'
  | 'app.putBackModel'
>;

export function createModelHandlers(
  window: BrowserWindow,
  engine: Engine,
  grants: PathGrants,
  userDataFolder: string,
): Handlers<Models> {
  const folder = join(userDataFolder, 'models');
  const { inference, patience } = engine;
  const files = patientClient(inference.client, patience, 'the files', CLICK_GRACE);
  // Cancelling it ends the process that runs it; whoever else that works for is asked again.
  const trials = patientClient(inference.client, patience, 'the trial picture', RUN_GRACE);

  const given = ({ files, wish }: GivenModel) => {
    for (const file of files) grants.requireRead(file);
    return { files, wish, folder };
  };
  /** The end of its time cancels it. */
  const options = ({ signal, progress: onProgress }: CallContext) => {
    const late = new CancelSource();
    signal.addEventListener('abort', () => late.abort());
    const watchOthers = (told: () => void) => patience.watchOthers(late, told);
    return { signal: late, onProgress, end: () => late.abort(), watchOthers };
  };

  return {
    'app.pickModel': async ({ kind }) => {
      const { canceled, filePaths } = await dialog.showOpenDialog(
        window,
        kind === 'folder'
          ? { title: 'A folder with an ONNX model', properties: ['openDirectory'] }
          : {
              title: 'An ONNX model: one file, or encoder and decoder',
              properties: ['openFile', 'multiSelections'],
              filters: [{ name: 'ONNX models', extensions: ['onnx'] }],
            },
      );
      if (canceled || filePaths.length === 0) return null;
      for (const path of filePaths) grants.mayRead(path);
      return filePaths;
    },

    'app.inspectModel': async (params, { signal }) => files.call('inference.inspectModel', given(params), { signal }),

    'app.tryModel': async ({ imageId, ...params }, context) => {
      const { tryModel } = await adding();
      const trial = imageId === null ? null : await sourceOf(engine, imageId);
      return tryModel(trials, { ...given(params), trial }, options(context));
    },

    'app.addModel': async ({ imageId, replaces, ...params }, context) => {
      const { addModel } = await adding();
      const trial = imageId === null ? null : await sourceOf(engine, imageId);
      return addModel(trials, { ...given(params), replaces, trial }, options(context));
    },

    'app.ownModels': async () => (await ownModels()).listOwnModels(folder),
    'app.removeModel': async ({ folder: one }) => {
      await (await ownModels()).takeOut(folder, one);
      return null;
    },
    'app.putBackModel': async ({ folder: one }) => {
      await (await ownModels()).putBack(folder, one);
      return null;
    },

    'app.pairModel': ({ model }) => files.call('inference.pairModel', { model, folder }),
  };
}
