/** Answers what the window asks of the app itself: dialogs, the sample, and proposals, which take several processes. */
import type { AppInfo, AppRequests } from '@shared/ipc/app';
import { throwIfCancelled } from '@shared/errors/cancellation';
import type { CallOptions, Handlers } from '@shared/ipc/rpc';
import type { BrowserWindow } from 'electron';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promptAll } from '../inference/promptAll';
import { CLICK_GRACE } from '../inference/patience';
import { describeObjects, proposeBySearch } from '../inference/promptProposals';
import type { Engine } from './engine';
import { createAboutHandlers } from './aboutHandlers';
import { createBatchHandlers } from './batchHandlers';
import { computeProposals, keepProposals } from './computeProposals';
import { createDownloadHandlers } from './downloadHandlers';
import { sourceOf } from './imageSource';
import { createMeasureHandlers } from './measureHandlers';
import { createModelHandlers } from './modelHandlers';
import type { Leaving } from './leaving';
import type { PathGrants } from './pathGrants';
import { createPickHandlers } from './pickHandlers';
import { createRescueHandlers } from './rescueHandlers';
import { untilLeft } from './untilLeft';
import { listRecent } from './recentProjects';
import type { SettingsFile } from './settings';

export interface AppHandlersOptions {
  /** Asked at each load of the page: one that was loaded again after a crash goes on with the open project. */
  readonly info: () => AppInfo;
  readonly window: BrowserWindow;
  readonly engine: Engine;
  /** Holds `project.json` and `images/`. */
  readonly sampleFolder: string;
  /** The models that come with the program, and its catalogue. */
  readonly shippedModels: string;
  readonly userDataFolder: string;
  readonly settings: SettingsFile;
  readonly grants: PathGrants;
  readonly leaving: Leaving;
  readonly onFirstPaint: () => void;
  readonly onNewWindow: () => void;
}

export function createAppHandlers(options: AppHandlersOptions): Handlers<AppRequests> {
  const {
    info,
    window,
    engine,
    sampleFolder,
    shippedModels,
    userDataFolder,
    settings,
    grants,
    leaving,
    onFirstPaint,
    onNewWindow,
  } = options;
  return {
    'app.info': async () => info(),

    'app.newWindow': async () => {
      onNewWindow();
      return null;
    },

    ...createAboutHandlers(join(userDataFolder, 'logs')),

    ...createPickHandlers(window, grants),

    'app.formats': async () => {
      const { formats } = await import('@shared/formats/registry');
      return formats.writable.map(({ id, title, about, target, options, placeImages }) => ({
        id,
        title,
        about,
        target,
        options,
        placesImages: placeImages !== undefined,
      }));
    },

    'app.openSample': () => {
      // The installed sample is read-only; the user's own copy of its annotations lives with their data.
      const file = join(userDataFolder, 'projects', 'sample.maskwright');
      const { client } = engine.store;
      return leaving.toOpen('project', () =>
        existsSync(file)
          ? client.call('project.open', { file })
          : client.call('project.import', {
              path: join(sampleFolder, 'project.json'),
              format: 'coco',
              imagesFolder: join(sampleFolder, 'images'),
              file,
            }),
      );
    },

    ...createRescueHandlers(leaving, engine, grants, userDataFolder),

    'app.propose': ({ imageId, with: how }, context) =>
      untilLeft(engine, context, async (asked) => {
        const result = await computeProposals(engine, imageId, how, asked);
        throwIfCancelled(asked.signal);
        const proposals = await keepProposals(engine, imageId, how, result);
        const { notes, fallbacks = [] } = result;
        return { proposals, found: result.proposals.length, notes, fallbacks };
      }),

    ...createModelHandlers(window, engine, grants, userDataFolder),

    ...createDownloadHandlers(window, engine, { shippedModels, userDataFolder }),

    ...createBatchHandlers(engine),

    'app.openSession': async ({ imageId }, { signal }) => {
      const source = await sourceOf(engine, imageId);
      return engine.vision.client.call('vision.openSession', { source }, { signal });
    },

    'app.runModel': ({ imageId, model, score }, context) =>
      computeProposals(engine, imageId, { kind: 'model', model, score }, context),

    'app.openPrompts': async ({ imageId, model, region }, { signal, progress: onProgress }) => {
      const source = await sourceOf(engine, imageId);
      const params = { source, model, region };
      const open = (own: CallOptions) => engine.inference.client.call('inference.openPrompts', params, own);
      const opened = await engine.patience.run(open, source.path, { signal, onProgress, grace: CLICK_GRACE });
      engine.prompted.set(opened.session, source.path);
      return opened;
    },

    'app.lookAhead': async ({ imageId, model }, { signal }) => {
      const source = await sourceOf(engine, imageId);
      return { done: await engine.lookAhead.look(source, model, signal) };
    },

    'app.masksForBoxes': async ({ imageId, model, boxes, finish }, { signal, progress: onProgress }) => {
      const source = await sourceOf(engine, imageId);
      const list = { source, model, prompts: boxes.map((box) => ({ points: [], box, finish })) };
      const ask = (own: CallOptions) => promptAll(engine.inference.client, list, own);
      const found = await engine.patience.run(ask, source.path, { signal, onProgress });
      const masks = found.masks.map((mask) => mask?.segmentation ?? null);
      return { masks, model: found.model ?? null, fallbacks: found.fallbacks ?? [] };
    },

    'app.search': ({ imageId, model, examples, taken, categoryName }, context) =>
      untilLeft(engine, context, async ({ signal, progress: onProgress }) => {
        const source = await sourceOf(engine, imageId);
        const like = examples.length > 0 ? examples : null;
        const search = { source, model, like, taken };
        const ask = (own: CallOptions) => proposeBySearch(engine.inference.client, search, own);
        const result = await engine.patience.run(ask, source.path, { signal, onProgress });
        throwIfCancelled(signal);
        const proposals = await engine.store.client.call('proposals.put', { imageId, result, categoryName });
        return { proposals, found: result.proposals.length, fallbacks: result.fallbacks ?? [] };
      }),

    'app.describe': async ({ imageId, model, examples }, { signal, progress: onProgress }) => {
      const source = await sourceOf(engine, imageId);
      const ask = (own: CallOptions) => describeObjects(engine.inference.client, { source, model, examples }, own);
      return engine.patience.run(ask, source.path, { signal, onProgress });
    },

    ...createMeasureHandlers(window, engine, grants),

    'app.pixelRange': async ({ imageId }) => {
      const source = await sourceOf(engine, imageId);
      return engine.vision.client.call('vision.range', { source });
    },

    'app.firstPaint': async () => {
      onFirstPaint();
      return null;
    },

    'settings.read': async () => ({ settings: settings.current, notice: settings.takeNotice(), file: settings.file }),
    'settings.write': async ({ changes }) => {
      // What the user has allowed or opened is kept by the app itself: a page would allow itself everything.
      const { linkedFolders: _folders, exportTargets: _targets, recent: _recent, ...others } = changes;
      const before = settings.current.models.provider;
      const written = await settings.write(others);
      // A process runs on one thing from its start to its end.
      if (written.models.provider !== before) await engine.patience.restart();
      return written;
    },
    'recent.list': async () => listRecent(settings.current.recent, userDataFolder),
    'recent.forget': async ({ file }) => {
      const { recent } = await settings.update(({ recent }) => ({ recent: recent.filter((one) => one.file !== file) }));
      return listRecent(recent, userDataFolder);
    },
  };
}
