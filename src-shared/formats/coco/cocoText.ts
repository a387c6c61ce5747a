/** A dataset as a COCO file's text but for its annotations: header, images and categories, as they came where nobody touched them. */
import { speaksCoco } from '../../dataset/completeView';
import type { DatasetView, ViewCategory, ViewImage } from '../../dataset/view';
import { carriedCategory, carriedImage, carriedPart } from './carried';
import { withImageTags } from './imageTags';
import { parseCategory } from './parse';
import { serializeCategory } from './serialize';

/** Characters handed to the file at a time. */
const pieceLength = 1 << 20;

export abstract class CocoText {
  protected readonly view: DatasetView;
  /** The records' texts are of this very format. */
  protected readonly isOwn: boolean;

  constructor(view: DatasetView, format: string) {
    this.view = view;
    this.isOwn = view.textFormat === format;
  }

  /** The texts of the annotations, in their order. */
  protected abstract annotations(): Iterable<string>;

  /** As the file has it where that was of this format; what other formats tell records apart by is no id here. */
  idOf({ id, idText }: ViewImage | ViewCategory): string {
    return this.isOwn && idText !== null ? idText : String(id);
  }

  /** Texts of the source that are no record's. */
  protected ownParts(): readonly (readonly [string, string | null])[] {
    return this.isOwn ? this.view.parts() : [];
  }

  *texts(): Generator<string> {
    const { view } = this;
    const ownParts = this.ownParts();
    const parts = ownParts.length > 0 ? ownParts : newParts(view);
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
    if (kind === 'images') for (const image of this.view.images()) yield this.#imageText(image);
    else if (kind === 'annotations') yield* this.annotations();
    else for (const category of this.view.categories()) yield this.categoryText(category);
  }

  #imageText({ id, fileName, width, height, text, tags }: ViewImage): string {
    const source = this.isOwn ? text : null;
    const carried = speaksCoco(this.view) ? text : null;
    return withImageTags(source ?? carriedImage({ id, fileName, width, height }, carried), tags);
  }

  protected categoryText(category: ViewCategory): string {
    const { name, supercategory, isThing, text } = category;
    const own = this.isOwn ? text : null;
    if (own === null)
      return carriedCategory(
        { name, supercategory, isThing },
        this.idOf(category),
        speaksCoco(this.view) ? text : null,
      );
    const baseline = parseCategory({ json: JSON.parse(own), text: own, pointer: '' }, []);
    return serializeCategory(
      { name, supercategory, isThing },
      this.idOf(category),
      baseline ? { text: own, baseline } : null,
    );
  }
}

function newParts(view: DatasetView): (readonly [string, string | null])[] {
  const licenses = carriedPart(view, 'licenses');
  return [
    ['info', carriedPart(view, 'info') ?? JSON.stringify({ description: view.name })],
    ...(licenses === null ? [] : [['licenses', licenses] as const]),
    ['images', null],
    ['annotations', null],
    ['categories', null],
  ];
}

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
export function* inPieces(texts: Iterable<string>): Generator<string> {
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
