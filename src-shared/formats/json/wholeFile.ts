/** One JSON text that holds all images of a dataset: written again with the elements of the images that changed, went or came. */
import type { DatasetView, ViewImage } from '../../dataset/view';

export interface Elements {
  /** Where each image's element stands, in the order of image ids from `first`. */
  readonly spans: readonly (readonly [start: number, end: number])[];
  readonly first?: number;
  /** The element of an image whose annotations changed. */
  rewrite(image: ViewImage, element: string): string;
  /** The element of an image that the text does not have. */
  render(image: ViewImage): string;
}

/** The text as it came, with other elements where the images are others now; null where there is no element to go by. */
export function withElements(text: string, view: DatasetView, elements: Elements): string | null {
  const { spans, first = 1, rewrite, render } = elements;
  if (spans.length === 0) return null;
  const images = [...view.images()];
  const places = images.map(({ id, text: own }) => (own !== null && spans[id - first] ? id - first : -1));
  const written = images.map((image, index) => {
    const place = places[index];
    if (place < 0) return render(image);
    const element = text.slice(...spans[place]);
    return image.untouched ? element : rewrite(image, element);
  });
  const head = text.slice(0, spans[0][0]);
  const tail = text.slice(spans[spans.length - 1][1]);
  const isWhole = places.length === spans.length && places.every((place, index) => place === index);
  // What stands between two of them, a comma with its spaces, is what parts them all.
  const comma = spans.length > 1 ? text.slice(spans[0][1], spans[1][0]) : ',';
  const pieces = written.map((element, index) => {
    if (index === 0) return element;
    return (isWhole ? text.slice(spans[index - 1][1], spans[index][0]) : comma) + element;
  });
  return head + pieces.join('') + tail;
}
