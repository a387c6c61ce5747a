/** From files to the open project and back: opening, closing, relinking, exporting. */
import { exportSentences } from '@shared/dataset/lossWords';
import type { Finding } from '@shared/dataset/finding';
import type { Selection } from '@shared/dataset/selectView';
import { AppError, describeError } from '@shared/errors/appError';
import type { CancelSource } from '@shared/errors/cancellation';
import type {
  ExportPreview,
  FormatInfo,
  OpenReport,
  OpenTarget,
  ProjectSummary,
  RecognisedDataset,
  RelinkReport,
} from '@shared/project/types';
import type { CallOptions, Engine } from '../api/engine';
import type { NoticeAction } from './notices.svelte';
import { countOf } from './projectOperations.svelte';
import { counted, fileNameOf } from './wording';
import type { Workbench } from './workbench.svelte';

/** What puts right the faults that an import found, as one step that can be undone. */
export interface Repairs {
  swapMaskSizes(): Promise<boolean>;
}

/** What is exported, and how. */
export interface ExportPlan {
  readonly format: string;
  readonly options: Readonly<Record<string, string>>;
  readonly selection: Selection;
  /** Absent: the images stay where they are. */
  readonly images?: 'copy';
}

export class ProjectFiles {
  readonly #client: Engine;
  readonly #workbench: Workbench;
  readonly #repairs: Repairs;
  /** The last export of this window, to do it again. */
  #lastPlan: ExportPlan | null = null;
  /** The notice of what was found when the project was opened. */
  #findings: number | null = null;

  constructor(client: Engine, workbench: Workbench, repairs: Repairs) {
    this.#repairs = repairs;
    this.#client = client;
    this.#workbench = workbench;
  }

  async open(target: OpenTarget): Promise<void> {
    switch (target.kind) {
      case 'sample':
        await this.#open('Opening the sample project', (options) => this.#client.call('app.openSample', {}, options));
        return;
      case 'folder':
        return this.#openFolder(target.path);
      case 'project':
        await this.#open('Opening the project', (options) =>
          this.#client.call('project.open', { file: target.path }, options),
        );
        return;
      case 'dataset':
        return this.#openDataset(target);
    }
  }

  /** Where records cannot be read, to go on without them is the user's to say. */
  async #openDataset(target: Extract<OpenTarget, { kind: 'dataset' }>): Promise<void> {
    const { path, format, repair } = target;
    const open = (options: CallOptions) => this.#client.call('project.openDataset', { path, format, repair }, options);
    const run = () => void this.open({ ...target, repair: true });
    await this.#open('Opening the dataset', open, { offer: { label: withoutBroken, run } });
  }

  /**
   * A folder of images, or of a dataset: one that has label files of a known format is opened with them, and says so. A COCO
   * file beside images may be anyone's: it is opened by itself.
   */
  async #openFolder(path: string): Promise<void> {
    const { notices } = this.#workbench;
    let found: RecognisedDataset['formats'] = [];
    const run = () => void this.open({ kind: 'dataset', path, format: found[0]?.id, repair: true });
    const offer = { label: withoutBroken, run };
    // One job, so that cancelling it at any moment ends it.
    const read = async (options: CallOptions) => {
      const { formats, hasProject } = await this.#client.call('project.recognise', { path }, options);
      found = hasProject ? [] : formats.filter(({ id }) => id !== 'coco');
      if (found.length > 1) return null;
      if (found.length === 0) return this.#client.call('project.openFolder', { folder: path }, options);
      return this.#client.call('project.openDataset', { path, format: found[0].id }, options);
    };
    const opened = await this.#open('Reading the folder', read, { offer });
    if (opened && found.length === 1) notices.show('info', `Opened as ${found[0].title}: ${found[0].why}`);
    if (found.length < 2) return;
    // The user says which one it is.
    for (const { id, title, why } of found) {
      const run = () => void this.open({ kind: 'dataset', path, format: id });
      notices.show('warning', `${fileNameOf(path)} may be ${title}: ${why}`, [], { label: `Open as ${title}`, run });
    }
  }

  /** Opens a copy that was made of a project, as a project of its own beside it. */
  async openBackup(file: string, backup: string): Promise<void> {
    await this.#open('Opening the copy', (options) => this.#client.call('app.openBackup', { file, backup }, options));
  }

  async pickFolder(): Promise<void> {
    const path = await this.#client.call('app.pickFolder', { title: 'Open a folder of images' });
    if (path) await this.open({ kind: 'folder', path });
  }

  async pickDataset(): Promise<void> {
    const path = await this.#client.call('app.pickDataset', { title: 'Open a dataset' });
    if (path) await this.open({ kind: 'dataset', path });
  }

  /** Opens a read-only project again, to see whether it can be written now; the open image stays. */
  async openForEditing(): Promise<void> {
    const { project, currentImageId } = this.#workbench;
    if (!project) return;
    await this.#open(
      'Opening the project for editing',
      (options) => this.#client.call('project.open', { file: project.file }, options),
      { imageId: currentImageId },
    );
  }

  /** A further window; on the open project it is read-only. */
  async newWindow(): Promise<void> {
    try {
      await this.#client.call('app.newWindow', {});
    } catch (error) {
      this.#workbench.notices.error(error);
    }
  }

  async close(): Promise<void> {
    await this.#workbench.open?.settled();
    await this.#workbench.place.flush();
    await this.#client.call('project.close', {});
    this.#workbench.leave();
  }

  /** Looks for missing images in a folder the user chooses; null when they chose none or it failed. */
  async relink(): Promise<RelinkReport | null> {
    const { open, jobs, notices } = this.#workbench;
    try {
      const folder = await this.#client.call('app.pickFolder', { title: 'Where are the images now?' });
      if (!folder) return null;
      await open?.settled();
      const report = await jobs.run('Looking for images', (options) =>
        this.#client.call('project.relink', { folder }, options),
      );
      await this.#workbench.showMoved(report.project);
      // What was said of missing files is no longer so; what still is stands in the report.
      if (this.#findings !== null) notices.dismiss(this.#findings);
      return report;
    } catch (error) {
      notices.error(error);
      return null;
    }
  }

  /** What a project can be written as. */
  formats(): Promise<readonly FormatInfo[]> {
    return this.#client.call('app.formats', {});
  }

  /** What the export would write and could not say. */
  previewExport({ format, options, selection }: ExportPlan, signal: CancelSource): Promise<ExportPreview> {
    return this.#client.call('project.previewExport', { format, options, selection }, { signal });
  }

  /** To where it was exported last, in that format; the first time as COCO, and asks where to. */
  async exportAgain(): Promise<void> {
    const { project } = this.#workbench;
    if (!project) return;
    const format = project.lastExportFormat ?? 'coco';
    const plan = this.#lastPlan?.format === format ? this.#lastPlan : { format, options: {}, selection: {} };
    await this.#export(plan, project.lastExport);
  }

  /** Asks where to; false where the user gave no answer. What went wrong is told. */
  async exportAs(plan: ExportPlan): Promise<boolean> {
    return this.#export(plan, null);
  }

  async #export(plan: ExportPlan, known: string | null): Promise<boolean> {
    const { project, open, jobs, notices } = this.#workbench;
    if (!project) return false;
    try {
      await open?.settled();
      const { format } = plan;
      const suggested = suggestExport(project, format);
      const path = known ?? (await this.#client.call('app.pickExport', { suggested, format }));
      if (!path) return false;
      const report = await jobs.run('Exporting', (options) =>
        this.#client.call('project.export', { ...plan, path, overwrite: 'export' }, options),
      );
      this.#lastPlan = plan;
      const count = countOf(report.annotations, report.images);
      const details = exportSentences(report);
      notices.show(details.length > 0 ? 'warning' : 'info', `Exported ${count} to ${report.file}`, details);
      await this.#workbench.refreshProject();
      return true;
    } catch (error) {
      notices.error(error);
      return true;
    }
  }

  /** `imageId`: the image to show first; `offer`: what the user can do where records cannot be read. */
  async #open(
    title: string,
    open: (options: CallOptions) => Promise<OpenReport | null>,
    { imageId, offer }: { readonly imageId?: number | null; readonly offer?: NoticeAction } = {},
  ): Promise<boolean> {
    const { open: image, jobs, notices } = this.#workbench;
    try {
      await image?.settled();
      await this.#workbench.place.flush();
      const report = await jobs.run(title, open);
      if (!report) return false;
      // An Undo of before would act on the annotations that have the same ids here.
      notices.dismissActions();
      this.#tellFindings(report);
      await this.#workbench.show(report.project, imageId);
      return true;
    } catch (error) {
      if (offer && error instanceof AppError && error.remedy === 'repair') {
        notices.show('error', describeError(error), [], offer);
      } else if (error instanceof AppError && error.remedy === 'copy') await this.#offerCopy(error);
      else notices.error(error);
      return false;
    }
  }

  /** Of a project that cannot be read any more, the newest copy that was made of it. */
  async #offerCopy(error: AppError): Promise<void> {
    const file = error.place?.file;
    const projects = await this.#client.call('recent.list', {}).catch(() => []);
    const copy = projects.find((each) => each.file === file)?.backups[0];
    const run = () => void (file && copy && this.openBackup(file, copy.path));
    this.#workbench.notices.show('error', describeError(error), [], copy && { label: 'Open the copy', run });
  }

  #tellFindings({ findings, project }: OpenReport): void {
    if (findings.length === 0) return;
    const { imagesFolder } = project;
    const details = findings.map(({ file, message }) => {
      const isNamed = file && message.includes(fileNameOf(file));
      const line = file && !isNamed ? `${file}: ${message}` : message;
      // Which of many is told by the name, not by the folder of all of them.
      return line.startsWith(imagesFolder) ? line.slice(imagesFolder.length).replace(/^[\\/]/, '') : line;
    });
    const offer = project.readOnly ? undefined : this.#offerRepair(findings);
    this.#findings = this.#workbench.notices.show(...summaryOf(findings), details, offer);
  }

  #offerRepair(findings: readonly Finding[]): NoticeAction | undefined {
    if (!findings.some(({ repair }) => repair === 'swap-mask-sizes')) return undefined;
    const run = () => {
      if (this.#findings !== null) this.#workbench.notices.dismiss(this.#findings);
      void this.#repairs.swapMaskSizes();
    };
    return { label: 'Swap the mask sizes', run };
  }
}

const withoutBroken = 'Open without what is broken';

/** A finding that is an error is a file that cannot be read. */
function summaryOf(findings: readonly Finding[]): ['error' | 'warning', string] {
  const unreadable = findings.filter(({ severity }) => severity === 'error').length;
  const warnings = counted(findings.length - unreadable, 'warning');
  if (unreadable === 0) return ['warning', `Opened with ${warnings}`];
  const files = `Opened, but ${counted(unreadable, 'file')} cannot be read`;
  return ['error', unreadable === findings.length ? files : `${files}; ${warnings}`];
}

/** Beside the images, never the file the project came from. */
function suggestExport(project: ProjectSummary, format: string): string {
  const separator = project.imagesFolder.includes('\\') ? '\\' : '/';
  const name = `${project.name}-annotations.${format === 'csv' ? 'csv' : 'json'}`;
  const suggested = `${project.imagesFolder}${separator}${name}`;
  return suggested === project.importSource ? suggested.replace(/\.json$/, '-2.json') : suggested;
}
