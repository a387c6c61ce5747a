/**
 * Which values of a picture of more than 8 bits are shown as black and as white: its own least and greatest one until others
 * are set, which then hold for the next images too.
 */
import type { PixelRange } from '@shared/images/source';
import type { Engine } from '../api/engine';
import type { ViewSettings } from './view.svelte';

const FULL = [0, 65535] as const;
/** A dragged slider asks for a new picture when it rests this long: each one is decoded from the file. */
const SETTLE_MS = 150;

export class PictureRange {
  readonly #client: Engine;
  readonly #view: ViewSettings;
  readonly #imageId: () => number | null;
  #known = $state.raw<{ readonly imageId: number; readonly range: PixelRange } | null>(null);
  #wanted = $state.raw<readonly [number, number] | null>(null);
  #timer = 0;

  constructor(client: Engine, view: ViewSettings, imageId: () => number | null) {
    this.#client = client;
    this.#view = view;
    this.#imageId = imageId;
  }

  /** The open picture's own least and greatest value; null where it has 8 bits, or nobody asked yet. */
  get deep(): PixelRange | null {
    const known = this.#known;
    return known && known.imageId === this.#imageId() && known.range.bits === 16 ? known.range : null;
  }

  /** The values that are shown as black and white. */
  get shown(): readonly [low: number, high: number] {
    return this.#wanted ?? this.#view.valueWindow ?? this.#own;
  }

  get #own(): readonly [low: number, high: number] {
    return this.deep ? [this.deep.low, this.deep.high] : FULL;
  }

  /** A value in the picture's own units, as text. */
  inUnits(value: number): string {
    const values = this.deep?.values;
    if (!values) return String(value);
    const [low, high] = values;
    return String(Number((low + (value / FULL[1]) * (high - low)).toPrecision(4)));
  }

  /** How far the sliders go: the picture's own values, and those that are set now. */
  get limits(): readonly [low: number, high: number] {
    const [low, high] = this.#own;
    return [Math.min(low, this.shown[0]), Math.max(high, this.shown[1])];
  }

  async load(): Promise<void> {
    const imageId = this.#imageId();
    if (imageId === null || this.#known?.imageId === imageId) return;
    // A picture that cannot be read says so on the canvas.
    const range = await this.#client.call('app.pixelRange', { imageId }).catch(() => null);
    if (range) this.#known = { imageId, range };
  }

  set(values: readonly [low: number, high: number]): void {
    this.#wanted = values;
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => {
      this.#view.valueWindow = this.#wanted;
      this.#wanted = null;
    }, SETTLE_MS);
  }

  /** Every picture from its own darkest value to its own brightest. */
  fit(): void {
    clearTimeout(this.#timer);
    this.#wanted = null;
    this.#view.valueWindow = null;
  }

  /** All values that 16 bits have: pictures of one series are then shown alike. */
  showAll(): void {
    this.set(FULL);
  }
}
