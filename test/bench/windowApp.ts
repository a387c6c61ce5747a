/** The real app for benches: started on a display, driven by Playwright, with probes inside page and main process. */
import type { Locator, Page } from '@playwright/test';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { WindowRequests } from '@shared/ipc/window';
import { launch, type App } from '../e2e/support/app';

type Script = Record<string, (...args: never[]) => unknown>;
const script = (file: string): Promise<Script> =>
  import(pathToFileURL(join(import.meta.dirname, '..', '..', 'scripts', 'lib', file)).href);

export interface BenchWindow {
  readonly app: App;
  readonly page: Page;
  readonly canvas: Locator;
  /** Page coordinates of a place in the canvas, 0..1 across and down. */
  at(x: number, y: number): readonly [number, number];
  /** What a probe has collected since it was last asked: milliseconds. */
  take(probe: 'handlers' | 'frames' | 'releases' | 'intervals' | 'gaps' | 'longTasks'): Promise<number[]>;
  /** Asks as the page does, over the page's kind of port; milliseconds until the answer is there. */
  timeCall<K extends keyof WindowRequests & string>(method: K, params: WindowRequests[K]['params']): Promise<number>;
  /** Asks, cancels `after` ms later; milliseconds from there until the caller is free. Throws when the answer was faster. */
  timeCancel<K extends keyof WindowRequests & string>(
    method: K,
    params: WindowRequests[K]['params'],
    after: number,
  ): Promise<number>;
  /** Presses a key that opens another image; milliseconds until it is on screen with its masks. */
  open(key: string): Promise<number>;
}

/** Starts the app on a folder or COCO file, waits until its first image is on screen, and closes it after `work`. */
export async function withWindow<T>(opened: string, work: (window: BenchWindow) => Promise<T>): Promise<T> {
  const { ensureWindow } = (await script('bootstrap.mjs')) as { ensureWindow: () => Promise<unknown> };
  const { withDisplay } = (await script('display.mjs')) as {
    withDisplay: <R>(work: (env: NodeJS.ProcessEnv) => Promise<R>) => Promise<R>;
  };
  await ensureWindow();
  return withDisplay(async (env) => {
    const app = await launch({ args: [opened], env });
    try {
      return await work(await prepare(app));
    } finally {
      await app.close();
    }
  });
}

async function prepare(app: App): Promise<BenchWindow> {
  const { page } = app;
  const canvas = page.getByRole('application', { name: 'Image canvas' });
  await canvas.waitFor();
  await page.evaluate(probes);
  const { x: left, y: top, width, height } = (await canvas.boundingBox())!;
  await page.locator('.picture-state').waitFor({ state: 'hidden' });
  return {
    app,
    page,
    canvas,
    at: (x, y) => [left + x * width, top + y * height],
    take: (probe) => page.evaluate(`probes.take(${JSON.stringify(probe)})`),
    timeCall: (method, params) => page.evaluate(`probes.call(${JSON.stringify({ method, params })})`),
    timeCancel: (method, params, after) => page.evaluate(`probes.cancel(${JSON.stringify({ method, params, after })})`),
    async open(key) {
      await canvas.focus();
      // In this order on the page: it listens before the key is pressed.
      const [ms] = await Promise.all([page.evaluate<number>('probes.nextPainted()'), page.keyboard.press(key)]);
      return ms;
    },
  };
}

/**
 * Runs in the page, as text: what tsx makes of a function needs helpers that the page does not have.
 * handlers: everything that runs for a pointer move with a button down, microtasks included; frames: from there to the first
 * task after that frame's requestAnimationFrame; releases: the same for the button let go; nextPainted: from a key press to the image with its masks on screen;
 * intervals: between animation frames; gaps: by how much a 4-ms timer is late, i.e. what kept the thread busy;
 * longTasks: what Chrome calls one (over 50 ms); call: one request, the next only when it is answered;
 * cancel: the same, cancelled.
 */
const probes = `(() => {
  const lists = { handlers: [], frames: [], releases: [], intervals: [], gaps: [], longTasks: [] };
  let start = 0, pressed = 0, painted = () => {};
  const afterFrame = new MessageChannel();
  afterFrame.port2.onmessage = ({ data: { list, at } }) => lists[list].push(performance.now() - at);
  const timeFrame = (list, at) => requestAnimationFrame(() => afterFrame.port1.postMessage({ list, at }));
  addEventListener('pointermove', (event) => {
    start = event.buttons ? performance.now() : 0;
    if (start) timeFrame('frames', start);
  }, { capture: true });
  addEventListener('pointerup', () => timeFrame('releases', performance.now()), { capture: true });
  addEventListener('pointermove', () => { if (start) lists.handlers.push(performance.now() - start); });
  addEventListener('keydown', (event) => { pressed = event.timeStamp; }, { capture: true });
  new PerformanceObserver((list) => {
    for (const { name, startTime } of list.getEntries()) {
      if (name === 'image painted') painted(startTime - pressed);
    }
  }).observe({ type: 'mark' });
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) lists.longTasks.push(duration);
  }).observe({ type: 'longtask' });
  let last = performance.now(), beat = last;
  const frame = (now) => { lists.intervals.push(now - last); last = now; requestAnimationFrame(frame); };
  requestAnimationFrame(frame);
  setInterval(() => { const now = performance.now(); lists.gaps.push(Math.max(0, now - beat - 4)); beat = now; }, 4);
  let port, answered;
  addEventListener('message', ({ data, ports }) => {
    if (data !== 'bench') return;
    port = ports[0];
    port.onmessage = ({ data: message }) => {
      if (message.type === 'result' || message.type === 'error') answered(message.error);
    };
  });
  maskwright.connect('bench');
  const call = ({ method, params }) => new Promise((done, fail) => {
    const start = performance.now();
    answered = (error) => error ? fail(new Error(error.message)) : done(performance.now() - start);
    port.postMessage({ type: 'request', id: 1, method, params });
  });
  const cancel = ({ method, params, after }) => new Promise((done, fail) => {
    let start = 0;
    answered = (error) => error && error.code === 'cancelled' && start
      ? done(performance.now() - start)
      : fail(new Error(error ? error.message : 'answered before it was cancelled'));
    port.postMessage({ type: 'request', id: 1, method, params });
    setTimeout(() => { start = performance.now(); port.postMessage({ type: 'cancel', id: 1 }); }, after);
  });
  globalThis.probes = { call, cancel, take: (name) => lists[name].splice(0), nextPainted: () => new Promise((done) => { painted = done; }) };
})()`;

/** Watches the main process's event loop; the returned function gives the longest and the median delay, ms. */
export async function watchMain({
  electron,
}: App): Promise<() => Promise<{ longest: number; median: number; n: number }>> {
  await electron.evaluate(() => {
    const { monitorEventLoopDelay } = process.mainModule!.require(
      'node:perf_hooks',
    ) as typeof import('node:perf_hooks');
    const histogram = monitorEventLoopDelay({ resolution: 5 });
    histogram.enable();
    (globalThis as { benchDelay?: typeof histogram }).benchDelay = histogram;
  });
  return async () => {
    const [longest, median, n] = await electron.evaluate(() => {
      const { benchDelay } = globalThis as unknown as { benchDelay: import('node:perf_hooks').IntervalHistogram };
      return [benchDelay.max, benchDelay.percentile(50), benchDelay.count];
    });
    // Nanoseconds, and what the timer measures contains its own period.
    const delay = (measured: number) => Math.max(0, measured / 1e6 - 5);
    return { longest: delay(longest), median: delay(median), n };
  };
}
