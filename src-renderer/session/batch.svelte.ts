/** Proposing on many images: the project's batch, how fast it goes, and pausing and resuming it. */
import type { BatchJob } from '@shared/project/types';
import type { ProposeWith } from '@shared/project/types';
import { AppError } from '@shared/errors/appError';
import { CancelSource } from '@shared/errors/cancellation';
import type { Progress } from '@shared/errors/work';
import type { Engine } from '../api/engine';
import type { Workbench } from './workbench.svelte';

/** How fast this run goes; nulls until something is known. */
export interface Pace {
  readonly imagesPerMinute: number | null;
  readonly etaMs: number | null;
}

export class Batch {
  readonly #client: Engine;
  readonly #workbench: Workbench;
  #job = $state.raw<BatchJob | null>(null);
  #progress = $state.raw<Progress | null>(null);
  #startedAt = 0;
  #startedAtImage = 0;
  #pace = $state.raw<Pace>({ imagesPerMinute: null, etaMs: null });
  #running = $state.raw<CancelSource | null>(null);

  constructor(client: Engine, workbench: Workbench) {
    this.#client = client;
    this.#workbench = workbench;
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
  get pace(): Pace {
    return this.#pace;
  }

  /** Looks for a batch that another run of the program left. */
  async load(): Promise<void> {
    this.#running?.abort();
    this.#progress = null;
    this.#job = null;
    if (this.#workbench.project) await this.#guarded(async () => this.#read());
  }

  async start(how: ProposeWith, imageIds: readonly number[]): Promise<void> {
    if (this.#running || imageIds.length === 0) return;
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
    await this.#guarded(() => this.#workbench.refreshImages());
  }

  /** Stops after what is on disk; goes on with `resume`, also after a restart. */
  pause(): void {
    this.#running?.abort();
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

  #advance(progress: Progress): void {
    this.#progress = progress;
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
