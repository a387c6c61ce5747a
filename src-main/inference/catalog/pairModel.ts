/** Makes a detector without masks and a model that answers boxes one model of the user's, whose objects have masks. */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '@shared/errors/appError';
import { writeFileAtomic } from '../../files/atomicWrite';
import { fileError } from '../../files/fileErrors';
import { makeFolder } from '../../files/makeFolder';
import { findModel, type ModelsFolders, pairOf, readCatalog } from './catalog';

/** The model that ships for it. */
const prompter = 'smart-select';

export interface PairedModel {
  readonly id: string;
  readonly name: string;
}

/** `own`: where it is kept. The pair that is there already, where there is one. Throws `bad-input` for what is no such detector. */
export async function pairModel(folders: ModelsFolders, own: string, detector: string): Promise<PairedModel> {
  const { manifest, family, file } = await findModel(folders, detector);
  const { models } = await readCatalog(folders);
  const isListed = models.some((one) => one.file === file);
  if (family.id !== 'boxes' || !isListed) {
    throw new AppError('bad-input', `“${manifest.name}” is no detector without masks among your models`, {
      place: { file },
      hint: 'models list shows those of the family boxes',
    });
  }
  const known = pairOf(models, manifest.id);
  if (known) return { id: known.manifest.id, name: known.manifest.name };
  const answers = await findModel(folders, prompter);
  const { name, licence, categories, defaults } = manifest;
  const licences = [...new Set([licence, answers.manifest.licence])];
  const ids = new Set(models.map((one) => one.manifest.id));
  const [id, folder] = await newFolder(own, `${manifest.id}-masks`, ids).catch((error: unknown) => {
    throw fileError(error, own);
  });
  const pair = {
    id,
    name: `${name}, with masks`,
    family: 'boxes-to-masks',
    detector: manifest.id,
    prompter: answers.manifest.id,
    files: [],
    defaults: { score: defaults.score },
    licence: licences.join(' AND '),
    categories,
  };
  try {
    await writeFileAtomic(join(folder, 'model.json'), `${JSON.stringify(pair, null, 2)}\n`);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw fileError(error, folder);
  }
  return { id, name: pair.name };
}

/** Made under the first name that nothing has: what lies in a folder that the catalogue cannot read is somebody's, too. */
async function newFolder(own: string, wanted: string, taken: ReadonlySet<string>): Promise<[id: string, path: string]> {
  await makeFolder(own);
  for (let count = 1; ; count++) {
    const id = count === 1 ? wanted : `${wanted}-${count}`;
    if (taken.has(id)) continue;
    const path = join(own, id);
    const isMade = await mkdir(path).then(
      () => true,
      (error: NodeJS.ErrnoException) => {
        if (error.code === 'EEXIST') return false;
        throw error;
      },
    );
    if (isMade) return [id, path];
  }
}
