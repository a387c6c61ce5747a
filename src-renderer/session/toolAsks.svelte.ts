/** Carries the questions of tools to the engine: a session for the open image, one latest-wins lane a channel. */
import { AppError, describeError, toErrorData } from '@shared/errors/appError';
import { latestWins } from '@shared/errors/latestWins';
import type { CancelSource } from '@shared/errors/cancellation';
import type { Engine } from '../api/engine';
import type { Answer, Ask } from '../tools/ask';
import type { ToolState } from '../tools/tool';
import { ImageSession } from './imageSession.svelte';
import { type AskPlace, PromptAsks } from './promptAsks.svelte';

/** Enter was pressed, and what it accepts is still being computed. */
export const isAccepting = (state: ToolState): boolean => 'accepting' in state && state.accepting === true;

type Lane = ReturnType<typeof latestWins<[Ask, number], Answer>>;

export class ToolAsks {
  readonly #client: Engine;
  readonly #lanes = new Map<string, Lane>();
  readonly #pixels: ImageSession;
  readonly #prompts: PromptAsks;
  readonly #tell: AskPlace['tell'];
  #waiting = $state(0);
  readonly #underWay = new Set<Promise<void>>();

  constructor(client: Engine, place: AskPlace) {
    this.#client = client;
    this.#tell = place.tell;
    this.#pixels = new ImageSession(
      (imageId) => client.call('app.openSession', { imageId }).then(({ session }) => session),
      (session) => client.call('vision.closeSession', { session }),
      place.openings,
    );
    this.#prompts = new PromptAsks(client, place);
  }

  /** True while an answer is awaited. */
  get waiting(): boolean {
    return this.#waiting > 0;
  }

  /** True while the model looks at the image, before it can answer the first click. */
  get looking(): boolean {
    return this.#prompts.looking;
  }

  /** A tool's sentence for the status bar, with what the model looks at where that is not plain. */
  told(sentence: string): string {
    return this.#prompts.told(sentence);
  }

  /** The view of the image moves; `mayLook`: whether the model is to look at what is in sight once it is still. */
  follow(imageId: number, mayLook: () => boolean): void {
    this.#prompts.follow(imageId, mayLook);
  }

  /** Opens the image ahead of the first question. What goes wrong shows when something is asked. */
  warm(imageId: number, what: 'pixels' | 'prompts'): void {
    (what === 'prompts' ? this.#prompts : this.#pixels).warm(imageId);
  }

  /** Sends a question about an image; `deliver` is not called where a newer one took its place. */
  ask(ask: Ask, imageId: number, deliver: (answer: Answer) => void): Promise<void> {
    const work = this.#carry(ask, imageId, deliver).finally(() => this.#underWay.delete(work));
    this.#underWay.add(work);
    return work;
  }

  /** Resolves once a tool whose result was accepted while it was still being computed has it; at once where none waits. */
  async accepted(state: () => ToolState): Promise<void> {
    // A fast answer asks for the full one.
    while (isAccepting(state()) && this.#underWay.size > 0) await Promise.allSettled([...this.#underWay]);
  }

  async #carry(ask: Ask, imageId: number, deliver: (answer: Answer) => void): Promise<void> {
    const lane = this.#lane(ask.channel);
    if (ask.method === 'drop') return lane.cancel();
    this.#waiting++;
    try {
      const answer = await lane.run(ask, imageId);
      if (answer) deliver(answer);
    } catch (error) {
      deliver({ channel: ask.channel, method: 'failed', problem: describeError(toErrorData(error)) });
    } finally {
      this.#waiting--;
    }
  }

  /** Cancels everything that is under way. */
  cancel(): void {
    for (const lane of this.#lanes.values()) lane.cancel();
  }

  #lane(channel: string): Lane {
    let lane = this.#lanes.get(channel);
    if (!lane) {
      lane = latestWins((signal, ask: Ask, imageId: number) => this.#answer(ask, imageId, signal));
      this.#lanes.set(channel, lane);
    }
    return lane;
  }

  async #answer(ask: Ask, imageId: number, signal: CancelSource): Promise<Answer> {
    const { channel } = ask;
    if (ask.method === 'drop') throw new AppError('cancelled', 'Cancelled');
    if (ask.method === 'app.runModel') {
      const result = await this.#client.call('app.runModel', { ...ask.params, imageId }, { signal });
      this.#tell(result.fallbacks ?? []);
      return { channel, method: 'app.runModel', result };
    }
    if (ask.method === 'inference.prompt') {
      return { channel, method: ask.method, result: await this.#prompts.ask(imageId, ask.params, signal) };
    }
    const result = await this.#pixels.use(imageId, (session) => {
      // The parameters fit the method by the type of Ask, which a call by union cannot express.
      const call = this.#client.call as (method: string, params: unknown, options: object) => Promise<unknown>;
      return call(ask.method, { ...ask.params, session }, { signal });
    });
    return { channel, method: ask.method, result } as Answer;
  }
}
