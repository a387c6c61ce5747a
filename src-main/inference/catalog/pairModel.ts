/** Makes a detector without masks and a model that answers boxes one model of the user's, whose objects have masks. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '@shared/errors/appError';
import { writeFileAtomic } from '../../files/atomicWrite';
import { fileError } from '../../files/fileErrors';
import { findModel, type ModelsFolders, pairOf, readCatalog } from './catalog';

export interface PairedModel {
  readonly id: string;
  readonly name: string;
}

/** `own`: where it is kept. The pair that is there already, where there is one. Throws `bad-input` for what is no such detector. */
export async function pairModel(
  folders: ModelsFolders,
  own: string,
  detector: string,
  prompter: string,
): Promise<PairedModel> {
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
  const id = freeId(
    `${manifest.id}-masks`,
    models.map((one) => one.manifest.id),
  );
  const licences = [...new Set([licence, answers.manifest.licence])];
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
  const folder = join(own, id);
  try {
    await mkdir(folder, { recursive: true });
    await writeFileAtomic(join(folder, 'model.json'), `${JSON.stringify(pair, null, 2)}\n`);
  } catch (error) {
    throw fileError(error, folder);
  }
  return { id, name: pair.name };
}

function freeId(wanted: string, taken: readonly string[]): string {
  for (let count = 1; ; count++) {
    const id = count === 1 ? wanted : `${wanted}-${count}`;
    if (!taken.includes(id)) return id;
  }
}
