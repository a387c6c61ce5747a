/** What proposes: the models there are, and which model or method was chosen in this project. */
import type { ModelSummary } from '@shared/models/types';
import { describeError } from '@shared/errors/appError';
import type { Engine } from '../api/engine';
import type { Jobs } from './jobs.svelte';
import type { Notices } from './notices.svelte';
import { counted } from './wording';

export class Makers {
  readonly #client: Engine;
  readonly #notices: Notices;
  #models = $state.raw<readonly ModelSummary[]>([]);
  #chosen = $state<string | null>(null);

  constructor(client: Engine, notices: Notices) {
    this.#client = client;
    this.#notices = notices;
  }

  get models(): readonly ModelSummary[] {
    return this.#models;
  }

  /** The model (`model:ID`) or method that was chosen to propose in this project; null: none yet. */
  get chosen(): string | null {
    return this.#chosen;
  }

  /** The chosen one where it is a model: what a comparison of methods takes along. */
  get chosenModels(): readonly ModelSummary[] {
    return this.#models.filter(({ id }) => this.#chosen === `model:${id}`);
  }

  /** Kept with the project. */
  async choose(maker: string): Promise<void> {
    this.#chosen = maker;
    try {
      await this.#client.call('project.setMaker', { maker });
    } catch (error) {
      this.#notices.error(error);
    }
  }

  /** Another project is open. */
  async readChosen(): Promise<void> {
    this.#chosen = null;
    try {
      this.#chosen = await this.#client.call('project.maker', {});
    } catch (error) {
      this.#notices.error(error);
    }
  }

  /** Asks for files and adds them as a model, tried on the image; chosen where it proposes. */
  async add(imageId: number | null, jobs: Pick<Jobs, 'run'>): Promise<void> {
    try {
      const added = await jobs.run('Adding a model', (options) =>
        this.#client.call('app.addModel', { imageId }, options),
      );
      if (!added) return;
      await this.load();
      if (added.use === 'objects') await this.choose(`model:${added.id}`);
      const tried = `on ${imageId === null ? 'a drawn scene' : 'this image'} it finds ${counted(added.trial.proposals.length, 'object')}`;
      // What was assumed may be wrong: it stays until it was read.
      const kind = added.assumed.length > 0 ? 'warning' : 'info';
      this.#notices.show(kind, `Added “${added.name}” (${added.family}); ${tried}`, [
        ...added.evidence,
        ...added.assumed.map((one) => `Assumed: ${one}`),
      ]);
    } catch (error) {
      this.#notices.error(error);
    }
  }

  async load(): Promise<void> {
    try {
      const { models, findings } = await this.#client.call('inference.models', {});
      this.#models = models;
      if (findings.length > 0) {
        const details = findings.map(({ message, file, pointer }) =>
          describeError({ code: 'bad-model', message, place: { file, pointer } }),
        );
        this.#notices.show('warning', `${counted(findings.length, 'model')} cannot be used`, details);
      }
    } catch (error) {
      this.#notices.error(error);
    }
  }
}
