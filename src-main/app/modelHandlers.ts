/** Answers what the window asks about models of the user's own: files chosen in a dialog become a model that was tried. */
import type { AppRequests } from '@shared/ipc/app';
import { CancelSource } from '@shared/errors/cancellation';
import type { Handlers } from '@shared/ipc/rpc';
import { dialog, type BrowserWindow } from 'electron';
import { join } from 'node:path';
import { addModel } from '../inference/addModel';
import type { Engine } from './engine';

type Models = Pick<AppRequests, 'app.addModel'>;

export function createModelHandlers(window: BrowserWindow, engine: Engine, userDataFolder: string): Handlers<Models> {
  return {
    'app.addModel': async ({ imageId }, context) => {
      const { canceled, filePaths } = await dialog.showOpenDialog(window, {
        title: 'Add a model: a .onnx file, or encoder and decoder',
        properties: ['openFile', 'multiSelections'],
        filters: [{ name: 'ONNX models', extensions: ['onnx'] }],
      });
      if (canceled || filePaths.length === 0) return null;
      const trial = imageId === null ? null : await engine.store.client.call('image.source', { imageId });
      const source = trial && { path: trial.path, orientation: trial.orientation };
      const late = new CancelSource();
      context.signal.addEventListener('abort', () => late.abort());
      const params = { files: filePaths, folder: join(userDataFolder, 'models'), trial: source };
      return addModel(engine.inference.client, params, {
        signal: late,
        onProgress: context.progress,
        end: () => late.abort(),
      });
    },
  };
}
