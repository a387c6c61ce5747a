/** What proposals come from, by name: the models, and the methods that need no box and no click. */
import type { MethodName } from '@shared/classical/params';
import type { ModelSummary, ProposeWith } from '@shared/ipc/contract';

const titles: Partial<Record<MethodName, string>> = {
  threshold: 'Threshold',
  components: 'Connected components',
  watershed: 'Watershed',
  kmeans: 'k-means colours',
  superpixels: 'Superpixels',
};

/** The others are tools. */
export const automaticMethods = Object.keys(titles) as readonly MethodName[];

export function methodTitle(method: MethodName): string {
  return titles[method] ?? method;
}

/** A model that is not there any more has its id. */
export function makerTitle(how: ProposeWith, models: readonly ModelSummary[]): string {
  if (how.kind === 'method') return methodTitle(how.method);
  return models.find(({ id }) => id === how.model)?.name ?? how.model;
}
