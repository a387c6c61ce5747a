/**
 * A result that was accepted while it is still being computed comes before the next gesture: what is done on the canvas
 * meanwhile waits for it, so that no press takes the acceptance back.
 */
import type { ToolEvent, ToolState } from '../tools/tool';
import { isAccepting, type ToolAsks } from './toolAsks.svelte';

export interface AcceptingHost {
  state(): ToolState;
  /** Gives the tool an event whose turn has come. */
  feed(event: ToolEvent): void;
}

export class AcceptedFirst {
  readonly #asks: ToolAsks;
  readonly #host: AcceptingHost;
  #events: ToolEvent[] = [];

  constructor(asks: ToolAsks, host: AcceptingHost) {
    this.#asks = asks;
    this.#host = host;
  }

  /** True where the event waits, or ends what waits. */
  holds(event: ToolEvent): boolean {
    if (event.type === 'cancel') this.#events = [];
    if (event.type === 'cancel' || event.type === 'context') return false;
    if (this.#events.length > 0) {
      if (takesBack(event)) this.#events = [];
      else this.#events.push(event);
      return true;
    }
    if (event.type !== 'down' || !this.#asks.waiting || !isAccepting(this.#host.state())) return false;
    this.#events = [event];
    void this.#follow(this.#events);
    return true;
  }

  async #follow(events: readonly ToolEvent[]): Promise<void> {
    await this.#asks.accepted(() => this.#host.state());
    // Taken back since, or another tool.
    if (events !== this.#events) return;
    this.#events = [];
    const state = this.#host.state();
    // Where nothing came of it, which was told, a gesture for the next object would throw away what this one is made of.
    if (state.kind === 'idle' || isAccepting(state)) for (const event of events) this.#host.feed(event);
  }
}

function takesBack(event: ToolEvent): boolean {
  if (event.type !== 'key') return false;
  const { key, modifiers } = event;
  return key === 'Escape' || key === 'Backspace' || (modifiers.ctrl && key.toLowerCase() === 'z');
}
