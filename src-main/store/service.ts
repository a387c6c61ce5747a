/** The store's requests: one open project at a time, parameters checked, failures of the disk told as sentences. */
import type { HistoryStep, OpenReport } from '@shared/project/types';
import type { StoreRequests } from '@shared/ipc/store';
import { AppError } from '@shared/errors/appError';
import { packImage } from '@shared/ipc/packing';
import type { CallContext } from '@shared/errors/work';
import type { Handlers } from '@shared/ipc/rpc';
import { existsSync } from 'node:fs';
import { createBatch, endBatch, noteBatch, readBatch } from './batch/batchState';
import { voidsOf } from '@shared/dataset/voids';
import { imageVoids, ProjectView } from './export/projectView';
import { boxesOf, imagesWithBoxes, masksOf } from './records/boxes';
import { countByCategory, createCategory, listCategories } from './records/categories';
import {
  datasetProjectFile,
  folderProjectFile,
  importProject,
  importProjectFile,
  type MadeProject,
  openDatasetProject,
  oneOfSeveral,
  recognise,
  openFolderProject,
} from './projects/createProject';
import { categoryUsage } from './operations/categoryOperations';
import { dropDraft, putDraft } from './records/drafts';
import { commitPatch, commitTags, moveInHistory } from './history/historyLog';
import { imagesWithCategory, listImages } from './records/images';
import { countUnlabelled } from './records/unlabelled';
import { realPath } from './projects/location';
import { markMissing } from './projects/relink';
import { findResized } from './projects/resizedImages';
import { takeIds } from './database/meta';
import { withPacked } from './packedDocument';
import { checkParams } from './params';
import {
  acceptAcross,
  addCategoryList,
  deleteCategory,
  fixProject,
  mergeCategory,
  moveInProjectHistory,
  orderCategoryList,
  readProjectHistory,
  rescaleAcross,
  swapMaskSizes,
  updateCategoryStep,
} from './history/projectLog';
import { stepsSince } from './history/logTable';
import { createModelChoice } from './projects/modelChoice';
import {
  readLabelRules,
  readPixelScale,
  writeLabelRules,
  writePixelScale,
  writePlace,
} from './projects/projectSettings';
import {
  acceptProposals,
  countWaiting,
  listProposals,
  putProposals,
  rejectProposals,
  restoreProposals,
} from './records/proposals';
import { setReview } from './records/review';
import { writableFormat } from '../dataset/recognise';
import { unpacked } from '../dataset/unpack';
import { type ExportJob, ProjectStore } from './projects/projectStore';
import { lossError, storeError } from './database/storeErrors';

export interface StoreServiceOptions {
  /** Where projects go whose own folder cannot be written. */
  readonly userDataFolder: string;
  /** The window opens a project that is held elsewhere read-only (default); a run on the command line refuses. */
  readonly whenLocked?: 'read-only' | 'refuse';
}

type Method = keyof StoreRequests;
type Params<M extends Method> = StoreRequests[M]['params'];
type Result<M extends Method> = StoreRequests[M]['result'];

/** Handlers for a port or for the same process. `project.close` lets the project's file and lock go. */
export function createStoreService({
  userDataFolder,
  whenLocked = 'read-only',
}: StoreServiceOptions): Handlers<StoreRequests> {
  const options = { userDataFolder, whenLocked };
  let open: ProjectStore | null = null;
  let exporting: Promise<unknown> | null = null;

  const project = (): ProjectStore => {
    if (!open) throw new AppError('usage', 'No project is open');
    return open;
  };
  const writable = async (): Promise<ProjectStore> => {
    const store = project();
    store.requireWritable();
    // Without a write-ahead log a reader and a writer exclude each other.
    if (exporting && store.db.pragma('journal_mode') !== 'wal') await exporting;
    return store;
  };
  const close = () => {
    open?.close();
    open = null;
  };
  const move = async (imageId: number, direction: 'undo' | 'redo', only?: number): Promise<HistoryStep | null> => {
    const { db } = await writable();
    const moved = moveInHistory(db, imageId, direction, only);
    if (!moved) return null;
    const { movedProposals, ...step } = moved;
    const proposals = movedProposals ? listProposals(db, imageId) : null;
    return { ...step, proposals };
  };
  const take = ({ store, findings }: MadeProject): OpenReport => {
    open = store;
    return { project: store.summary(), findings };
  };
  /** The open project stays open when the next one cannot be opened. */
  const replaceOpen = async (file: string, make: () => MadeProject | Promise<MadeProject>): Promise<OpenReport> => {
    await exporting;
    const same = open?.file === file;
    if (same && open?.db.loss === 'deleted') {
      throw new AppError('bad-input', `${file} was deleted or moved`, {
        place: { file },
        hint: 'put it back, or save the project elsewhere',
      });
    }
    if (same) close();
    try {
      const made = await make();
      close();
      return take(made);
    } catch (error) {
      if (same && existsSync(file)) open = ProjectStore.open(file, options);
      throw error;
    }
  };

  const handlers = withPacked({
    'project.open': ({ file }, { progress }) => {
      const path = realPath(file);
      return replaceOpen(path, async () => {
        const store = ProjectStore.open(path, { ...options, progress });
        if (!store.readOnly) await markMissing(store.db, store.imagesFolder);
        return { store, findings: store.findings() };
      });
    },
    'project.openFolder': (params, context) =>
      replaceOpen(folderProjectFile(params, options), () => openFolderProject(params, options, context)),
    'project.import': async (given, context) => {
      const params = { ...given, path: await unpacked(given.path, context.signal) };
      for (const part of params.parts ?? []) oneOfSeveral(params.path, part);
      return replaceOpen(importProjectFile(params, options), () => importProject(params, options, context));
    },
    'project.openDataset': async ({ file, ...given }, context) => {
      const folder = await unpacked(given.path, context.signal);
      for (const part of given.parts ?? []) oneOfSeveral(folder, part);
      const params = { ...given, ...(file === undefined ? { path: folder } : oneOfSeveral(folder, file)) };
      return replaceOpen(datasetProjectFile(params, options), () => openDatasetProject(params, options, context));
    },
    'project.recognise': async ({ path }, { signal }) => recognise(await unpacked(path, signal), options, signal),
    'project.previewExport': async ({ format, options: chosen, selection = {} }, context) =>
      project().previewExport({ format: writableFormat(format), options: chosen, selection }, context),
    'project.previewCopy': (params, context) => project().previewCopy(params, context),
    'project.exportChanges': (params, context) =>
      project().exportChanges(toExportJob(params), params.overwrite, context),
    'project.close': async () => {
      await exporting;
      close();
      return null;
    },
    'project.summary': () => project().summary(),
    'project.watch': ({ known = null }, { signal }) => project().watch.wait(known, signal),
    'project.unsaved': () => stepsSince(project().db, project().watch.lastOursMs),
    'project.saveElsewhere': async ({ file }) => {
      await exporting;
      const { target, findings } = await project().saveElsewhere(file);
      return replaceOpen(target, () => ({ store: ProjectStore.open(target, options), findings }));
    },
    'project.diagnostics': ({ integrity }) => project().diagnostics(integrity),
    'project.export': async (params, context) => {
      await exporting;
      const work = project().export(toExportJob(params), params.overwrite, context);
      exporting = work.then(
        () => (exporting = null),
        () => (exporting = null),
      );
      return work;
    },
    'project.rescale': async ({ imageIds, openImageId }, context) => {
      const { db, imagesFolder } = await writable();
      const { scaled, otherShape } = await findResized(db, imagesFolder, imageIds, context);
      const proposals = countWaiting(
        db,
        scaled.map(([id]) => id),
      );
      return { ...rescaleAcross(db, scaled, openImageId), otherShape, proposals };
    },
    'project.relink': async ({ folder }, context) => (await writable()).relink(folder, context),
    'image.list': ({ from, count }) => listImages(project().db, from, count),
    'image.withCategory': ({ categoryId }) => imagesWithCategory(project().db, categoryId),
    'image.boxes': ({ imageId }) => boxesOf(project().db, imageId),
    'image.withBoxes': ({ imageIds }, context) => imagesWithBoxes(project().db, imageIds, context),
    'image.masks': ({ imageId }) => masksOf(project().db, imageId),
    'image.unlabelled': ({ imageIds }) => countUnlabelled(project().db, imageIds, !project().readOnly),
    'image.open': ({ imageId }) => project().openImage(imageId),
    'image.voids': ({ imageId }) => imageVoids(project().db, imageId),
    'image.keepFile': async ({ imageId }) => (await writable()).keepFile(imageId),
    'image.openPacked': async ({ imageId }) => packImage(await project().openImage(imageId)),
    'image.source': async ({ imageId }) => {
      const { path, root, orientation, mediaType } = await project().imageFile(imageId);
      return { path, root, orientation, mediaType: mediaType ?? 'application/octet-stream' };
    },
    'image.setStatus': async ({ imageId, status, reason }) => setReview((await writable()).db, imageId, status, reason),
    'image.setTags': async ({ imageId, tags }) => commitTags((await writable()).db, imageId, tags),
    'document.commit': async ({ imageId, patch, gesture, draft }) => {
      const { db } = await writable();
      return db.transaction(() => {
        if (draft !== undefined) dropDraft(db, draft);
        return commitPatch(db, imageId, patch, gesture);
      });
    },
    'document.undo': ({ imageId, step }) => move(imageId, 'undo', step),
    'document.redo': ({ imageId }) => move(imageId, 'redo'),
    'document.reserveIds': async ({ count }) => {
      const { db } = await writable();
      return { first: db.transaction(() => takeIds(db, 'nextAnnotationId', count)) };
    },
    'draft.put': async ({ imageId, draft }) => {
      const { db } = await writable();
      db.transaction(() => putDraft(db, imageId, draft));
      return null;
    },
    'draft.drop': async ({ key }) => {
      dropDraft((await writable()).db, key);
      return null;
    },
    'proposals.put': async ({ imageId, result, categoryName }) => {
      const { db } = await writable();
      putProposals(db, imageId, result, categoryName);
      return listProposals(db, imageId);
    },
    'proposals.accept': async ({ imageId, ids, spared }) => {
      const { db } = await writable();
      return db.transaction(() => ({
        ...acceptProposals(db, imageId, ids, spared),
        categories: listCategories(db),
      }));
    },
    'proposals.reject': async ({ imageId, ids }) => {
      const { db } = await writable();
      rejectProposals(db, imageId, ids);
      return listProposals(db, imageId);
    },
    'proposals.restore': async ({ imageId, proposals }) => {
      const { db } = await writable();
      restoreProposals(db, imageId, proposals);
      return listProposals(db, imageId);
    },
    'proposals.acceptAcross': async ({ openImageId, ...request }) =>
      acceptAcross((await writable()).db, request, openImageId),
    'project.swapMaskSizes': async ({ openImageId }) => swapMaskSizes((await writable()).db, openImageId),
    'project.lint': (_params, context) => project().lint(context),
    'project.fix': async ({ codes, openImageId }) => fixProject((await writable()).db, openImageId, codes),
    'batch.read': () => readBatch(project().db),
    'batch.create': async ({ with: how, imageIds }) => createBatch((await writable()).db, how, imageIds),
    'batch.note': async (place) => {
      noteBatch((await writable()).db, place);
      return null;
    },
    'batch.end': async () => {
      endBatch((await writable()).db);
      return null;
    },
    'category.create': async ({ name, supercategory }) => {
      const { db } = await writable();
      db.transaction(() => createCategory(db, name, supercategory || null));
      return listCategories(db);
    },
    'category.update': async ({ category }) => updateCategoryStep((await writable()).db, category),
    'category.order': async ({ ids }) => orderCategoryList((await writable()).db, ids),
    'category.counts': () => countByCategory(project().db),
    'category.usage': ({ categoryId }) => categoryUsage(project().db, categoryId),
    'category.addAll': async ({ categories, title }) => addCategoryList((await writable()).db, categories, title),
    'category.merge': async (params) => mergeCategory((await writable()).db, params),
    'category.delete': async (params) => deleteCategory((await writable()).db, params),
    'project.pixelScale': () => readPixelScale(project().db),
    'project.setPixelScale': async ({ scale }) => {
      writePixelScale((await writable()).db, scale);
      return null;
    },
    'project.labelRules': () => readLabelRules(project().db),
    'project.voids': () => {
      const view = new ProjectView(project().db);
      return { format: view.textFormat, images: [...voidsOf(view)] };
    },
    'project.setLabelRules': async ({ rules }) => {
      writeLabelRules((await writable()).db, rules);
      return null;
    },
    ...createModelChoice(
      () => project().db,
      async () => (await writable()).db,
    ),
    'project.setPlace': async ({ place }) => {
      writePlace((await writable()).db, place);
      return null;
    },
    'project.history': () => readProjectHistory(project().db),
    'project.undo': async ({ openImageId }) => moveInProjectHistory((await writable()).db, 'undo', openImageId),
    'project.redo': async ({ openImageId }) => moveInProjectHistory((await writable()).db, 'redo', openImageId),
  });

  /** Nothing is acknowledged of a project whose file is gone before whoever watches it knows; a run ends there. */
  const tellLoss = async (store: ProjectStore): Promise<void> => {
    const loss = store.watch.check();
    if (!loss) return;
    if (whenLocked === 'refuse') throw lossError(store.file, loss);
    await new Promise((told) => setImmediate(told));
  };

  const checked = <M extends Method>(method: M) => {
    return async (params: Params<M>, context: CallContext): Promise<Result<M>> => {
      try {
        const asked = open;
        const result = await handlers[method](checkParams(method, params), context);
        if (asked && asked === open && method !== 'project.watch') await tellLoss(asked);
        return result;
      } catch (error) {
        // What failed may have failed for that.
        const loss = open?.watch.check();
        if (open && loss && whenLocked === 'refuse') throw lossError(open.file, loss);
        throw storeError(error, open?.file);
      }
    };
  };
  return Object.fromEntries(
    (Object.keys(handlers) as Method[]).map((method) => [method, checked(method)]),
  ) as unknown as Handlers<StoreRequests>;
}

const toExportJob = ({ format, selection = {}, ...rest }: Params<'project.export'>): ExportJob => ({
  ...rest,
  format: writableFormat(format),
  selection,
});
