/** An engine process that dies, hangs, answers late or cannot be prepared, played by a child that does as the test says. */
import { AppError } from '@shared/errors/appError';
import type { RpcMessage } from '@shared/ipc/rpc';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type EngineChild, EngineProcess, type EngineProcessOptions } from '../../../src-main/app/engineProcess';

type Requests = {
  'inference.propose': { params: { image: number }; result: string };
  'inference.prompt': { params: { image: number }; result: string };
  'project.open': { params: { file: string }; result: null };
};

class Child implements EngineChild {
  readonly pid: number;
  readonly asked: Extract<RpcMessage, { type: 'request' }>[] = [];
  readonly cancelled: number[] = [];
  isKilled = false;
  #message: (message: RpcMessage) => void = () => {};
  readonly #exit: ((code: number) => void)[] = [];

  constructor(pid: number) {
    this.pid = pid;
  }
  postMessage(message: RpcMessage): void {
    if (message.type === 'request') this.asked.push(message);
    if (message.type === 'cancel') this.cancelled.push(message.id);
  }
  on(event: 'message' | 'exit', listener: ((message: RpcMessage) => void) | ((code: number) => void)): void {
    if (event === 'message') this.#message = listener as (message: RpcMessage) => void;
    else this.#exit.push(listener as (code: number) => void);
  }
  kill(): void {
    this.isKilled = true;
  }
  exit(code: number): void {
    for (const listener of this.#exit) listener(code);
  }
  answer(index: number, result: unknown): void {
    this.#message({ type: 'result', id: this.asked[index].id, result });
  }
  fail(index: number, message: string): void {
    this.#message({ type: 'error', id: this.asked[index].id, error: { code: 'bad-input', message } });
  }
}

function engine(options: Partial<EngineProcessOptions<Requests>> = {}) {
  const children: Child[] = [];
  const crashes: AppError[] = [];
  const process = new EngineProcess<Requests>({
    name: 'inference',
    fork: () => children[children.push(new Child(100 + children.length)) - 1],
    onCrash: (error) => crashes.push(error),
    ...options,
  });
  return { process, client: process.client, children, crashes };
}

/** Lets everything that waits for a promise that is settled already go on. */
const settle = () => vi.advanceTimersByTimeAsync(0);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('an engine process', () => {
  test('starts with the first call, and serves the next ones too', async () => {
    const { process, client, children } = engine();
    expect(process.pid).toBeNull();
    const first = client.call('inference.propose', { image: 1 });
    const second = client.call('inference.propose', { image: 2 });
    await settle();
    children[0].answer(1, 'two');
    children[0].answer(0, 'one');
    expect(await Promise.all([first, second])).toEqual(['one', 'two']);
    expect(children.length).toBe(1);
    expect(process.pid).toBe(100);
  });

  test('that dies fails what it was doing with a sentence, is told once, and the next call has a new one', async () => {
    const { client, children, crashes } = engine();
    const lost = [client.call('inference.propose', { image: 1 }), client.call('inference.prompt', { image: 1 })];
    await settle();
    children[0].exit(139);
    for (const call of lost) await expect(call).rejects.toMatchObject({ code: 'crashed', hint: expect.any(String) });
    expect(crashes.map(({ code }) => code)).toEqual(['crashed']);

    const again = client.call('inference.propose', { image: 2 });
    await settle();
    expect(children.length).toBe(2);
    // What the dead one still had on its way is no answer to anybody.
    children[0].answer(0, 'late');
    children[1].answer(0, 'new');
    expect(await again).toBe('new');
  });

  test('is prepared before it serves; one that cannot be serves nobody, and the next call tries another', async () => {
    const { client, children, crashes } = engine({
      prepare: async (own) => void (await own.call('project.open', { file: 'a.maskwright' })),
    });
    const refused = client.call('inference.prompt', { image: 1 });
    await settle();
    expect(children[0].asked.map(({ method }) => method)).toEqual(['project.open']);
    children[0].fail(0, 'a.maskwright is gone');
    await expect(refused).rejects.toMatchObject({ message: 'a.maskwright is gone' });
    expect(children[0].isKilled).toBe(true);

    const served = client.call('inference.prompt', { image: 1 });
    await settle();
    children[1].answer(0, null);
    await settle();
    expect(children[1].asked.map(({ method }) => method)).toEqual(['project.open', 'inference.prompt']);
    children[1].answer(1, 'here');
    expect(await served).toBe('here');
    // It was ended on purpose: that is no crash.
    children[0].exit(0);
    expect(crashes).toEqual([]);
  });

  test('restarting waits for its end, and is no crash; stopping is none either', async () => {
    const { process, client, children, crashes } = engine();
    const lost = client.call('inference.prompt', { image: 1 });
    await settle();
    let isOver = false;
    const restarted = process.restart().then(() => (isOver = true));
    await expect(lost).rejects.toMatchObject({ code: 'crashed' });
    await settle();
    expect(isOver).toBe(false);
    children[0].exit(0);
    await restarted;

    const asked = client.call('inference.prompt', { image: 1 });
    await settle();
    process.stop();
    expect(children[1].isKilled).toBe(true);
    children[1].exit(0);
    // What was asked for is cancelled, which no log calls a fault; nothing is started any more.
    await expect(asked).rejects.toMatchObject({ code: 'cancelled' });
    await expect(client.call('inference.prompt', { image: 2 })).rejects.toMatchObject({ code: 'cancelled' });
    expect(children).toHaveLength(2);
    expect(crashes).toEqual([]);
  });
});
