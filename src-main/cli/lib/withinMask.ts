/** `--within FILE#ID`: the mask of an annotation in a COCO file, as what a method works inside or starts from. */
import { idText, lookUp } from '@shared/dataset/ids';
import type { RleSegmentation } from '@shared/document/types';
import { AppError } from '@shared/errors/appError';
import { toCompressed } from '@shared/mask';
import { InvalidArgumentError } from 'commander';
import { z } from 'zod';
import { maskOf } from './cocoMask';
import { readCocoFile } from './cocoReader';
import { positionsById } from './recordIds';
import type { Session } from './session';

/** Where the mask is; `id` as the file says it. */
export interface MaskPlace {
  readonly file: string;
  readonly id: string;
}

const place = z.string().regex(/^.+#[^#]+$/);

/** The file may have a # in its name: the last one counts. */
export function parseMaskPlace(text: string): MaskPlace {
  if (!place.safeParse(text).success) {
    throw new InvalidArgumentError('Expected a COCO file and the id of an annotation, e.g. instances.json#12.');
  }
  const at = text.lastIndexOf('#');
  return { file: text.slice(0, at), id: text.slice(at + 1) };
}

/** Throws `bad-input` for a file without such an annotation, or for one without a mask. */
export async function readMask({ file, id }: MaskPlace, { signal }: Session): Promise<RleSegmentation> {
  const { annotations, images } = await readCocoFile(file, { signal });
  const annotation = annotations.find((other) => other.id !== null && idText(other.id) === id);
  if (!annotation) throw new AppError('bad-input', `${file} has no annotation ${id}`, { place: { file } });
  const { segmentation, imageId, pointer } = annotation;
  if (!segmentation) {
    throw new AppError('bad-input', `${file}: annotation ${id} has no mask`, { place: { file, pointer } });
  }
  const position = lookUp(positionsById(images), imageId);
  const image = position === undefined ? undefined : images[position];
  const size = image?.width && image.height ? ([image.height, image.width] as const) : null;
  const mask = maskOf(segmentation, size, { file, pointer });
  return { kind: 'rle', size: mask.size, counts: toCompressed(mask) };
}
