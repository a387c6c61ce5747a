/** Pixels that an image's maps give to nobody for sure, such as the border that PASCAL VOC draws round objects: kept as a part of the dataset. */
import type { DatasetView } from './view';

const prefix = 'void ';

/** Of the part that has those of an image. */
export const voidKey = (imageId: number): string => `${prefix}${imageId}`;

/** The images of the view that have some. */
export function imagesWithVoids(view: DatasetView): number[] {
  const keys = new Set(view.parts().flatMap(([key, text]) => (key.startsWith(prefix) && text !== null ? [key] : [])));
  if (keys.size === 0) return [];
  return Array.from(view.images(), ({ id }) => id).filter((id) => keys.has(voidKey(id)));
}
