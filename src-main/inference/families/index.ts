/** The model families that this version knows; a new one is a folder and a line here. */
import { AppError } from '@shared/errors/appError';
import { boxes } from './boxes/boxes';
import { boxesToMasks } from './boxesToMasks/boxesToMasks';
import { cellpose } from './cellpose/cellpose';
import { detectron2 } from './detectron2/detectron2';
import { detrSeg } from './detrSeg/detrSeg';
import type { ModelFamily } from './family';
import { maskrcnnRoi } from './maskrcnnRoi/maskrcnnRoi';
import { maskrcnnTorchvision } from './maskrcnnTorchvision/maskrcnnTorchvision';
import { mmdeploy } from './mmdeploy/mmdeploy';
import { panopticFusion } from './panopticFusion/panopticFusion';
import { promptable } from './promptable/promptable';
import { queryMasks } from './queryMasks/queryMasks';
import { semantic } from './semantic/semantic';
import { solo } from './solo/solo';
import { stardist } from './stardist/stardist';
import { yolact } from './yolact/yolact';
import { yoloSeg } from './yoloSeg/yoloSeg';

export const families = [
  yoloSeg,
  detrSeg,
  maskrcnnRoi,
  maskrcnnTorchvision,
  detectron2,
  mmdeploy,
  yolact,
  solo,
  queryMasks,
  semantic,
  stardist,
  cellpose,
  promptable,
  boxes,
  boxesToMasks,
  panopticFusion,
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
