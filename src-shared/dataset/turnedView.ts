/** A dataset whose images are described as they lie in their files, for tools that turn pictures upright before they look. */
import type { Annotation } from '../document/types';
import { proxyOf } from './completeView';
import { type Size, turnedAnnotation } from './turn';
import type { DatasetView, ViewAnnotation, ViewImage } from './view';

/** Values of EXIF's orientation tag that swap the sides of a picture. */
export type SideTurn = 5 | 6 | 7 | 8;

/** A point of the stored picture of that size, where it is once the picture is upright. Corner coordinates. */
function turnPoint(x: number, y: number, [width, height]: Size, turn: SideTurn): [x: number, y: number] {
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
    return (this.#annotation ??= turnedAnnotation(this.#of.annotation, {
      point: (x, y) => turnPoint(x, y, this.#size, this.#turn),
      // Its height is the width that it had.
      size: [this.#size[1], this.#size[0]],
    }));
  }
}
