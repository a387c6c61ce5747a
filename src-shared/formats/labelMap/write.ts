/** A dataset -> a folder of label maps, one an image, and their legend. */
import type { DatasetView, ViewCategory, ViewImage } from '../../dataset/view';
import { voidMask, voidsOf, withVoid } from '../../dataset/voids';
import {
  checkLabelValues,
  defaultLabelValues,
  isIgnored,
  type LabelValues,
  mostLabelValue,
  unlabelledValue,
} from '../../document/labelValues';
import { categoryColors, parseHexColor } from '../../document/palette';
import { AppError } from '../../errors/appError';
import { categoryMap } from '../../document/labelMap';
import { labelsToRaster, mapLabels, NOBODY } from '../../mask';
import { flatImage } from '../flatImage';
import type { FormatOption, ImagePlace, OutputFile, WriteContext } from '../format';
import { isTiffName, stemOf } from '../names';
import { noteLeftBehind } from '../outline';
import { ownParts } from '../ownParts';
import { vocPalette, writeGrey16Png, writeIndexedPng } from '../png/maskPng';
import { stemPlaces } from '../stemPlaces';
import { pictureFinder, withoutFolder } from './files';
import { type LegendClass, legendKey, legendText, ownLegend } from './legend';
import { IGNORED } from './values';

const numbered = { choices: [{ value: 'project', title: 'As the project says' }], default: 'project', most: 65535 };

export const writeOptions: readonly FormatOption[] = [
  {
    name: 'depth',
    title: 'Maps',
    choices: [
      { value: 'auto', title: '8 bits in colours, 16 if needed' },
      { value: '16', title: '16 bits, grey' },
    ],
    default: 'auto',
  },
  {
    name: 'unlabelled',
    title: 'Unlabelled pixels',
    choices: [
      { value: 'project', title: 'As the project says' },
      { value: 'background', title: 'Background' },
      { value: 'ignore', title: 'Left out by trainers' },
    ],
    default: 'project',
  },
  { name: 'background', title: 'Background value', ...numbered },
  { name: 'ignore', title: 'Value left out', ...numbered },
];

/** Pictures in `images/`, maps in `labels/`; what came with a dataset of maps stays where it was. */
export const placeImages = (view: DatasetView): ImagePlace[] => mapPlaces(view, 'label-map', 'labels');

/** `format`: the maps' own, `folder`: where they go. */
export function mapPlaces(view: DatasetView, format: string, folder: string): ImagePlace[] {
  const own = view.textFormat === format;
  const nameOf = (name: string) => `images/${name.replace(/^images\//, '')}`;
  const places = stemPlaces(view, format, { nameOf, finder: finderOfMaps });
  return Array.from(view.images(), ({ text }, place) => {
    const { picture, stem, renamed } = places[place];
    return { picture, labels: own && text !== null ? asPng(text) : `${folder}/${withoutFolder(stem)}.png`, renamed };
  });
}

/** Maps come as TIFFs too, and are written as PNG. */
const asPng = (name: string): string => (isTiffName(name) ? `${stemOf(name)}.png` : name);

/** A map is looked for by its path without the folder of its kind. */
function finderOfMaps(pictures: ReadonlySet<string>): (stem: string) => string | null {
  const find = pictureFinder(pictures);
  return (stem) => find(`maps/${withoutFolder(stem)}.png`);
}

export function* writeLabelMaps(view: DatasetView, context: WriteContext): Generator<OutputFile> {
  const values = valuesOf(view, context);
  const coding = codingOf(view, values, context);
  const places = placeImages(view);
  const voids = voidsOf(view);
  const own = ownLegend(ownParts(view, 'label-map').get(legendKey) ?? null, coding.classes, values);
  yield own
    ? { name: own.name, content: own.text }
    : { name: 'legend.json', content: legendText(coding.classes, values) };
  let place = 0;
  for (const image of view.images()) {
    if (places[place].renamed) context.losses.add('image-renamed', { imageId: image.id });
    const content = mapOf(view, image, { ...coding, ignore: values.ignore, voids: voids.get(image.id) }, context);
    if (content) yield { name: places[place].labels!, content };
    place++;
  }
  for (const { id, supercategory } of view.categories()) {
    if (!coding.ignored.has(id)) continue;
    if (!coding.ignored.get(id)) context.losses.add('unused-category', { imageId: null });
    else if (supercategory) context.losses.add('supercategory', { imageId: null });
  }
}

/** Throws `usage` for values that could not be told apart in a map. */
function valuesOf({ labelValues = defaultLabelValues }: DatasetView, { options }: WriteContext): LabelValues {
  const { unlabelled, background, ignore } = options;
  const values: LabelValues = {
    background: background === 'project' ? labelValues.background : Number(background),
    ignore: ignore === 'project' ? labelValues.ignore : Number(ignore),
    unlabelled: unlabelled === 'project' ? labelValues.unlabelled : (unlabelled as LabelValues['unlabelled']),
  };
  checkLabelValues(values);
  return values;
}

interface Coding {
  /** Of category ids; those that are to be left out have the ignored value. */
  readonly valueOf: ReadonlyMap<number, number>;
  readonly unlabelled: number;
  /** Categories that mean "leave this out", and whether some annotation has the category. */
  readonly ignored: Map<number, boolean>;
  readonly isIgnoreAlone: boolean;
  readonly classes: readonly LegendClass[];
  readonly depth: 8 | 16;
  readonly palette: readonly (readonly number[])[];
}

/** A category's number is its id where a map can hold it and nothing else has it. Throws `bad-input` for too many of them. */
function codingOf(view: DatasetView, values: LabelValues, { options, losses }: WriteContext): Coding {
  const categories = view.categories();
  const unlabelled = unlabelledValue(values);
  const taken = new Set([values.ignore, unlabelled]);
  const valueOf = new Map<number, number>();
  const late: ViewCategory[] = [];
  for (const category of categories) {
    const { id, name } = category;
    if (isIgnored(name)) valueOf.set(id, values.ignore);
    else if (id < 0 || id > mostLabelValue || taken.has(id)) late.push(category);
    else {
      taken.add(id);
      valueOf.set(id, id);
    }
  }
  let next = 1;
  for (const { id } of late) {
    while (taken.has(next)) next++;
    if (next > mostLabelValue) throw tooMany(categories.length);
    taken.add(next);
    valueOf.set(id, next);
    losses.add('renumbered', { imageId: null });
  }
  const colors = categoryColors(categories.map(({ id, color }, position) => ({ id, color, position })));
  const classes = categories
    .filter(({ name }) => !isIgnored(name))
    .map(({ id, name, supercategory, isThing }) => {
      return { value: valueOf.get(id)!, name, supercategory, color: colors.get(id) ?? null, isThing };
    });
  const palette = vocPalette();
  palette[unlabelled % 256] = [0, 0, 0];
  for (const { value, color } of classes) palette[value % 256] = [...(parseHexColor(color ?? '') ?? [0, 0, 0])];
  const isVoid = voidsOf(view).size > 0;
  const written = [...valueOf.values(), unlabelled, ...(isVoid ? [values.ignore] : [])];
  const needs16 = written.some((value) => value > 255);
  const ignored = new Map(categories.flatMap(({ id, name }) => (isIgnored(name) ? [[id, false] as const] : [])));
  const [first] = categories.filter(({ id }) => ignored.has(id));
  const isIgnoreAlone = ignored.size === 1 && first.name === 'ignore' && values.unlabelled !== 'ignore';
  return {
    valueOf,
    unlabelled,
    ignored,
    isIgnoreAlone,
    classes,
    depth: options.depth === '16' || needs16 ? 16 : 8,
    palette,
  };
}

function tooMany(count: number): AppError {
  return new AppError('bad-input', `The dataset has ${count} categories, and a label map tells at most 65,534 apart`, {
    hint: 'merge some, or choose a format that lists its annotations, as COCO does',
  });
}

/** null: there can be none of it. */
function mapOf(
  view: DatasetView,
  image: ViewImage,
  coding: Coding & { readonly ignore: number; readonly voids: string | undefined },
  context: WriteContext,
): (() => Uint8Array) | null {
  const { valueOf, unlabelled, ignore, ignored, isIgnoreAlone, depth, palette, voids } = coding;
  const flat = flatImage(view, image, context);
  if (!flat) return null;
  const together = new Map<number, number>();
  flat.view.owners.forEach((owner, place) => {
    noteLeftBehind(owner, context.losses);
    if (flat.visible[place] > 0) together.set(owner.categoryId, (together.get(owner.categoryId) ?? 0) + 1);
  });
  flat.view.owners.forEach(({ id, categoryId }, place) => {
    if (ignored.has(categoryId)) {
      ignored.set(categoryId, true);
      // One that is called as the reader calls them comes back as it was.
      if (!isIgnoreAlone) context.losses.add('as-ignored', { imageId: image.id, annotationId: id });
    }
    if (flat.visible[place] > 0 && together.get(categoryId)! > 1)
      context.losses.add('instances-joined', { imageId: image.id, annotationId: id });
  });
  const classes = withVoid(categoryMap(flat.view), voidMask(voids, flat.size), IGNORED);
  const valueIn = (id: number) => (id === NOBODY ? unlabelled : id === IGNORED ? ignore : valueOf.get(id)!);
  const runs = mapLabels(classes, valueIn);
  const { width, height } = image;
  return () =>
    depth === 8
      ? writeIndexedPng(labelsToRaster(runs, new Uint8Array(width * height)), width, height, palette)
      : writeGrey16Png(labelsToRaster(runs, new Uint16Array(width * height)), width, height);
}
