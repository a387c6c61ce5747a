/** The polygons file that an image came with, written again: what nobody touched stays as it is, where it is, and is drawn as the maps are. */
import type { ViewAnnotation } from '../../dataset/view';
import { segmentationToRle } from '../../document/segmentation';
import {
  area,
  eachLabelPair,
  emptyMask,
  type LabelRuns,
  mapLabels,
  maskOfLabels,
  masksByLabel,
  merge,
  NOBODY,
  paintLabels,
  type Rle,
  subtract,
} from '../../mask';
import { jsonElements, parseJson, rawMember, withList } from '../json/text';
import { changeOf, withValues } from '../ownRecord';
import { asFields, asRing, asText, pointsOf } from '../values';
import { drawnPolygon } from './drawn';
import { labelsByName, perClass, readLabel } from './labels';
import { type Outlines, outlinesOf } from './outlines';

/** What is to be said of an annotation now. */
export interface NowDrawn {
  readonly record: ViewAnnotation;
  readonly label: string;
  readonly mask: Rle;
}

export interface OwnImage {
  /** The file as it came. */
  readonly text: string;
  readonly size: readonly [height: number, width: number];
  /** In painter's order; those that are drawn into no map last. */
  readonly now: readonly NowDrawn[];
  /** Of every pixel the place of its owner in `now`. */
  readonly wanted: LabelRuns;
}

/** An object of the file. */
interface Element {
  readonly text: string;
  readonly label: string;
  /** null: drawn into no map. */
  readonly mask: Rle | null;
  /** Whether the reader may have made an annotation of it. */
  readonly isRead: boolean;
}

/** What stands in the list, from below. */
interface Piece {
  readonly texts: readonly string[];
  readonly mask: Rle | null;
  /** Place in `now`; null: an object that is no annotation, with its place among the elements. */
  readonly owner: number | null;
  readonly element: number | null;
}

interface Source {
  /** Of each element the place of its annotation in `now`; null: it has none, and stays, `gone`: it had one. */
  readonly owners: readonly (number | null | 'gone')[];
  /** The annotations are those of the file's objects; else those of the maps, which are told by their pixels. */
  readonly isOfObjects: boolean;
}

/** How an annotation is written: as its objects stand there, whole at their place, or what is seen of it on top of all. */
type Way = 'kept' | 'whole' | 'seen';

/** `redrawn`: the places in `now` of those whose outlines are new, each with these. */
interface Written {
  readonly text: string;
  readonly redrawn: ReadonlyMap<number, Outlines>;
}

export function ownPolygons(image: OwnImage): Written {
  const list = new ObjectList(image);
  list.settle();
  return list.result();
}

class ObjectList {
  readonly #image: OwnImage;
  readonly #elements: readonly Element[];
  readonly #source: Source;
  readonly #ways: Way[];
  readonly #deleted = new Set<number>();
  /** Of those on top, the last one above all. */
  readonly #top: number[] = [];
  readonly #visible: ReadonlyMap<number, Rle>;
  readonly #outlines = new Map<Rle, Outlines>();

  constructor(image: OwnImage) {
    this.#image = image;
    const { text, now, size, wanted } = image;
    const elements = jsonElements(rawMember(text, 'objects') ?? '[]').map((one) => readElement(one, size));
    this.#source = sourceOf(elements, image);
    // Who draws the maps knows no other classes.
    const isDrawn = ({ label }: Element) => this.#source.isOfObjects || labelsByName.has(readLabel(label).name);
    this.#elements = elements.map((one) => (isDrawn(one) ? one : { ...one, mask: null }));
    const owned = new Set(this.#source.owners);
    this.#ways = now.map(({ record }, at) => (owned.has(at) && !changeOf(record)?.redrawn ? 'kept' : 'whole'));
    this.#visible = masksByLabel(wanted);
  }

  /** Until it is drawn as the maps are. */
  settle(): void {
    const { wanted } = this.#image;
    const tolerated = this.#differedBefore();
    for (let turn = 0; turn < mostTurns; turn++) {
      const pieces = this.#pieces();
      const drawn = this.#paint(pieces.map(({ mask }) => mask));
      const owners = mapLabels(drawn, (at) => (at === NOBODY ? NOBODY : (pieces[at].owner ?? strange)));
      const faulty = subtract(differing(owners, wanted), tolerated);
      if (area(faulty) === 0 || !this.#mend(pieces, masksByLabel(drawn), faulty)) return;
    }
  }

  result(): Written {
    const { text } = this.#image;
    const texts = this.#pieces().flatMap((piece) => piece.texts);
    const redrawn = this.#ways.flatMap((way, at): [number, Outlines][] =>
      way === 'kept' || !this.#isSeen(at) ? [] : [[at, this.#outlinesOf(at)]],
    );
    return { text: withList(text, 'objects', texts), redrawn: new Map(redrawn) };
  }

  /** Where the maps that came are other than the polygons beside them: nothing to mend. */
  #differedBefore(): Rle {
    const { size, wanted } = this.#image;
    if (this.#source.isOfObjects) return emptyMask(...size);
    const drawn = this.#paint(this.#elements.map(({ mask }) => mask));
    const owners = mapLabels(drawn, (at) => {
      const owner = at === NOBODY ? null : this.#source.owners[at];
      return typeof owner === 'number' ? owner : strange;
    });
    const stays = maskOfLabels(wanted, (at) => at !== NOBODY && this.#ways[at] === 'kept');
    return merge([differing(owners, wanted), stays], { intersect: true });
  }

  /** Whether anything could be done about it. */
  #mend(pieces: readonly Piece[], drawn: ReadonlyMap<number, Rle>, faulty: Rle): boolean {
    let isChanged = false;
    for (const [at, mask] of this.#visible) {
      const here = merge([mask, faulty], { intersect: true });
      if (area(here) === 0) continue;
      if (at !== NOBODY) isChanged = this.#raise(at) || isChanged;
      else {
        for (const [place, own] of drawn) {
          if (place === NOBODY || area(merge([own, here], { intersect: true })) === 0) continue;
          const { owner, element } = pieces[place];
          if (owner !== null) isChanged = this.#raise(owner) || isChanged;
          else if (element !== null && !this.#deleted.has(element)) {
            this.#deleted.add(element);
            isChanged = true;
          }
        }
      }
    }
    return isChanged;
  }

  #raise(at: number): boolean {
    if (this.#top[this.#top.length - 1] === at) return false;
    const before = this.#top.indexOf(at);
    if (before >= 0) this.#top.splice(before, 1);
    this.#ways[at] = 'seen';
    this.#top.push(at);
    return true;
  }

  #outlinesOf(at: number): Outlines {
    const { now, size } = this.#image;
    const mask = this.#ways[at] === 'seen' ? (this.#visible.get(at) ?? now[at].mask) : now[at].mask;
    const known = this.#outlines.get(mask) ?? outlinesOf(mask, size);
    this.#outlines.set(mask, known);
    return known;
  }

  #pieces(): Piece[] {
    const { now } = this.#image;
    const pieces: Piece[] = [];
    const written = new Set<number>();
    const isNew = (at: number) => this.#ways[at] === 'whole' && !this.#source.owners.includes(at) && this.#isSeen(at);
    const write = (at: number, source: string | null) => {
      if (written.has(at)) return;
      written.add(at);
      pieces.push(this.#redrawn(at, source));
    };
    this.#elements.forEach((element, place) => {
      const owner = this.#source.owners[place];
      if (owner === 'gone') return;
      if (owner === null) return pieces.push(this.#other(element, place));
      // What is new lies below all that lie above it in the image; plates lie nowhere.
      if (isInMaps(now[owner].label)) now.forEach((_, at) => at < owner && isNew(at) && write(at, null));
      if (this.#ways[owner] === 'kept') pieces.push(this.#kept(element, owner));
      else if (this.#ways[owner] === 'whole') write(owner, element.text);
    });
    now.forEach((_, at) => isNew(at) && write(at, null));
    for (const at of this.#top) write(at, this.#elements[this.#source.owners.indexOf(at)]?.text ?? null);
    return pieces;
  }

  #isSeen(at: number): boolean {
    return this.#visible.has(at) || !isInMaps(this.#image.now[at].label);
  }

  #other({ text, mask }: Element, element: number): Piece {
    const isDeleted = this.#deleted.has(element);
    const texts = [isDeleted ? withValues(text, { deleted: 1 }) : text];
    return { texts, mask: isDeleted ? null : mask, owner: null, element };
  }

  #kept({ text, label: before, mask }: Element, owner: number): Piece {
    const { label } = this.#image.now[owner];
    const texts = [label === before ? text : withValues(text, { label })];
    return { texts, mask: isInMaps(label) ? (mask ?? this.#image.now[owner].mask) : null, owner, element: null };
  }

  #redrawn(at: number, source: string | null): Piece {
    const { label } = this.#image.now[at];
    const { rings, drawn } = this.#outlinesOf(at);
    const texts = rings.map((ring) => {
      const values = { label, polygon: pointsOf(ring) };
      return source === null ? JSON.stringify(values) : withValues(source, values);
    });
    return { texts, mask: isInMaps(label) ? drawn : null, owner: at, element: null };
  }

  #paint(masks: readonly (Rle | null)[]): LabelRuns {
    const places = masks.flatMap((mask, at) => (mask === null ? [] : [at]));
    const map = paintLabels(
      places.map((at) => masks[at]!),
      this.#image.size,
    );
    return mapLabels(map, (at) => (at === NOBODY ? NOBODY : places[at]));
  }
}

/** Each draws all of the image; outlines that cannot say their masks never come to an end. */
const mostTurns = 16;

/** Label of what is no annotation. */
const strange = NOBODY - 1;

const isInMaps = (label: string) => (labelsByName.get(readLabel(label).name)?.id ?? 0) >= 0;

function readElement(text: string, size: OwnImage['size']): Element {
  const object = asFields(parseJson(text, ''));
  const [label, ring] = [asText(object?.label), asRing(object?.polygon)];
  const isRead = label !== null && ring !== null && ring.length >= 6 && !object?.deleted;
  const mask = isRead && isInMaps(label) ? drawnPolygon(ring, size) : null;
  return { text, label: label ?? '', mask, isRead };
}

function sourceOf(elements: readonly Element[], { now, size }: OwnImage): Source {
  const numbers = now.map(({ record: { text } }) => (text !== null && /^\d+$/.test(text) ? Number(text) : null));
  const isOfObjects = now.some(({ record }, at) => record.text !== null && numbers[at] === null);
  if (isOfObjects) {
    const left = new Map<string, number[]>();
    now.forEach(({ record: { text } }, at) => text !== null && left.set(text, [...(left.get(text) ?? []), at]));
    const owners = elements.map(({ text, isRead }) => (isRead ? (left.get(text)?.shift() ?? 'gone') : null));
    return { owners, isOfObjects };
  }
  const masks = now.map(({ record }, at) => (numbers[at] === null ? null : maskBefore(record, size)));
  const drawn = paintLabels(
    elements.map(({ mask }) => mask ?? emptyMask(...size)),
    size,
  );
  const visible = masksByLabel(drawn);
  const owners = elements.map(({ label, mask }, place) => {
    const known = labelsByName.get(readLabel(label).name);
    const seen = visible.get(place);
    if (mask === null || !known || !seen) return null;
    let [best, most] = [-1, 0];
    masks.forEach((own, at) => {
      const number = numbers[at]!;
      if (own === null || (number >= perClass ? Math.floor(number / perClass) : number) !== known.id) return;
      const shared = area(merge([own, seen], { intersect: true }));
      if (shared > most) [best, most] = [at, shared];
    });
    return best < 0 ? 'gone' : best;
  });
  return { owners, isOfObjects };
}

function maskBefore({ baseline }: ViewAnnotation, size: OwnImage['size']): Rle | null {
  const segmentation = baseline?.segmentation ?? null;
  return segmentation && segmentationToRle(segmentation, size);
}

/** Where two maps differ. */
function differing(a: LabelRuns, b: LabelRuns): Rle {
  const counts = [0];
  eachLabelPair(a, b, (x, y, pixels) => {
    const isIn = x !== y;
    if ((counts.length % 2 === 0) === isIn) counts[counts.length - 1] += pixels;
    else counts.push(pixels);
  });
  return { size: [a.size[0], a.size[1]], counts: Uint32Array.from(counts) };
}
