/** Which process a request of the window reaches, and which requests reach none. */
import type { OpenReport } from '@shared/project/types';
import { AppError } from '@shared/errors/appError';
import { CancelSource } from '@shared/errors/cancellation';
import { describe, expect, test } from 'vitest';
import type { Engine } from '../../../src-main/app/engine';
import { createLeaving } from '../../../src-main/app/leaving';
import { createRouter } from '../../../src-main/app/router';
import { Patience } from '../../../src-main/inference/patience';

const report = { project: { file: '/data/a.maskwright' }, findings: [] } as unknown as OpenReport;

/** An engine whose processes note what they were asked, and answer with their own name. */
function routed(fails: ReadonlySet<string> = new Set()) {
  const asked: string[] = [];
  const happened: string[] = [];
  const process = (name: string) => ({
    client: {
      call: async (method: string) => {
        asked.push(`${name} ${method}`);
        if (fails.has(method)) throw new AppError('bad-input', `${method} failed`);
        happened.push(method);
        return method.startsWith('project.') ? report : name;
      },
    },
  });
  const engine = {
    store: process('store'),
    vision: process('vision'),
    inference: process('inference'),
    patience: new Patience(() => undefined),
    prompted: new Map(),
    projectOpened: () => happened.push('opened'),
    projectClosed: () => happened.push('closed'),
    projectLost: () => happened.push('lost'),
    leaveProject: () => happened.push('left'),
  } as unknown as Engine;
  const app = new Proxy({}, { get: (_target, method) => async () => void asked.push(`app ${String(method)}`) });
  const paths = {
    check: async (method: string, params: unknown) => {
      if (JSON.stringify(params).includes('/etc/')) throw new AppError('usage', `${method} names a path of nobody`);
    },
    complete: (_method: string, params: unknown) => params,
    exported: async (path: string) => void happened.push(`exported ${path}`),
  };
  const dispatch = createRouter(engine, app as never, {
    paths,
    leaving: createLeaving(() => null as never, engine, null as never),
  });
  const ask = (method: string, params: unknown = {}) =>
    dispatch(method, params, { signal: new CancelSource(), progress: () => {} });
  return { ask, asked, happened };
}

describe('the router', () => {
  test('every kind of request reaches its own process', async () => {
    const { ask, asked } = routed();
    await ask('image.open', { imageId: 1 });
    await ask('draft.drop', { key: 'a' });
    await ask('vision.closeSession', { session: 3 });
    await ask('inference.models');
    await ask('settings.read');
    await ask('recent.list');
    expect(asked).toEqual([
      ...['store image.open', 'store draft.drop', 'vision vision.closeSession', 'inference inference.models'],
      ...['app settings.read', 'app recent.list'],
    ]);
  });

  test.each([
    // What a process would answer to the others is not the window's to ask.
    ...['vision.decode', 'vision.toPng', 'vision.propose', 'inference.propose', 'inference.openPrompts'],
    ...['', 'project', 'nothing.at.all', 'constructor.name', '__proto__.x', 'app.toString', 'toString'],
  ])('“%s” is refused and reaches nobody', async (method) => {
    const { ask, asked } = routed();
    await expect(ask(method)).rejects.toMatchObject({ code: 'usage' });
    expect(asked).toEqual([]);
  });

  test('a path that the user has not named reaches no process, and the open project stays', async () => {
    const { ask, asked, happened } = routed();
    await expect(ask('project.open', { file: '/etc/passwd' })).rejects.toMatchObject({ code: 'usage' });
    expect([asked, happened]).toEqual([[], []]);
  });

  test('parameters of another shape are refused with their place, before any process sees them', async () => {
    const { ask, asked } = routed();
    await expect(ask('app.propose', { imageId: 'one', with: null })).rejects.toThrow(/app\.propose.*imageId/s);
    await expect(ask('vision.closeSession', { session: 1, path: '/etc/passwd' })).rejects.toMatchObject({
      code: 'usage',
    });
    expect(asked).toEqual([]);
  });

  test('the open project is left before another one is asked for, and noted only when that is open', async () => {
    const good = routed();
    await good.ask('project.open', { file: '/data/a.maskwright' });
    expect(good.happened).toEqual(['left', 'project.open', 'opened']);
    await good.ask('project.close');
    expect(good.happened.slice(3)).toEqual(['left', 'project.close', 'closed']);

    const bad = routed(new Set(['project.open']));
    await expect(bad.ask('project.open', { file: '/data/none' })).rejects.toThrow('project.open failed');
    expect(bad.happened).toEqual(['left']);
  });
});
