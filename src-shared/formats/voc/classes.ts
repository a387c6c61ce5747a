/** Which number a class has in VOC's pictures: as a labelmap.txt says, else as the pictures themselves do. */
import { asLine, fromLine } from '../names';
import type { DatasetView, ViewCategory } from '../../dataset/view';
import { asFields, asNumber } from '../values';
import { parseJson } from '../json/text';
import { ownParts } from '../ownParts';

export const labelMapName = 'labelmap.txt';

/** Of what a reader found out beside the files: kept with the dataset, never written. */
export const classNumbersKey = 'class numbers';

/** Lines `name:r,g,b:parts:actions`. */
interface LabelLine {
  readonly name: string;
  /** From the first colon on. */
  readonly rest: string;
}

const isLabel = (line: string) => line.trim() !== '' && !line.startsWith('#');

/** The name ends where its colour begins; who sets the colon apart has spaces round it that are no part of the name. */
function labelLine(line: string): LabelLine {
  const colored = line.search(/:\s*\d+\s*,\s*\d+\s*,\s*\d+\s*(:|$)/);
  const colon = colored < 0 ? line.indexOf(':') : colored;
  const isPlain = colored >= 0 && line[colon + 1] !== ' ';
  const name = colon < 0 ? line : line.slice(0, colon);
  return { name: isPlain ? fromLine(name) : name.trim(), rest: colon < 0 ? '' : line.slice(colon) };
}

/** Names with their numbers; the background, which is no category, has 0 where it comes first, or is not listed at all. */
export function labelNumbers(text: string): Map<string, number> {
  const numbers = new Map<string, number>();
  const first = firstNumber(text);
  text
    .split(/\r?\n/)
    .filter(isLabel)
    .forEach((line, place) => {
      const { name } = labelLine(line);
      if (name !== '' && name !== 'background' && !numbers.has(name)) numbers.set(name, first + place);
    });
  return numbers;
}

/** Of the first line: CVAT lists no background where nobody gave colours (`name:::`), and 0 is its number all the same. */
function firstNumber(text: string): 0 | 1 {
  const lines = text.split(/\r?\n/).filter(isLabel).map(labelLine);
  return lines.some(({ name, rest }) => name === 'background' || /^:\s*0\s*,\s*0\s*,\s*0\s*(:|$)/.test(rest)) ? 0 : 1;
}

/**
 * Numbers of all categories: those they came with, and unused ones. Where the list of classes says what they mean, those after
 * a class that is gone move up.
 */
export function classNumbers(view: DatasetView): { numbers: Map<number, number>; known: number } {
  const said = saidNumbers(view);
  const gone = goneNumbers(view, said);
  const own = new Map(
    [...said].map(([id, number]) => [id, number - gone.filter((one) => one < number).length] as const),
  );
  const ids = new Set(view.categories().map(({ id }) => id));
  const numbers = new Map<number, number>();
  let next = Math.max(0, ...[...own].flatMap(([id, number]) => (gone.length === 0 || ids.has(id) ? [number] : []))) + 1;
  let known = 0;
  for (const id of ids) {
    const number = own.get(id);
    if (number !== undefined) known++;
    numbers.set(id, number ?? next++);
  }
  return { numbers, known };
}

/** The list of classes that came with it, without those that are gone; null: there was none. */
export function keptLabelMap(view: DatasetView): string | null {
  const text = ownParts(view, 'voc').get(labelMapName) ?? null;
  const gone = new Set(goneNumbers(view, saidNumbers(view)));
  if (text === null || gone.size === 0) return text;
  let number: number = firstNumber(text);
  const kept = text.split('\n').filter((line) => !isLabel(line) || !gone.has(number++));
  return kept.join('\n');
}

/** Those of the list of classes whose category is gone. */
function goneNumbers(view: DatasetView, said: ReadonlyMap<number, number>): number[] {
  const text = ownParts(view, 'voc').get(labelMapName) ?? null;
  if (text === null) return [];
  const ids = new Set(view.categories().map(({ id }) => id));
  const listed = new Set(labelNumbers(text).values());
  const still = new Set([...said].flatMap(([id, number]) => (ids.has(id) ? [number] : [])));
  const gone = [...said].flatMap(([id, number]) => (!ids.has(id) && listed.has(number) ? [number] : []));
  return [...new Set(gone)].filter((number) => !still.has(number));
}

/** Those that the files came with. */
export function saidNumbers(view: DatasetView): Map<number, number> {
  const said = ownParts(view, 'voc').get(classNumbersKey) ?? null;
  return new Map(
    Object.entries(asFields(said === null ? null : parseJson(said, '')) ?? {}).map(
      ([id, number]) => [Number(id), asNumber(number) ?? 0] as const,
    ),
  );
}

/** The file as it came, with the names that categories have now, and the new ones. */
export function ownLabelMap(
  text: string,
  categories: readonly ViewCategory[],
  numbers: ReadonlyMap<number, number>,
  palette: readonly (readonly number[])[],
): string {
  const names = new Map(categories.map(({ id, name }) => [numbers.get(id), name]));
  const lines = text.split('\n');
  const before = labelNumbers(text);
  let number: number = firstNumber(text);
  const written = lines.map((line) => {
    if (!isLabel(line)) return line;
    const { name, rest } = labelLine(line);
    const own = number++;
    const now = before.get(name) === own ? names.get(own) : undefined;
    return now === undefined || now === name ? line : `${asLine(now)}${rest}`;
  });
  const added = categories
    .map(({ id, name }) => ({ name, number: numbers.get(id)! }))
    .filter((one) => one.number >= number)
    .sort((a, b) => a.number - b.number)
    .map((one) => `${asLine(one.name)}:${(palette[one.number % 255] ?? [0, 0, 0]).join(',')}::`);
  if (added.length === 0) return written.join('\n');
  return `${written.join('\n').replace(/\n*$/, '\n')}${added.join('\n')}\n`;
}
