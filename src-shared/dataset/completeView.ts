/** A dataset without loose ends, for formats that cannot say them: who refers to no image is left out, a category that is missing is named. */
import type { LossReport } from './losses';
import type { DatasetView, ViewCategory } from './view';

export function completeView(view: DatasetView, losses: LossReport): DatasetView {
  const known = new Set(view.categories().map(({ id }) => id));
  const missing = new Map<number, ViewCategory>();
  for (const { id, imageId, categoryId } of view.annotations()) {
    if (imageId === null) losses.add('no-image-left-out', { imageId, annotationId: id });
    else if (!known.has(categoryId)) {
      losses.add('no-category', { imageId, annotationId: id });
      const name = `category ${categoryId}`;
      missing.set(categoryId, { id: categoryId, idText: null, name, supercategory: null, color: null, text: null });
    }
  }
  if (missing.size === 0) return view;
  const categories = [...view.categories(), ...missing.values()];
  return { ...proxyOf(view), categories: () => categories };
}

/** A view that answers as another one; for those that change one answer. */
export function proxyOf(view: DatasetView): DatasetView {
  return {
    textFormat: view.textFormat,
    name: view.name,
    imageCount: view.imageCount,
    annotationCount: view.annotationCount,
    parts: () => view.parts(),
    categories: () => view.categories(),
    images: () => view.images(),
    image: (id) => view.image(id),
    annotationsOf: (imageId) => view.annotationsOf(imageId),
    annotations: () => view.annotations(),
  };
}
