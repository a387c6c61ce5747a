/** What proposes and what answers clicks: the models there are, and which of them, or which method, was chosen. */
import type { AddedModel, DownloadableModel, ModelSummary, OwnModel } from '@shared/models/types';
import type { ModelRun } from '@shared/project/modelRun';
import type { Finding } from '@shared/dataset/finding';
import { describeError } from '@shared/errors/appError';
import { guessImageKind, type ImageKind, KIND_SIDE } from '@shared/images/kind';
import { defaultSettings, type Settings } from '@shared/settings';
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
  #runs = $state.raw<Readonly<Record<string, ModelRun>>>({});
  #kind = $state<ImageKind | null>(null);
  /** The notice about models that cannot be used, and which these are. */
  #broken: number | null = null;
  #findings = '';
  /** Opens the list of models, where those of the user's own can be removed. */
  showModels: () => void = () => undefined;
  #wantedPrompter = $state(defaultSettings.smartSelect.model);

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

  /** Those that answer clicks and boxes. */
  get prompters(): readonly ModelSummary[] {
    return this.#models.filter(({ use }) => use === 'prompts');
  }

  /** Id of the one that Smart select and its searches ask: the one that ships where the chosen one is not there. */
  get prompter(): string {
    const wanted = this.#wantedPrompter;
    return this.prompters.some(({ id }) => id === wanted) ? wanted : defaultSettings.smartSelect.model;
  }

  /** At the start of the window. */
  readPrompter({ smartSelect }: Settings): void {
    this.#wantedPrompter = smartSelect.model;
  }

  /** On this computer, whatever project is open. */
  async choosePrompter(model: string): Promise<void> {
    this.#wantedPrompter = model;
    try {
      await this.#client.call('settings.write', { changes: { smartSelect: { model } } });
    } catch (error) {
      this.#notices.error(error);
    }
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

  /** How a model runs in this project. */
  runOf(model: string): ModelRun {
    return Object.hasOwn(this.#runs, model) ? this.#runs[model] : {};
  }

  /** Kept with the project, or told and undone where it cannot be; what is undefined goes back to what the model has. */
  async setRun(model: string, changes: Partial<ModelRun>): Promise<void> {
    const before = this.runOf(model);
    const run = { ...before, ...changes };
    this.#runs = { ...this.#runs, [model]: run };
    try {
      await this.#client.call('project.setModelRun', { model, run });
    } catch (error) {
      // Another project may be open by now, or more be set.
      if (this.#runs[model] === run) this.#runs = { ...this.#runs, [model]: before };
      this.#notices.error(error);
    }
  }

  /** Another project is open. */
  async readChosen(): Promise<void> {
    this.#chosen = null;
    this.#runs = {};
    try {
      this.#chosen = await this.#client.call('project.maker', {});
      this.#runs = await this.#client.call('project.modelRuns', {});
    } catch (error) {
      this.#notices.error(error);
    }
  }

  /** A model was added, after a trial on an image or a drawn scene; chosen where it proposes. */
  async added({ id, name, family, use, assumed, trial }: AddedModel, onImage: boolean): Promise<void> {
    await this.load();
    const isBoxes = this.#models.some((one) => one.id === id && one.boxes !== null);
    if (use === 'objects' || isBoxes) await this.choose(`model:${id}`);
    const where = onImage ? 'on this image' : 'on a drawn scene';
    this.#notices.show(
      // What was assumed may be wrong: it stays until it was read.
      assumed.length > 0 ? 'warning' : 'info',
      `Added “${name}” (${family}); ${where} it finds ${counted(trial.proposals.length, 'object')}`,
      assumed.map((one) => `Assumed: ${one}`),
      use === 'prompts' ? { label: 'Use it for Smart select', run: () => void this.choosePrompter(id) } : undefined,
    );
  }

  /** Gives a detector's boxes masks from now on: the model that does is chosen. Its id. */
  async pair(detector: string): Promise<string> {
    const { id } = await this.#client.call('app.pairModel', { model: detector });
    await this.load();
    await this.choose(`model:${id}`);
    return id;
  }

  ownModels(): Promise<readonly OwnModel[]> {
    return this.#client.call('app.ownModels', {});
  }

  /** Takes a model of the user's own out; the notice puts it back. `then`: the lists that show it read it again. */
  async removeOwn({ folder, name }: OwnModel, then: () => Promise<void>): Promise<void> {
    await this.#client.call('app.removeModel', { folder });
    await Promise.all([this.load(), then()]);
    const putBack = async () => {
      try {
        await this.#client.call('app.putBackModel', { folder });
        await Promise.all([this.load(), then()]);
      } catch (error) {
        this.#notices.error(error);
      }
    };
    const undo = { label: 'Undo', run: () => void putBack() };
    this.#notices.show('info', `Removed the model “${name}”`, [], undo);
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

  /** Also when the user comes back from another window, which may have added or removed some. */
  async load(): Promise<void> {
    try {
      const { models, findings } = await this.#client.call('inference.models', {});
      if (JSON.stringify(models) !== JSON.stringify(this.#models)) this.#models = models;
      this.#tellBroken(findings);
    } catch (error) {
      this.#notices.error(error);
    }
  }

  /** Which cannot be used, why, and where something can be done about it; what was said before is over. */
  #tellBroken(findings: readonly Finding[]): void {
    const before = this.#findings;
    this.#findings = JSON.stringify(findings);
    if (this.#findings === before) return;
    if (this.#broken !== null) this.#notices.dismiss(this.#broken);
    this.#broken = null;
    if (findings.length === 0) return;
    const names = [...new Set(findings.map(({ file }) => `“${file?.split(/[\\/]/).at(-2) ?? 'a model'}”`))];
    const details = findings.map(({ message, file, pointer }) =>
      describeError({ code: 'bad-model', message, place: { file, pointer } }),
    );
    const what =
      names.length === 1 ? `The model ${names[0]} cannot be used` : `Models cannot be used: ${names.join(', ')}`;
    const lead = { label: 'Show models', run: () => this.showModels() };
    this.#broken = this.#notices.warnOfProgram(what, details, lead);
  }
}
