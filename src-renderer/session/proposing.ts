/** Proposing on the open image: a model or a method, objects like those selected, or everything that looks like one. */
import type { RleSegmentation } from '@shared/document/types';
import type { ProposeWith } from '@shared/project/types';
import type { Engine } from '../api/engine';
import { PROMPT_MODEL } from './toolAsks.svelte';
import { counted } from './wording';
import type { Workbench } from './workbench.svelte';

export class Proposing {
  readonly #client: Engine;
  readonly #workbench: Workbench;

  constructor(client: Engine, workbench: Workbench) {
    this.#client = client;
    this.#workbench = workbench;
  }

  async propose(how: ProposeWith): Promise<void> {
    const open = this.#workbench.open;
    if (!open) return;
    try {
      const { proposals, notes } = await this.#workbench.jobs.run(`Proposing on ${open.image.fileName}`, (options) =>
        this.#client.call('app.propose', { imageId: open.image.id, with: how }, options),
      );
      open.setProposals(proposals);
      if (proposals.length === 0)
        this.#workbench.notices.show('info', 'Nothing was found on this image: try another model or method', notes);
    } catch (error) {
      this.#workbench.notices.error(error);
    }
  }

  /**
   * Proposes objects like the examples on the open image, or, without examples, everything that looks like an object. What is
   * annotated already is left out.
   */
  async search(examples: readonly RleSegmentation[], taken: readonly RleSegmentation[]): Promise<void> {
    const open = this.#workbench.open;
    if (!open || this.#workbench.refuseChange()) return;
    const { categories } = this.#workbench;
    const name = categories.list.find(({ id }) => id === categories.activeId)?.name ?? 'object';
    const title = examples.length > 0 ? 'Finding similar objects' : 'Finding everything';
    try {
      const params = { imageId: open.image.id, model: PROMPT_MODEL, examples, taken, categoryName: name };
      const { proposals, found } = await this.#workbench.jobs.run(`${title} on ${open.image.fileName}`, (options) =>
        this.#client.call('app.search', params, options),
      );
      open.setProposals(proposals);
      if (found > 0) this.#workbench.notices.show('info', `${counted(found, 'proposal')}: accept what is right`);
      else this.#workbench.notices.show('info', 'Nothing else was found on this image');
    } catch (error) {
      this.#workbench.notices.error(error);
    }
  }
}
