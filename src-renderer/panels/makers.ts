/** What proposals come from, each with what it is for: the models, and the methods that need no box and no click. */
import { CLASSICAL_METHODS, METHOD_NAMES, type MethodName, type MethodSpec } from '@shared/methods/params';
import type { ImageKind } from '@shared/images/kind';
import type { ModelSummary } from '@shared/models/types';
import type { ProposeWith } from '@shared/project/proposeWith';
import { toolById } from '../tools';
import type { ToolIconName } from '../ui/toolIcons';

/** A card of the choice: a model by its picture, a method by its tool's icon. */
export interface Maker {
  /** As the project keeps it. */
  readonly value: string;
  readonly label: string;
  readonly purpose: string;
  /** Address of a picture. */
  readonly picture: string | null;
  readonly icon: ToolIconName | null;
  readonly method: MethodName | null;
}

const modelPrefix = 'model:';

export function makersOf(models: readonly ModelSummary[]): readonly Maker[] {
  return [
    ...models
      // A detector without masks stands there by itself until something gives its boxes masks.
      .filter(({ use, boxes }) => use === 'objects' || boxes?.masksBy === null)
      .map(({ id, name, purpose, picture, categories, boxes }) => ({
        value: modelPrefix + id,
        label: name,
        purpose: purpose ?? finds(categories, boxes !== null),
        picture,
        icon: null,
        method: null,
      })),
    ...METHOD_NAMES.flatMap((method) => {
      const { title, purpose }: MethodSpec = CLASSICAL_METHODS[method];
      const icon = toolById(method)?.icon ?? null;
      return purpose === undefined ? [] : [{ value: method, label: title, purpose, picture: null, icon, method }];
    }),
  ];
}

function finds(categories: readonly string[], isBoxes: boolean): string {
  if (isBoxes) return `Finds boxes of ${categories.length > 0 ? listOf(categories) : 'objects'}, without masks`;
  return categories.length > 0 ? `Finds ${listOf(categories)}` : 'Finds regions without a category';
}

/** Makers under a heading of the choice. */
export interface MakerGroup {
  readonly title: string;
  readonly items: readonly Maker[];
}

/** What fits a kind of image best of what ships, and how the guess is told. */
const fitting: Readonly<Record<ImageKind, { readonly model: string; readonly title: string }>> = {
  microscope: { model: 'nuclei-maskrcnn', title: 'Looks like a microscope image' },
  photograph: { model: 'photo-objects', title: 'Looks like a photograph' },
};

/** As the choice lists them: first what fits the image by a guess, where there is one. Every maker stands in it once. */
export function groupsOf(makers: readonly Maker[], kind: ImageKind | null): readonly MakerGroup[] {
  const first = kind && makers.find(({ value }) => value === modelPrefix + fitting[kind].model);
  const rest = makers.filter((maker) => maker !== first);
  return [
    { title: kind ? fitting[kind].title : '', items: first ? [first] : [] },
    { title: first ? 'Other models' : 'Models', items: rest.filter(({ method }) => method === null) },
    { title: 'Methods, for any kind of image', items: rest.filter(({ method }) => method !== null) },
  ].filter(({ items }) => items.length > 0);
}

/** The id of the model that a maker is; null for a method. */
export const modelOf = ({ value, method }: Maker): string | null => (method ? null : value.slice(modelPrefix.length));

function methodTitle(method: MethodName): string {
  return CLASSICAL_METHODS[method].title;
}

/**
 * What a model returns at all: the slider chooses above it without running again. Where another model makes a mask for each box,
 * what nobody would look at is not worth the wait.
 */
export function scoreFloor({ family, defaultScore }: ModelSummary): number {
  return family === 'boxes-to-masks' ? defaultScore / 2 : 0.05;
}

/** A model that is not there any more has its id. */
export function makerTitle(how: ProposeWith, models: readonly ModelSummary[]): string {
  if (how.kind === 'boxes') return 'Masks for boxes';
  if (how.kind === 'similar') return `Find similar, ${how.categoryName}`;
  if (how.kind === 'method') return methodTitle(how.method);
  return models.find(({ id }) => id === how.model)?.name ?? how.model;
}

/** So many names say what kind of things they are. */
const fewNames = 5;

function listOf(names: readonly string[]): string {
  if (names.length === 1) return names[0];
  if (names.length > fewNames)
    return `${names.slice(0, fewNames - 1).join(', ')} and ${names.length - fewNames + 1} more`;
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
