/** Reviewing the open image's proposals: which are listed, which one is at hand, what is known about them. */
import type { Proposal } from '@shared/document/types';
import type { ImagePoint } from '@shared/geometry/coords';
import { pixelAt } from '@shared/mask/edit';
import type { Preview } from '../tools/preview';
import { segmentationToRle } from '@shared/document/segmentation';
import { newCategoryColors } from '@shared/document/palette';
import { compareProposals, type ProposalFlag, type ProposalFlags } from '@shared/document/compareProposals';
import type { Workbench } from './workbench.svelte';

/** A slice of the comparison, milliseconds: far below what a hand can feel. */
const sliceMs = 8;

/** Who proposed: a model's score is its confidence; a method's says how good a shape it is, and is no reason to hide it. */
export type MakerKind = 'model' | 'method';

/** Of a model that says nothing of its own. */
const USUAL_SCORE = 0.5;

const byScore = (a: Proposal, b: Proposal) => b.score - a.score || a.id - b.id;

const kindOf = ({ provenance }: Proposal): MakerKind => (provenance.model ? 'model' : 'method');

interface Rejection {
  readonly proposals: readonly Proposal[];
  /** The greatest id of the image's proposals then. */
  readonly newest: number;
  /** How many steps of the image's history were made before it. */
  readonly after: number;
}

export class Review {
  readonly #workbench: Workbench;
  #flags = $state.raw<ProposalFlags>(new Map());
  #currentId = $state<number | null>(null);
  /** Of the open image, the last one at the end. */
  #rejections = $state.raw<readonly Rejection[]>([]);
  /** null: all categories. */
  category = $state<string | null>(null);
  /** What somebody said with the sliders; null: nothing. */
  #said = $state.raw<Readonly<Record<MakerKind, number | null>>>({ model: null, method: null });
  showRepeats = $state(false);
  hideOverlaps = $state(false);

  constructor(workbench: Workbench) {
    this.#workbench = workbench;
  }

  readonly #all = $derived.by(() => this.#workbench.open?.proposals ?? []);

  /** Where models mean what they say: of those whose proposals there are, else of the chosen one. The lowest, as all are to be seen. */
  readonly #usualCut = $derived.by(() => {
    const { models, chosenModels } = this.#workbench.makers;
    const ids = new Set(this.#all.flatMap(({ provenance }) => provenance.model?.id ?? []));
    const own = models.filter(({ id }) => ids.has(id));
    const scores = (own.length > 0 ? own : chosenModels).map(({ defaultScore }) => defaultScore);
    return scores.length > 0 ? Math.min(...scores) : USUAL_SCORE;
  });

  /** Proposals below it are not shown and not accepted. What a method finds is all shown until somebody says otherwise. */
  readonly scoreCuts: Record<MakerKind, number> = this.#cuts();

  /** Names of the proposals' categories, by the alphabet. */
  readonly categories = $derived([...new Set(this.#all.map(({ categoryName }) => categoryName))].sort());

  /** Of categories that the project does not have, in the order in which they are made by accepting from the top of the list. */
  readonly newColors = $derived.by(() => {
    const names = [...this.#all].sort(byScore).map(({ categoryName }) => categoryName);
    return newCategoryColors(this.#workbench.categories.list, names);
  });

  /** Whose proposals there are: each has a score slider. */
  readonly kinds = $derived((['model', 'method'] as const).filter((kind) => this.#all.some((p) => kindOf(p) === kind)));

  readonly #filtered = $derived.by(() => {
    const category = this.category !== null && this.categories.includes(this.category) ? this.category : null;
    return this.#all.filter(
      (proposal) =>
        proposal.score >= this.scoreCuts[kindOf(proposal)] && (category === null || proposal.categoryName === category),
    );
  });

  /** What is shown and what `Accept all` takes, best score first. */
  readonly listed = $derived.by(() => {
    const shown = this.#filtered.filter(
      ({ id }) => (this.showRepeats || !this.isRepeat(id)) && !(this.hideOverlaps && this.overlaps(id)),
    );
    return shown.sort(byScore);
  });

  readonly repeatCount = $derived(this.#filtered.filter(({ id }) => this.isRepeat(id)).length);
  readonly overlapCount = $derived(this.#filtered.filter(({ id }) => this.overlaps(id)).length);

  /** Something else than the score leaves proposals out, or repeats in. */
  get isFiltered(): boolean {
    return this.category !== null || this.showRepeats || this.hideOverlaps;
  }

  get current(): Proposal | null {
    return this.listed.find(({ id }) => id === this.#currentId) ?? null;
  }
  get currentIndex(): number {
    return this.listed.findIndex(({ id }) => id === this.#currentId);
  }
  /** What was rejected last and can come back. */
  get rejected(): readonly Proposal[] {
    return this.#rejections.at(-1)?.proposals ?? [];
  }
  /** Whether nothing was done to the image, and nothing proposed, since the last rejection: it is what an undo takes back. */
  get isRejectionLast(): boolean {
    const open = this.#workbench.open;
    const last = this.#rejections.at(-1);
    if (!open || last?.after !== open.history.undo) return false;
    return open.proposals.every(({ id }) => id <= last.newest);
  }

  flag(id: number): ProposalFlag | undefined {
    return this.#flags.get(id);
  }

  isRepeat(id: number): boolean {
    return (this.#flags.get(id)?.repeats ?? null) !== null;
  }

  /** Whether an annotation says the same already. */
  overlaps(id: number): boolean {
    return (this.#flags.get(id)?.overlaps ?? null) !== null;
  }

  /** Takes every filter off. */
  showAll(): void {
    this.scoreCuts.model = this.scoreCuts.method = 0;
    this.category = null;
    this.showRepeats = true;
    this.hideOverlaps = false;
  }

  pick(id: number | null): void {
    this.#currentId = id;
  }

  /** Takes the listed one at an image point in hand, the smallest where several lie there, or none; true where there is one. */
  pickAt({ x, y }: ImagePoint): boolean {
    const [column, row] = [Math.floor(x), Math.floor(y)];
    const there = this.listed.filter(
      ({ segmentation, bbox: [left, top, width, height] }) =>
        column >= left &&
        row >= top &&
        column < left + width &&
        row < top + height &&
        pixelAt(segmentationToRle(segmentation, segmentation.size), column, row),
    );
    this.#currentId = there.sort((a, b) => a.area - b.area)[0]?.id ?? null;
    return this.#currentId !== null;
  }

  /** To the next or previous in the list; the first where none is at hand. */
  step(by: 1 | -1): void {
    const { listed, currentIndex } = this;
    if (listed.length === 0) return;
    const to = currentIndex < 0 ? 0 : Math.min(listed.length - 1, Math.max(0, currentIndex + by));
    this.#currentId = listed[to].id;
  }

  /** Accepts the one at hand and goes on to the next; its annotation's id, null where it failed. */
  async acceptCurrent(): Promise<number | null> {
    const { current } = this;
    if (!current) return null;
    this.#leave(current.id);
    return (await this.#workbench.accept([current.id]))[0] ?? null;
  }

  async rejectCurrent(): Promise<void> {
    const { current } = this;
    if (!current) return;
    this.#leave(current.id);
    await this.#reject([current]);
  }

  async acceptListed(): Promise<void> {
    await this.#workbench.accept(this.listed.map(({ id }) => id));
  }

  /** Every proposal of the image, shown or not. */
  async rejectAll(): Promise<void> {
    await this.#reject(this.#all);
  }

  async restoreRejected(): Promise<void> {
    await this.#workbench.open?.undo(() => this.#takeRejected());
  }

  /** What was done last on the open image is taken back: a step of its history, or a rejection, which is none. */
  async undo(): Promise<void> {
    await this.#workbench.open?.undo(() => (this.isRejectionLast ? this.#takeRejected() : null));
  }

  #takeRejected(): readonly Proposal[] {
    const { rejected } = this;
    this.#rejections = this.#rejections.slice(0, -1);
    return rejected;
  }

  #cuts(): Record<MakerKind, number> {
    const cutOf = (kind: MakerKind) => this.#said[kind] ?? (kind === 'model' ? this.#usualCut : 0);
    const say = (kind: MakerKind, value: number) => (this.#said = { ...this.#said, [kind]: value });
    return {
      get model() {
        return cutOf('model');
      },
      set model(value) {
        say('model', value);
      },
      get method() {
        return cutOf('method');
      },
      set method(value) {
        say('method', value);
      },
    };
  }

  /** The one at hand, bright above the others. */
  get preview(): Preview {
    const { current } = this;
    if (!current) return [];
    const { size, counts } = segmentationToRle(current.segmentation, current.segmentation.size);
    return [{ kind: 'mask', size, counts, fillAlpha: 0.45 }];
  }

  /**
   * Compares the proposals with each other and with the annotations, in slices; run it again when either changes. The
   * function it returns stops it.
   */
  compare(): () => void {
    const open = this.#workbench.open;
    const proposals = open?.proposals ?? [];
    if (!open || proposals.length === 0) {
      this.#flags = new Map();
      return () => undefined;
    }
    const work = compareProposals(proposals, open.annotations, open.snapshot.size);
    let timer: ReturnType<typeof setTimeout>;
    const slice = () => {
      const until = performance.now() + sliceMs;
      let step = work.next();
      while (!step.done && performance.now() < until) step = work.next();
      if (step.done) this.#flags = step.value;
      else timer = setTimeout(slice);
    };
    timer = setTimeout(slice);
    return () => clearTimeout(timer);
  }

  /** Another image: what was rejected on the one before stays rejected. */
  forget(): void {
    this.#rejections = [];
    this.#currentId = null;
  }

  /** The next one is at hand, or the one before where it was the last. */
  #leave(id: number): void {
    const at = this.listed.findIndex((proposal) => proposal.id === id);
    this.#currentId = (this.listed[at + 1] ?? this.listed[at - 1])?.id ?? null;
  }

  async #reject(proposals: readonly Proposal[]): Promise<void> {
    const open = this.#workbench.open;
    if (!open || proposals.length === 0) return;
    await open.reject(
      proposals.map(({ id }) => id),
      () => {
        const newest = Math.max(...[...proposals, ...open.proposals].map(({ id }) => id));
        const rejection = { proposals, newest, after: open.history.undo };
        if (open === this.#workbench.open) this.#rejections = [...this.#rejections, rejection];
      },
    );
  }
}
