/** Decides what is drawn, in which order and colour, and by whom: the raster worker or the overlay. */
import type { Annotation, Category, Proposal } from '@shared/document/types';
import { categoryColors, paletteColor, parseHexColor } from '@shared/document/palette';
import { crowdName, shownName } from './names';
import type { DrawOrder } from './rasterClient';
import { UNLABELLED } from './labelLayer';
import { DRAW_HATCHED, DRAW_SELECTED } from './rasterProtocol';

export interface CanvasOptions {
  /** 0..1, of masks; default 0.35. */
  readonly fillAlpha: number;
  readonly outlineOnly: boolean;
  readonly colorBy: 'category' | 'instance';
  /** The label map is shown in place of annotations. */
  readonly labelMap: boolean;
  /** Of the label map: 0..1, and whether regions are outlined. */
  readonly labelAlpha: number;
  readonly labelBoundaries: boolean;
  /** Category names beside the objects; crowds say so in any case. */
  readonly names: boolean;
  /** Annotations that are not drawn and not hit. */
  readonly hidden: ReadonlySet<number>;
}

export const DEFAULT_OPTIONS: CanvasOptions = {
  fillAlpha: 0.35,
  outlineOnly: false,
  colorBy: 'category',
  labelMap: false,
  labelAlpha: 0.6,
  labelBoundaries: true,
  names: false,
  hidden: new Set(),
};

/** The overlay draws a selection up to this many objects; larger ones are marked in the raster, which pans freely. */
const OVERLAY_OBJECTS = 64;
/** ... and up to this much outline, in polygon coordinates. */
const OVERLAY_COMPLEXITY = 60_000;
/** Of a compressed mask, a character: it must be traced first, and its outline has a corner at every pixel. */
const PER_CHARACTER = 4;

/** Colours of categories and instances as `0xRRGGBB`; unknown ones get the palette's first. */
export class Colors {
  readonly #byId: ReadonlyMap<number, number>;
  readonly #byName: ReadonlyMap<string, number>;
  readonly #instances = new Map<number, number>();

  constructor(categories: readonly Category[]) {
    const hex = categoryColors(categories);
    this.#byId = new Map([...hex].map(([id, color]) => [id, toRgb(color)]));
    this.#byName = new Map(categories.map(({ id, name }) => [name, this.#byId.get(id)!]));
  }

  annotation({ id, categoryId }: Pick<Annotation, 'id' | 'categoryId'>, by: CanvasOptions['colorBy']): number {
    return by === 'instance' ? this.#instance(id) : (this.#byId.get(categoryId) ?? FALLBACK);
  }

  /** `fresh`: of categories that acceptance would create. */
  proposal(
    { id, categoryName }: Pick<Proposal, 'id' | 'categoryName'>,
    by: CanvasOptions['colorBy'],
    fresh: ReadonlyMap<string, string>,
  ): number {
    if (by === 'instance') return this.#instance(id);
    const hex = fresh.get(categoryName);
    return this.#byName.get(categoryName) ?? (hex === undefined ? FALLBACK : toRgb(hex));
  }

  #instance(id: number): number {
    const position = Math.abs(id) % 97;
    let rgb = this.#instances.get(position);
    if (rgb === undefined) this.#instances.set(position, (rgb = toRgb(paletteColor(position))));
    return rgb;
  }
}

/** The selected, visible annotations if the overlay can draw them at every frame; none of them otherwise. */
export function overlayAnnotations(
  annotations: readonly Annotation[],
  selection: ReadonlySet<number>,
  hidden: ReadonlySet<number>,
): Annotation[] {
  if (selection.size === 0 || selection.size > OVERLAY_OBJECTS) return [];
  const selected = annotations.filter(({ id }) => selection.has(id) && !hidden.has(id));
  const total = selected.reduce((sum, annotation) => sum + complexity(annotation), 0);
  return total <= OVERLAY_COMPLEXITY ? selected : [];
}

export function annotationOrder(
  annotations: readonly Annotation[],
  colors: Colors,
  { colorBy, hidden, labelMap }: CanvasOptions,
  selection: ReadonlySet<number>,
  excluded: ReadonlySet<number>,
): DrawOrder {
  const drawn = labelMap ? [] : annotations.filter(({ id }) => !hidden.has(id) && !excluded.has(id));
  return {
    ids: drawn.map(({ id }) => id),
    colors: drawn.map((annotation) => colors.annotation(annotation, colorBy)),
    marks: drawn.map(({ id }) => (selection.has(id) ? DRAW_SELECTED : 0)),
  };
}

/** What is written beside visible annotations, the topmost last: their category where wanted, and which are crowds. */
export function annotationNames(
  annotations: readonly Annotation[],
  colors: Colors,
  { colorBy, hidden, names }: CanvasOptions,
  nameOf: (categoryId: number) => string | undefined,
): { readonly id: number; readonly text: string; readonly color: number }[] {
  return annotations.flatMap((annotation) => {
    const { id, isCrowd, categoryId } = annotation;
    if ((!names && !isCrowd) || hidden.has(id)) return [];
    const name = names ? shownName(nameOf(categoryId) ?? '') : '';
    const text = isCrowd ? crowdName(name) : name;
    return text === '' ? [] : [{ id, text, color: colors.annotation(annotation, colorBy) }];
  });
}

/** The regions of the label map in their categories' colours; what is nobody's is striped, what is to be ignored black. */
export function labelOrder(
  regions: readonly { readonly id: number }[],
  colors: Colors,
  ignored: ReadonlySet<number>,
): DrawOrder {
  const color = (id: number) => (ignored.has(id) ? 0x000000 : colors.annotation({ id: 0, categoryId: id }, 'category'));
  return {
    ids: regions.map(({ id }) => id),
    colors: regions.map(({ id }) => color(id)),
    marks: regions.map(({ id }) => (id === UNLABELLED && !ignored.has(id) ? DRAW_HATCHED : 0)),
  };
}

/** The surest proposals on top. `fresh`: colours of the categories that the project does not have yet, by name. */
export function proposalOrder(
  proposals: readonly Proposal[],
  fresh: ReadonlyMap<string, string>,
  colors: Colors,
  colorBy: CanvasOptions['colorBy'],
): DrawOrder {
  const drawn = [...proposals].sort((a, b) => a.score - b.score);
  return {
    ids: drawn.map(({ id }) => id),
    colors: drawn.map((proposal) => colors.proposal(proposal, colorBy, fresh)),
    marks: drawn.map(() => 0),
  };
}

function complexity({ segmentation }: Annotation): number {
  if (!segmentation) return 8;
  if (segmentation.kind === 'rle') return PER_CHARACTER * segmentation.counts.length;
  return segmentation.parts.reduce(
    (sum, { outer, holes }) => holes.reduce((inner, hole) => inner + hole.length, sum + outer.length),
    0,
  );
}

function toRgb(hex: string): number {
  const rgb = parseHexColor(hex);
  return rgb ? (rgb[0] << 16) | (rgb[1] << 8) | rgb[2] : FALLBACK;
}

const FALLBACK = 0xe69f00;
