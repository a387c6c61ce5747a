/** The model families that this version knows; a new one is a file and a line here. */
import { AppError } from '../../src-shared/ipc/errors';
import type { ModelFamily } from './family';
import { maskrcnnRoi } from './maskrcnnRoi';
import { maskrcnnTorchvision } from './maskrcnnTorchvision';

const families: readonly ModelFamily<never>[] = [maskrcnnRoi, maskrcnnTorchvision] as ModelFamily<never>[];

/** The family of the given id; the caller passes it outputs that its own schema has parsed. */
export function findFamily(id: string, file: string): ModelFamily {
  const family = families.find((candidate) => candidate.id === id);
  if (family) return family as unknown as ModelFamily;
  throw new AppError('bad-input', `${file} is of the family "${id}", which this version does not know`, {
    place: { file, pointer: '/family' },
    hint: `known families: ${families.map((candidate) => candidate.id).join(', ')}`,
  });
}
