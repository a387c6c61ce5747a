/** Pixels that an image's maps give to nobody for sure, such as the border that PASCAL VOC draws round objects: kept as a part of the dataset. */
import {
  fromCompressed,
  type LabelRuns,
  mapLabels,
  MaskError,
  masksByLabel,
  NOBODY,
  paintLabels,
  type Rle,
  toCompressed,
} from '../mask';
import type { DatasetView } from './view';

const prefix = 'void ';

/** Of the part that has those of an image. */
export const voidKey = (imageId: number): string => `${prefix}${imageId}`;

/** Of a dataset of PASCAL VOC the parts of the images that have some, by the image's id. */
export function voidsOf(view: Pick<DatasetView, 'textFormat' | 'parts'>): ReadonlyMap<number, string> {
  if (view.textFormat !== 'voc') return new Map();
  return new Map(
    view.parts().flatMap(([key, text]) => {
      return key.startsWith(prefix) && text !== null ? [[Number(key.slice(prefix.length)), text] as const] : [];
    }),
  );
}

/** The images of the view that have some. */
export function imagesWithVoids(view: DatasetView): number[] {
  const voids = voidsOf(view);
  return voids.size === 0 ? [] : Array.from(view.images(), ({ id }) => id).filter((id) => voids.has(id));
}

export interface VoidMasks {
  /** Of the picture of objects; null: none in it, or the image has another size than it had. */
  readonly objects: Rle | null;
  readonly classes: Rle | null;
}

/** What such a part says of an image of that size. */
export function voidMasks(text: string | null | undefined, size: readonly [height: number, width: number]): VoidMasks {
  const { objects, classes } = saidIn(text);
  return { objects: maskOf(objects, size), classes: maskOf(classes, size) };
}

/** What such a part says of a copy of its image, whose masks `move` gives; null: nothing of it is left there. */
export function movedVoids(
  text: string | undefined,
  size: readonly [height: number, width: number],
  move: (mask: Rle) => Rle | null,
): string | null {
  const { objects, classes } = voidMasks(text, size);
  const [ofObjects, ofClasses] = [objects, classes].map((mask) => mask && move(mask));
  if (!ofObjects && !ofClasses) return null;
  const runsOf = (mask: Rle | null) => (mask ? toCompressed(mask) : '');
  return JSON.stringify({ objects: runsOf(ofObjects), classes: runsOf(ofClasses) });
}

/** Of such a part the pixels that have no class; null: there are none. */
export function voidMask(text: string | null | undefined, size: readonly [height: number, width: number]): Rle | null {
  const { objects, classes } = saidIn(text);
  return maskOf(classes === '' ? objects : classes, size);
}

/** The project may be from anywhere. */
function saidIn(text: string | null | undefined): { readonly objects?: unknown; readonly classes?: unknown } {
  try {
    return Object(JSON.parse(text ?? '{}')) as object;
  } catch {
    return {};
  }
}

function maskOf(runs: unknown, [height, width]: readonly [height: number, width: number]): Rle | null {
  if (typeof runs !== 'string' || runs === '') return null;
  try {
    return fromCompressed(runs, [height, width]);
  } catch (error) {
    if (error instanceof MaskError) return null;
    throw error;
  }
}

/** The map with `label` on the pixels of the mask that nobody has; null: no mask. */
export function withVoid(map: LabelRuns, mask: Rle | null, label: number): LabelRuns {
  if (mask === null) return map;
  const owned = [...masksByLabel(map)].filter(([owner]) => owner !== NOBODY);
  const painted = paintLabels([mask, ...owned.map(([, own]) => own)], map.size);
  return mapLabels(painted, (at) => (at === NOBODY ? NOBODY : at === 0 ? label : owned[at - 1][0]));
}
