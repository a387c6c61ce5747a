/** What proposals come from, each with what it is for: the models, and the methods that need no box and no click. */
import { CLASSICAL_METHODS, METHOD_NAMES, type MethodName, type MethodSpec } from '@shared/methods/params';
import type { ModelSummary } from '@shared/models/types';
import type { ProposeWith } from '@shared/project/types';
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
      .filter(({ use }) => use === 'objects')
      .map(({ id, name, purpose, picture, categories }) => ({
        value: modelPrefix + id,
        label: name,
        purpose:
          purpose ?? (categories.length > 0 ? `Finds ${listOf(categories)}` : 'Finds regions without a category'),
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

/** The id of the model that a maker is; null for a method. */
export const modelOf = ({ value, method }: Maker): string | null => (method ? null : value.slice(modelPrefix.length));

export function methodTitle(method: MethodName): string {
  return CLASSICAL_METHODS[method].title;
}

/** A model that is not there any more has its id. */
export function makerTitle(how: ProposeWith, models: readonly ModelSummary[]): string {
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
