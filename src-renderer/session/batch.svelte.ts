/** Proposing on many images: the project's batch, how fast it goes, and pausing and resuming it. */
import type { Annotation } from '@shared/document/types';
import type { BatchJob } from '@shared/project/types';
import type { ProposeWith } from '@shared/project/proposeWith';
import { AppError } from '@shared/errors/appError';
import { CancelSource } from '@shared/errors/cancellation';
import type { Progress } from '@shared/errors/work';
import type { Engine } from '../api/engine';
import type { ProjectOperations } from './projectOperations.svelte';
import { masksOf } from './proposing';
import { counted } from '@shared/errors/counted';
import type { Workbench } from './workbench.svelte';

/** How fast this run goes; nulls until something is known. */
export interface Pace {
  readonly imagesPerMinute: number | null;
  readonly etaMs: number | null;
}

export class Batch {
  readonly #client: Engine;
  readonly #workbench: Workbench;
  readonly #operations: Pick<ProjectOperations, 'fillBoxes'>;
  #job = $state.raw<BatchJob | null>(null);
  #progress = $state.raw<Progress | null>(null);
  #isFilling = $state(false);
  #startedAt = 0;
  #startedAtImage = 0;
  #pace = $state.raw<Pace>({ imagesPerMinute: null, etaMs: null });
  #running = $state.raw<CancelSource | null>(null);

  constructor(client: Engine, workbench: Workbench, operations: Pick<ProjectOperations, 'fillBoxes'>) {
    this.#client = client;
    this.#workbench = workbench;
    this.#operations = operations;
  }

  /** The project's batch; null when there is none. */
  get job(): BatchJob | null {
    return this.#job;
  }
  get running(): boolean {
    return this.#running !== null;
  }
  get done(): number {
    return this.#progress?.done ?? this.#job?.next ?? 0;
  }
  get failed(): number {
    return this.#progress?.failed ?? this.#job?.failures.length ?? 0;
  }
  get total(): number {
    return this.#job?.imageIds.length ?? 0;
  }
  get finished(): boolean {
    return this.#job !== null && this.done >= this.total;
  }
  /** Its masks are there, and the boxes that they are to replace have not got them: the fill was refused, or never came. */
  get unfilled(): boolean {
    const { job } = this;
    return (
      this.finished && !this.#isFilling && job?.with.kind === 'boxes' && job.with.replace && job.filled === undefined
    );
  }
  /** Why another one cannot begin; null: there is none, or it is through and gives way. */
  get occupied(): string | null {
    if (this.running || this.#isFilling) return 'A batch is running already';
    if (this.unfilled) return 'Masks wait for their boxes: replace the boxes, or stop the batch first';
    return this.#job === null || this.finished ? null : 'A paused batch waits: continue it, or stop it first';
  }
  /** That it is through, with what came of it where somebody waits for that. */
  get told(): string {
    const job = this.#job;
    if (job?.found === undefined || job.with.kind === 'model' || job.with.kind === 'method') return 'done';
    if (job.with.kind === 'similar') return `done: ${counted(job.found, 'proposal')}`;
    if (this.unfilled) return `done: ${counted(job.found, 'mask')} not in the boxes yet`;
    return `done: masks for ${(job.filled ?? job.found).toLocaleString('en')} of ${counted(job.with.boxes, 'box')}`;
  }
  get pace(): Pace {
    return this.#pace;
  }

  /** Looks for a batch that another run of the program left. */
  async load(): Promise<void> {
    this.#running?.abort();
    this.#progress = null;
    this.#job = null;
    const { project, notices, readOnlyWhy } = this.#workbench;
    if (!project) return;
    await this.#guarded(async () => this.#read());
    // It ended with the program: nothing changes at a start, but it is not forgotten either.
    if (!this.unfilled || readOnlyWhy !== null || this.#workbench.project !== project) return;
    const text = 'Masks for boxes are ready, but not in their boxes yet';
    notices.show('info', text, [], { label: 'Replace the boxes', run: () => void this.resume() });
  }

  async start(how: ProposeWith, imageIds: readonly number[]): Promise<void> {
    if (this.occupied !== null || imageIds.length === 0) return;
    await this.#guarded(async () => {
      this.#progress = null;
      this.#job = await this.#client.call('batch.create', { with: how, imageIds });
    });
    await this.resume();
  }

  async resume(): Promise<void> {
    const job = this.#job;
    if (this.#running || !job) return;
    const signal = (this.#running = new CancelSource());
    this.#startedAt = performance.now();
    this.#startedAtImage = job.next;
    this.#pace = { imagesPerMinute: null, etaMs: null };
    const onProgress = (progress: Progress) => this.#advance(progress);
    await this.#guarded(async () => {
      try {
        await this.#client.call('app.runBatch', {}, { signal, onProgress });
      } catch (error) {
        // Paused, by the user or because the project is being left.
        if (!(error instanceof AppError) || error.code !== 'cancelled') throw error;
      }
    });
    if (this.#running === signal) this.#running = null;
    if (this.#job?.imageIds !== job.imageIds) return;
    await this.#guarded(() => this.#read());
    if (this.unfilled && this.#job) await this.#fill(this.#job);
    await this.#guarded(() => this.#workbench.refreshImages());
    if (this.finished) this.#tellFound();
  }

  /**
   * Masks for the boxes of these images that have none; `replace`: at the end the boxes get them at once, in one step. `rim`: brought
   * to the edges of the image.
   */
  async startBoxes(imageIds: readonly number[], { replace, rim }: { replace: boolean; rim: boolean }): Promise<void> {
    await this.#guarded(async () => {
      const { jobs, notices } = this.#workbench;
      const found = await jobs.run('Looking for boxes without a mask', (options) =>
        this.#client.call('image.withBoxes', { imageIds }, options),
      );
      const boxes = found.reduce((sum, [, count]) => sum + count, 0);
      if (boxes === 0) {
        notices.show('info', 'No box on these images is without a mask');
        return;
      }
      const how = { kind: 'boxes', model: this.#workbench.makers.prompter, replace, boxes, rim } as const;
      await this.start(
        how,
        found.map(([imageId]) => imageId),
      );
    });
  }

  /** Objects like these of the open image, on other images. */
  async startSimilar(like: readonly Annotation[], imageIds: readonly number[]): Promise<void> {
    const open = this.#workbench.open;
    if (!open) return;
    const examples = masksOf(like, open.snapshot.size);
    const categoryName = this.#workbench.categories.nameOfLike(like);
    const model = this.#workbench.makers.prompter;
    await this.#guarded(async () => {
      const { direction, ...rest } = await this.#workbench.jobs.run('Looking at the selected objects', (options) =>
        this.#client.call('app.describe', { imageId: open.image.id, model, examples }, options),
      );
      const likeness = { ...rest, direction: [...direction] };
      await this.start({ kind: 'similar', model, likeness, categoryName }, imageIds);
    });
  }

  /** Stops after what is on disk; goes on with `resume`, also after a restart. */
  pause(): void {
    this.#running?.abort();
  }

  /** Runs it once more on the images that failed, e.g. because the process of the models ended; the batch before is put away. */
  async again(): Promise<void> {
    const job = this.#job;
    if (!job || !this.finished || this.#running || job.failures.length === 0) return;
    const { with: how, failures } = job;
    const imageIds = failures.map(({ imageId }) => imageId);
    await this.end();
    if (this.#job) return;
    if (how.kind === 'boxes') await this.startBoxes(imageIds, { replace: how.replace, rim: how.rim ?? false });
    else await this.start(how, imageIds);
  }

  /** Puts the batch away; what it proposed stays. */
  async end(): Promise<void> {
    this.pause();
    await this.#guarded(async () => {
      await this.#client.call('batch.end', {});
      this.#job = null;
      this.#progress = null;
    });
  }

  async #fill({ imageIds, next, failures, found }: BatchJob): Promise<void> {
    this.#isFilling = true;
    const filled = await this.#operations.fillBoxes(imageIds);
    this.#isFilling = false;
    // Refused, which was told: it can be tried again.
    if (filled === null || this.#job?.imageIds !== imageIds) return;
    await this.#guarded(async () => {
      await this.#client.call('batch.note', { next, failures, found, filled });
      await this.#read();
    });
  }

  /** Of work that somebody asked for once, and that may end on images out of sight. */
  #tellFound(): void {
    const { notices, rows } = this.#workbench;
    const { with: how, found = 0 } = this.#job!;
    if (how.kind === 'model' || how.kind === 'method' || (how.kind === 'boxes' && how.replace)) return;
    const what = how.kind === 'boxes' ? 'mask' : 'similar object';
    if (found === 0)
      return void notices.show('info', how.kind === 'boxes' ? 'No mask was found' : 'Nothing similar was found');
    const text = `${counted(found, what)} found on the listed images: accept what is right`;
    notices.show('info', text, [], { label: 'Show them', run: () => void rows.setFilter({ withProposals: true }) });
  }

  #advance(progress: Progress): void {
    this.#progress = progress;
    this.#workbench.notices.warnOnce(progress.told ?? []);
    const elapsedMs = performance.now() - this.#startedAt;
    const count = progress.done - this.#startedAtImage;
    if (count > 0) {
      const msAnImage = elapsedMs / count;
      this.#pace = { imagesPerMinute: 60_000 / msAnImage, etaMs: msAnImage * (progress.total - progress.done) };
    }
    const open = this.#workbench.open;
    if (open && progress.text === open.image.fileName) void this.#guarded(() => this.#workbench.refreshProposals());
  }

  async #read(): Promise<void> {
    this.#job = await this.#client.call('batch.read', {});
    this.#progress = null;
  }

  async #guarded(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#workbench.notices.error(error);
    }
  }
}
