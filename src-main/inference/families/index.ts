/** The model families that this version knows; a new one is a folder and a line here. */
import { AppError } from '@shared/errors/appError';
import { boxes } from './boxes/boxes';
import { boxesToMasks } from './boxesToMasks/boxesToMasks';
import type { ModelFamily } from './family';
import { maskrcnnRoi } from './maskrcnnRoi/maskrcnnRoi';
import { maskrcnnTorchvision } from './maskrcnnTorchvision/maskrcnnTorchvision';
import { promptable } from './promptable/promptable';
import { semantic } from './semantic/semantic';

const families = [
  maskrcnnRoi,
  maskrcnnTorchvision,
  boxes,
  semantic,
  promptable,
  boxesToMasks,
] as unknown as readonly ModelFamily[];

/** The family of the given id; the caller passes it a part that its own schema has parsed. */
export function findFamily(id: string, file: string): ModelFamily {
  const family = families.find((candidate) => candidate.id === id);
  if (family) return family;
  throw new AppError('bad-input', `${file} is of the family "${id}", which this version does not know`, {
    place: { file, pointer: '/family' },
    hint: `known families: ${families.map((candidate) => candidate.id).join(', ')}`,
  });
}
