/** Changes of shapes while they are tried out: the value, what it would do, and taking it as one step. */
import { stuffIds } from '@shared/document/labelMap';
import type { Mending } from '@shared/document/overlaps';
import type { Annotation } from '@shared/document/types';
import { imageUrl, reducedUrl } from '@shared/images/urls';
import { isImageKind, type ShapeKind, type ShapeRequest, type ShapeResult } from '../shapeWork/shapeProtocol';
import type { Preview } from '../tools/preview';
import type { Editor } from './editor.svelte';
import type { Workbench } from './workbench.svelte';

export const shapeRanges: Readonly<
  Record<ShapeKind, { title: string; label: string; unit: string; min: number; max: number; step: number }>
> = {
  simplify: { title: 'Simplify', label: 'Tolerance', unit: 'px', min: 0, max: 20, step: 0.25 },
  smooth: { title: 'Smooth', label: 'Radius', unit: 'px', min: 1, max: 20, step: 1 },
  dropFragments: { title: 'Drop fragments', label: 'Below', unit: 'px²', min: 1, max: 1000, step: 1 },
  fillGaps: { title: 'Fill gaps', label: 'Up to', unit: 'px wide', min: 2, max: 40, step: 2 },
  expand: { title: 'Expand to borders', label: 'Up to', unit: 'px', min: 1, max: 500, step: 1 },
  // Its choice is who gets the pixels.
  overlaps: { title: 'Overlaps', label: '', unit: '', min: 0, max: 0, step: 1 },
};

/** What of the image a trial is about. */
export interface ShapeSubject {
  /** Selected, unlocked, shown and with a shape. */
  readonly shapes: readonly Annotation[];
  /** All of the open image. */
  readonly image: readonly Annotation[];
  readonly selection: ReadonlySet<number>;
  readonly hidden: ReadonlySet<number>;
}

const NOTHING: ShapeSubject = { shapes: [], image: [], selection: new Set(), hidden: new Set() };

/** Of the slider, by key. */
const STEPS: Readonly<Record<string, number>> = {
  ArrowRight: 1,
  ArrowUp: 1,
  ArrowLeft: -1,
  ArrowDown: -1,
  PageUp: 10,
  PageDown: -10,
};

export class ShapeTrial {
  readonly #editor: Editor;
  readonly #workbench: Workbench;
  #kind = $state<ShapeKind | null>(null);
  #values = $state.raw<Readonly<Record<ShapeKind, number>>>({
    simplify: 1,
    smooth: 3,
    dropFragments: 50,
    fillGaps: 4,
    expand: 50,
    overlaps: 0,
  });
  #mending = $state<Mending>('upper');
  #meetsAtEdges = $state(false);
  #subject = NOTHING;
  #annotations = $state.raw<readonly Annotation[]>([]);
  #result = $state.raw<ShapeResult | null>(null);
  #worker: Worker | null = null;
  /** What the worker computes; only the latest wish waits behind it. */
  #running = $state.raw<ShapeRequest | null>(null);
  #wanted: ShapeRequest | null = null;
  /** Annotations that the worker has. */
  #sent: readonly Annotation[] | null = null;

  constructor(editor: Editor, workbench: Workbench) {
    this.#editor = editor;
    this.#workbench = workbench;
  }

  get kind(): ShapeKind | null {
    return this.#kind;
  }
  get value(): number {
    return this.#kind ? this.#values[this.#kind] : 0;
  }
  /** Who gets the pixels of overlaps. */
  get mending(): Mending {
    return this.#mending;
  }
  /** Regions that expand meet at edges of the picture. */
  get meetsAtEdges(): boolean {
    return this.#meetsAtEdges;
  }
  get busy(): boolean {
    return this.#running !== null;
  }
  /** Of the value and the selection as they are; null until it is known. */
  get result(): ShapeResult | null {
    return this.#result;
  }
  /** null: the tool's own is shown. */
  get preview(): Preview | null {
    return this.#kind ? (this.#result?.preview ?? null) : null;
  }

  start(kind: ShapeKind): void {
    this.#editor.cancel();
    this.#kind = kind;
    this.#result = null;
    this.#annotations = isImageKind(kind) ? this.#subject.image : this.#subject.shapes;
    this.#ask();
  }

  give(mending: Mending): void {
    this.#mending = mending;
    this.#ask();
  }

  set(value: number): void {
    const { kind } = this;
    if (!kind || !Number.isFinite(value)) return;
    const { min } = shapeRanges[kind];
    this.#values = { ...this.#values, [kind]: Math.max(min, value) };
    this.#ask();
  }

  meetAtEdges(meets: boolean): void {
    this.#meetsAtEdges = meets;
    this.#ask();
  }

  /** What it is about now; nothing ends the trial. */
  follow(subject: ShapeSubject): void {
    const before = this.#subject;
    this.#subject = subject;
    const isOfImage = this.#kind !== null && isImageKind(this.#kind);
    const annotations = isOfImage ? subject.image : subject.shapes;
    const isSameScope = subject.selection === before.selection && subject.hidden === before.hidden;
    const isSame =
      annotations.length === this.#annotations.length &&
      annotations.every((each, at) => each === this.#annotations[at]);
    if (isSame) {
      if (isOfImage && !isSameScope) this.#ask();
      return;
    }
    this.#annotations = annotations;
    this.#result = null;
    if (annotations.length === 0) this.cancel();
    else this.#ask();
  }

  /** Takes what is shown into the document, as one step. */
  apply(): void {
    const result = this.#result;
    if (!result || this.busy) return;
    const { patch, gesture, notice } = result;
    this.cancel();
    const said = notice ?? undefined;
    const gone = new Set(patch?.removed.map(({ id }) => id));
    void this.#editor.command(({ selection }) => {
      if (!patch) return { notice: said ?? 'Nothing would change' };
      const isLess = [...selection].some((id) => gone.has(id));
      const left = isLess ? { selection: [...selection].filter((id) => !gone.has(id)) } : {};
      return { patch, gesture, notice: said, ...left };
    });
  }

  cancel(): void {
    this.#kind = null;
    this.#result = null;
    this.#wanted = null;
    if (!this.#running) return;
    // It may be at a large mask for long; the next trial does not wait for it.
    this.#worker?.terminate();
    this.#worker = null;
    this.#running = null;
    this.#sent = null;
  }

  /**
   * Enter takes it, Escape leaves it, and what moves a slider moves its value, wherever the focus is: while it is open these
   * keys are its own. True where the key was for the trial.
   */
  key(key: string): boolean {
    if (!this.#kind) return false;
    const { min, max, step } = shapeRanges[this.#kind];
    const steps = STEPS[key];
    if (key === 'Enter') this.apply();
    else if (key === 'Escape') this.cancel();
    // Its choice is no number.
    else if (min === max) return false;
    else if (key === 'Home') this.set(min);
    else if (key === 'End') this.set(max);
    else if (steps) this.set(Math.min(max, this.value + steps * step));
    else return false;
    return true;
  }

  #ask(): void {
    const snapshot = this.#workbench.open?.snapshot;
    if (!this.#kind || !snapshot || this.#annotations.length === 0) return;
    const { imageId, size } = snapshot;
    const { selection, hidden } = this.#subject;
    const { openings } = this.#workbench;
    const scope = {
      selected: [...selection],
      hidden: [...hidden],
      stuff: [...stuffIds(this.#workbench.categories.list)],
      mending: this.#mending,
      picture: this.#meetsAtEdges ? [imageUrl(imageId, openings), reducedUrl(imageId, openings)] : [],
    };
    const request = { kind: this.#kind, value: this.value, annotations: this.#annotations, imageId, size };
    this.#wanted = isImageKind(this.#kind) ? { ...request, scope } : request;
    this.#next();
  }

  #next(): void {
    if (this.#running || !this.#wanted) return;
    const request = this.#wanted;
    this.#wanted = null;
    this.#running = request;
    const worker = (this.#worker ??= this.#startWorker());
    const isKnown = request.annotations === this.#sent;
    this.#sent = request.annotations ?? null;
    worker.postMessage(isKnown ? { ...request, annotations: undefined } : request);
  }

  #startWorker(): Worker {
    const worker = new Worker(new URL('../shapeWork/shape.worker.ts', import.meta.url), { type: 'module' });
    worker.addEventListener('message', ({ data }: MessageEvent<ShapeResult>) => {
      const isCurrent = this.#running?.annotations === this.#annotations && this.#running.kind === this.#kind;
      this.#running = null;
      if (isCurrent) this.#result = data;
      this.#next();
    });
    worker.addEventListener('error', (event) => {
      this.cancel();
      this.#workbench.notices.show('error', `The shape could not be computed: ${event.message}`);
    });
    return worker;
  }
}
