/** Joins COCO datasets of different images into one, e.g. what the shards of a run wrote. */
import { AppError } from '@shared/ipc/errors';

type CocoRecord = Readonly<Record<string, unknown>>;

export interface CocoParts {
  /** For error messages. */
  readonly file: string;
  readonly info: unknown;
  readonly images: readonly CocoRecord[];
  readonly annotations: readonly CocoRecord[];
  readonly categories: readonly CocoRecord[];
}

export type Merged = Omit<CocoParts, 'file'>;

/**
 * Images in the order of their ids where no two files share one (shards number them as the whole run would), else in the
 * order of the files with new ids; categories by name, in order of appearance; annotations numbered from 1 in the order of
 * the images. Every other key stays. Throws `bad-input` for an image that two files have, and for what refers to nothing.
 */
export function mergeDatasets(parts: readonly CocoParts[]): Merged {
  const categories = new Map<string, CocoRecord>();
  const images: { readonly record: CocoRecord; readonly annotations: CocoRecord[] }[] = [];
  const fileOf = new Map<string, string>();
  for (const { file, ...part } of parts) {
    const categoryIds = new Map<unknown, number>();
    for (const category of part.categories) {
      const name = String(category.name);
      if (!categories.has(name)) categories.set(name, { ...category, id: categories.size + 1 });
      categoryIds.set(category.id, categories.get(name)!.id as number);
    }
    const byId = new Map<unknown, CocoRecord[]>();
    for (const record of part.images) {
      const name = String(record.file_name);
      const other = fileOf.get(name);
      if (other !== undefined) {
        throw new AppError('bad-input', `The image ${name} is in ${other} and in ${file}`, {
          place: { file },
          hint: 'merge files that have different images, such as the shards 1/n to n/n of one run',
        });
      }
      fileOf.set(name, file);
      const annotations: CocoRecord[] = [];
      byId.set(record.id, annotations);
      images.push({ record, annotations });
    }
    part.annotations.forEach((annotation, index) => {
      const owner = byId.get(annotation.image_id);
      const category = categoryIds.get(annotation.category_id);
      if (!owner || category === undefined) {
        const what = owner
          ? `category_id ${String(annotation.category_id)}`
          : `image_id ${String(annotation.image_id)}`;
        throw new AppError('bad-input', `${file} has no record for ${what}`, {
          place: { file, pointer: `/annotations/${index}` },
        });
      }
      owner.push({ ...annotation, category_id: category });
    });
  }
  const ids = images.map(({ record }) => record.id);
  const keepIds = ids.every((id) => typeof id === 'number') && new Set(ids).size === ids.length;
  if (keepIds) images.sort((a, b) => (a.record.id as number) - (b.record.id as number));
  let annotationId = 0;
  const annotations: CocoRecord[] = [];
  const renumbered = images.map(({ record, annotations: own }, index) => {
    const id = keepIds ? record.id : index + 1;
    for (const annotation of own) annotations.push({ ...annotation, id: ++annotationId, image_id: id });
    return { ...record, id };
  });
  return { info: parts[0]?.info, images: renumbered, annotations, categories: [...categories.values()] };
}
