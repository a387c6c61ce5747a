/** How many annotations each category has, in the open image and in the whole project; edits count at once. */
import type { Annotation } from '@shared/document/types';
import type { Engine } from '../api/engine';

type Counts = ReadonlyMap<number, number>;

export class CategoryCounts {
  readonly #client: Engine;
  readonly #annotations: () => readonly Annotation[];
  /** In all images but the open one; null: not known yet. */
  #elsewhere = $state.raw<Counts | null>(null);
  #loads = 0;

  /** `annotations`: those of the open image. */
  constructor(client: Engine, annotations: () => readonly Annotation[]) {
    this.#client = client;
    this.#annotations = annotations;
  }

  readonly #here = $derived.by(() => countsOf(this.#annotations()));

  inImage(categoryId: number): number {
    return this.#here.get(categoryId) ?? 0;
  }

  /** null: not known yet. */
  inProject(categoryId: number): number | null {
    return this.#elsewhere && (this.#elsewhere.get(categoryId) ?? 0) + this.inImage(categoryId);
  }

  clear(): void {
    this.#loads++;
    this.#elsewhere = null;
  }

  /** Asks the store; `settled` resolves when all that is shown of the open image is durable. */
  async load(settled: () => Promise<void>): Promise<void> {
    const load = ++this.#loads;
    for (;;) {
      await settled();
      const before = this.#annotations();
      const answer = await this.#client.call('category.counts', {}).catch((error: unknown) => {
        // The project was left meanwhile: there is nothing to count any more.
        if (load === this.#loads) throw error;
        return null;
      });
      if (!answer || load !== this.#loads) return;
      const all = new Map(answer);
      // Drawn on meanwhile, or another image: what was counted is not what is shown.
      if (before !== this.#annotations()) continue;
      this.#elsewhere = minus(all, countsOf(before));
      return;
    }
  }

  /** Another image is about to be shown instead of the open one. */
  imageChanges(next: readonly Annotation[]): void {
    if (this.#elsewhere) this.#elsewhere = minus(this.#elsewhere, countsOf(next), this.#here);
  }
}

function countsOf(annotations: readonly Annotation[]): Counts {
  const counts = new Map<number, number>();
  for (const { categoryId } of annotations) counts.set(categoryId, (counts.get(categoryId) ?? 0) + 1);
  return counts;
}

function minus(from: Counts, less: Counts, more: Counts = new Map()): Counts {
  const counts = new Map(from);
  for (const [id, count] of more) counts.set(id, (counts.get(id) ?? 0) + count);
  for (const [id, count] of less) counts.set(id, (counts.get(id) ?? 0) - count);
  return counts;
}
