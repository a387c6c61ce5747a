/** The measurements of the open image or of the project: taken image by image, kept while the table is open. */
import { checkScale } from '@shared/measure';
import type { MeasurementRow, PixelScale } from '@shared/measure/types';
import { CancelSource } from '@shared/errors/cancellation';
import type { Engine } from '../api/engine';
import { csvPieces } from './measureTable';
import { counted } from '@shared/errors/counted';
import type { Workbench } from './workbench.svelte';

export type MeasureScope = 'image' | 'project';

export class Measurements {
  readonly #client: Engine;
  readonly #workbench: Workbench;
  #rows = $state.raw<readonly MeasurementRow[]>([]);
  #problems = $state.raw<readonly string[]>([]);
  #scale = $state.raw<PixelScale | null>(null);
  /** Images measured and to measure; null: nothing is running. */
  #progress = $state.raw<{ readonly done: number; readonly total: number } | null>(null);
  #run: CancelSource | null = null;

  constructor(client: Engine, workbench: Workbench) {
    this.#client = client;
    this.#workbench = workbench;
  }

  get rows(): readonly MeasurementRow[] {
    return this.#rows;
  }
  get problems(): readonly string[] {
    return this.#problems;
  }
  get scale(): PixelScale | null {
    return this.#scale;
  }
  get progress(): { readonly done: number; readonly total: number } | null {
    return this.#progress;
  }

  async loadScale(): Promise<void> {
    await this.#try(async () => void (this.#scale = await this.#client.call('project.pixelScale', {})));
  }

  /** Kept in the project; the sentence that refuses it, or null. */
  async setScale(scale: PixelScale | null): Promise<string | null> {
    try {
      if (scale) checkScale(scale);
    } catch (error) {
      return (error as Error).message;
    }
    await this.#try(async () => {
      await this.#client.call('project.setPixelScale', { scale });
      this.#scale = scale;
    });
    return null;
  }

  /** Measures anew; what was running before is dropped. */
  async measure(scope: MeasureScope): Promise<void> {
    this.stop();
    const run = new CancelSource();
    this.#run = run;
    const { open } = this.#workbench;
    await open?.settled();
    const images = scope === 'image' ? (open ? [open.image] : []) : this.#workbench.rows.all;
    const counted = images.filter((row) => scope === 'image' || row.annotationCount > 0);
    this.#rows = [];
    this.#problems = [];
    const rows: MeasurementRow[] = [];
    const problems: string[] = [];
    let shownAt = performance.now();
    this.#progress = { done: 0, total: counted.length };
    await this.#try(async () => {
      for (const [done, { id }] of counted.entries()) {
        const measured = await this.#client.call('app.measure', { imageId: id }, { signal: run });
        if (this.#run !== run) return;
        rows.push(...measured.rows);
        problems.push(...measured.problems);
        if (performance.now() - shownAt < 200) continue;
        this.#progress = { done: done + 1, total: counted.length };
        shownAt = performance.now();
      }
    });
    if (this.#run !== run) return;
    this.#run = null;
    this.#rows = rows;
    this.#problems = problems;
    this.#progress = null;
  }

  stop(): void {
    this.#run?.abort();
    this.#run = null;
    this.#progress = null;
  }

  /** Writes the rows, in their order, where the user says. */
  async export(rows: readonly MeasurementRow[], name: string): Promise<void> {
    await this.#try(async () => {
      const pieces = await csvPieces(rows, this.#scale);
      const file = await this.#client.call('app.saveTable', { suggested: `${name}-measurements.csv`, pieces });
      if (file) {
        const count = counted(rows.length, 'row');
        this.#workbench.notices.show('info', `Exported ${count}`, [], undefined, file);
      }
    });
  }

  async #try(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#workbench.notices.error(error);
    }
  }
}
