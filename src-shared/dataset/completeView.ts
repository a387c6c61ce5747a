/** A dataset without loose ends, for formats that cannot say them: who refers to no image is left out, a category that is missing is named. */
import type { LossReport } from './losses';
import type { DatasetView, ViewCategory } from './view';
import { imagesWithVoids } from './voids';

export interface Keeps {
  readonly tags?: boolean;
  /** Whatever else a COCO file says of an image or a category. */
  readonly fields?: boolean;
  readonly supercategories?: boolean;
  /** The supercategory that its own classes have without being told; null: it is none of them. */
  readonly supercategoryOf?: (name: string) => string | null;
  /** Categories that no annotation has. */
  readonly unused?: boolean;
  /** Pixels that belong to nobody for sure. */
  readonly voids?: true;
  /** false: it has pixels alone, and outlines become masks. */
  readonly outlines?: false;
}

/** As far as it matters here. */
interface Format {
  readonly id: string;
  /** What it has a place for; the rest is counted as lost. */
  readonly keeps?: Keeps;
}

/** COCO says all there is to say. */
export function completeView(view: DatasetView, losses: LossReport, { id: formatId, keeps = {} }: Format): DatasetView {
  if (!keeps.voids) for (const imageId of imagesWithVoids(view)) losses.add('void-border', { imageId });
  if (formatId === 'coco') return view;
  const own = view.textFormat === formatId;
  const used = new Set<number>();
  const known = new Set(view.categories().map(({ id }) => id));
  const missing = new Map<number, ViewCategory>();
  for (const record of view.annotations()) {
    const { id, imageId, categoryId } = record;
    if (imageId !== null) used.add(categoryId);
    const isText = own && record.untouched && record.text !== null;
    if (keeps.outlines === false && imageId !== null && !isText && record.annotation.segmentation?.kind === 'polygons')
      losses.add('outline-as-mask', { imageId, annotationId: id });
    if (imageId === null) losses.add('no-image-left-out', { imageId, annotationId: id });
    else if (!known.has(categoryId)) {
      losses.add('no-category', { imageId, annotationId: id });
      const name = `category ${categoryId}`;
      missing.set(categoryId, { id: categoryId, idText: null, name, supercategory: null, color: null, text: null });
    }
  }
  for (const { id, name, supercategory } of view.categories()) {
    if (!keeps.unused && !used.has(id)) losses.add('unused-category', { imageId: null });
    else if (!keeps.supercategories && supercategory && keeps.supercategoryOf?.(name) !== supercategory)
      losses.add('supercategory', { imageId: null });
  }
  if (!keeps.tags) {
    for (const { id, tags } of view.images()) if (tags.length > 0) losses.add('tags', { imageId: id });
  }
  if (!keeps.fields && speaksCoco(view)) noteFields(view, losses);
  if (missing.size === 0) return view;
  const categories = [...view.categories(), ...missing.values()];
  return { ...proxyOf(view), categories: () => categories };
}

const dialects: readonly (string | null)[] = ['coco', 'coco-panoptic', 'roboflow'];

/** Whether the texts of its images and categories are COCO's, whatever its annotations are. */
export const speaksCoco = ({ textFormat }: DatasetView): boolean => dialects.includes(textFormat);

const imageFields = new Set(['id', 'file_name', 'width', 'height', 'tags', 'maskwright_tags']);
const categoryFields = new Set(['id', 'name', 'supercategory', 'isthing', 'color']);

function noteFields(view: DatasetView, losses: LossReport): void {
  for (const { id, text } of view.images())
    if (saysMore(text, imageFields)) losses.add('image-fields', { imageId: id });
  for (const { text } of view.categories())
    if (saysMore(text, categoryFields)) losses.add('category-fields', { imageId: null });
}

/** Fields that say nothing are none. */
function saysMore(text: string | null, known: ReadonlySet<string>): boolean {
  if (text === null) return false;
  return Object.entries(JSON.parse(text) as object).some(
    ([key, value]) =>
      !known.has(key) && value !== null && value !== '' && !(Array.isArray(value) && value.length === 0),
  );
}

/** A view that answers as another one; for those that change one answer. */
export function proxyOf(view: DatasetView): DatasetView {
  return {
    textFormat: view.textFormat,
    name: view.name,
    imageCount: view.imageCount,
    annotationCount: view.annotationCount,
    labelValues: view.labelValues,
    leftOut: view.leftOut,
    parts: () => view.parts(),
    categories: () => view.categories(),
    images: () => view.images(),
    image: (id) => view.image(id),
    annotationsOf: (imageId) => view.annotationsOf(imageId),
    annotations: () => view.annotations(),
  };
}
