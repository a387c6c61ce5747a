/** Finds models: those of a folder of models, and any folder with a model.json. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { extname, isAbsolute, join, resolve } from 'node:path';
import type { Finding } from '@shared/dataset/finding';
import type { ModelSummary } from '@shared/models/types';
import { AppError } from '@shared/errors/appError';
import { type ModelFile, readModelFile } from './modelFile';

export interface Catalog {
  /** In order of id. */
  readonly models: readonly ModelFile[];
  /** Folders with a model.json that cannot be used, and why. */
  readonly findings: readonly Finding[];
}

/** One or more folders that hold one folder a model: what ships, then what the user added. */
export type ModelsFolders = string | readonly string[];

const listOf = (folders: ModelsFolders): readonly string[] => (typeof folders === 'string' ? [folders] : folders);

/** Reads every `FOLDER/<name>/model.json`; a missing folder is an empty catalogue. Of two models of one id the first counts. */
export async function readCatalog(modelsFolders: ModelsFolders): Promise<Catalog> {
  const models: ModelFile[] = [];
  const findings: Finding[] = [];
  for (const modelsFolder of listOf(modelsFolders)) {
    const names = await readdir(modelsFolder).catch(() => []);
    for (const name of names.sort()) {
      const folder = join(modelsFolder, name);
      // A model that is being added begins with a dot.
      if (name.startsWith('.') || !(await exists(join(folder, 'model.json')))) continue;
      try {
        const model = await readModelFile(folder);
        if (!models.some(({ manifest }) => manifest.id === model.manifest.id)) models.push(model);
      } catch (error) {
        const { message, place } = error as AppError;
        findings.push({ severity: 'error', message, file: place?.file, pointer: place?.pointer });
      }
    }
  }
  models.sort((a, b) => (a.manifest.id < b.manifest.id ? -1 : 1));
  return { models, findings };
}

/** Ids that no model in `own` can have: those of the models in the other folders, which would go before it. */
export async function shippedIds(modelsFolders: ModelsFolders, own: string): Promise<readonly string[]> {
  const others = listOf(modelsFolders).filter((folder) => resolve(folder) !== resolve(own));
  return (await readCatalog(others)).models.map(({ manifest }) => manifest.id);
}

/** The model that `wanted` names: an id of the catalogue or a folder (absolute, or with a path separator). */
export async function findModel(modelsFolders: ModelsFolders, wanted: string): Promise<ModelFile> {
  if (isAbsolute(wanted) || /[/\\]/.test(wanted)) return readModelFile(resolve(wanted));
  const { models, findings } = await readCatalog(modelsFolders);
  const model = models.find((candidate) => candidate.manifest.id === wanted);
  if (model) return model;
  const files = listOf(modelsFolders).map((folder) => join(folder, wanted, 'model.json'));
  const broken = findings.find(({ file }) => file !== undefined && files.includes(file));
  if (broken)
    throw new AppError('bad-input', broken.message, { place: { file: broken.file, pointer: broken.pointer } });
  if (await exists(join(wanted, 'model.json'))) return readModelFile(resolve(wanted));
  const known = models.map((candidate) => candidate.manifest.id).join(', ') || 'none';
  throw new AppError('bad-input', `There is no model "${wanted}"`, { hint: `installed models: ${known}` });
}

const refusedPart = ({ file }: ModelFile, id: string, what: string) =>
  new AppError('bad-input', `${file} is made of “${id}”, ${what}`, { place: { file } });

/** Of a model that would be made of itself. */
export const madeInTurn = (whole: ModelFile, id: string) => refusedPart(whole, id, 'which is made of this one in turn');

/** A model that `whole` is made of. Throws `bad-input` where there is none of that id, or it is made of others as that one is. */
export async function findPart(modelsFolders: ModelsFolders, whole: ModelFile, id: string): Promise<ModelFile> {
  const { models } = await readCatalog(modelsFolders);
  if (!models.some(({ manifest }) => manifest.id === id)) {
    // Of one that cannot be read it is told why.
    await findModel(modelsFolders, id).catch((error: unknown) => {
      if (error instanceof AppError && error.place) throw error;
    });
    throw refusedPart(whole, id, 'and there is no such model');
  }
  const part = await findModel(modelsFolders, id);
  if (part.family.use === 'objects' && part.family.id === whole.family.id)
    throw refusedPart(whole, id, 'which is itself made of other models');
  return part;
}

/** Every model that one is made of, those that these are made of too. Throws as `findPart`, and for one that is made of itself. */
export async function findParts(
  modelsFolders: ModelsFolders,
  whole: ModelFile,
  above: readonly ModelFile[] = [],
): Promise<readonly ModelFile[]> {
  const found: ModelFile[] = [];
  for (const id of whole.family.partsOf?.(whole.part) ?? []) {
    const part = await findPart(modelsFolders, whole, id);
    if ([...above, whole].some(({ folder }) => folder === part.folder)) throw madeInTurn(whole, id);
    found.push(part, ...(await findParts(modelsFolders, part, [...above, whole])));
  }
  return found;
}

/** The model among them that gives a detector's boxes masks; undefined: none does. */
export const pairOf = (models: readonly ModelFile[], detector: string): ModelFile | undefined =>
  models.find(
    ({ family, part }) => family.id === 'boxes-to-masks' && (part as { detector: string }).detector === detector,
  );

/** `models`: all there are. */
export async function toSummary(model: ModelFile, models: readonly ModelFile[]): Promise<ModelSummary> {
  const { id, name, family, licence, purpose, picture, categories, defaults } = model.manifest;
  return {
    id,
    name,
    family,
    use: model.family.use,
    boxes: model.family.id === 'boxes' ? { masksBy: pairOf(models, id)?.manifest.id ?? null } : null,
    folder: model.folder,
    licence,
    purpose: purpose ?? null,
    picture: picture ? await readPicture(join(model.folder, picture)) : null,
    categories: categories.map((category) => category.name),
    namesPixels: namesPixels(model),
    defaultScore: defaults.score,
  };
}

/** Those that are read in several ways say which one beside their outputs. */
function namesPixels({ family, part }: ModelFile): boolean {
  const { outputs } = part as { readonly outputs?: { readonly task?: unknown } };
  return family.id === 'semantic' || outputs?.task === 'semantic';
}

const pictureTypes: Readonly<Record<string, string>> = {
  '.png': 'png',
  '.jpg': 'jpeg',
  '.jpeg': 'jpeg',
  '.webp': 'webp',
};
/** It is shown 56 pixels wide. */
const mostPictureBytes = 200_000;

/** The picture as a data address; a model without a fitting one has none, which keeps nobody from using it. */
async function readPicture(path: string): Promise<string | null> {
  const type = pictureTypes[extname(path).toLowerCase()];
  const { size } = await stat(path).catch(() => ({ size: Infinity }));
  if (!type || size > mostPictureBytes) return null;
  return `data:image/${type};base64,${(await readFile(path)).toString('base64')}`;
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
