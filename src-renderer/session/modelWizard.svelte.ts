/** Files on their way to become a model: what they are taken for, what the user corrects, and what a trial finds. */
import { type AppErrorData, toErrorData } from '@shared/errors/appError';
import { CancelSource } from '@shared/errors/cancellation';
import type { AddedModel, GivenModel, ModelDraft, ModelPreparation, ModelTrial, ModelWish } from '@shared/models/types';
import type { Progress } from '@shared/errors/work';
import type { CallOptions, Engine } from '../api/engine';

export class ModelWizard {
  readonly #client: Engine;
  #files = $state.raw<readonly string[]>([]);
  #wish = $state.raw<ModelWish>({});
  #draft = $state.raw<ModelDraft | null>(null);
  #trial = $state.raw<ModelTrial | null>(null);
  #fault = $state.raw<AppErrorData | null>(null);
  #busy = $state<'trying' | 'adding' | null>(null);
  #step = $state<string | null>(null);
  /** What is under way: looking into files, and running them. */
  #looking: { readonly source: CancelSource; readonly done: Promise<unknown> } | null = null;
  #run: CancelSource | null = null;

  constructor(client: Engine) {
    this.#client = client;
  }

  /** What was chosen or dropped; empty: nothing yet. */
  get files(): readonly string[] {
    return this.#files;
  }

  get wish(): ModelWish {
    return this.#wish;
  }

  /** null while nothing is known, or where the files are no model at all. */
  get draft(): ModelDraft | null {
    return this.#draft;
  }

  /** Of the draft as it is now. */
  get trial(): ModelTrial | null {
    return this.#trial;
  }

  /** Why the last step did not work. */
  get fault(): AppErrorData | null {
    return this.#fault;
  }

  get busy(): 'trying' | 'adding' | null {
    return this.#busy;
  }

  /** What the run that is under way does; null while it waits for its turn. */
  get step(): string | null {
    return this.#step;
  }

  /** Begins anew with these files; none: from the start. */
  async take(files: readonly string[]): Promise<void> {
    this.#files = files;
    this.#wish = {};
    this.#draft = null;
    await this.#look();
  }

  /** Asks for files; the ones there were stay when the user cancels. */
  async pick(kind: 'files' | 'folder'): Promise<void> {
    try {
      const files = await this.#client.call('app.pickModel', { kind });
      if (files) await this.take(files);
    } catch (error) {
      this.#fault = toErrorData(error);
    }
  }

  /** Another family has other input and output: what was said of those is forgotten. */
  async setFamily(family: string): Promise<void> {
    const { name, categories } = this.#wish;
    this.#wish = { family, name, categories };
    await this.#look();
    // The names were for what another family tells apart.
    if (this.#draft?.problem && categories) await this.correct({ categories: undefined });
  }

  /** A value that is undefined goes back to what was guessed. */
  async correct(change: Omit<ModelWish, 'family' | 'preparation'>): Promise<void> {
    this.#wish = { ...this.#wish, ...change };
    await this.#look();
  }

  async prepare(change: Partial<ModelPreparation>): Promise<void> {
    this.#wish = { ...this.#wish, preparation: { ...this.#wish.preparation, ...change } };
    await this.#look();
  }

  /** On the image, or on a drawn scene. */
  async try(imageId: number | null): Promise<void> {
    this.#trial = null;
    this.#trial = await this.#doRun('trying', (options) =>
      this.#client.call('app.tryModel', { ...this.#given(), imageId }, options),
    );
  }

  /** null where it failed: the fault says why. */
  async add(imageId: number | null, replaces: boolean): Promise<AddedModel | null> {
    return this.#doRun('adding', (options) =>
      this.#client.call('app.addModel', { ...this.#given(), imageId, replaces }, options),
    );
  }

  /** Ends the run that is under way. */
  stop(): void {
    this.#run?.abort();
  }

  /** Nothing of it is wanted any more. */
  close(): void {
    this.stop();
    this.#looking?.source.abort();
    this.#files = [];
    this.#wish = {};
    this.#draft = null;
    this.#trial = null;
    this.#fault = null;
  }

  /** What was asked before is answered no more. */
  async #look(): Promise<void> {
    this.stop();
    this.#trial = null;
    this.#looking?.source.abort();
    if (this.#files.length === 0) return;
    const source = new CancelSource();
    const done = this.#doLook(source);
    const own = (this.#looking = { source, done });
    await done;
    if (this.#looking === own) this.#looking = null;
  }

  async #doLook(signal: CancelSource): Promise<void> {
    this.#fault = null;
    try {
      const draft = await this.#client.call('app.inspectModel', this.#given(), { signal });
      if (!signal.aborted) this.#draft = draft;
    } catch (error) {
      if (!signal.aborted) this.#fault = toErrorData(error);
    }
  }

  #given(): GivenModel {
    const said = Object.entries(this.#wish).filter(([, value]) => value !== undefined);
    return { files: this.#files, wish: Object.fromEntries(said) as ModelWish };
  }

  /** After what was corrected last is looked at: a field is left by the click on the button. What is stopped says nothing. */
  async #doRun<T>(what: 'trying' | 'adding', work: (options: CallOptions) => Promise<T>): Promise<T | null> {
    this.#run?.abort();
    const own = (this.#run = new CancelSource());
    this.#busy = what;
    this.#step = null;
    const onProgress = ({ text }: Progress) => {
      if (this.#run === own) this.#step = text ?? null;
    };
    try {
      this.#fault = null;
      await this.#looking?.done;
      if (own.aborted || this.#fault || this.#draft?.problem) return null;
      const result = await work({ signal: own, onProgress });
      return own.aborted ? null : result;
    } catch (error) {
      if (!own.aborted) this.#fault = toErrorData(error);
      return null;
    } finally {
      if (this.#run === own) {
        this.#run = null;
        this.#busy = null;
      }
    }
  }
}
