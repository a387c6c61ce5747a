/** What the values of label maps mean: the legend beside them, in our own form or another program's, or a known list. */
import type { LabelValues } from '../../document/labelValues';
import { parseHexColor, vocRgb } from '../../document/palette';
import { categoryPresets } from '../../document/presets';
import { AppError } from '../../errors/appError';
import { parseJson } from '../json/text';
import { asFields, asList, asNumber, asText } from '../values';

export interface LegendClass {
  /** What its pixels are in the maps. */
  readonly value: number;
  readonly name: string;
  readonly supercategory: string | null;
  /** `#rrggbb` */
  readonly color: string | null;
  /** Absent: nobody has said. */
  readonly isThing?: boolean;
}

export interface Legend {
  readonly classes: readonly LegendClass[];
  /** null: every pixel that is not ignored has a class. */
  readonly background: number | null;
  /** null: the largest value that the depth of the maps holds. */
  readonly ignore: number | null;
  /** Who says so, for sentences; null: nobody, classes are what occurs. */
  readonly source: string | null;
}

/** The lists that a reader can be told. */
export const knownLegends = {
  'voc-21': { title: 'Pascal VOC, 0 to 20', preset: 'voc', background: 0, ignore: 255, byOrder: false },
  'cityscapes-train': { title: 'Cityscapes, trainIds 0 to 18', preset: 'cityscapes', ignore: 255, byOrder: true },
  cityscapes: { title: 'Cityscapes, label IDs', preset: 'cityscapes', background: 0, ignore: 255, byOrder: false },
  ade20k: { title: 'ADE20K, 0 to 150', preset: 'ade20k', background: 0, ignore: 255, byOrder: false },
} as const;

export type KnownLegend = keyof typeof knownLegends;

/** Colours of VOC's 21 classes stand in another preset than its names. */
export function legendOf(id: KnownLegend): Legend {
  const known = knownLegends[id];
  const list = categoryPresets.find((preset) => preset.id === known.preset)!.categories;
  const colored = categoryPresets.find((preset) => preset.id === id)?.categories;
  return {
    classes: list.map((category, place) => ({
      value: known.byOrder ? place : category.id,
      name: category.name,
      supercategory: category.supercategory ?? null,
      color: category.color ?? colored?.find((one) => one.id === category.id)?.color ?? null,
      isThing: category.isThing ?? true,
    })),
    background: 'background' in known ? known.background : null,
    ignore: known.ignore,
    source: known.title,
  };
}

/** Classes are what occurs. */
export const numbersLegend: Legend = { classes: [], background: 0, ignore: null, source: null };

/** File names that a legend has, the first of them that is there counts. */
export const legendNames = ['legend.json', 'labelmap.txt', 'class_dict.csv', 'classes.csv', 'class_names.txt'];

/** Throws `bad-input` for a file that is no legend. */
export function parseLegend(name: string, text: string, file: string): Legend {
  const json = name.endsWith('.json') ? parseJson(text, file) : null;
  const legend = name.endsWith('.json')
    ? fromJson(json, file)
    : name.endsWith('.csv')
      ? fromTable(text, file)
      : name.endsWith('class_names.txt')
        ? fromNames(text)
        : fromLabelMap(text);
  const seen = new Set<number>();
  for (const { value, name: called } of legend.classes) {
    if (!seen.has(value)) seen.add(value);
    else throw noLegend(file, `two classes have the number ${value}, one of them "${called}"`);
  }
  // A project without categories has a legend too: a list, with nothing in it.
  const isEmptyList = json !== null ? Array.isArray(asFields(json)?.classes) : legend.background !== null;
  if (legend.classes.length === 0 && !isEmptyList) throw noLegend(file, 'it lists no class');
  return { ...legend, source: name };
}

/** Of the part that has the name of the legend that came, and its text. */
export const legendKey = 'legend';

/** The same file where it says the very classes and values; null: it came without one, or says something else. */
export function ownLegend(
  part: string | null,
  classes: readonly LegendClass[],
  { background, ignore, unlabelled }: LabelValues,
): { readonly name: string; readonly text: string } | null {
  const [name, text] = asList(part === null ? null : parseJson(part, '')).map(asText);
  if (!name || !text) return null;
  const legend = parseLegend(name, text, name);
  const said = new Map(legend.classes.map((one) => [one.value, one]));
  const isSame = classes.every((one) => {
    const own = said.get(one.value);
    if (own?.name !== one.name || own.supercategory !== one.supercategory) return false;
    const hasKind = own.isThing === undefined || own.isThing === (one.isThing ?? true);
    return hasKind && (own.color === null || own.color === one.color?.toLowerCase());
  });
  const isBase = legend.background === (unlabelled === 'background' ? background : null);
  const isIgnore = legend.ignore === null ? ignore === 255 || ignore === 65535 : legend.ignore === ignore;
  return isSame && said.size === classes.length && isBase && isIgnore ? { name, text } : null;
}

/** As it is written; the ignored and the background are no classes. */
export function legendText(classes: readonly LegendClass[], { background, ignore, unlabelled }: LabelValues): string {
  const lines = classes.map(({ value, name, supercategory, color, isThing }) =>
    JSON.stringify({
      id: value,
      name,
      ...(supercategory === null ? {} : { supercategory }),
      color,
      isthing: isThing === false ? 0 : 1,
    }),
  );
  const base = JSON.stringify(unlabelled === 'background' ? background : null);
  return `{\n"background": ${base},\n"ignore": ${ignore},\n"classes": [\n${lines.join(',\n')}\n]\n}\n`;
}

const isBackground = (name: string) => /^_*background_*$/i.test(name);

const isValue = (value: number | null): value is number => value !== null && Number.isInteger(value) && value >= 0;

function fromJson(json: unknown, file: string): Legend {
  const fields = asFields(json);
  const list = Array.isArray(json) ? json : asList(fields?.classes);
  const classes = list.map((entry: unknown, place): LegendClass => {
    const one = asFields(entry);
    const [value, name] = [asNumber(one?.id), asText(one?.name)];
    if (!isValue(value) || name === null) throw noLegend(file, `entry ${place + 1} has no id and name`);
    const color = asText(one?.color);
    const isThing = asNumber(one?.isthing);
    return {
      value,
      name,
      supercategory: asText(one?.supercategory),
      color: color !== null && parseHexColor(color) ? color.toLowerCase() : null,
      ...(isThing === null ? {} : { isThing: isThing !== 0 }),
    };
  });
  const [background, ignore] = [asNumber(fields?.background), asNumber(fields?.ignore)];
  const isSaid = fields !== null && 'background' in fields;
  const named = isSaid ? undefined : classes.find(({ name }) => isBackground(name));
  const zero = classes.some(({ value }) => value === 0) ? null : 0;
  const meant = isSaid ? (isValue(background) ? background : null) : (named?.value ?? zero);
  return {
    // What stands for the background is no class, whether the list says so or names it so.
    classes: classes.filter(({ value }) => value !== meant),
    background: meant,
    ignore: isValue(ignore) ? ignore : null,
    source: null,
  };
}

/**
 * `name:r,g,b:parts:actions` a line, as CVAT and Datumaro write it; the number is that of the line. Where no line has a colour
 * (`name:::`) they are VOC's, by the number; a background that is not listed comes before all lines then, as both have it.
 */
function fromLabelMap(text: string): Legend {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '' && !line.startsWith('#'));
  const entries = lines.map((line) => {
    const [name, color = ''] = line.split(':');
    return { name: name.trim(), color: hexOf(color.split(',').map(Number)) };
  });
  if (entries.some(({ color }) => color !== null)) return fromList(entries);
  const named = entries.some(({ name }) => isBackground(name)) ? [] : [{ name: 'background' }];
  return fromList([...named, ...entries].map(({ name }, place) => ({ name, color: hexOf(vocRgb(place)) })));
}

/** labelme's: a name a line, the first for what is ignored. */
function fromNames(text: string): Legend {
  const names = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  const list = names[0] === '__ignore__' ? names.slice(1) : names;
  return fromList(list.map((name) => ({ name: name.trim(), color: null })));
}

/** Columns name, r, g, b and, where it is there, id. */
function fromTable(text: string, file: string): Legend {
  const [head = '', ...rows] = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  const columns = head
    .toLowerCase()
    .split(',')
    .map((name) => name.trim());
  const at = (...names: string[]) => columns.findIndex((column) => names.includes(column));
  const [name, r, g, b, id] = [
    at('name', 'class'),
    at('r', 'red'),
    at('g', 'green'),
    at('b', 'blue'),
    at('id', 'index'),
  ];
  if (name < 0) throw noLegend(file, 'it has no column "name"');
  const list = rows.map((row) => row.split(',').map((cell) => cell.trim()));
  const entries = list.map((cells) => ({ name: cells[name], color: hexOf([r, g, b].map((c) => Number(cells[c]))) }));
  if (id < 0) return fromList(entries);
  const values = list.map((cells) => asNumber(cells[id]));
  const bad = values.findIndex((value) => !isValue(value));
  if (bad >= 0) throw noLegend(file, `row ${bad + 1} has no number`);
  return fromList(entries, values as number[]);
}

function fromList(
  entries: readonly { readonly name: string; readonly color: string | null }[],
  values: readonly number[] = entries.map((_, place) => place),
): Legend {
  const background = entries.findIndex(({ name }) => isBackground(name));
  return {
    classes: entries.flatMap(({ name, color }, place) =>
      isBackground(name) ? [] : [{ value: values[place], name, supercategory: null, color }],
    ),
    background: background < 0 ? null : values[background],
    ignore: null,
    source: null,
  };
}

function hexOf(rgb: readonly number[]): string | null {
  if (rgb.length < 3 || !rgb.every((value) => Number.isInteger(value) && value >= 0 && value <= 255)) return null;
  return `#${rgb
    .slice(0, 3)
    .map((value) => value.toString(16).padStart(2, '0'))
    .join('')}`;
}

function noLegend(file: string, fault: string): AppError {
  return new AppError('bad-input', `${file} is no legend of label maps: ${fault}`, { place: { file } });
}
