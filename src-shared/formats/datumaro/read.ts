/** Datumaro's items -> records. */
import { rleToSegmentation } from '../../document/segmentation';
import type { AnnotationContent, DatasetSink } from '../../dataset/records';
import { AppError } from '../../errors/appError';
import { fromCompressed, fromUncompressed, MaskError } from '../../mask';
import type { DatasetSource } from '../format';
import { headKeys, isJsonName } from '../json/head';
import { jsonElements, parseJson, rawMember } from '../json/text';
import { baseOf, stemOf } from '../names';
import { asFields, asList, asNumber, asSide, asText, type Fields } from '../values';

/** Files that are looked into to tell whether a folder is such a dataset. */
const lookedAt = 20;

/** One a subset; the given one, whatever it holds. */
export async function itemsFiles(source: DatasetSource, most = Infinity): Promise<string[]> {
  if (source.entry !== null && most === Infinity) return [source.entry];
  const all = source.entry === null ? (await source.names()).filter(isJsonName) : [source.entry];
  const found: string[] = [];
  for (const name of most === Infinity ? all : all.slice(0, lookedAt)) {
    if (found.length >= most) break;
    const head = await source.head(name);
    const keys = headKeys(head);
    if (!keys) continue;
    if (keys.get('items') === '[' || (keys.get('categories') === '{' && /"label"\s*:/.test(head))) found.push(name);
  }
  return found;
}

/** Where the texts of several files stand among the dataset's own; a single one is the `file`. */
export const fileKey = 'file';
/** What the single file is called, where it is that of a subset. */
export const nameKey = 'name';
export const subsetKey = (file: string): string => `${fileKey} ${file}`;

/** Subsets share their categories, by name; their items are numbered through. */
export async function readItems(source: DatasetSource, files: readonly string[], sink: DatasetSink): Promise<void> {
  const numbered = new Map<number, string>();
  const categories = new Map<string, number>();
  const isAlone = files.length === 1;
  let images = 0;
  for (const file of files) {
    const key = isAlone ? fileKey : subsetKey(file);
    images += await readSubset(source, file, { categories, numbered, isAlone, key, before: images }, sink);
  }
}

interface Subset {
  readonly categories: Map<string, number>;
  /** Numbers of annotations, each with the file that has it first: subsets count by themselves. */
  readonly numbered: Map<number, string>;
  readonly isAlone: boolean;
  readonly key: string;
  /** Images of the subsets before. */
  readonly before: number;
}

/** Returns how many items there are. */
async function readSubset(
  source: DatasetSource,
  file: string,
  { categories, numbered, isAlone, key, before }: Subset,
  sink: DatasetSink,
): Promise<number> {
  const name = source.fullName(file);
  const names = isAlone ? null : new Set(await source.names());
  const subset = stemOf(baseOf(file));
  const root = file.replace(/(annotations\/)?[^/]*$/, '');
  const text = await source.text(file);
  const json = asFields(parseJson(text, name));
  if (!json || !Array.isArray(json.items))
    throw new AppError('bad-input', `${name} has no list of items`, { place: { file: name } });
  sink.part(key, text);
  if (isAlone && /[\\/]annotations[\\/][^\\/]+$/.test(`/${name}`)) sink.part(nameKey, JSON.stringify(subset));
  const labels = asList(asFields(asFields(json.categories)?.label)?.labels).map(
    (label) => asText(asFields(label)?.name) ?? '',
  );
  const categoryIds = labels.map((label, index) => {
    const known = categories.get(label);
    // A name that repeats in one list is another category of the name.
    if (known !== undefined && !isAlone) return known;
    const id = isAlone ? index + 1 : categories.size + 1;
    categories.set(label, id);
    const parent = asText(asFields(asList(asFields(asFields(json.categories)?.label)?.labels)[index])?.parent);
    sink.category({ id, name: label, supercategory: parent || null }, null, {
      file: name,
      pointer: `/categories/label/labels/${index}`,
    });
    return id;
  });
  const texts = jsonElements(rawMember(text, 'items') ?? '[]');
  for (const [index, value] of json.items.entries()) {
    const item = asFields(value);
    const at = { file: name, pointer: `/items/${index}` };
    if (!item)
      throw new AppError('bad-input', `${name}: item ${index} is no object`, {
        place: { file: name, pointer: at.pointer },
      });
    const image = asFields(item.image);
    const [height, width] = asList(image?.size).map(asSide);
    const said = asText(image?.path) || asText(item.id) || `item ${index}`;
    const id = before + index + 1;
    const placed = `${root}images/${subset}/${said}`;
    const fileName = names?.has(placed) ? placed : said;
    sink.image({ id, fileName, width: width ?? null, height: height ?? null }, texts[index], at);
    const spans = jsonElements(rawMember(texts[index], 'annotations') ?? '[]');
    // Shapes that lie deeper come first.
    const all = asList(item.annotations).map((one, place) => ({ fields: asFields(one), place }));
    all.sort((a, b) => (asNumber(a.fields?.z_order) ?? 0) - (asNumber(b.fields?.z_order) ?? 0));
    for (const { fields, place } of all) {
      const where = { file: name, pointer: `${at.pointer}/annotations/${place}` };
      const content = fields && contentOf(fields, [height ?? 0, width ?? 0]);
      if (!content || typeof content === 'string') {
        const message = typeof content === 'string' ? content : 'it has no label, or no area: left out';
        sink.issue({ code: 'shape-skipped', severity: 'warning', pointer: where.pointer, message }, where);
        continue;
      }
      const own = asNumber(fields.id);
      const isOwn = own !== null && own > 0 && (numbered.get(own) ?? file) === file;
      if (isOwn) numbered.set(own, file);
      const record = {
        id: isOwn ? own : null,
        imageId: id,
        categoryId: categoryIds[asNumber(fields.label_id)!] ?? asNumber(fields.label_id)! + 1,
        maskSize: null,
        content,
      };
      sink.annotation(record, spans[place] ?? null, where);
    }
  }
  return json.items.length;
}

export function contentOf(fields: Fields, size: readonly [number, number]): AnnotationContent | string | null {
  if (asNumber(fields.label_id) === null) return null;
  const attributes = asFields(fields.attributes) ?? {};
  const extra = {
    ...(Object.keys(attributes).length > 0 ? { attributes } : {}),
    ...(asNumber(fields.group) ? { group_id: asNumber(fields.group) } : {}),
  };
  const base = { bbox: null, area: null, isCrowd: false, score: null, extra };
  switch (fields.type) {
    case 'polygon': {
      const outer = asList(fields.points).map((value) => asNumber(value) ?? Number.NaN);
      if (outer.length < 6 || outer.length % 2 !== 0 || !outer.every(Number.isFinite))
        return 'a polygon needs 3 points: left out';
      return { ...base, segmentation: { kind: 'polygons', parts: [{ outer, holes: [] }] } };
    }
    case 'bbox': {
      const box = asList(fields.bbox).map((value) => asNumber(value) ?? Number.NaN);
      if (box.length !== 4 || !box.every(Number.isFinite)) return 'a box needs 4 numbers: left out';
      return { ...base, segmentation: null, bbox: [box[0], box[1], box[2], box[3]] };
    }
    case 'mask': {
      const rle = asFields(fields.rle);
      const [height, width] = asList(rle?.size).map(asSide);
      if (!rle || !height || !width) return 'a mask has no size: left out';
      if (size[0] > 0 && (size[0] !== height || size[1] !== width))
        return 'a mask is not of its image’s size: left out';
      try {
        const counts = rle.counts;
        const mask =
          typeof counts === 'string'
            ? fromCompressed(counts, [height, width])
            : fromUncompressed(
                asList(counts).map((run) => asNumber(run) ?? -1),
                [height, width],
              );
        return { ...base, segmentation: rleToSegmentation(mask) };
      } catch (error) {
        if (error instanceof MaskError) return `a mask cannot be read (${error.message}): left out`;
        throw error;
      }
    }
    default:
      return null;
  }
}
