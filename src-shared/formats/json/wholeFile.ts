/** One JSON text that holds all images of a dataset: written again with the elements of the images that changed. */
import type { DatasetView, ViewImage } from '../../dataset/view';

/**
 * The text as it came, with the elements of changed images replaced; null where the dataset has other images than the text,
 * so that it has to be written anew. `spans`: where each image's element stands, in the order of image ids from `first`.
 */
export function withElements(
  text: string,
  spans: readonly (readonly [start: number, end: number])[],
  view: DatasetView,
  rewrite: (image: ViewImage, element: string) => string,
  first = 1,
): string | null {
  const images = [...view.images()];
  if (images.length !== spans.length || images.some(({ id }, index) => id !== index + first)) return null;
  const pieces: string[] = [];
  let at = 0;
  images.forEach((image, index) => {
    const [start, end] = spans[index];
    const element = text.slice(start, end);
    pieces.push(text.slice(at, start), image.untouched ? element : rewrite(image, element));
    at = end;
  });
  return pieces.join('') + text.slice(at);
}
