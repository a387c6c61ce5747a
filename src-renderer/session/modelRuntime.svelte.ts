/** What models run on: chosen once for this computer, and told where it cannot be had. */
import { type ModelRuntime as Runtime, type Provider, PROVIDERS } from '@shared/models/providers';
import { defaultSettings, type Settings } from '@shared/settings';
import type { Engine } from '../api/engine';
import type { Notices } from './notices.svelte';

export class ModelRuntime {
  readonly #client: Engine;
  readonly #notices: Notices;
  #settings = defaultSettings.models;
  #now = $state.raw<Runtime | null>(null);

  constructor(client: Engine, notices: Notices) {
    this.#client = client;
    this.#notices = notices;
  }

  /** null: not asked yet. */
  get now(): Runtime | null {
    return this.#now;
  }

  /** At the start of the window; asks nothing: the process that would answer is not there yet. */
  read({ models }: Settings): void {
    this.#settings = models;
  }

  /** Once the models' process is there: whoever chose something else than the processor is told where that does not work. */
  async tell(): Promise<void> {
    if (this.#settings.provider === defaultSettings.models.provider) return;
    await this.ask();
    if (this.#now?.why) this.#notices.show('warning', this.#now.why);
  }

  async ask(): Promise<void> {
    try {
      this.#now = await this.#client.call('inference.runtime', {});
    } catch (error) {
      this.#notices.error(error);
    }
  }

  /** The next run is on it, or on the processor where it cannot be used: `now` tells. */
  async choose(provider: Provider): Promise<void> {
    try {
      const { models } = await this.#client.call('settings.write', {
        changes: { models: { provider } },
      });
      this.#settings = models;
    } catch (error) {
      this.#notices.error(error);
    }
    await this.ask();
  }

  /** What can be chosen; what was chosen stays among them. */
  get choices(): readonly Provider[] {
    const { known = [], wanted = 'cpu' } = this.#now ?? {};
    return PROVIDERS.filter((provider) => known.includes(provider) || provider === wanted);
  }
}
