/** While the view moves, all layers follow it at once by a CSS transform, and one a frame is drawn anew. */
import type { ViewTransform } from '@shared/geometry/coords';
import type Konva from 'konva/lib/Core';

/**
 * Drawing every layer at every frame of a pan or zoom takes longer than the frame on a machine without a graphics card. So
 * they take turns: a layer shows for a few frames what it showed before, moved and scaled; only what comes in at the border is
 * late. What a layer shows is always drawn at the newest view when it is drawn for any other reason.
 */
export class LayerTurns {
  readonly #layers: readonly Konva.Layer[];
  readonly #drawnAt = new Map<Konva.Layer, ViewTransform>();
  /** Layers that show an older view, the next to be drawn first. */
  readonly #waiting = new Set<Konva.Layer>();
  #view: ViewTransform;
  #frame = 0;

  constructor(layers: readonly Konva.Layer[], view: ViewTransform) {
    this.#layers = layers;
    this.#view = view;
    for (const layer of layers) {
      canvasOf(layer).style.transformOrigin = '0 0';
      layer.on('draw', () => this.#drawn(layer));
    }
  }

  setView(view: ViewTransform): void {
    this.#view = view;
    for (const layer of this.#layers) this.#waiting.add(layer);
    this.#frame ||= requestAnimationFrame(() => this.#turn());
  }

  dispose(): void {
    cancelAnimationFrame(this.#frame);
  }

  #turn(): void {
    this.#frame = 0;
    // One that is not shown is drawn when it is.
    for (const layer of this.#waiting) if (!layer.visible()) this.#waiting.delete(layer);
    const [next] = this.#waiting;
    next?.draw();
    for (const layer of this.#waiting) canvasOf(layer).style.transform = moveTo(this.#view, this.#drawnAt.get(layer));
    if (this.#waiting.size > 0) this.#frame = requestAnimationFrame(() => this.#turn());
  }

  #drawn(layer: Konva.Layer): void {
    this.#drawnAt.set(layer, this.#view);
    this.#waiting.delete(layer);
    canvasOf(layer).style.transform = '';
  }
}

/** Takes what was drawn at one view to where it lies at another. */
export function moveTo(to: ViewTransform, from: ViewTransform = to): string {
  const ratio = to.scale / from.scale;
  const [x, y] = [to.offsetX - from.offsetX * ratio, to.offsetY - from.offsetY * ratio];
  return `translate(${x}px, ${y}px) scale(${ratio})`;
}

function canvasOf(layer: Konva.Layer): HTMLCanvasElement {
  return layer.getNativeCanvasElement();
}
