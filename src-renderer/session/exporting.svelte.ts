/** An export on its way: what it would write, where to, what it changes there, and the writing, which can be stopped. */
import type { AugmentRecipe } from '@shared/dataset/augment/recipe';
import { exportSentences } from '@shared/dataset/lossWords';
import type { Selection } from '@shared/dataset/selectView';
import { AppError, describeError, toErrorData } from '@shared/errors/appError';
import { CancelSource } from '@shared/errors/cancellation';
import type { Progress } from '@shared/errors/work';
import type { CopyPreview, ExportChanges, ExportPreview, FormatInfo, ProjectSummary } from '@shared/project/types';
import type { Engine } from '../api/engine';
import { countOf } from './projectOperations.svelte';
import type { Workbench } from './workbench.svelte';

/** What is exported, and how. */
export interface ExportPlan {
  readonly format: string;
  readonly options: Readonly<Record<string, string>>;
  readonly selection: Selection;
  /** Absent: the images stay where they are. */
  readonly images?: 'copy';
  /** Changed copies that are added; only with `images`. */
  readonly augment?: AugmentRecipe;
}

/** What is there where the export goes. */
export interface ExportReplaces {
  readonly path: string;
  readonly found: ExportChanges;
}

export class Exporting {
  readonly #client: Engine;
  readonly #workbench: Workbench;
  /** The last export of this window, to do it again. */
  #lastPlan: ExportPlan | null = null;
  #running: CancelSource | null = null;
  #busy = $state.raw<'comparing' | 'writing' | null>(null);
  #progress = $state.raw<Progress | null>(null);
  #replaces = $state.raw<ExportReplaces | null>(null);
  #fault = $state.raw<string | null>(null);

  constructor(client: Engine, workbench: Workbench) {
    this.#client = client;
    this.#workbench = workbench;
  }

  get busy(): 'comparing' | 'writing' | null {
    return this.#busy;
  }

  get progress(): Progress | null {
    return this.#progress;
  }

  /** What the user is to say yes to before it is written over; null: nothing. */
  get replaces(): ExportReplaces | null {
    return this.#replaces;
  }

  /** Why the last try came to nothing. */
  get fault(): string | null {
    return this.#fault;
  }

  /** What a project can be written as. */
  formats(): Promise<readonly FormatInfo[]> {
    return this.#client.call('app.formats', {});
  }

  /** What the export would write and could not say. */
  preview({ format, options, selection }: ExportPlan, signal: CancelSource): Promise<ExportPreview> {
    return this.#client.call('project.previewExport', { format, options, selection }, { signal });
  }

  /** An augmented copy as the export would make it; null: nothing would happen to it. */
  previewCopy(
    which: { readonly imageId: number; readonly number: number; readonly augment: AugmentRecipe },
    signal: CancelSource,
  ): Promise<CopyPreview | null> {
    return this.#client.call('project.previewCopy', which, { signal });
  }

  /** Keeps what happens to the copies in a file that `convert --augment` reads; a fault is told. */
  async saveRecipe(recipe: AugmentRecipe): Promise<void> {
    const file = await this.#try(() => this.#client.call('app.saveRecipe', { recipe }));
    if (file) this.#workbench.notices.show('info', `Saved ${file}`);
  }

  /** null where the user chose none, or it failed. */
  async openRecipe(): Promise<AugmentRecipe | null> {
    return this.#try(() => this.#client.call('app.openRecipe', {}));
  }

  /** Asks where to, and writes where that replaces nothing; true once it is written. */
  async start(plan: ExportPlan): Promise<boolean> {
    const { project, open } = this.#workbench;
    if (!project || this.#busy) return false;
    return this.#attempt(async (signal) => {
      await open?.settled();
      const { format } = plan;
      const path = await this.#client.call('app.pickExport', { suggested: suggestExport(project), format });
      if (!path) return false;
      this.#begin('comparing');
      const found = await this.#client.call(
        'project.exportChanges',
        { ...plan, path, overwrite: 'export' },
        { signal, onProgress: (progress) => (this.#progress = progress) },
      );
      if (found === null) return this.#write(plan, path, signal);
      this.#replaces = { path, found };
      return false;
    });
  }

  /** Writes over what the user was shown. */
  async replace(plan: ExportPlan): Promise<boolean> {
    const path = this.#replaces?.path;
    if (path === undefined || this.#busy) return false;
    return this.#attempt((signal) => this.#write(plan, path, signal));
  }

  /** Stops what is going on; nothing half-written stays. What was asked is no longer asked. */
  stop(): void {
    this.#running?.abort();
    this.#replaces = null;
    this.#fault = null;
  }

  /** To where it was exported last, in that format; the first time as COCO, and asks where to. */
  async again(): Promise<void> {
    const { project, notices, open } = this.#workbench;
    if (!project || this.#busy) return;
    const format = project.lastExportFormat ?? 'coco';
    const plan = this.#lastPlan?.format === format ? this.#lastPlan : { format, options: {}, selection: {} };
    try {
      await open?.settled();
      const path =
        project.lastExport ??
        (await this.#client.call('app.pickExport', { suggested: suggestExport(project), format }));
      if (path) await this.#write(plan, path, new CancelSource());
    } catch (error) {
      notices.error(error);
    }
  }

  /** What is going on from now on; how far it is, it says itself. */
  #begin(busy: Exporting['busy']): void {
    this.#busy = busy;
    this.#progress = null;
  }

  async #attempt(work: (signal: CancelSource) => Promise<boolean>): Promise<boolean> {
    const source = new CancelSource();
    this.#running = source;
    const isDone = await this.#try(() => work(source));
    this.#running = null;
    this.#begin(null);
    return isDone === true;
  }

  /** null where it failed, which the fault tells, or was stopped. */
  async #try<T>(work: () => Promise<T>): Promise<T | null> {
    this.#fault = null;
    try {
      return await work();
    } catch (error) {
      const wasStopped = error instanceof AppError && error.code === 'cancelled';
      if (!wasStopped) this.#fault = describeError(toErrorData(error));
      return null;
    }
  }

  async #write(plan: ExportPlan, path: string, signal: CancelSource): Promise<boolean> {
    const { jobs, notices } = this.#workbench;
    this.#begin('writing');
    try {
      const report = await jobs.run('Exporting', (options) => {
        options.signal.addEventListener('abort', () => signal.abort());
        const onProgress = (progress: Progress) => {
          this.#progress = progress;
          options.onProgress(progress);
        };
        return this.#client.call('project.export', { ...plan, path, overwrite: 'export' }, { signal, onProgress });
      });
      this.#lastPlan = plan;
      this.#replaces = null;
      const count = countOf(report.annotations, report.images);
      const details = exportSentences(report);
      notices.show(details.length > 0 ? 'warning' : 'info', `Exported ${count} to ${report.file}`, details);
      await this.#workbench.refreshProject();
      return true;
    } finally {
      this.#begin(null);
    }
  }
}

/** Beside the images, never the file the project came from; the ending is the format's. */
function suggestExport({ imagesFolder, name, importSource }: ProjectSummary): string {
  const separator = imagesFolder.includes('\\') ? '\\' : '/';
  const suggested = `${imagesFolder}${separator}${name}-annotations`;
  const isSource = importSource?.replace(/\.[^.\\/]*$/, '') === suggested;
  return `${suggested}${isSource ? '-2' : ''}.json`;
}
