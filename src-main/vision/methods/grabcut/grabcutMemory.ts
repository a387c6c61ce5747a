/** What a session remembers of GrabCut: states between steps, found again by what they were made from. */
import type { ParamsOf } from '@shared/methods/params';
import { parseStrokes } from '@shared/methods/strokes';
import type { Stage } from '@shared/methods/requests';
import type { GrabcutProgress } from './grabcut';
import type { GrabcutState } from './grabcutRun';
import type { CheckedRequest } from '../methodRequest';

/**
 * States kept; a state at full resolution takes up to 4.5 MB, one of a preview 0.1 MB. Those that follow from each other share up to
 * 3 MB of colours.
 */
const MOST_STATES = 24;

export class GrabcutMemory {
  /** Oldest first. */
  readonly #states = new Map<string, GrabcutState>();

  /** The stage's state with the most of the request's strokes, and how many it has; null where there is none. */
  nearest(request: CheckedRequest, stage: Stage): GrabcutProgress | null {
    const strokes = strokesOf(request);
    for (let taken = strokes.length; taken >= 0; taken--) {
      const state = this.#get(keyOf(request, stage, strokes.slice(0, taken)));
      if (state) return { state, taken };
    }
    return null;
  }

  keep(request: CheckedRequest, stage: Stage, state: GrabcutState): void {
    this.#keep(keyOf(request, stage, strokesOf(request)), state);
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

/** All that the state depends on. */
function keyOf({ params, box, within }: CheckedRequest, stage: Stage, strokes: readonly unknown[]): string {
  const { iterations, padding, maxSide, minSide, shape, avoid } = params as ParamsOf<'grabcut'>;
  const from = [box ?? null, within ? [...within.counts] : null];
  return JSON.stringify([stage, iterations, padding, maxSide, minSide, shape, avoid, from, strokes]);
}
