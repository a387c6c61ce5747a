/** One augmented copy as a small picture with its masks, as the export would make it. */
import sharp from 'sharp';
import type { AugmentRecipe } from '@shared/dataset/augment/recipe';
import type { DatasetView } from '@shared/dataset/view';
import { paletteColor } from '@shared/document/palette';
import { segmentationToRle } from '@shared/document/segmentation';
import type { CallContext } from '@shared/errors/work';
import type { CopyPreview, NoCopy } from '@shared/project/types';
import { drawOverlay } from '../render/overlay';
import { augmentDataset } from './augmentDataset';
import { makePixels } from './augmentPictures';
import type { WriteJob } from './writeDataset';

const mostSidePx = 480;

/** `number`: from 1. `view`: what is exported, in the parts that it is exported in. */
export async function previewCopy(
  view: DatasetView,
  recipe: AugmentRecipe,
  images: NonNullable<WriteJob['images']>,
  { imageId, number }: { readonly imageId: number; readonly number: number },
  context: CallContext,
): Promise<CopyPreview | NoCopy> {
  const original = view.image(imageId);
  if (!original) return { none: 'left-out' };
  const { split } = [...view.images()].find(({ id }) => id === imageId)!;
  if (split !== undefined && !recipe.splits.some((part) => part === split)) return { none: 'other-part', part: split };
  const { view: made, copies, read, tally } = await augmentDataset(view, recipe, images, context, imageId);
  const found = [...copies].find(([, copy]) => copy.number === number);
  if (!found) return { none: tally.withoutPicture > 0 ? 'no-picture' : 'unchanged' };
  const [id, copy] = found;
  const { fileName, width, height } = made.image(id)!;
  const pixels = await makePixels(copy, read);
  const categories = new Map(made.categories().map((category, place) => [category.id, { ...category, place }]));
  const shapes = made.annotationsOf(id).map(({ annotation }) => {
    const category = categories.get(annotation.categoryId);
    return {
      mask: annotation.segmentation && segmentationToRle(annotation.segmentation, [height, width]),
      box: annotation.bbox,
      color: category?.color ?? paletteColor(category?.place ?? 0),
      categoryName: category?.name ?? '',
      score: null,
    };
  });
  await drawOverlay(pixels, shapes, null);
  const png = await sharp(pixels.data, { raw: { width: pixels.width, height: pixels.height, channels: 3 } })
    .resize({ width: mostSidePx, height: mostSidePx, fit: 'inside', withoutEnlargement: true })
    .png()
    .toBuffer();
  return { fileName, width, height, annotations: shapes.length, png: new Uint8Array(png) };
}
