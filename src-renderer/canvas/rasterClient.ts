/** The canvas's side of the raster worker: sends what changed, asks for frames latest-wins, hands over bitmaps. */
import type { ViewTransform } from '@shared/geometry/coords';
import { packedBuffers, packShapes, type ShapeSource } from './packShapes';
import type { FromRasterWorker, RasterLayer, RasterPreview, RasterStyle, ToRasterWorker } from './rasterProtocol';
import type { Size, ViewState } from './view';

/** A bitmap and the view it was drawn for. */
export interface RasterFrame {
  readonly bitmap: ImageBitmap;
  readonly view: ViewTransform;
  /** View pixels drawn beyond each side of the viewport. */
  readonly margin: number;
  readonly pixelRatio: number;
  /** Annotations left out because the overlay draws them. */
  readonly excluded: ReadonlySet<number>;
  /** The opening of an image that the frame was asked for by: a late frame of the image before is recognised. */
  readonly opening: number;
  /** Time spent drawing in the worker. */
  readonly ms: number;
}

export interface DrawOrder {
  /** Bottom first; ids of the layer's items. */
  readonly ids: readonly number[];
  /** `0xRRGGBB`, one an id. */
  readonly colors: readonly number[];
  /** Draw-marks of the protocol, one an id. */
  readonly marks: readonly number[];
}

/** A frame stretched beyond this looks coarse, or shows too little. */
const STRETCH = 1.6;

/** True when the frame, moved to the present view, fills the canvas and is not stretched much. */
export function frameCovers(frame: RasterFrame, { view, viewport }: ViewState): boolean {
  const ratio = view.scale / frame.view.scale;
  if (ratio > STRETCH || ratio < 1 / STRETCH) return false;
  const left = (-frame.margin - frame.view.offsetX) * ratio + view.offsetX;
  const top = (-frame.margin - frame.view.offsetY) * ratio + view.offsetY;
  const right = left + (frame.bitmap.width / frame.pixelRatio) * ratio;
  const bottom = top + (frame.bitmap.height / frame.pixelRatio) * ratio;
  return left <= 0 && top <= 0 && right >= viewport.width && bottom >= viewport.height;
}

interface Wanted {
  readonly view: ViewTransform;
  readonly viewport: Size;
  readonly pixelRatio: number;
  readonly style: RasterStyle;
  readonly excluded: ReadonlySet<number>;
  readonly opening: number;
}

/** View pixels beyond the viewport: a short pan shows no bare border. */
const MARGIN = 96;

export class RasterClient {
  readonly #worker: Worker;
  readonly #onFrame: (frame: RasterFrame) => void;
  readonly #known: Record<RasterLayer, Map<number, ShapeSource>> = {
    labels: new Map(),
    annotations: new Map(),
    proposals: new Map(),
  };
  #running: Wanted | null = null;
  #next: Wanted | null = null;
  #frames = 0;
  #hasNames = false;

  /** `onFrame` owns the bitmap. A frame that fails is dropped and reported by `onError`. */
  constructor(onFrame: (frame: RasterFrame) => void, onError: (reason: string) => void) {
    this.#onFrame = onFrame;
    this.#worker = new Worker(new URL('./raster.worker.ts', import.meta.url), { type: 'module' });
    this.#worker.addEventListener('error', (event) => onError(event.message));
    this.#worker.addEventListener('message', ({ data }: MessageEvent<FromRasterWorker>) => {
      const wanted = this.#running;
      this.#running = null;
      if (data.type === 'failed') onError(data.reason);
      else if (wanted) this.#deliver(data.bitmap, wanted, data.ms);
      this.#start();
    });
  }

  /**
   * Makes the worker's layer equal to `items` (only new and changed ones are sent, by identity of their segmentation)
   * and sets what of it is drawn. Takes effect with the next frame requested.
   */
  sync(layer: RasterLayer, items: readonly ShapeSource[], order: DrawOrder): void {
    const known = this.#known[layer];
    const changed = items.filter((item) => !sameShape(known.get(item.id), item));
    const removed = removedIds(known, items, changed);
    for (const id of removed) known.delete(id);
    for (const item of changed) known.set(item.id, item);
    const upserts = changed.length > 0 ? packShapes(changed) : null;
    const message = {
      type: 'sync',
      layer,
      upserts,
      removed: Float64Array.from(removed),
      order: Float64Array.from(order.ids),
      colors: Uint32Array.from(order.colors),
      marks: Uint8Array.from(order.marks),
    } as const;
    this.#send(message, upserts ? packedBuffers(upserts) : []);
  }

  /** Names to draw beside annotations, the topmost last. Takes effect with the next frame requested. */
  setNames(names: readonly { readonly id: number; readonly text: string; readonly color: number }[]): void {
    // Nothing before, nothing now: the usual case says nothing.
    if (names.length === 0 && !this.#hasNames) return;
    this.#hasNames = names.length > 0;
    this.#send({
      type: 'names',
      ids: Float64Array.from(names, ({ id }) => id),
      texts: names.map(({ text }) => text),
      colors: Uint32Array.from(names, ({ color }) => color),
    });
  }

  /** Masks to draw above all layers, in place of those before. Takes effect with the next frame requested. */
  setPreview(masks: readonly RasterPreview[]): void {
    this.#send({ type: 'preview', masks });
  }

  /** Asks for a frame; of requests made while one is being drawn only the newest is kept. */
  request(wanted: Wanted): void {
    this.#next = wanted;
    this.#start();
  }

  dispose(): void {
    this.#next = null;
    this.#worker.terminate();
  }

  #start(): void {
    const wanted = this.#next;
    if (this.#running || !wanted) return;
    this.#next = null;
    this.#running = wanted;
    const { view, viewport, pixelRatio, style } = wanted;
    this.#send({
      type: 'render',
      frame: ++this.#frames,
      width: Math.max(1, Math.round((viewport.width + 2 * MARGIN) * pixelRatio)),
      height: Math.max(1, Math.round((viewport.height + 2 * MARGIN) * pixelRatio)),
      scale: view.scale * pixelRatio,
      x: (view.offsetX + MARGIN) * pixelRatio,
      y: (view.offsetY + MARGIN) * pixelRatio,
      pixelRatio,
      margin: MARGIN,
      style,
    });
  }

  #deliver(bitmap: ImageBitmap, { view, pixelRatio, excluded, opening }: Wanted, ms: number): void {
    this.#onFrame({ bitmap, view, margin: MARGIN, pixelRatio, excluded, opening, ms });
  }

  #send(message: ToRasterWorker, transfer: Transferable[] = []): void {
    this.#worker.postMessage(message, transfer);
  }
}

function sameShape(known: ShapeSource | undefined, item: ShapeSource): boolean {
  if (!known || known.segmentation !== item.segmentation) return false;
  return item.segmentation !== null || known.bbox === item.bbox;
}

function removedIds(
  known: ReadonlyMap<number, ShapeSource>,
  items: readonly ShapeSource[],
  changed: readonly ShapeSource[],
): number[] {
  const added = changed.reduce((sum, { id }) => sum + (known.has(id) ? 0 : 1), 0);
  if (known.size + added === items.length) return [];
  const present = new Set(items.map(({ id }) => id));
  return [...known.keys()].filter((id) => !present.has(id));
}
