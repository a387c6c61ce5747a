/** Adds augmented copies to a dataset on its way out: looks at its pictures first, then draws what happens to each. */
import { type Augmented, augmentedView } from '@shared/dataset/augment/augmentedView';
import type { AugmentRecipe } from '@shared/dataset/augment/recipe';
import type { DatasetView, ViewImage } from '@shared/dataset/view';
import { throwIfCancelled } from '@shared/errors/cancellation';
import type { CallContext } from '@shared/errors/work';
import { belowOneOf } from '../images/pictureFile';
import { pictureInFrame, pixelReader, type ReadPixels } from './augmentPictures';
import type { PicturePlace } from './placeImage';

/** Files looked at together. */
const atOnce = 16;

export interface AugmentedDataset extends Augmented {
  readonly read: ReadPixels;
}

/** `only`: the image that gets copies; all where it is not given. */
export async function augmentDataset(
  view: DatasetView,
  recipe: AugmentRecipe,
  images: { fileOf(image: ViewImage): PicturePlace | null; readonly linkedFolders?: readonly string[] },
  { signal, progress }: CallContext,
  only?: number,
): Promise<AugmentedDataset> {
  const mayShow = belowOneOf(images.linkedFolders ?? []);
  const places = new Map<number, PicturePlace & { readonly orientation: 'exif' | 'stored' }>();
  const look = async (image: ViewImage) => {
    const place = images.fileOf(image);
    const orientation = await pictureInFrame(image, place, mayShow);
    if (place && orientation) places.set(image.id, { ...place, orientation });
  };
  // What is pasted may come from any.
  const all = [...view.images()].filter(({ id }) => only === undefined || recipe.paste || id === only);
  for (let from = 0; from < all.length; from += atOnce) {
    throwIfCancelled(signal);
    await Promise.all(all.slice(from, from + atOnce).map(look));
  }
  const work = augmentedView(view, recipe, ({ id }) => places.has(id), only);
  for (let done = 0; ; done++) {
    const step = work.next();
    if (step.done) return { ...step.value, read: pixelReader((id) => places.get(id)!, mayShow) };
    throwIfCancelled(signal);
    progress({ done, total: all.length, text: 'Making augmented copies' });
    // Others have their turn: each step is computed in one piece.
    await new Promise<void>((resolve) => void setImmediate(resolve));
  }
}
