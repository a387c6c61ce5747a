/** Copies a described model into a folder of models: under a hidden name first, until it has proved that it runs. */
import { constants } from 'node:fs';
import { copyFile, link, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { basename, dirname, join, normalize } from 'node:path';
import { AppError } from '@shared/errors/appError';
import { leadsOut } from '../../files/leadsOut';
import { digestOf } from '../../files/digest';
import { fileError } from '../../files/fileErrors';
import { makeFolder } from '../../files/makeFolder';
import type { Description } from './describe';
import type { ModelFacts } from './facts';
import { isOld, putAside, removeLongGone } from './ownModels';

/** A model that lies complete under a name that no catalogue shows. */
export interface StagedModel {
  readonly folder: string;
  readonly id: string;
  /** Gives it its name; `replaces`: whether one of the same id goes. */
  finish(replaces: boolean): Promise<string>;
  /** Removes it. */
  discard(): Promise<void>;
}

const unfinished = '.adding-';

/** A name to stage a model under, which nobody else has. */
export const newStagingToken = (): string => randomBytes(6).toString('hex');

/** Removes what a process left behind that was ended while it added a model (of the caller's own, and what is old), and models that were taken out long ago. */
export async function removeUnfinished(modelsFolder: string, token: string): Promise<void> {
  for (const name of await readdir(modelsFolder).catch(() => [])) {
    if (!name.startsWith(unfinished)) continue;
    const folder = join(modelsFolder, name);
    const isOwn = name === `${unfinished}${token}`;
    if (isOwn || (await isOld(folder))) await rm(folder, { recursive: true, force: true });
  }
  await removeLongGone(modelsFolder);
}

export interface StageOptions {
  /** Ids of models that ship. */
  readonly shipped?: readonly string[];
  /** To try it only: the files are linked to where that goes, so that a large one costs no second place. */
  readonly links?: boolean;
  /** Of whoever removes it should this process be ended; see `removeUnfinished`. */
  readonly token?: string;
}

/**
 * Copies the files and writes model.json. Throws `bad-input` where weights beside a graph are missing, and for an id among those that
 * shipped models have: it could never be chosen.
 */
export async function stageModel(
  modelsFolder: string,
  facts: ModelFacts,
  { manifest, guess, problem }: Description,
  { shipped = [], links = false, token = newStagingToken() }: StageOptions = {},
): Promise<StagedModel> {
  if (problem) throw problem;
  const id = manifest.id as string;
  if (shipped.includes(id)) {
    throw new AppError('bad-input', `“${id}” is the name of a model that ships with Maskwright`, {
      place: { file: facts.graphs[0].file },
      hint: 'rename the file, or give it another name',
      remedy: 'rename',
    });
  }
  const folder = join(modelsFolder, `${unfinished}${token}`);
  const final = join(modelsFolder, id);
  const discard = () => rm(folder, { recursive: true, force: true });
  // What an attempt left that was ended in the middle: a link in it is the user's own file, and is not to be written to.
  await discard();
  await makeFolder(folder);
  try {
    const files = [];
    for (const [i, graph] of facts.graphs.entries()) {
      const role = guess.roles[i] ?? 'model';
      const name = facts.graphs.length === 1 ? basename(graph.file) : `${role}.onnx`;
      files.push(await take(graph.file, folder, name, role, links));
      for (const external of graph.externalFiles) {
        files.push(await takeExternal(graph.file, external, folder, links));
      }
    }
    await writeFile(join(folder, 'model.json'), `${JSON.stringify({ ...ordered(manifest), files }, null, 2)}\n`);
  } catch (error) {
    await discard();
    throw notKept(error, modelsFolder);
  }
  return {
    folder,
    id,
    discard,
    async finish(replaces) {
      const exists = await stat(final).then(...bothWays);
      if (exists && !replaces) {
        await discard();
        throw new AppError('bad-input', `There is a model “${id}” already`, {
          place: { file: final },
          hint: 'replace it, or give this one another name',
          remedy: 'replace',
        });
      }
      try {
        if (exists) await putAside(modelsFolder, id);
        await rename(folder, final);
      } catch (error) {
        throw notKept(error, modelsFolder);
      }
      return final;
    },
  };
}

/** What is said of a disk is said of the models folder; else of the file that it is about. */
function notKept(error: unknown, modelsFolder: string): unknown {
  const { code, path } = error as NodeJS.ErrnoException;
  const isDisk = ['ENOSPC', 'EDQUOT', 'EROFS'].includes(code ?? '');
  return fileError(error, isDisk ? modelsFolder : (path ?? modelsFolder));
}

/** As a reader expects it: who it is, then its tensors, then the long list of categories. */
function ordered({ categories, ...rest }: Description['manifest']) {
  return { ...rest, categories };
}

const bothWays = [() => true, () => false] as const;

async function takeExternal(graph: string, external: string, folder: string, links: boolean) {
  if (leadsOut(normalize(external))) {
    throw new AppError('bad-input', `${basename(graph)} keeps its weights outside of its folder (${external})`, {
      place: { file: graph },
    });
  }
  const path = join(dirname(graph), external);
  const isThere = await stat(path).then((found) => found.isFile(), bothWays[1]);
  if (!isThere) {
    throw new AppError('bad-input', `${basename(graph)} keeps its weights in ${external}, which is not beside it`, {
      place: { file: path },
      hint: 'put the file into the same folder: both belong together',
    });
  }
  return take(path, folder, external, 'weights', links);
}

async function take(from: string, folder: string, name: string, role: string, links: boolean) {
  const to = join(folder, name);
  await makeFolder(dirname(to));
  // Not across disks, and on some systems not at all.
  const isLinked = links && (await link(from, to).then(...bothWays));
  if (!isLinked) await copyFile(from, to, constants.COPYFILE_FICLONE);
  const { size } = await stat(to);
  return { role, path: name, sha256: await digestOf(to), size };
}
