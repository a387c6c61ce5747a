/** A dataset whose images are described as they lie in their files, for tools that turn pictures upright before they look. */
import type { Annotation, Segmentation } from '../document/types';
import type { Box } from '../geometry/box';
import { decodeRegion, encodeRegion, type Rle, toBbox } from '../mask';
import { rleToSegmentation, segmentationToRle } from '../document/segmentation';
import { proxyOf } from './completeView';
import type { DatasetView, ViewAnnotation, ViewImage } from './view';

/** Values of EXIF's orientation tag that swap the sides of a picture. */
export type SideTurn = 5 | 6 | 7 | 8;

type Size = readonly [width: number, height: number];

/** A point of the stored picture of that size, where it is once the picture is upright. Corner coordinates. */
export function turnPoint(x: number, y: number, [width, height]: Size, turn: SideTurn): [x: number, y: number] {
  switch (turn) {
    case 5:
      return [y, x];
    case 6:
      return [height - y, x];
    case 7:
      return [height - y, width - x];
    case 8:
      return [y, width - x];
  }
}

/** `turns`: how each such image is turned upright, by its id. The texts of turned records say something else then. */
export function turnedView(view: DatasetView, turns: ReadonlyMap<number, SideTurn>): DatasetView {
  if (turns.size === 0) return view;
  const imageOf = (image: ViewImage): ViewImage => {
    if (!turns.has(image.id)) return image;
    return { ...image, width: image.height, height: image.width, text: null, untouched: false };
  };
  const sizes = new Map<number, Size>();
  for (const { id, width, height } of view.images()) if (turns.has(id)) sizes.set(id, [width, height]);
  const annotationOf = (record: ViewAnnotation): ViewAnnotation => {
    const size = record.imageId === null ? undefined : sizes.get(record.imageId);
    return size ? new TurnedAnnotation(record, size, turns.get(record.imageId!)!) : record;
  };
  return {
    ...proxyOf(view),
    *images() {
      for (const image of view.images()) yield imageOf(image);
    },
    image: (id) => {
      const image = view.image(id);
      return image && imageOf(image);
    },
    annotationsOf: (imageId) => view.annotationsOf(imageId).map(annotationOf),
    *annotations() {
      for (const record of view.annotations()) yield annotationOf(record);
    },
  };
}

class TurnedAnnotation implements ViewAnnotation {
  readonly id: number;
  readonly imageId: number | null;
  readonly categoryId: number;
  readonly text = null;
  readonly untouched = false;
  readonly baseline = null;
  readonly #of: ViewAnnotation;
  readonly #size: Size;
  readonly #turn: SideTurn;
  #annotation: Annotation | null = null;

  constructor(of: ViewAnnotation, size: Size, turn: SideTurn) {
    this.id = of.id;
    this.imageId = of.imageId;
    this.categoryId = of.categoryId;
    this.#of = of;
    this.#size = size;
    this.#turn = turn;
  }

  get place() {
    return this.#of.place;
  }

  get annotation(): Annotation {
    return (this.#annotation ??= turned(this.#of.annotation, this.#size, this.#turn));
  }
}

function turned(annotation: Annotation, size: Size, turn: SideTurn): Annotation {
  const segmentation = annotation.segmentation && turnedSegmentation(annotation.segmentation, size, turn);
  return { ...annotation, segmentation, bbox: turnedBox(annotation.bbox, size, turn) };
}

function turnedBox([x, y, w, h]: Box, size: Size, turn: SideTurn): Box {
  const [ax, ay] = turnPoint(x, y, size, turn);
  const [bx, by] = turnPoint(x + w, y + h, size, turn);
  return [Math.min(ax, bx), Math.min(ay, by), h, w];
}

function turnedSegmentation(segmentation: Segmentation, size: Size, turn: SideTurn): Segmentation {
  const ring = (points: readonly number[]) => {
    const result: number[] = [];
    for (let i = 0; i < points.length; i += 2) result.push(...turnPoint(points[i], points[i + 1], size, turn));
    return result;
  };
  if (segmentation.kind === 'polygons') {
    const parts = segmentation.parts.map(({ outer, holes }) => ({ outer: ring(outer), holes: holes.map(ring) }));
    return { kind: 'polygons', parts };
  }
  return rleToSegmentation(turnedMask(segmentationToRle(segmentation, segmentation.size), size, turn));
}

function turnedMask(rle: Rle, size: Size, turn: SideTurn): Rle {
  const box = toBbox(rle);
  const [x, y, w, h] = box;
  const bits = decodeRegion(rle, [x, y, w, h]);
  const [left, top] = turnedBox(box, size, turn);
  const out = new Uint8Array(bits.length);
  for (let row = 0; row < h; row++) {
    for (let column = 0; column < w; column++) {
      if (!bits[row * w + column]) continue;
      // The middle of the pixel, wherever its corners go.
      const [tx, ty] = turnPoint(x + column + 0.5, y + row + 0.5, size, turn);
      out[(Math.floor(ty) - top) * h + (Math.floor(tx) - left)] = 1;
    }
  }
  // Its height is the width that it had.
  return encodeRegion(out, [left, top, h, w], [size[0], size[1]]);
}
