/** A dataset as the text of a COCO file: records that nobody touched as they came, the others with what changed. */
import type { SegmentationStyle } from '../../document/types';
import type { LossReport } from '../../dataset/losses';
import type { DatasetView, ViewAnnotation, ViewCategory, ViewImage } from '../../dataset/view';
import { AppError } from '../../errors/appError';
import { MaskError } from '../../mask';
import { withImageTags } from './imageTags';
import { parseCategory } from './parse';
import { serializeAnnotation, serializeCategory, serializeNewImage } from './serialize';

/** Characters handed to the file at a time. */
const pieceLength = 1 << 20;

/** The text in pieces. */
export function writeCoco(view: DatasetView, style: SegmentationStyle, losses: LossReport): Iterable<string> {
  return inPieces(new CocoWriter(view, style, losses).texts());
}

class CocoWriter {
  readonly #view: DatasetView;
  readonly #style: SegmentationStyle;
  readonly #losses: LossReport;
  readonly #isCoco: boolean;
  readonly #categoryIds: ReadonlyMap<number, string>;

  constructor(view: DatasetView, style: SegmentationStyle, losses: LossReport) {
    this.#view = view;
    this.#style = style;
    this.#losses = losses;
    this.#isCoco = view.textFormat === 'coco';
    this.#categoryIds = new Map(view.categories().map((category) => [category.id, this.#idOf(category)]));
  }

  /** As the file has it where that was COCO; what other formats tell records apart by is no id here. */
  #idOf({ id, idText }: ViewImage | ViewCategory): string {
    return this.#isCoco && idText !== null ? idText : String(id);
  }

  *texts(): Generator<string> {
    const view = this.#view;
    const ownParts = this.#isCoco ? view.parts() : [];
    const parts = ownParts.length > 0 ? ownParts : newParts(view.name);
    // A list that the file did not have is written once there is something in it.
    const lists = [
      ['annotations', view.annotationCount],
      ['categories', view.categories().length],
    ] as const;
    const missing = lists.filter(([kind, count]) => count > 0 && !parts.some(([key]) => key === kind));
    yield '{';
    let first = true;
    for (const [key, raw] of [...parts, ...missing.map(([kind]) => [kind, null] as const)]) {
      yield `${first ? '' : ','}\n${JSON.stringify(key)}: `;
      first = false;
      if (raw !== null) yield raw;
      else yield* list(this.#records(key));
    }
    yield '\n}\n';
  }

  *#records(kind: string): Generator<string> {
    if (kind === 'images') for (const image of this.#view.images()) yield this.#imageText(image);
    else if (kind === 'annotations') for (const one of this.#view.annotations()) yield this.#annotationText(one);
    else for (const category of this.#view.categories()) yield this.#categoryText(category);
  }

  #imageText({ id, fileName, width, height, text, tags }: ViewImage): string {
    const source = this.#isCoco ? text : null;
    return withImageTags(source ?? serializeNewImage({ id, fileName, width, height }), tags);
  }

  #categoryText(category: ViewCategory): string {
    const { name, supercategory, isThing, text } = category;
    const own = this.#isCoco ? text : null;
    const baseline = own && parseCategory({ json: JSON.parse(own), text: own, pointer: '' }, []);
    return serializeCategory(
      { name, supercategory, isThing },
      this.#idOf(category),
      own && baseline ? { text: own, baseline } : null,
    );
  }

  #annotationText(record: ViewAnnotation): string {
    const text = this.#isCoco ? record.text : null;
    if (text !== null && record.untouched && !this.#mustRewrite(record, text)) return text;
    const { imageId, categoryId } = record;
    const image = imageId === null ? undefined : this.#view.image(imageId);
    try {
      return serializeAnnotation(record.annotation, {
        size: image && image.height > 0 ? [image.height, image.width] : null,
        style: this.#style,
        source: text === null || record.baseline === null ? null : { text, baseline: record.baseline },
        imageId: image ? this.#idOf(image) : 'null',
        categoryId: this.#categoryIds.get(categoryId) ?? String(categoryId),
        losses: this.#losses,
      });
    } catch (error) {
      throw error instanceof MaskError ? cannotDraw(record, error) : error;
    }
  }

  /** Cheap test before a record is parsed: only masks change in style `polygons`, and all but masks in style `rle`. */
  #mustRewrite({ imageId, id }: ViewAnnotation, text: string): boolean {
    if (this.#style === 'as-authored') return false;
    if (imageId === null) {
      this.#losses.add('no-image', { imageId, annotationId: id });
      return false;
    }
    return this.#style === 'rle' || text.includes('"counts"');
  }
}

/** A polygon far outside every image, or an image too large: imported as it came, and no mask can be made of it. */
function cannotDraw({ id, place }: ViewAnnotation, error: MaskError): AppError {
  const who = place.file === undefined ? '' : `${place.file}: `;
  return new AppError('bad-input', `${who}annotation ${id} has no mask: ${error.message}`, {
    place,
    hint: 'correct it, or export masks as they were drawn',
    cause: error,
  });
}

const newParts = (name: string) =>
  [
    ['info', JSON.stringify({ description: name })],
    ['images', null],
    ['annotations', null],
    ['categories', null],
  ] as const;

function* list(records: Iterable<string>): Generator<string> {
  let separator = '[\n';
  for (const record of records) {
    yield separator;
    yield record;
    separator = ',\n';
  }
  yield separator === '[\n' ? '[]' : '\n]';
}

/** Few large writes instead of many small ones. */
function* inPieces(texts: Iterable<string>): Generator<string> {
  let pending: string[] = [];
  let length = 0;
  for (const text of texts) {
    pending.push(text);
    length += text.length;
    if (length < pieceLength) continue;
    yield pending.join('');
    pending = [];
    length = 0;
  }
  yield pending.join('');
}
