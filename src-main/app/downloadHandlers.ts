/** Answers what the window asks about models of the catalogue: listed, fetched (by this process alone), or taken from files. */
import type { AppRequests } from '@shared/ipc/app';
import { CancelSource } from '@shared/errors/cancellation';
import type { CallContext } from '@shared/errors/work';
import type { Handlers } from '@shared/ipc/rpc';
import type { AddedModel } from '@shared/models/types';
import { dialog, session, type BrowserWindow } from 'electron';
import { join } from 'node:path';
import type { FetchedModel } from '../inference/catalog/downloads';
import { patientClient, RUN_GRACE } from '../inference/patience';
import type { Engine } from './engine';

/** Read when they are first needed, not at the start of the program: they know every kind of model. */
const adding = () => import('../inference/addModel');
const catalogue = () => import('../inference/catalog/downloads');

type Downloads = Pick<AppRequests, 'app.catalogue' | 'app.downloadModel' | 'app.discardDownload' | 'app.installModel'>;

export interface DownloadHandlersOptions {
  readonly shippedModels: string;
  readonly userDataFolder: string;
}

export function createDownloadHandlers(
  window: BrowserWindow,
  engine: Engine,
  { shippedModels, userDataFolder }: DownloadHandlersOptions,
): Handlers<Downloads> {
  const own = join(userDataFolder, 'models');
  const folders = [shippedModels, own];

  const add = async ({ files, wish }: FetchedModel, replaces: boolean, context: CallContext): Promise<AddedModel> => {
    const { addModel } = await adding();
    const end = new CancelSource();
    context.signal.addEventListener('abort', () => end.abort());
    const params = { files, wish, folder: own, trial: null, replaces };
    const trials = patientClient(engine.inference.client, engine.patience, 'the trial picture', RUN_GRACE);
    return addModel(trials, params, {
      signal: end,
      onProgress: context.progress,
      end: () => end.abort(),
    });
  };

  /** As the system is set up: `PROXY host:port`, or `DIRECT`. Not by the page's session, which is kept off every network. */
  const proxyOf = async (url: string): Promise<string | null> => {
    const systemProxies = session.fromPartition('downloads');
    const [first] = (await systemProxies.resolveProxy(url)).split(';');
    const [, kind, place] = /^\s*(PROXY|HTTP|HTTPS)\s+(\S+)/.exec(first) ?? [];
    return kind ? `http://${place}` : null;
  };

  return {
    'app.catalogue': async () => (await catalogue()).listDownloads(folders, own),

    'app.downloadModel': async ({ id, replaces }, context) => {
      const { fetchModel, findDownload } = await catalogue();
      const entry = await findDownload(folders, id);
      const options = {
        signal: context.signal,
        proxyOf,
        onProgress: (done: number, total: number | null, file: string) => {
          if (total !== null) context.progress({ done, total, text: file });
        },
      };
      return fetchModel(own, entry, options, (fetched) => add(fetched, replaces, context));
    },

    'app.discardDownload': async ({ id }) => {
      const { discardDownload, findDownload, stillFetched } = await catalogue();
      const entry = await findDownload(folders, id);
      if (!(await discardDownload(own, entry.id))) throw stillFetched(entry.name);
      return null;
    },

    'app.installModel': async ({ id, replaces }, context) => {
      const { discardDownload, findDownload, takeFiles } = await catalogue();
      const entry = await findDownload(folders, id);
      const { canceled, filePaths } = await dialog.showOpenDialog(window, {
        title: `Files of ${entry.name}: ${entry.files.map(({ path }) => path).join(' and ')}`,
        properties: ['openFile', 'multiSelections'],
        filters: [{ name: 'ONNX models', extensions: ['onnx'] }],
      });
      if (canceled || filePaths.length === 0) return null;
      const added = await add(await takeFiles(entry, filePaths), replaces, context);
      await discardDownload(own, entry.id);
      return added;
    },
  };
}
