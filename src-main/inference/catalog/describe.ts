/** From files that nobody has described to a model.json: which family they are of, with what speaks for it. */
import { basename, extname } from 'node:path';
import { categoryPresets } from '@shared/document/presets';
import { AppError } from '@shared/errors/appError';
import type { ModelWish } from '@shared/models/types';
import { families } from '../families';
import { type Guess, namesFor, shown } from '../families/guess';
import type { ModelFamily } from '../families/family';
import { checkElementType } from '../graph/elements';
import type { ModelFacts } from './facts';
import { type GraphFacts, refuseTooLarge } from './onnxFile';
import { unusedHint } from './unusedHint';

export interface Description {
  readonly family: string;
  readonly guess: Guess;
  /** All of model.json but `files`. */
  readonly manifest: Readonly<Record<string, unknown>>;
  /** Sentences for the user: what speaks for the family, where names come from, what was assumed. */
  readonly evidence: readonly string[];
  readonly assumed: readonly string[];
  /** What keeps it from being used, and the user can mend: names that do not match its classes. */
  readonly problem: AppError | null;
}

/** What the user says (`wish`) goes before what is guessed. Throws `bad-input` with a sentence for files that no family can use. */
export function describeModel(facts: ModelFacts, wish: ModelWish): Description {
  for (const graph of facts.graphs) refuseUnusable(graph);
  const { family, guess } = choose(facts, wish.family);
  const { categories: named, from, assumed, problem = null } = categoriesFor(facts, guess, wish.categories);
  const categories = withStuff(named);
  const title = titleOf(facts, wish);
  const background = categories.find(({ name: one }) => isBackground(one));
  const wished = withWish(guess.part, wish);
  const part = family.id === 'semantic' && background ? withBackground(wished, background.name) : wished;
  return {
    family: family.id,
    guess,
    manifest: {
      id: toId(title),
      name: title,
      family: family.id,
      ...part,
      categories,
      ...(guess.defaults ? { defaults: guess.defaults } : {}),
      licence: wish.licence ?? facts.graphs.map(({ metadata }) => metadata.license).find((one) => one) ?? 'not stated',
    },
    evidence: [...guess.evidence, ...(from ? [from] : [])],
    assumed: [...(guess.assumed ?? []), ...assumed],
    problem,
  };
}

/** Every family that can read such graphs when it is asked for, the likeliest first. */
export function familiesFor(facts: ModelFacts): readonly Pick<ModelFamily, 'id' | 'title'>[] {
  const found = families.flatMap((family) => {
    const confidence = (family.recognise?.(facts)?.confidence ?? 0) + (family.recognise?.(facts, true) ? 0.01 : 0);
    return confidence > 0 ? [{ family, confidence }] : [];
  });
  return found.sort((a, b) => b.confidence - a.confidence).map(({ family: { id, title } }) => ({ id, title }));
}

/** A family's keys of model.json with what the user says of the input and of the task. */
function withWish(part: Guess['part'], { preparation, task }: ModelWish): Guess['part'] {
  const outputs = part.outputs as Record<string, unknown> | undefined;
  const withTask = task && outputs?.task !== undefined ? { ...part, outputs: { ...outputs, task } } : part;
  if (!preparation) return withTask;
  const prepared = (input: unknown) => {
    const { percentiles, white, ...rest } = input as Record<string, unknown>;
    // Numbers of one's own are counted from what a byte says.
    const isOwn = preparation.range ?? preparation.mean ?? preparation.std;
    return { ...rest, ...(isOwn ? {} : { percentiles, white }), ...preparation };
  };
  if (part.input) return { ...withTask, input: prepared(part.input) };
  const encoder = part.encoder as Record<string, unknown>;
  return { ...withTask, encoder: { ...encoder, input: prepared(encoder.input) } };
}

function choose(facts: ModelFacts, wanted: string | undefined): { family: ModelFamily; guess: Guess } {
  const asked = wanted === undefined ? families : families.filter(({ id }) => id === wanted);
  if (asked.length === 0) {
    throw new AppError('usage', `There is no family “${wanted}”`, {
      hint: `known families: ${families.flatMap(({ id, recognise }) => (recognise ? [id] : [])).join(', ')}`,
    });
  }
  const found = asked.flatMap((family) => {
    const guess = family.recognise?.(facts, wanted !== undefined);
    return guess ? [{ family, guess }] : [];
  });
  found.sort((a, b) => b.guess.confidence - a.guess.confidence);
  if (found.length > 0) return found[0];
  const as = wanted === undefined ? 'as any family that this version knows' : `as ${wanted}`;
  throw new AppError(
    'bad-input',
    `${namesOfFiles(facts)} cannot be used ${as}: ${facts.graphs.map(inAndOut).join('; ')}`,
    {
      place: { file: facts.graphs[0].file },
      hint: unusedHint(facts),
    },
  );
}

const namesOfFiles = ({ graphs }: ModelFacts) => graphs.map(({ file }) => basename(file)).join(' and ');

function inAndOut({ inputs, outputs }: GraphFacts): string {
  const list = (tensors: GraphFacts['inputs']) => tensors.map((one) => `“${one.name}” ${shown(one)}`).join(', ');
  return `it takes ${list(inputs) || 'nothing'} and gives ${list(outputs)}`;
}

const mayBeImage = ({ type, dims }: GraphFacts['inputs'][number]) =>
  dims.length === 4 || (dims.length === 3 && (type === 'uint8' || dims.includes(3)));

function refuseUnusable({ file, bytes, inputs, customOperators }: GraphFacts): void {
  const fail = (message: string, hint: string) => new AppError('bad-input', message, { place: { file }, hint });
  refuseTooLarge(file, bytes);
  if (customOperators.length > 0) {
    const [first, ...more] = customOperators;
    const others = more.length > 0 ? ` and ${more.length} more` : '';
    throw fail(
      `${basename(file)} uses operators that only its own runtime has (${first}${others})`,
      'export it with standard ONNX operators',
    );
  }
  // A recurrent one takes its state as well.
  const takesWords = inputs.some(({ type, dims }) => /^u?int(32|64)$|string/.test(type) && dims.length <= 2);
  if (takesWords && inputs.every(({ dims }) => dims.length <= 3) && !inputs.some(mayBeImage)) {
    const given = inputs.map((one) => `“${one.name}” ${shown(one)}`).join(', ');
    throw fail(`${basename(file)} takes no image but ${given}: a model for text, perhaps`, 'models here take images');
  }
  for (const { name, type } of inputs.filter(mayBeImage)) checkElementType(file, name, type);
}

interface Category {
  readonly id: number;
  readonly name: string;
}

interface Categories {
  readonly categories: readonly Category[];
  /** Where their names come from, in words. */
  readonly from: string | null;
  readonly assumed: readonly string[];
  readonly problem?: AppError;
}

/** `wished`: the user's own names, for all that the graph tells apart or for those that were found. */
function categoriesFor(facts: ModelFacts, guess: Guess, wished: readonly string[] | undefined): Categories {
  const found = foundCategories(facts, guess, namesFor(facts));
  if (!wished) return found;
  const from = `${wished.length} names of classes from you`;
  if (found.categories.length === wished.length) {
    const categories = found.categories.map(({ id }, i) => ({ id, name: wished[i] }));
    return { categories, from, assumed: [] };
  }
  return foundCategories(facts, guess, { names: wished, from: 'your list' });
}

function foundCategories(facts: ModelFacts, guess: Guess, named: ReturnType<typeof namesFor>): Categories {
  const nothing: readonly string[] = [];
  if (guess.classes === 0) return { categories: [], from: null, assumed: nothing };
  const { classes: count, numbering = 'order' } = guess;
  if (named) {
    const { names } = named;
    const categories = numbered(names, count, numbering);
    if (!categories) {
      // A list without the background is common where the graph counts it.
      const problem = new AppError(
        'bad-input',
        `The categories do not match: ${named.from} names ${names.length}, and the graph tells ${count} classes apart`,
        { place: { file: facts.graphs[0].file }, hint: `lay a classes.txt with ${count} lines beside the model` },
      );
      return { categories: [], from: null, assumed: nothing, problem };
    }
    return { categories, from: `${names.length} names of classes from ${named.from}`, assumed: nothing };
  }
  if (numbering !== 'order') {
    return { categories: coco('coco-80-ids'), from: null, assumed: ['the categories are those of COCO'] };
  }
  const advice = 'lay a classes.txt with their names beside the model, one a line, from number 0';
  if (count === null && guess.map === 'numbers') {
    const categories = Array.from({ length: mostNumbers }, (_, i) => ({ id: i, name: `class ${i}` }));
    return { categories, from: null, assumed: [`the classes have their numbers for names: ${advice}`] };
  }
  if (count === null && guess.map === 'scores') {
    const problem = new AppError(
      'bad-input',
      `${basename(facts.graphs[0].file)} does not say how many classes its map has`,
      { place: { file: facts.graphs[0].file }, hint: advice },
    );
    return { categories: [], from: null, assumed: nothing, problem };
  }
  if (count === null || count === 80) {
    return { categories: coco('coco-80'), from: null, assumed: ['the categories are the 80 of COCO, in their order'] };
  }
  if (count === 1) return { categories: [{ id: 1, name: 'object' }], from: null, assumed: nothing };
  const categories = Array.from({ length: count }, (_, i) => ({ id: i + 1, name: `class ${i + 1}` }));
  return {
    categories,
    from: null,
    assumed: [`the ${count} categories have no names: they are called class 1, class 2 and so on`],
  };
}

/** Names with the numbers that the graph gives them; null where there are not as many as it tells apart. */
function numbered(
  names: readonly string[],
  count: number | null,
  numbering: NonNullable<Guess['numbering']>,
): Category[] | null {
  const from = (first: number) => names.map((name, i) => ({ id: first + i, name }));
  if (numbering === 'order') return count === null || names.length === count ? from(1) : null;
  const sparse = coco('coco-80-ids');
  const plain = (name: string) => name.toLowerCase().replace(/[\s_-]/g, '');
  const isCoco = names.length === sparse.length && names.every((name, i) => plain(name) === plain(sparse[i].name));
  if (isCoco) return sparse.map(({ id }, i) => ({ id, name: names[i] }));
  if (numbering === 'ids after background') {
    return isBackground(names[0]) || names.length === count ? from(0).slice(1) : from(1);
  }
  return names.length === 90 || names.length === 91 ? from(0) : null;
}

/** Numbers of classes that a byte has, but for 255, which stands for "not said". */
const mostNumbers = 255;

const isBackground = (name: string) => /^_*background_*$/i.test(name);

function coco(id: 'coco-80' | 'coco-80-ids'): Category[] {
  const { categories } = categoryPresets.find((preset) => preset.id === id)!;
  return categories.map(({ id: number, name }) => ({ id: number, name }));
}

/** Which of the usual datasets' names are stuff: an export says names only. */
function withStuff(categories: readonly Category[]): readonly (Category & { readonly isthing?: 0 | 1 })[] {
  const lists = categoryPresets.filter((preset) => preset.categories.some(({ isThing }) => isThing === false));
  const known = lists.find((preset) => {
    const names = new Set(preset.categories.map(({ name }) => name));
    return categories.length >= fewestStuffNames && categories.every(({ name }) => names.has(name));
  });
  if (!known) return categories;
  const stuff = new Map(
    known.categories.map(({ name, isThing }) => [name, isThing === false ? (0 as const) : (1 as const)]),
  );
  return categories.map((category) => ({ ...category, isthing: stuff.get(category.name)! }));
}

/** A few names alone do not make a dataset. */
const fewestStuffNames = 15;

function withBackground(part: Guess['part'], background: string): Guess['part'] {
  const { map, ...outputs } = part.outputs as { map: object };
  return { ...part, outputs: { ...outputs, map: { ...map, background } } };
}

export function titleOf({ graphs, beside }: ModelFacts, { name }: ModelWish): string {
  if (name !== undefined) return name;
  const said = beside.config?._name_or_path;
  if (typeof said === 'string' && said !== '' && !/^[./~]|^[a-z]:/i.test(said)) return said.split('/').pop()!;
  const stem = basename(graphs[0].file, extname(graphs[0].file));
  if (!/^(model|encoder|decoder|end2end|weights|best)$/i.test(stem))
    return stem.replace(/[._-]*(encoder|decoder)$/i, '');
  const folder = graphs[0].file.split(/[/\\]/).slice(-2)[0];
  return folder || stem;
}

/** Letters, digits, `.`, `_` and `-`, as ids and folders are made of. */
export function toId(title: string): string {
  const id = title
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^\w.-]+/g, '-')
    .replace(/^[-._]+|[-._]+$/g, '')
    .toLowerCase();
  return id === '' ? 'model' : id;
}
