/**
 * A result that was accepted while it is still being computed comes before what is done next: gestures on the canvas and the
 * choice of another tool wait for it, so that neither takes the acceptance back.
 */
import type { ToolEvent, ToolState } from '../tools/tool';
import { isAccepting, type ToolAsks } from './toolAsks.svelte';

export interface AcceptingHost {
  state(): ToolState;
  /** Gives the tool an event whose turn has come. */
  feed(event: ToolEvent): void;
}

interface Waiting {
  readonly run: () => void;
  readonly isGesture: boolean;
}

export class AcceptedFirst {
  readonly #asks: ToolAsks;
  readonly #host: AcceptingHost;
  #waiting: Waiting[] = [];

  constructor(asks: ToolAsks, host: AcceptingHost) {
    this.#asks = asks;
    this.#host = host;
  }

  /** True where the event waits, or ends what waits. */
  holds(event: ToolEvent): boolean {
    if (event.type === 'cancel') this.#waiting = [];
    if (event.type === 'cancel' || event.type === 'context') return false;
    if (this.#waiting.length > 0 && takesBack(event)) {
      this.#waiting = [];
      return true;
    }
    if (this.#waiting.length === 0 && event.type !== 'down') return false;
    return this.#puts({ run: () => this.#host.feed(event), isGesture: true });
  }

  /** As `holds`, of the choice of another tool. */
  holdsChoice(run: () => void): boolean {
    return this.#puts({ run, isGesture: false });
  }

  #puts(next: Waiting): boolean {
    if (this.#waiting.length > 0) return this.#waiting.push(next) > 0;
    if (!this.#asks.waiting || !isAccepting(this.#host.state())) return false;
    this.#waiting = [next];
    void this.#follow(this.#waiting);
    return true;
  }

  async #follow(waiting: readonly Waiting[]): Promise<void> {
    await this.#asks.accepted(() => this.#host.state());
    // Taken back since.
    if (waiting !== this.#waiting) return;
    this.#waiting = [];
    const state = this.#host.state();
    // Where nothing came of it, which was told, a gesture for the next object would throw away what this one is made of.
    let mayDraw = state.kind === 'idle' || isAccepting(state);
    for (const { run, isGesture } of waiting) {
      mayDraw ||= !isGesture;
      if (mayDraw) run();
    }
  }
}

function takesBack(event: ToolEvent): boolean {
  if (event.type !== 'key') return false;
  const { key, modifiers } = event;
  return key === 'Escape' || key === 'Backspace' || (modifiers.ctrl && key.toLowerCase() === 'z');
}
