/** Carries the questions of tools to the engine: a session for the open image, one latest-wins lane a channel. */
import type { WindowRequests } from '@shared/ipc/contract';
import { AppError, describeError, toErrorData } from '@shared/ipc/errors';
import { latestWins } from '@shared/ipc/latestWins';
import type { Client, CancelSource } from '@shared/ipc/rpc';
import type { Answer, Ask } from '../tools/ask';

type Lane = ReturnType<typeof latestWins<[Ask, number], Answer>>;

interface OpenSession {
  readonly imageId: number;
  readonly opened: Promise<number>;
}

export class ToolAsks {
  readonly #client: Client<WindowRequests>;
  readonly #lanes = new Map<string, Lane>();
  #session: OpenSession | null = null;
  #waiting = $state(0);

  constructor(client: Client<WindowRequests>) {
    this.#client = client;
  }

  /** True while an answer is awaited. */
  get waiting(): boolean {
    return this.#waiting > 0;
  }

  /** Reads the image ahead of the first question. What goes wrong shows when something is asked. */
  warm(imageId: number): void {
    this.#open(imageId).catch(() => undefined);
  }

  /** Sends a question about an image; `deliver` is not called where a newer one took its place. */
  async ask(ask: Ask, imageId: number, deliver: (answer: Answer) => void): Promise<void> {
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
      return { channel, method: 'app.runModel', result };
    }
    let used: OpenSession | null = null;
    const run = async () => {
      const opened = this.#open(imageId);
      used = this.#session;
      const session = await opened;
      // The parameters fit the method by the type of Ask, which a call by union cannot express.
      const call = this.#client.call as (method: string, params: unknown, options: object) => Promise<unknown>;
      return call(ask.method, { ...ask.params, session }, { signal });
    };
    try {
      return { channel, method: ask.method, result: await run() } as Answer;
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'crashed') throw error;
      // The pixels went with the process that held them: the restarted one reads them again, once for all that wait.
      if (this.#session === used) this.#session = null;
      return { channel, method: ask.method, result: await run() } as Answer;
    }
  }

  #open(imageId: number): Promise<number> {
    if (this.#session?.imageId === imageId) return this.#session.opened;
    this.#close();
    const opened = this.#client.call('app.openSession', { imageId }).then(({ session }) => session);
    const session = (this.#session = { imageId, opened });
    opened.catch(() => {
      if (this.#session === session) this.#session = null;
    });
    return opened;
  }

  #close(): void {
    const closing = this.#session;
    this.#session = null;
    closing?.opened
      .then((session) => this.#client.call('vision.closeSession', { session }))
      // A process that is gone has closed it already.
      .catch(() => undefined);
  }
}
