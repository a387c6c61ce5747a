/** The label map of the open image and its shares, kept up to date while somebody looks at them. */
import { stuffIds } from '@shared/document/labelMap';
import type { Category, DocumentSnapshot, Segmentation } from '@shared/document/types';
import type { LabelLayer, LabelRequest } from '../canvas/labelLayer';
import { afterFrame } from './afterFrame';

export class LabelView {
  #worker: Worker | null = null;
  #layer = $state.raw<LabelLayer | null>(null);
  #known = new Map<number, Segmentation | null>();
  #turn = 0;
  #isRunning = false;
  #next: (() => void) | null = null;
  #callOff: () => void = () => undefined;
  #imageId: number | null = null;
  /** Of the image that is followed; null: not asked for yet. */
  #voids: Promise<string | null> | null = null;
  readonly #voidsOf: (imageId: number) => Promise<string | null>;

  /** `voidsOf`: what the dataset leaves out of an image, see voids.ts. */
  constructor(voidsOf: (imageId: number) => Promise<string | null>) {
    this.#voidsOf = voidsOf;
  }

  /** null: not wanted, or not there yet. */
  get layer(): LabelLayer | null {
    return this.#layer;
  }

  /** Share of the open image that is nobody's, 0..1; null where it is not known. */
  get unlabelled(): number | null {
    const layer = this.#layer;
    return layer && layer.total > 0 ? layer.unlabelled / layer.total : null;
  }

  /** The document is this one now; null: nobody looks. Of changes that come while one is computed only the last counts. */
  follow(snapshot: DocumentSnapshot | null, categories: readonly Category[]): void {
    // Also between two projects, whose images may have one id: nothing is open then.
    if (snapshot?.imageId !== this.#imageId) [this.#layer, this.#voids] = [null, null];
    this.#imageId = snapshot?.imageId ?? null;
    this.#next = snapshot && (() => void this.#ask(snapshot, categories));
    if (!snapshot) this.#turn++;
    // The frame that shows the gesture is not held up by what follows from it.
    this.#callOff();
    this.#callOff = afterFrame(() => this.#start());
  }

  #start(): void {
    const next = this.#next;
    if (this.#isRunning || !next) return;
    this.#next = null;
    this.#isRunning = true;
    next();
  }

  async #ask({ imageId, size, annotations }: DocumentSnapshot, categories: readonly Category[]): Promise<void> {
    // What cannot be asked is not there to be shown: the map is right but for that.
    const asked = (this.#voids ??= this.#voidsOf(imageId).catch(() => null));
    const voids = await asked;
    if (this.#voids !== asked) {
      this.#isRunning = false;
      return this.#start();
    }
    const worker = (this.#worker ??= this.#open());
    const upserts = annotations.filter(
      ({ id, segmentation }) => !this.#known.has(id) || this.#known.get(id) !== segmentation,
    );
    this.#known = new Map(annotations.map(({ id, segmentation }) => [id, segmentation]));
    const request: LabelRequest = {
      turn: ++this.#turn,
      size,
      voids,
      stuff: [...stuffIds(categories)],
      annotations: annotations.map(({ id, categoryId, zOrder }) => ({ id, categoryId, zOrder })),
      upserts: upserts.map(({ id, segmentation }) => [id, segmentation]),
    };
    worker.postMessage(request);
  }

  #open(): Worker {
    const worker = new Worker(new URL('../canvas/labels.worker.ts', import.meta.url), { type: 'module' });
    worker.addEventListener('message', ({ data }: MessageEvent<LabelLayer>) => {
      this.#isRunning = false;
      // Something newer is wanted, or nothing.
      if (data.turn === this.#turn && !this.#next) this.#layer = data;
      this.#start();
    });
    worker.addEventListener('error', () => {
      worker.terminate();
      this.#worker = null;
      this.#known.clear();
      this.#isRunning = false;
      this.#start();
    });
    return worker;
  }
}
