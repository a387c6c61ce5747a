import { AppError, describeError, toErrorData } from '@shared/errors/appError';
import { latestWins } from '@shared/errors/latestWins';
import { CancelSource } from '@shared/errors/cancellation';
import { connect, serve, type Handlers, type Port, type RpcMessage } from '@shared/ipc/rpc';
import { describe, expect, it } from 'vitest';

type Calls = {
  add: { params: { a: number; b: number }; result: number };
  count: { params: { to: number }; result: string };
  wait: { params: null; result: string };
  fail: { params: { kind: 'app' | 'defect' }; result: never };
};

/** Two ports joined by structured clones, as between processes. */
function portPair(): [Port, Port] {
  const listeners: ((message: RpcMessage) => void)[][] = [[], []];
  const port = (own: number): Port => ({
    post: (message) => {
      const copy = structuredClone(message);
      queueMicrotask(() => listeners[1 - own].forEach((listener) => listener(copy)));
    },
    listen: (listener) => void listeners[own].push(listener),
  });
  return [port(0), port(1)];
}

const handlers: Handlers<Calls> = {
  add: async ({ a, b }) => a + b,
  count: async ({ to }, { progress }) => {
    for (let done = 1; done <= to; done++) progress({ done, total: to });
    return `counted to ${to}`;
  },
  wait: (_params, { signal }) =>
    new Promise((_resolve, reject) =>
      signal.addEventListener('abort', () => reject(new AppError('cancelled', 'Cancelled'))),
    ),
  fail: async ({ kind }) => {
    if (kind === 'defect') throw new TypeError('x is not a function');
    throw new AppError('bad-input', 'The file is cut', {
      place: { file: 'a.json', offset: 7 },
      hint: 'fetch it again',
    });
  },
};

function start() {
  const [here, there] = portPair();
  serve(there, handlers);
  return connect<Calls>(here);
}

describe('rpc', () => {
  it('answers overlapping requests each with its own result', async () => {
    const client = start();
    const answers = await Promise.all([1, 2, 3].map((a) => client.call('add', { a, b: 10 })));
    expect(answers).toEqual([11, 12, 13]);
  });

  it('reports progress before the result', async () => {
    const seen: number[] = [];
    const answer = await start().call('count', { to: 3 }, { onProgress: ({ done }) => seen.push(done) });
    expect([seen, answer]).toEqual([[1, 2, 3], 'counted to 3']);
  });

  it('cancels the request whose signal aborts and no other', async () => {
    const client = start();
    const source = new CancelSource();
    const cancelled = client.call('wait', null, { signal: source });
    const other = client.call('add', { a: 1, b: 1 });
    source.abort();
    await expect(cancelled).rejects.toMatchObject({ code: 'cancelled' });
    await expect(other).resolves.toBe(2);
    await expect(client.call('wait', null, { signal: source })).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('carries an error with its place and hint, and calls anything else internal', async () => {
    const client = start();
    const error = await client.call('fail', { kind: 'app' }).catch((thrown: AppError) => thrown);
    expect(error).toBeInstanceOf(AppError);
    expect(describeError(error as AppError)).toBe('The file is cut (a.json, byte 7): fetch it again');
    await expect(client.call('fail', { kind: 'defect' })).rejects.toMatchObject({ code: 'internal' });
    await expect(client.call('toString' as 'add', { a: 1, b: 1 })).rejects.toMatchObject({ code: 'internal' });
  });

  it('rejects what is pending and what comes later once the other side is gone', async () => {
    const client = start();
    const pending = client.call('wait', null);
    client.disconnect(new AppError('crashed', 'The process ended'));
    await expect(pending).rejects.toMatchObject({ code: 'crashed' });
    await expect(client.call('add', { a: 1, b: 1 })).rejects.toMatchObject({ code: 'crashed' });
  });

  it('names a file once', () => {
    const data = toErrorData(new AppError('bad-input', 'a.json is cut', { place: { file: 'a.json', line: 3 } }));
    expect(describeError(data)).toBe('a.json is cut (line 3)');
  });
});

describe('latestWins', () => {
  it('yields only the newest run, cancels the older ones and swallows their errors', async () => {
    const started: { signal: CancelSource; value: number; finish(error?: Error): void }[] = [];
    const runs = latestWins(
      (signal, value: number) =>
        new Promise<number>((resolve, reject) => {
          started.push({ signal, value, finish: (error) => (error ? reject(error) : resolve(value)) });
        }),
    );
    const first = runs.run(1);
    const second = runs.run(2);
    const third = runs.run(3);
    expect(started.map(({ signal }) => signal.aborted)).toEqual([true, true, false]);
    started[2].finish();
    started[0].finish();
    started[1].finish(new Error('late failure of a superseded run'));
    expect(await Promise.all([first, second, third])).toEqual([null, null, 3]);
  });

  it('throws the newest run’s own error, and yields null when cancelled', async () => {
    const failing = latestWins(async (_signal, text: string) => {
      throw new Error(text);
    });
    await expect(failing.run('broken')).rejects.toThrow('broken');
    const cancellable = latestWins(
      (signal) =>
        new Promise<number>((_r, reject) => signal.addEventListener('abort', () => reject(new Error('aborted')))),
    );
    const run = cancellable.run();
    cancellable.cancel();
    expect(await run).toBeNull();
  });
});
