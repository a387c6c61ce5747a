/** How the open project treats pixels: whether each has one owner, and what those without one are. Kept in the project. */
import { defaultLabelValues, type LabelValues } from '@shared/document/labelValues';
import type { LabelRules as Rules } from '@shared/project/types';
import type { Engine } from '../api/engine';
import type { Notices } from './notices.svelte';

const DEFAULTS: Rules = { oneOwner: false, ...defaultLabelValues };

export class LabelRules {
  readonly #client: Engine;
  readonly #notices: Notices;
  #rules = $state.raw(DEFAULTS);

  constructor(client: Engine, notices: Notices) {
    this.#client = client;
    this.#notices = notices;
  }

  /** What a gesture paints it takes from the others. */
  get oneOwner(): boolean {
    return this.#rules.oneOwner;
  }

  /** Smart select leaves polygons instead of masks. */
  get smartPolygons(): boolean {
    return this.#rules.smartShape === 'polygon';
  }

  /** What label maps call pixels that no category has. */
  get values(): LabelValues {
    return this.#rules;
  }

  /** Another project is open. */
  async read(): Promise<void> {
    this.#rules = DEFAULTS;
    try {
      this.#rules = await this.#client.call('project.labelRules', {});
    } catch (error) {
      this.#notices.error(error);
    }
  }

  /** Takes effect at once; where it cannot be kept, that is told and nothing is changed. */
  async set(changes: Partial<Rules>): Promise<void> {
    const before = this.#rules;
    this.#rules = { ...before, ...changes };
    try {
      await this.#client.call('project.setLabelRules', { rules: changes });
    } catch (error) {
      this.#rules = before;
      this.#notices.error(error);
    }
  }
}
