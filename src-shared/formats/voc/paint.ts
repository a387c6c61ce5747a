/** The pictures of an image's objects and classes as VOC has them: the number of each pixel. */
import { segmentationToRle } from '../../document/segmentation';
import type { ViewAnnotation, ViewImage } from '../../dataset/view';
import { voidMasks } from '../../dataset/voids';
import { area, decodeRegion, type Rle, toBbox } from '../../mask';
import type { WriteContext } from '../format';
import { voidIndex } from './maps';

/** Indices 1 to 254: 0 is the background, 255 the border. */
const mostObjects = 254;

/** Later objects lie on top, as they are painted. `places`: their numbers; null: in their order. */
export function paint(
  { id: imageId, width, height }: ViewImage,
  { records, places }: { readonly records: readonly ViewAnnotation[]; readonly places: readonly number[] | null },
  classIndex: ReadonlyMap<number, number>,
  border: number,
  { losses }: WriteContext,
): { objects: Uint8Array; classes: Uint8Array } {
  const objects = new Uint8Array(width * height);
  const classes = new Uint8Array(width * height);
  const covered = new Set<number>();
  records.forEach(({ annotation, categoryId }, place) => {
    if (!annotation.segmentation) return;
    const index = places?.[place] ?? place + 1;
    if (index > mostObjects) return losses.add('too-many-objects', { imageId, annotationId: annotation.id });
    const mask = segmentationToRle(annotation.segmentation, [height, width]);
    // Thinner than a pixel: no picture shows it.
    if (area(mask) === 0) return losses.add('mask-as-box', { imageId, annotationId: annotation.id });
    eachPixel(mask, width, (at) => {
      if (objects[at] !== 0) covered.add(objects[at]);
      objects[at] = index;
      classes[at] = Math.min(mostObjects, classIndex.get(categoryId) ?? mostObjects);
    });
  });
  for (const index of covered) {
    const place = places?.indexOf(index) ?? index - 1;
    losses.add('overlap', { imageId, annotationId: records[place].annotation.id });
  }
  if (border > 0) drawBorder(objects, classes, width, height, Math.floor(border / 2));
  return { objects, classes };
}

/** What belonged to nobody stays so, where no object has been drawn since. */
export function drawVoids(
  maps: Readonly<Record<'objects' | 'classes', Uint8Array>>,
  voids: string,
  { width, height }: ViewImage,
): void {
  const nobodys = voidMasks(voids, [height, width]);
  for (const kind of ['objects', 'classes'] as const) {
    const [map, mask] = [maps[kind], nobodys[kind]];
    if (mask === null) continue;
    eachPixel(mask, width, (at) => {
      if (map[at] === 0) map[at] = voidIndex;
    });
  }
}

function eachPixel(rle: Rle, width: number, visit: (at: number) => void): void {
  const [x, y, w, h] = toBbox(rle);
  if (w === 0) return;
  const bits = decodeRegion(rle, [x, y, w, h]);
  for (let row = 0; row < h; row++) {
    for (let column = 0; column < w; column++) if (bits[row * w + column]) visit((y + row) * width + x + column);
  }
}

/** 255 where another value lies within `reach` pixels in the row or the column. */
function drawBorder(objects: Uint8Array, classes: Uint8Array, width: number, height: number, reach: number): void {
  const before = objects.slice();
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const own = before[y * width + x];
      for (let step = 1; step <= reach; step++) {
        const differs =
          (x >= step && before[y * width + x - step] !== own) ||
          (x + step < width && before[y * width + x + step] !== own) ||
          (y >= step && before[(y - step) * width + x] !== own) ||
          (y + step < height && before[(y + step) * width + x] !== own);
        if (!differs) continue;
        objects[y * width + x] = 255;
        classes[y * width + x] = 255;
        break;
      }
    }
  }
}
