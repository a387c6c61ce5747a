/** An export on its way: what it would write, where to, what it changes there, and the writing, which can be stopped. */
import type { AugmentRecipe } from '@shared/dataset/augment/recipe';
import { diffSentences } from '@shared/dataset/diffWords';
import { exportSentences } from '@shared/dataset/lossWords';
import { AppError, describeError, toErrorData } from '@shared/errors/appError';
import { CancelSource } from '@shared/errors/cancellation';
import type { Progress } from '@shared/errors/work';
import type {
  CopyPreview,
  NoCopy,
  ExportChanges,
  ExportPreview,
  ExportReport,
  ExportSettings,
  FormatInfo,
  ProjectSummary,
} from '@shared/project/types';
import type { CallOptions, Engine } from '../api/engine';
import type { Dialogs } from './dialogs.svelte';
import type { NoticeAction } from './notices.svelte';
import { countOf } from './projectOperations.svelte';
import { fileNameOf } from './wording';
import type { Workbench } from './workbench.svelte';

/** What is exported, and how. */
export interface ExportPlan extends ExportSettings {
  readonly format: string;
}

/** What is there where the export goes. */
export interface ExportReplaces {
  readonly path: string;
  readonly found: ExportChanges;
}

/** What the user is to say yes to. */
interface Asked extends ExportReplaces {
  readonly plan: ExportPlan;
  /** File of the project. */
  readonly of: string;
}

/** Of more annotations Ctrl+S does not say what it changed: it would take longer than the export. */
const mostTold = 20_000;

export class Exporting {
  readonly #client: Engine;
  readonly #workbench: Workbench;
  readonly #dialogs: Pick<Dialogs, 'open' | 'show'>;
  #running: CancelSource | null = null;
  /** File of the project that is exported. */
  #of: string | null = null;
  /** It was begun in the dialog, and ends with it. */
  #isDialogs = false;
  #busy = $state.raw<'comparing' | 'writing' | null>(null);
  #progress = $state.raw<Progress | null>(null);
  #asked = $state.raw<Asked | null>(null);
  #told = $state.raw<ExportReplaces | null>(null);
  #fault = $state.raw<string | null>(null);
  /** What is said of the last export, in place of what was said of the one before. */
  #notice: number | null = null;

  /** `dialogs`: where there is something to ask or to show. */
  constructor(client: Engine, workbench: Workbench, dialogs: Pick<Dialogs, 'open' | 'show'>) {
    this.#client = client;
    this.#workbench = workbench;
    this.#dialogs = dialogs;
  }

  get busy(): 'comparing' | 'writing' | null {
    return this.#busy;
  }

  get progress(): Progress | null {
    return this.#progress;
  }

  /** What the user is to say yes to before it is written over; null: nothing. */
  get replaces(): ExportReplaces | null {
    return this.#asked;
  }

  /** What the last export that asked nothing changed. */
  get changed(): ExportReplaces | null {
    return this.#told;
  }

  /** Why the last try came to nothing. */
  get fault(): string | null {
    return this.#fault;
  }

  /** As the project was exported last, or as it came. */
  get lastPlan(): ExportPlan {
    const { lastExportFormat, lastExportSettings, splits = [] } = this.#workbench.project ?? {};
    const selection = splits.length > 0 ? ({ split: 'stated' } as const) : {};
    return { options: {}, selection, ...lastExportSettings, format: lastExportFormat ?? 'coco' };
  }

  /** What a project can be written as. */
  formats(): Promise<readonly FormatInfo[]> {
    return this.#client.call('app.formats', {});
  }

  /** What the export would write and could not say. */
  preview({ format, options, selection }: ExportPlan, signal: CancelSource): Promise<ExportPreview> {
    return this.#client.call('project.previewExport', { format, options, selection }, { signal });
  }

  /** An augmented copy as the export would make it, or why there is none. */
  previewCopy(
    which: Pick<ExportPlan, 'selection'> & Record<'imageId' | 'number', number> & { readonly augment: AugmentRecipe },
    signal: CancelSource,
  ): Promise<CopyPreview | NoCopy> {
    return this.#client.call('project.previewCopy', which, { signal });
  }

  /** Keeps what happens to the copies in a file that `convert --augment` reads; a fault is told. */
  async saveRecipe(recipe: AugmentRecipe): Promise<void> {
    const file = await this.#try(() => this.#client.call('app.saveRecipe', { recipe }));
    if (file) this.#workbench.notices.show('info', 'Saved the recipe', [], undefined, file);
  }

  /** null where the user chose none, or it failed. */
  async openRecipe(): Promise<AugmentRecipe | null> {
    return this.#try(() => this.#client.call('app.openRecipe', {}));
  }

  /** Asks where to, and writes where that replaces nothing; true once it is written. */
  async start(plan: ExportPlan): Promise<boolean> {
    const { project } = this.#workbench;
    if (!project || this.#running) return false;
    return this.#fromDialog(project.file, async (source) => {
      const path = await this.#pick(project, plan.format);
      if (!path) return false;
      const found = await this.#compare(plan, path, source);
      if (found === null) return this.#write(plan, path, source);
      this.#asked = { path, found, plan, of: project.file };
      return false;
    });
  }

  /** Writes over what the user was shown. */
  async replace(): Promise<boolean> {
    const asked = this.#asked;
    if (!asked || this.#running) return false;
    return this.#fromDialog(asked.of, (source) => this.#write(asked.plan, asked.path, source));
  }

  /** Stops what is going on; nothing half-written stays. What was asked is no longer asked. */
  stop(): void {
    this.#running?.abort();
    this.#asked = null;
    this.#fault = null;
  }

  /** What was begun in the dialog ends with it; what was begun without it goes on. */
  leave(): void {
    if (this.#isDialogs || !this.#running) this.stop();
  }

  /**
   * To where it was exported last, in the same way; the first time as COCO, and asks where to. What another program wrote there
   * since is not written over without a word; what else is changed is told afterwards.
   */
  async again(): Promise<void> {
    const { project, notices } = this.#workbench;
    if (!project || this.#running) return;
    const plan = this.lastPlan;
    try {
      await this.#run(project.file, async (source) => {
        const path = project.lastExport ?? (await this.#pick(project, plan.format));
        if (!path) return;
        let found = await this.#compare(plan, path, source, mostTold);
        // What is asked is worth its time.
        if (found?.why === 'too-large' && mayLose(found)) found = await this.#compare(plan, path, source);
        if (found && mayLose(found)) this.#ask({ path, found, plan, of: project.file });
        else await this.#write(plan, path, source, found);
      });
    } catch (error) {
      notices.error(error);
    }
  }

  /** A dialog that was opened meanwhile is the user's: then it waits until they come to it, and is looked at anew. */
  #ask(asked: Asked): void {
    if (this.#dialogs.open === null) {
      this.#asked = asked;
      this.#dialogs.show('export');
      return;
    }
    const look: NoticeAction = { label: 'See what would change', run: () => void this.again() };
    this.#say(
      'warning',
      `Not exported yet: this project did not write all that is in ${fileNameOf(asked.path)}`,
      [],
      look,
    );
  }

  async #pick(project: ProjectSummary, format: string): Promise<string | null> {
    await this.#workbench.settled();
    return this.#client.call('app.pickExport', { suggested: suggestExport(project), format });
  }

  async #compare(plan: ExportPlan, path: string, source: CancelSource, most?: number): Promise<ExportChanges | null> {
    await this.#workbench.settled();
    this.#begin('comparing');
    const task = { ...plan, path, overwrite: 'export', ...(most === undefined ? {} : { most }) } as const;
    const found = await this.#asJob(source, (options) => this.#client.call('project.exportChanges', task, options));
    this.#checkProject();
    return found;
  }

  /** What is going on from now on; how far it is, it says itself. */
  #begin(busy: Exporting['busy']): void {
    this.#busy = busy;
    this.#progress = null;
  }

  /** One at a time. `project`: its file. */
  async #run<T>(project: string, work: (source: CancelSource) => Promise<T>): Promise<T> {
    const source = new CancelSource();
    this.#running = source;
    this.#of = project;
    try {
      return await work(source);
    } finally {
      this.#running = null;
      this.#begin(null);
    }
  }

  async #fromDialog(project: string, work: (source: CancelSource) => Promise<boolean>): Promise<boolean> {
    this.#isDialogs = true;
    const isDone = await this.#try(() => this.#run(project, work));
    this.#isDialogs = false;
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

  #checkProject(): void {
    if (this.#workbench.project?.file !== this.#of) throw new AppError('cancelled', 'Another project was opened');
  }

  /** It can be stopped where it was begun, and where jobs are listed; another project that was opened meanwhile ends it. */
  async #asJob<T>(source: CancelSource, work: (options: CallOptions) => Promise<T>): Promise<T> {
    this.#checkProject();
    return this.#workbench.jobs.run('Exporting', (options) => {
      options.signal.addEventListener('abort', () => source.abort());
      const onProgress = (progress: Progress) => {
        this.#progress = progress;
        options.onProgress(progress);
      };
      return work({ signal: source, onProgress });
    });
  }

  /** `found`: what it changes, where the user has not been shown it. */
  async #write(
    plan: ExportPlan,
    path: string,
    source: CancelSource,
    found: ExportChanges | null = null,
  ): Promise<boolean> {
    this.#begin('writing');
    const task = { ...plan, path, overwrite: 'export' } as const;
    const report = await this.#asJob(source, (options) => this.#client.call('project.export', task, options));
    this.#asked = null;
    this.#tell(report, path, found);
    await this.#workbench.refreshProject();
    return true;
  }

  #tell(report: ExportReport, path: string, found: ExportChanges | null): void {
    const changes = found?.changes ? diffSentences(found.changes) : [];
    const show: NoticeAction = { label: 'Show changes', run: () => this.#dialogs.show('export-changes') };
    if (found) this.#told = { path, found };
    const parts = report.parts ? ` as ${report.parts.join(', ')}` : '';
    const what = `Exported ${countOf(report.annotations, report.images)}${parts}`;
    const said = changes.length > 0 ? `${what}: ${changes.join(', ')}` : what;
    const details = exportSentences(report);
    const action = changes.length > 0 ? show : undefined;
    this.#say(details.length > 0 ? 'warning' : 'info', said, details, action, report.file);
  }

  #say(...notice: Parameters<Workbench['notices']['show']>): void {
    const { notices } = this.#workbench;
    if (this.#notice !== null) notices.dismiss(this.#notice);
    this.#notice = notices.show(...notice);
  }
}

/** Whether something there is not the work of this project: it is nowhere else. */
function mayLose({ changes, why, changedSince = [] }: ExportChanges): boolean {
  if (why === 'other-format') return true;
  return changedSince.length > 0 && (changes === null || diffSentences(changes).length > 0);
}

/** Beside the images, never the file the project came from; the ending is the format's. */
function suggestExport({ imagesFolder, name, importSource }: ProjectSummary): string {
  const separator = imagesFolder.includes('\\') ? '\\' : '/';
  const suggested = `${imagesFolder}${separator}${name}-annotations`;
  const isSource = importSource?.replace(/\.[^.\\/]*$/, '') === suggested;
  return `${suggested}${isSource ? '-2' : ''}.json`;
}
