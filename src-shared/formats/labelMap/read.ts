/** A folder of label maps -> records: each class of a map one annotation, or each connected piece of it. */
import { counted } from '../../errors/counted';
import { defaultLabelValues, type LabelValues } from '../../document/labelValues';
import { rleToSegmentation } from '../../document/segmentation';
import type { Issue } from '../../dataset/finding';
import type { DatasetSink, IdRef, SourcePlace } from '../../dataset/records';
import { AppError } from '../../errors/appError';
import { area, components, masksByLabel, merge, NOBODY, type Rle, subtract } from '../../mask';
import type { DatasetSource, FormatOption, FormatOptions } from '../format';
import { stemOf } from '../names';
import { readMaps } from '../voc/maps';
import { mapFolderOf, type MapFile, noteOthers, type OtherMap, withoutFolder } from './files';
import { knownLegends, type KnownLegend, type Legend, legendKey, legendOf, numbersLegend, parseLegend } from './legend';
import { classMapOf, IGNORED, readSizedMap } from './values';

const numbered = { most: 65535 };

/** How maps of another size than their image are taken. */
export const resizeOption: FormatOption = {
  name: 'resize',
  title: 'Maps of another size than their image',
  choices: [
    { value: 'refuse', title: 'Refuse them' },
    { value: 'nearest', title: 'Fit them, each pixel as the nearest one' },
  ],
  default: 'refuse',
};

export const readOptions: readonly FormatOption[] = [
  {
    name: 'classes',
    title: 'Classes',
    choices: [
      { value: 'auto', title: 'As the legend says, else by number' },
      { value: 'numbers', title: 'By their numbers' },
      ...Object.entries(knownLegends).map(([value, { title }]) => ({ value, title })),
    ],
    default: 'auto',
    isAsked: true,
  },
  {
    name: 'pieces',
    title: 'A map becomes',
    choices: [
      { value: 'classes', title: 'One annotation a class' },
      { value: 'components', title: 'One annotation a connected piece' },
    ],
    default: 'classes',
    isAsked: true,
  },
  {
    name: 'background',
    title: 'Background value',
    choices: [
      { value: 'auto', title: 'As the legend says, else 0' },
      { value: 'none', title: 'None: all values are classes' },
    ],
    default: 'auto',
    isAsked: true,
    ...numbered,
  },
  {
    name: 'ignore',
    title: 'Ignored value',
    choices: [{ value: 'auto', title: 'Of the legend, else 255 or 65535' }],
    default: 'auto',
    isAsked: true,
    ...numbered,
  },
  resizeOption,
];

export interface OpenedMaps {
  readonly legend: Legend;
  /** The file that says all of it. */
  readonly file: string | null;
  readonly maps: readonly MapFile[];
  readonly others: readonly OtherMap[];
}

/** The maps of a folder and what they mean. Throws `bad-input` where there are none. */
export async function openMaps(source: DatasetSource, options: FormatOptions = {}): Promise<OpenedMaps> {
  const { classes = 'auto', background = 'auto', ignore = 'auto' } = options;
  const { legend: file, maps, others } = await mapFolderOf(source);
  // A legend without maps is the dataset of a project without images.
  if (maps.length === 0 && file === null) {
    throw new AppError('bad-input', `${source.path} has no label maps`, {
      place: { file: source.path },
      hint: 'label maps are PNG or TIFF files',
    });
  }
  const legend =
    classes === 'auto'
      ? file === null
        ? numbersLegend
        : parseLegend(file, await source.text(file), source.fullName(file))
      : classes === 'numbers'
        ? numbersLegend
        : legendOf(classes as KnownLegend);
  const isSaid = [classes, background, ignore].every((one) => one === 'auto');
  const base = background === 'auto' ? legend.background : background === 'none' ? null : Number(background);
  return {
    legend: {
      ...legend,
      classes: legend.classes.filter(({ value }) => value !== base),
      background: base,
      ...(ignore === 'auto' ? {} : { ignore: Number(ignore) }),
    },
    file: isSaid ? file : null,
    maps,
    others,
  };
}

export async function readLabelMaps(
  source: DatasetSource,
  sink: DatasetSink,
  options: FormatOptions = {},
): Promise<void> {
  const { legend, file: legendFile, maps, others } = await openMaps(source, options);
  noteOthers(others, source, sink);
  if (legendFile !== null) sink.part(legendKey, JSON.stringify([legendFile, await source.text(legendFile)]));
  const names = new Set(await source.names());
  const hasObjects = maps.some(({ name }) => objectMapOf(names, name) !== null);
  const classes = new ClassList(legend, { byPiece: options.pieces === 'components', hasObjects }, sink);
  let values = valuesOf(legend, legend.ignore ?? defaultLabelValues.ignore);
  let largest = 0;
  for (const [index, { name, picture }] of maps.entries()) {
    const file = source.fullName(name);
    const at = { file, pointer: '' };
    const map = await readSizedMap({ source, sink, at, isFitted: options.resize === 'nearest' }, name, picture);
    const { width, height } = map;
    const id = index + 1;
    const fileName = picture ?? (withoutFolder(name) === name ? name : `${stemOf(withoutFolder(name))}.png`);
    sink.image({ id, fileName, width, height }, name, at);
    const { map: runs, palette, strays, ignore } = classMapOf(map, legend, file);
    // Among maps of 8 bits and of 16 it is the larger one, which no class of either has.
    largest = Math.max(largest, ignore);
    values = valuesOf(legend, largest);
    if (strays.length > 0) {
      const some = strays.slice(0, 3).join(', ');
      const message = `${counted(strays.length, 'colour is', 'colours are')} not in the legend (${some}): such pixels are nobody's`;
      sink.issue({ code: 'class-unknown', severity: 'warning', pointer: '', message }, at);
    }
    const objectFile = objectMapOf(names, name);
    const tell = (issue: Issue) => sink.issue(issue, at);
    const objects =
      objectFile && (await readMaps(source, { objects: objectFile, classes: null }, [height, width], tell));
    for (const [value, mask] of masksByLabel(runs)) {
      if (value === NOBODY || (value === IGNORED && values.unlabelled === 'ignore')) continue;
      const { categoryId, isWhole, isThing } =
        value === IGNORED ? classes.ignored(ignore, at) : classes.take(value, palette, at);
      const pieces = objects && isThing ? piecesBy(objects.objects, mask) : isWhole ? [mask] : components(mask);
      for (const piece of pieces) addMask(sink, piece, { id, categoryId, value, at });
    }
  }
  sink.labelValues?.(values);
}

/** The map of objects that goes with a map of classes: labelme's converter and CVAT write both, and no list of what is what. */
function objectMapOf(names: ReadonlySet<string>, name: string): string | null {
  const other = name.replace(/(^|\/)SegmentationClass\//, '$1SegmentationObject/');
  return other !== name && names.has(other) ? other : null;
}

/** A class in its objects; what is of none stays one. */
function piecesBy(objects: ReadonlyMap<number, Rle>, mask: Rle): readonly Rle[] {
  const all = [...objects.values()];
  const rest = all.length === 0 ? mask : subtract(mask, merge(all));
  return [...all.map((object) => merge([object, mask], { intersect: true })), rest].filter((piece) => area(piece) > 0);
}

function addMask(
  sink: DatasetSink,
  mask: Rle,
  { id, categoryId, value, at }: { id: number; categoryId: IdRef; value: number; at: SourcePlace },
): void {
  const segmentation = rleToSegmentation(mask);
  const content = { segmentation, bbox: null, area: null, isCrowd: false, score: null, extra: {} };
  sink.annotation({ id: null, imageId: id, categoryId, maskSize: null, content }, String(value), at);
}

function valuesOf({ background }: Legend, ignore: number): LabelValues {
  if (background === null) return { background: ignore === 0 ? 255 : 0, ignore, unlabelled: 'ignore' };
  return {
    background,
    // Ignored pixels are the background's then: the other value is nobody's.
    ignore: background !== ignore ? ignore : background === 255 ? 0 : 255,
    unlabelled: 'background',
  };
}

interface KnownClass {
  readonly categoryId: IdRef;
  /** All its pixels are one annotation, where no map tells objects apart. */
  readonly isWhole: boolean;
  readonly isThing: boolean;
}

/** The categories: those of the legend at once, others as they occur. */
class ClassList {
  readonly #sink: DatasetSink;
  readonly #legend: Legend;
  readonly #byPiece: boolean;
  /** What a class is of which nothing is said. */
  readonly #isThing: boolean;
  /** Of values. */
  readonly #known = new Map<number, KnownClass>();
  #ignored: KnownClass | null = null;

  constructor(
    legend: Legend,
    { byPiece, hasObjects }: { readonly byPiece: boolean; readonly hasObjects: boolean },
    sink: DatasetSink,
  ) {
    this.#sink = sink;
    this.#legend = legend;
    this.#byPiece = byPiece;
    this.#isThing = byPiece || hasObjects;
    for (const { value, name, supercategory, color, isThing = this.#isThing } of legend.classes) {
      this.#add(value, { name, supercategory, color, isThing }, { pointer: `class ${value}` });
    }
  }

  take(value: number, palette: readonly (readonly number[])[] | null, at: SourcePlace) {
    const known = this.#known.get(value);
    if (known) return known;
    const { source } = this.#legend;
    if (source !== null) {
      const message = `${source} has no class ${value}, which occurs: it is called "class ${value}"`;
      this.#sink.issue({ code: 'class-unknown', severity: 'warning', pointer: '', message }, at);
    }
    const rgb = palette?.[value];
    const color = rgb
      ? `#${rgb
          .slice(0, 3)
          .map((part) => part.toString(16).padStart(2, '0'))
          .join('')}`
      : null;
    return this.#add(value, { name: `class ${value}`, supercategory: null, color, isThing: this.#isThing }, at);
  }

  /** Pixels that are left out, where unlabelled ones are not. */
  ignored(value: number, at: SourcePlace) {
    if (this.#ignored) return this.#ignored;
    const entry = { name: 'ignore', supercategory: null, color: null, isThing: false };
    // Maps of another depth may have a class of that number.
    const categoryId = this.#known.has(value) ? '"ignore"' : value;
    this.#sink.category({ id: categoryId, ...entry }, null, at);
    return (this.#ignored = { categoryId, isWhole: true, isThing: false });
  }

  #add(
    value: number,
    entry: { name: string; supercategory: string | null; color: string | null; isThing: boolean },
    at: SourcePlace,
  ) {
    // The number may be that of what another map's depth has ignored.
    const id = this.#ignored?.categoryId === value ? JSON.stringify(entry.name) : value;
    this.#sink.category({ id, ...entry }, null, at);
    const known = { categoryId: id, isWhole: !this.#byPiece || !entry.isThing, isThing: entry.isThing };
    this.#known.set(value, known);
    return known;
  }
}
