/** From files to the open project and back: opening, closing, relinking. */
import type { Finding } from '@shared/dataset/finding';
import { AppError, describeError, type Remedy } from '@shared/errors/appError';
import type { OpenReport, OpenTarget, RecognisedFormat, RelinkReport, SplitFiles } from '@shared/project/types';
import type { CallOptions, Engine } from '../api/engine';
import { isJson } from './datasetFormats';
import type { ImportChoice } from './importChoice.svelte';
import type { NoticeAction } from './notices.svelte';
import { OpenChoices } from './openChoices.svelte';
import { OpenFindings } from './openFindings.svelte';
import { fileNameOf } from './wording';
import type { Workbench } from './workbench.svelte';

/** What puts right the faults that an import found, as one step that can be undone. */
export interface Repairs {
  swapMaskSizes(): Promise<boolean>;
}

export class ProjectFiles {
  readonly #client: Engine;
  readonly #workbench: Workbench;
  readonly #repairs: Repairs;
  /** What of a dataset the user is asked before it is read. */
  readonly importChoice: ImportChoice;
  /** Of a path that may be several things, which one is opened. */
  readonly choices = new OpenChoices({
    open: (target) => this.open(target),
    openImages: (folder) => this.#openImages(folder),
  });
  readonly findings = new OpenFindings();
  #relinking = $state(false);

  constructor(
    client: Engine,
    workbench: Workbench,
    { repairs, importChoice }: { readonly repairs: Repairs; readonly importChoice: ImportChoice },
  ) {
    this.#repairs = repairs;
    this.importChoice = importChoice;
    this.#client = client;
    this.#workbench = workbench;
  }

  /** Missing images are being looked for. */
  get relinking(): boolean {
    return this.#relinking;
  }

  async #openImages(folder: string): Promise<void> {
    await this.#open('Reading the folder', (options) => this.#client.call('project.openFolder', { folder }, options));
  }

  async open(target: OpenTarget): Promise<void> {
    if (this.#workbench.leadsBackToShape()) return;
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

  /** Where records cannot be read, or maps do not fit, how to go on is the user's to say; and so is what no file tells. */
  async #openDataset(target: DatasetTarget): Promise<void> {
    const { kind: _kind, ...params } = target;
    let recognised: RecognisedFormat | null = null;
    if (!target.options && !target.repair && !target.parts && !isJson(target.file ?? target.path)) {
      const found = await this.#newFormat(target);
      if (found === 'given up') return;
      if (found && found.asked.length > 0) return this.#askAndOpen(target.path, found);
      recognised = target.format === undefined ? found : null;
    }
    const open = (options: CallOptions) => this.#client.call('project.openDataset', params, options);
    const hints = { offers: () => this.#offersFor(target), asked: target.path };
    const isOpen = await this.#open('Opening the dataset', open, hints);
    if (isOpen && recognised) this.#tellFormat(recognised);
  }

  async #askAndOpen(path: string, { id: format, title, why, asked }: RecognisedFormat): Promise<void> {
    const options = await this.importChoice.ask({ path, title, why, options: asked });
    if (options) await this.#openDataset({ kind: 'dataset', path, format, options });
  }

  #tellFormat({ title, why }: RecognisedFormat): void {
    this.#workbench.notices.show('info', `Opened as ${title}: ${why}`);
  }

  /** The one format of what has no project yet; null: there is none, or opening it tells what is wrong. */
  async #newFormat({ path, format }: DatasetTarget): Promise<RecognisedFormat | 'given up' | null> {
    try {
      const { formats, hasProject } = await this.#workbench.jobs.run('Looking at the dataset', (options) =>
        this.#client.call('project.recognise', { path }, options),
      );
      const found = formats.find(({ id }) => id === format) ?? (formats.length === 1 ? formats[0] : undefined);
      return found && !hasProject ? found : null;
    } catch (error) {
      return error instanceof AppError && error.code === 'cancelled' ? 'given up' : null;
    }
  }

  /** How to go on where the dataset cannot be taken as it is. */
  #offersFor(target: DatasetTarget): Offers {
    return {
      repair: { label: 'Open without what is broken', run: () => void this.open({ ...target, repair: true }) },
      resize: {
        label: 'Fit the maps to their images',
        run: () => void this.open({ ...target, options: { ...target.options, resize: 'nearest' } }),
      },
    };
  }

  /**
   * A folder of images, or of a dataset: one that has label files of a known format is opened with them, and says so. A COCO
   * file beside images may be anyone's: it is opened by itself.
   */
  async #openFolder(path: string): Promise<void> {
    let found: readonly RecognisedFormat[] = [];
    let [files, together]: [readonly string[], readonly SplitFiles[]] = [[], []];
    // One job, so that cancelling it at any moment ends it.
    const read = async (options: CallOptions) => {
      const recognised = await this.#client.call('project.recognise', { path }, options);
      found = recognised.hasProject ? [] : recognised.formats.filter(({ id }) => id !== 'coco');
      if (!recognised.hasProject) ({ files, together } = recognised);
      if (found.length > 1 || files.length > 1 || found.some(({ asked }) => asked.length > 0)) return null;
      if (found.length === 0) return this.#client.call('project.openFolder', { folder: path }, options);
      return this.#client.call('project.openDataset', { path, format: found[0].id }, options);
    };
    const offers = () => (found.length === 1 ? this.#offersFor({ kind: 'dataset', path, format: found[0].id }) : {});
    const opened = await this.#open('Reading the folder', read, { offers });
    if (found.length === 1 && found[0].asked.length > 0) return this.#askAndOpen(path, found[0]);
    if (opened && found.length === 1) this.#tellFormat(found[0]);
    if (files.length > 1) this.choices.offerFiles({ path, files, together, orImages: true });
    if (found.length > 1) this.choices.offerFormats({ path, formats: found });
  }

  /** Opens a copy that was made of a project, as a project of its own beside it. */
  async openBackup(file: string, backup: string): Promise<void> {
    await this.#open('Opening the copy', (options) => this.#client.call('app.openBackup', { file, backup }, options));
  }

  async pickFolder(): Promise<void> {
    if (this.#workbench.leadsBackToShape()) return;
    const path = await this.#client.call('app.pickFolder', { title: 'Open a folder of images' });
    if (path) await this.open({ kind: 'folder', path });
  }

  async pickDataset(): Promise<void> {
    if (this.#workbench.leadsBackToShape()) return;
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

  /** What waits for the name of its category would be lost: that is asked again first. */
  async close(): Promise<void> {
    if (this.#workbench.leadsBackToShape()) return;
    try {
      await this.#workbench.settled();
      await this.#workbench.place.flush();
      await this.#client.call('project.close', {});
      this.findings.dismiss();
      this.#workbench.leave();
    } catch (error) {
      // Also where the user stays with what is not saved.
      this.#workbench.notices.error(error);
    }
  }

  /** Looks for missing images in a folder the user chooses; null when they chose none or it failed. It opens the image again. */
  async relink(): Promise<RelinkReport | null> {
    const { jobs, notices } = this.#workbench;
    if (this.#relinking || this.#workbench.leadsBackToShape()) return null;
    this.#relinking = true;
    try {
      const folder = await this.#client.call('app.pickFolder', { title: 'Where are the images now?' });
      if (!folder) return null;
      await this.#workbench.settled();
      const report = await jobs.run('Looking for images', (options) =>
        this.#client.call('project.relink', { folder }, options),
      );
      await this.#workbench.showMoved(report.project);
      // What was said of missing files is no longer so; what still is stands in the report.
      this.findings.dismiss();
      return report;
    } catch (error) {
      notices.error(error);
      return null;
    } finally {
      this.#relinking = false;
    }
  }

  /**
   * `imageId`: the image to show first; `offers`: what the user can do where it cannot be opened as it is; `asked`: the path that
   * the user named. What waits for the name of its category would be lost: that is asked again first.
   */
  async #open(
    title: string,
    open: (options: CallOptions) => Promise<OpenReport | null>,
    {
      imageId,
      offers,
      asked,
    }: { readonly imageId?: number | null; readonly offers?: () => Offers; readonly asked?: string } = {},
  ): Promise<boolean> {
    const { jobs, notices } = this.#workbench;
    if (this.#workbench.leadsBackToShape()) return false;
    try {
      await this.#workbench.settled();
      await this.#workbench.place.flush();
      const report = await jobs.run(title, open);
      if (!report) return false;
      // An Undo of before would act on the annotations that have the same ids here.
      notices.dismissProject();
      this.#tellFindings(report);
      await this.#workbench.show(report.project, imageId);
      return true;
    } catch (error) {
      await this.#tellRefused(error, offers?.() ?? {}, asked);
      return false;
    }
  }

  /** Why it was not opened, with a way to go on where there is one. */
  async #tellRefused(error: unknown, offers: Offers, asked: string | undefined): Promise<void> {
    const { notices } = this.#workbench;
    if (!(error instanceof AppError)) return notices.error(error);
    const { remedy, place } = error;
    const path = asked ?? place?.file;
    const offer = remedy && offers[remedy];
    if ((remedy === 'choose-file' || remedy === 'choose-split') && path) await this.#offerFiles(path, error);
    else if (remedy === 'choose-format' && path) {
      const { formats } = await this.#client.call('project.recognise', { path }).catch(() => ({ formats: [] }));
      if (formats.length > 1) this.choices.offerFormats({ path, formats });
      else notices.error(error);
    } else if (remedy === 'copy') await this.#offerCopy(error);
    else if (offer) notices.show('error', describeError(error), [], offer);
    else notices.error(error);
  }

  /** A zip that holds several COCO files says so when it is opened. */
  async #offerFiles(path: string, error: AppError): Promise<void> {
    const none = { files: [], together: [] };
    const { files, together } = await this.#client.call('project.recognise', { path }).catch(() => none);
    if (files.length > 1) this.choices.offerFiles({ path, files, together, orImages: false });
    else this.#workbench.notices.error(error);
  }

  /** Of a project that cannot be read any more, the newest copy that was made of it. */
  async #offerCopy(error: AppError): Promise<void> {
    const file = error.place?.file;
    const projects = await this.#client.call('recent.list', {}).catch(() => []);
    const copy = projects.find((each) => each.file === file)?.backups[0];
    const run = () => void (file && copy && this.openBackup(file, copy.path));
    const { notices } = this.#workbench;
    if (!file || !copy) return notices.error(error);
    const day = new Date(copy.atMs).toLocaleString('en', { dateStyle: 'medium', timeStyle: 'short' });
    const what = `${fileNameOf(file)} is damaged: too little of it can be read to open it`;
    const said = `${what}. It stays as it is; its newest copy, of ${day}, opens beside it.`;
    notices.show('error', said, [], { label: 'Open the copy', run });
  }

  #tellFindings(report: OpenReport): void {
    this.findings.tell(report, report.project.readOnly ? undefined : this.#offerRepair(report.findings));
  }

  #offerRepair(findings: readonly Finding[]): NoticeAction | undefined {
    if (!findings.some(({ repair }) => repair === 'swap-mask-sizes')) return undefined;
    // Where it fails what is wrong is still so.
    let isRunning = false;
    const run = async () => {
      if (isRunning) return;
      isRunning = true;
      const { told } = this.findings;
      const isDone = await this.#repairs.swapMaskSizes();
      isRunning = false;
      if (isDone && told === this.findings.told) this.findings.dismiss();
    };
    return { label: 'Swap the mask sizes', run: () => void run() };
  }
}

type DatasetTarget = Extract<OpenTarget, { kind: 'dataset' }>;

/** What an error that names its remedy is shown with. */
type Offers = Readonly<Partial<Record<Remedy, NoticeAction>>>;
