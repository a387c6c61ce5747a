/** A dataset -> COCO's panoptic form: one list of segments, and a picture an image whose colours are their numbers. */
import { inside, outputStems, uniqueNames } from '../../dataset/outputNames';
import type { DatasetView, ViewAnnotation, ViewCategory, ViewImage } from '../../dataset/view';
import { categoryColors, parseHexColor } from '../../document/palette';
import { stuffIds } from '../../document/labelMap';
import { segmentationToRle } from '../../document/segmentation';
import { area, equals, labelsToRaster, mapLabels, masksByLabel, NOBODY, type Rle, toBbox } from '../../mask';
import { parseCategory } from '../coco';
import { CocoText, inPieces } from '../coco/cocoText';
import { flatImage, type FlatImage } from '../flatImage';
import type { OutputFile, WriteContext } from '../format';
import { parseJson, rawMember, replaceMembers } from '../json/text';
import { noteLeftBehind } from '../outline';
import { writeColorPng } from '../png/maskPng';
import { asFields, asText } from '../values';
import { isRecordKey, recordKey, segmentOf } from './read';

export const panopticId = 'coco-panoptic';

export function* writePanoptic(view: DatasetView, context: WriteContext): Generator<OutputFile> {
  const images = [...view.images()];
  const split = images[0]?.split;
  const stem = split === undefined ? 'panoptic' : `panoptic_${split}`;
  const text = new PanopticText(view, context);
  const names = text.namesOf(images);
  for (const [place, image] of images.entries()) {
    const made = text.add(image, names[place]);
    if (made) yield { name: `${stem}/${made.name}`, content: made.content };
  }
  yield { name: `${stem}.json`, content: inPieces(text.texts()) };
}

/** Numbers are colours of three bytes; 0 is nobody's. */
const mostNumber = 0xffffff;

/** The pixels of one segment, and whose they are, bottom first. */
interface Region {
  readonly categoryId: number;
  readonly records: ViewAnnotation[];
  /** It came with the dataset, under this number. */
  readonly own: number | null;
}

class PanopticText extends CocoText {
  readonly #context: WriteContext;
  readonly #stuff: ReadonlySet<number>;
  /** Categories that the file itself calls stuff. */
  readonly #cameAsStuff: ReadonlySet<number>;
  readonly #colors: ReadonlyMap<number, string>;
  readonly #categoryIds: ReadonlyMap<number, string>;
  /** What the records of the images say beside their segments. */
  readonly #own: ReadonlyMap<string, string>;
  readonly #records: string[] = [];

  constructor(view: DatasetView, context: WriteContext) {
    super(view, panopticId);
    this.#context = context;
    const categories = view.categories();
    this.#stuff = stuffIds(categories);
    const isStuffText = (text: string) =>
      parseCategory({ json: parseJson(text, ''), text, pointer: '' }, [])?.isThing === false;
    this.#cameAsStuff = new Set(
      categories.flatMap(({ id, text }) => (this.isOwn && text !== null && isStuffText(text) ? [id] : [])),
    );
    this.#colors = categoryColors(categories.map(({ id, color }, position) => ({ id, color, position })));
    this.#categoryIds = new Map(categories.map((category) => [category.id, this.idOf(category)]));
    this.#own = new Map(
      super.ownParts().flatMap(([key, raw]) => (isRecordKey(key) && raw !== null ? [[key, raw]] : [])),
    );
  }

  protected override ownParts(): readonly (readonly [string, string | null])[] {
    return super.ownParts().filter(([key]) => !isRecordKey(key));
  }

  protected override *annotations(): Generator<string> {
    yield* this.#records;
  }

  /** The tools ask every category whether it is a thing, and draw in its colour. */
  protected override categoryText(category: ViewCategory): string {
    const text = super.categoryText({ ...category, isThing: category.isThing ?? true });
    const rgb = parseHexColor(this.#colors.get(category.id) ?? '');
    const isKept = rawMember(text, 'color') !== null && this.isOwn;
    return isKept || !rgb ? text : replaceMembers(text, new Map([['color', JSON.stringify(rgb)]]));
  }

  /**
   * What the pictures are called: as their records say, where that stays in the folder and nothing has the name before, else as
   * their images. No two share a name on any disk.
   */
  namesOf(images: readonly ViewImage[]): string[] {
    const stems = outputStems(images.map(({ fileName }) => fileName));
    const said = images.map((image) => {
      const record = this.#recordOf(image);
      const name = record === null ? null : asText(asFields(parseJson(record, ''))?.file_name);
      return name !== null && inside(name) === name ? name : null;
    });
    const first = new Map<string, number>();
    for (const [place, name] of said.entries()) {
      const key = name?.toLowerCase();
      if (key !== undefined && !first.has(key)) first.set(key, place);
    }
    const isFixed = (place: number) => first.get(said[place]?.toLowerCase() ?? '') === place;
    return uniqueNames(
      said.map((name, place) => name ?? `${stems[place]}.png`),
      { isFixed },
    );
  }

  #recordOf(image: ViewImage): string | null {
    return this.#own.get(recordKey(this.idOf(image))) ?? null;
  }

  /** Notes the image's segments; its picture, or null where there can be none. */
  add(image: ViewImage, name: string): { readonly name: string; readonly content: () => Uint8Array } | null {
    const flat = flatImage(this.view, image, this.#context);
    const source = this.#recordOf(image);
    // One that came without segments leaves without them.
    if (!flat || (this.isOwn && image.text !== null && source === null && flat.records.length === 0)) return null;
    const regions = this.#regionsOf(flat);
    const numbers = this.#numbersOf(regions);
    const place = new Map(regions.flatMap(({ records }, at) => records.map(({ id }) => [id, at] as const)));
    const map = mapLabels(flat.view.map, (owner) => (owner === NOBODY ? NOBODY : place.get(flat.records[owner].id)!));
    const masks = masksByLabel(map);
    const segments = regions.map((region, at) => this.#segmentText(region, masks.get(at)!, numbers[at], flat.size));
    const list = `[${segments.join(', ')}]`;
    const changes = new Map([['segments_info', list]]);
    if (source !== null && asText(asFields(parseJson(source, ''))?.file_name) !== name)
      changes.set('file_name', JSON.stringify(name));
    this.#records.push(
      source === null
        ? `{"segments_info": ${list}, "file_name": ${JSON.stringify(name)}, "image_id": ${this.idOf(image)}}`
        : replaceMembers(source, changes),
    );
    const { width, height } = image;
    const colored = mapLabels(map, (at) => (at === NOBODY ? 0 : numbers[at]));
    const content = () => writeColorPng(labelsToRaster(colored, new Uint32Array(width * height)), width, height);
    return { name, content };
  }

  /** One a thing and one a kind of stuff, but what came apart stays apart; in painter's order. */
  #regionsOf({ records, visible }: FlatImage): Region[] {
    const seen = records.filter((_, place) => visible[place] > 0).sort((a, b) => zOrder(a) - zOrder(b));
    const regions: Region[] = [];
    const stuff = new Map<number, Region>();
    const taken = new Set<number>();
    const late: [record: ViewAnnotation, number: number | null][] = [];
    for (const record of seen) {
      const said = this.isOwn && record.text !== null ? segmentNumber(record.text) : null;
      const own = said !== null && !taken.has(said) ? said : null;
      const isStuff = this.#stuff.has(record.categoryId);
      if (isStuff && (own === null || !this.#wasStuff(record))) {
        late.push([record, own]);
        continue;
      }
      if (own !== null) taken.add(own);
      const region = { categoryId: record.categoryId, records: [record], own };
      regions.push(region);
      if (isStuff && !stuff.has(record.categoryId)) stuff.set(record.categoryId, region);
    }
    for (const [record, number] of late) {
      const home = stuff.get(record.categoryId);
      if (home) {
        home.records.push(record);
        continue;
      }
      const own = number !== null && !taken.has(number) ? number : null;
      if (own !== null) taken.add(own);
      const region = { categoryId: record.categoryId, records: [record], own };
      stuff.set(record.categoryId, region);
      regions.push(region);
    }
    return regions;
  }

  /** Whether it came as a segment of that stuff: of what has become it there is one segment an image. */
  #wasStuff({ baseline, categoryId }: ViewAnnotation): boolean {
    return this.#cameAsStuff.has(categoryId) && baseline?.categoryId === categoryId;
  }

  /** New numbers are near the category's colour, so that the picture can be read by eye. */
  #numbersOf(regions: readonly Region[]): number[] {
    const taken = new Set(regions.flatMap(({ own }) => own ?? []));
    return regions.map(({ own, categoryId }) => {
      if (own !== null) return own;
      const [r, g, b] = parseHexColor(this.#colors.get(categoryId) ?? '') ?? [1, 0, 0];
      let number = r + 256 * g + 65536 * b;
      // Steps that visit every number: one and the count of them have no common factor.
      while (number === 0 || taken.has(number)) number = (number + 0x0a0b05) % (mostNumber + 1);
      taken.add(number);
      return number;
    });
  }

  #segmentText({ records, own, categoryId }: Region, mask: Rle, number: number, size: FlatImage['size']): string {
    const [first] = records;
    const { annotation } = first;
    for (const one of records) {
      const extra = Object.keys(one.annotation.extra);
      // What several say of themselves cannot all be said of one.
      const isOnly = records.length === 1;
      // One that came has its number.
      const id = own !== null && one === first;
      noteLeftBehind(
        one.annotation,
        this.#context.losses,
        isOnly ? { id, score: true, crowd: true, extra } : { id, crowd: true },
      );
    }
    const isCrowd = records.every((one) => one.annotation.isCrowd);
    if (own !== null && first.text !== null) {
      const baseline = first.baseline ?? annotation;
      const isWhole =
        records.length === 1 && first.untouched && equals(mask, segmentationToRle(annotation.segmentation!, size));
      if (isWhole) return first.text;
      const changes = new Map<string, string | null>(maskMembers(mask));
      if (annotation.categoryId !== baseline.categoryId) changes.set('category_id', this.#categoryId(categoryId));
      if (isCrowd !== baseline.isCrowd) changes.set('iscrowd', isCrowd ? '1' : '0');
      for (const [key, value] of Object.entries(annotation.extra)) {
        if (JSON.stringify(value) !== JSON.stringify(baseline.extra[key])) changes.set(key, JSON.stringify(value));
      }
      for (const key of Object.keys(baseline.extra)) if (!(key in annotation.extra)) changes.set(key, null);
      if (annotation.score !== baseline.score)
        changes.set('score', annotation.score === null ? null : JSON.stringify(annotation.score));
      return replaceMembers(first.text, changes);
    }
    const extras = records.length === 1 ? Object.entries(annotation.extra) : [];
    const score = records.length === 1 && annotation.score !== null ? [['score', String(annotation.score)]] : [];
    const members = [
      ['id', String(number)],
      ['category_id', this.#categoryId(categoryId)],
      ['iscrowd', isCrowd ? '1' : '0'],
      ...[...maskMembers(mask)].reverse(),
      ...score,
      ...extras.filter(([key]) => !reserved.has(key)).map(([key, value]) => [key, JSON.stringify(value)]),
    ];
    return `{${members.map(([key, value]) => `${JSON.stringify(key)}: ${value}`).join(', ')}}`;
  }

  #categoryId(id: number): string {
    return this.#categoryIds.get(id) ?? String(id);
  }
}

const reserved = new Set(['id', 'category_id', 'iscrowd', 'area', 'bbox', 'score', 'image_id', 'segmentation']);

const maskMembers = (mask: Rle) =>
  new Map([
    ['area', String(area(mask))],
    ['bbox', JSON.stringify(toBbox(mask))],
  ]);

const zOrder = ({ annotation }: ViewAnnotation) => annotation.zOrder;

function segmentNumber(text: string): number | null {
  const id = segmentOf({ json: parseJson(text, ''), text, pointer: '' }, [])?.id ?? null;
  return typeof id === 'number' && id > 0 && id <= mostNumber ? id : null;
}
