/** Answers what the window asks about models of the user's own: files chosen in a dialog become a model that was tried. */
import type { AppRequests } from '@shared/ipc/app';
import { CancelSource } from '@shared/errors/cancellation';
import { AppError } from '@shared/errors/appError';
import type { Handlers } from '@shared/ipc/rpc';
import { dialog, type BrowserWindow } from 'electron';
import { join } from 'node:path';
import type { Engine } from './engine';

type Models = Pick<AppRequests, 'app.addModel'>;

/** A model that takes longer on one picture is of no use here, or it hangs. */
const mostMs = 120_000;

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
      let isLate = false;
      const timer = setTimeout(() => {
        isLate = true;
        late.abort();
      }, mostMs);
      context.signal.addEventListener('abort', () => late.abort());
      try {
        return await engine.inference.client.call(
          'inference.addModel',
          { files: filePaths, folder: join(userDataFolder, 'models'), trial: source },
          { signal: late, onProgress: context.progress },
        );
      } catch (error) {
        if (!isLate || context.signal.aborted) throw error;
        throw new AppError('bad-model', `The model did not finish within ${mostMs / 1000} seconds`, {
          hint: 'export it with a smaller input, or look whether it hangs',
          cause: error,
        });
      } finally {
        clearTimeout(timer);
      }
    },
  };
}
