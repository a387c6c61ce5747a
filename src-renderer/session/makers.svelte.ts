/** What proposes: the models there are, and which model or method was chosen in this project. */
import type { AddedModel, DownloadableModel, ModelSummary } from '@shared/models/types';
import { describeError } from '@shared/errors/appError';
import { guessImageKind, type ImageKind, KIND_SIDE } from '@shared/images/kind';
import type { CallOptions, Engine } from '../api/engine';
import type { Notices } from './notices.svelte';
import { counted } from '@shared/errors/counted';

/** How a model of the catalogue comes here; `replaces`: one of the same id goes. */
export interface ModelGetting {
  readonly how: 'download' | 'fromFile';
  readonly replaces: boolean;
}

export class Makers {
  readonly #client: Engine;
  readonly #notices: Notices;
  #models = $state.raw<readonly ModelSummary[]>([]);
  #chosen = $state<string | null>(null);
  #kind = $state<ImageKind | null>(null);

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

  /** What kind of picture the open image seems to be; null: no guess. */
  get kind(): ImageKind | null {
    return this.#kind;
  }

  /** A small copy of the open image, drawn at once and not kept; null: none is shown. */
  look(picture: ImageBitmap | null): void {
    this.#kind = null;
    const context = new OffscreenCanvas(KIND_SIDE, KIND_SIDE).getContext('2d', { willReadFrequently: true });
    if (!context || !picture) return;
    context.drawImage(picture, 0, 0, KIND_SIDE, KIND_SIDE);
    this.#kind = guessImageKind(context.getImageData(0, 0, KIND_SIDE, KIND_SIDE).data);
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

  /** A model was added, after a trial on an image or a drawn scene; chosen where it proposes. */
  async added({ id, name, family, use, assumed, trial }: AddedModel, onImage: boolean): Promise<void> {
    await this.load();
    if (use === 'objects') await this.choose(`model:${id}`);
    const where = onImage ? 'on this image' : 'on a drawn scene';
    this.#notices.show(
      // What was assumed may be wrong: it stays until it was read.
      assumed.length > 0 ? 'warning' : 'info',
      `Added “${name}” (${family}); ${where} it finds ${counted(trial.proposals.length, 'object')}`,
      assumed.map((one) => `Assumed: ${one}`),
    );
  }

  /** Models that can be had. */
  catalogue(): Promise<readonly DownloadableModel[]> {
    return this.#client.call('app.catalogue', {});
  }

  /** Fetches a model of the catalogue, or takes files that the user has; null where they cancel that. */
  get(id: string, { how, replaces }: ModelGetting, options: CallOptions): Promise<AddedModel | null> {
    return this.#client.call(how === 'download' ? 'app.downloadModel' : 'app.installModel', { id, replaces }, options);
  }

  /** Deletes what a download that was stopped has left. */
  async discardDownload(id: string): Promise<void> {
    await this.#client.call('app.discardDownload', { id });
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
