/** What a second start, a double click or a drag on the icon opens, and where. */
import type { OpenTarget } from '@shared/project/types';
import { EventEmitter } from 'node:events';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { OneInstance, type OneInstanceApp } from '../../../src-main/app/oneInstance';

class App extends EventEmitter {
  told: unknown = null;
  constructor(readonly isFree = true) {
    super();
  }
  requestSingleInstanceLock(data: unknown): boolean {
    this.told = data;
    return this.isFree;
  }
  secondStart(data: unknown): void {
    this.emit('second-instance', {}, [], '/', data);
  }
  openFile(path: string): void {
    this.emit('open-file', { preventDefault: () => undefined }, path);
  }
}

function running(project: string | null) {
  const app = new App();
  const instance = new OneInstance(app as unknown as OneInstanceApp);
  expect(instance.isFirst(null)).toBe(true);
  const done: unknown[] = [];
  instance.receiveBy({
    project,
    focus: () => void done.push('focus'),
    openHere: (target: OpenTarget) => void done.push(target),
    openInNewWindow: (path) => void done.push(`new window: ${path}`),
  });
  return { app, done };
}

const file = resolve('/data/cells.maskwright');

it('a second start says what it was to open, and ends', () => {
  const app = new App(false);
  const open = { kind: 'project', path: file } as const;
  expect(new OneInstance(app as unknown as OneInstanceApp).isFirst(open)).toBe(false);
  expect(app.told).toEqual({ open: file });
});

it('the first opens it where nothing is open', () => {
  const { app, done } = running(null);
  app.secondStart({ open: file });
  app.openFile(resolve('/data/coco.json'));
  expect(done).toEqual([
    { kind: 'project', path: file },
    'focus',
    { kind: 'dataset', path: resolve('/data/coco.json') },
    'focus',
  ]);
});

it('an open project stays: another one gets a window of its own, the same one is shown', () => {
  const { app, done } = running(file);
  app.secondStart({ open: file });
  app.secondStart({ open: resolve('/data') });
  app.secondStart({ open: resolve('/data/other.maskwright') });
  expect(done).toEqual(['focus', 'focus', `new window: ${resolve('/data/other.maskwright')}`]);
});

it('whatever else another process says only brings the window to the front', () => {
  const { app, done } = running(null);
  for (const data of [null, undefined, 'x', { open: 5 }, { open: '' }, { open: { kind: 'sample' } }])
    app.secondStart(data);
  expect(done).toEqual(Array(6).fill('focus'));
});

it('a file that was named before the window was there is what it opens first', () => {
  const app = new App();
  const instance = new OneInstance(app as unknown as OneInstanceApp);
  app.openFile(file);
  expect(instance.takeFirst()).toEqual({ kind: 'project', path: file });
  expect(instance.takeFirst()).toBeNull();
});
