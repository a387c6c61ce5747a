/** A click never waits for a look at the next image: the process that looks is ended before the click is sent. */
import { expect, test } from 'vitest';
import { CancelSource } from '@shared/errors/cancellation';
import type { InferenceRequests } from '@shared/ipc/inference';
import type { RpcMessage } from '@shared/ipc/rpc';
import { type EngineChild, EngineProcess } from '../../../src-main/app/engineProcess';
import { LookAhead } from '../../../src-main/app/lookAhead';

const source = { path: '/images/next.jpg', orientation: 'exif' } as const;
const settled = () => new Promise((resolve) => setTimeout(resolve, 5));

/** Both processes on one log of what reached them, in order. A child that looks answers only when told to. */
function start() {
  const log: string[] = [];
  const answers: (() => void)[] = [];
  const fork = (name: string) => (): EngineChild => {
    let tell: (message: RpcMessage) => void = () => {};
    const exits: (() => void)[] = [];
    log.push(`${name} starts`);
    return {
      postMessage(message) {
        if (message.type !== 'request') return;
        log.push(`${name} is asked ${message.method}`);
        const result = message.method === 'inference.openPrompts' ? { session: 7 } : null;
        answers.push(() => tell({ type: 'result', id: message.id, result }));
      },
      on(event: string, listener: (message: never) => void) {
        if (event === 'message') tell = listener as typeof tell;
        else exits.push(listener as () => void);
      },
      kill() {
        log.push(`${name} is ended`);
        setTimeout(() => exits.forEach((exit) => exit()), 0);
      },
    };
  };
  const crashes: unknown[] = [];
  const onCrash = (error: unknown) => crashes.push(error);
  const ahead = new EngineProcess<InferenceRequests>({ name: 'ahead', fork: fork('ahead'), onCrash });
  const inference: EngineProcess<InferenceRequests> = new EngineProcess<InferenceRequests>({
    name: 'inference',
    fork: fork('inference'),
    onCall: () => lookAhead.giveWay(),
    onCrash,
  });
  const lookAhead = new LookAhead(ahead, () => inference.isIdle);
  const click = () => inference.client.call('inference.prompt', { session: 1, points: [] });
  const look = (signal = new CancelSource()) => lookAhead.look(source, 'smart-select', signal);
  return { log, answers, crashes, inference, click, look };
}

test('a click ends the look before it is sent, and is answered without it; nobody is told of a crash', async () => {
  const { log, answers, crashes, click, look } = start();
  const looked = look();
  await settled();
  const clicked = click();
  await settled();
  expect(log).toEqual([
    'ahead starts',
    'ahead is asked inference.openPrompts',
    'ahead is ended',
    'inference starts',
    'inference is asked inference.prompt',
  ]);
  answers[1]();
  expect(await clicked).toBeNull();
  expect(await looked).toBe(false);
  expect(crashes).toEqual([]);
});

test('nothing is looked at while somebody waits for an answer; afterwards it is, and the process goes with the look', async () => {
  const { log, answers, click, look } = start();
  const clicked = click();
  await settled();
  expect(await look()).toBe(false);
  answers[0]();
  await clicked;
  const looked = look();
  await settled();
  answers[1]();
  await settled();
  // What was found is not on disk before this is answered.
  expect(log.at(-1)).toBe('ahead is asked inference.closePrompts');
  answers[2]();
  expect(await looked).toBe(true);
  expect(log.slice(2)).toEqual([
    'ahead starts',
    'ahead is asked inference.openPrompts',
    'ahead is asked inference.closePrompts',
    'ahead is ended',
  ]);
});

test('a look that is cancelled, or gives way to another, ends its own process only', async () => {
  const { log, answers, look } = start();
  const cancel = new CancelSource();
  const first = look(cancel);
  await settled();
  const second = look();
  await settled();
  cancel.abort();
  answers[1]();
  await settled();
  answers[2]();
  expect(await Promise.all([first, second])).toEqual([false, true]);
  expect(log.filter((what) => what === 'ahead starts')).toHaveLength(2);
  const third = new CancelSource();
  const looked = look(third);
  await settled();
  third.abort();
  expect(await looked).toBe(false);
  expect(log.at(-1)).toBe('ahead is ended');
});
