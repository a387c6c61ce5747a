/** What a session remembers of GrabCut: states between steps, found again by what they were made from. */
import type { ParamsOf } from '@shared/classical/params';
import { parseStrokes } from '@shared/classical/strokes';
import type { GrabcutState } from './grabcutRun';
import type { CheckedRequest } from './methodRequest';

/** States kept; a state at full resolution takes up to 4.5 MB, one of a preview 0.1 MB. */
const MOST_STATES = 24;

export class GrabcutMemory {
  /** Oldest first. */
  readonly #states = new Map<string, GrabcutState>();

  /** The full-parameter state before any stroke. */
  start(request: CheckedRequest): GrabcutState | undefined {
    return this.#get(`start ${startKey(request)}`);
  }

  keepStart(request: CheckedRequest, state: GrabcutState): void {
    this.#keep(`start ${startKey(request)}`, state);
  }

  /** The preview's state with the most of the request's strokes, and how many it has; null where there is none. */
  nearest(request: CheckedRequest): { from: GrabcutState | null; taken: number } {
    const strokes = strokesOf(request);
    for (let taken = strokes.length; taken >= 0; taken--) {
      const from = this.#get(previewKey(request, strokes.slice(0, taken)));
      if (from) return { from, taken };
    }
    return { from: null, taken: 0 };
  }

  keepPreview(request: CheckedRequest, state: GrabcutState): void {
    this.#keep(previewKey(request, strokesOf(request)), state);
  }

  #get(key: string): GrabcutState | undefined {
    const state = this.#states.get(key);
    if (state) this.#keep(key, state);
    return state;
  }

  #keep(key: string, state: GrabcutState): void {
    this.#states.delete(key);
    this.#states.set(key, state);
    const [oldest] = this.#states.keys();
    if (this.#states.size > MOST_STATES) this.#states.delete(oldest);
  }
}

const strokesOf = ({ params }: CheckedRequest) => parseStrokes((params as ParamsOf<'grabcut'>).strokes);

/** All that the state before the strokes depends on. */
function startKey({ params, box, within }: CheckedRequest): string {
  const { iterations, padding, maxSide } = params as ParamsOf<'grabcut'>;
  return JSON.stringify([iterations, padding, maxSide, box ?? null, within ? [...within.counts] : null]);
}

function previewKey(request: CheckedRequest, strokes: readonly unknown[]): string {
  return `preview ${startKey(request)} ${JSON.stringify(strokes)}`;
}
