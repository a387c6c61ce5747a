/** brush-event, brush-frame, paint-owner-frame, paint-owner-release, polygons-first-frame, polygons-fps, ui- and main-longest-task, next-image: in the real window. */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { quantile, type BenchCase, type BenchRow } from './types';
import { type BenchWindow, watchMain, withWindow } from './windowApp';
import { makeScenes, PICTURES, type Scenes } from './windowScene';

const SAMPLES = 200;
const STROKES = 40;
/** An annotator looks at an image at least this long; the next one is read meanwhile. */
const LOOK_MS = 700;
/** Between two strokes the hand is lifted; the one before is stored and drawn meanwhile. */
const LIFT_MS = 300;
const SESSION_MS = 60_000;

let scenes: Promise<Scenes> | null = null;

/** One set of pictures for all rows of a run. */
function scene(): Promise<Scenes> {
  scenes ??= makeScenes().then((made) => {
    process.once('exit', () => made.remove());
    return made;
  });
  return scenes;
}

/** Each in a copy of the pictures: what one row draws must not burden the next. */
async function inWindow<T>(work: (window: BenchWindow) => Promise<T>): Promise<T> {
  const { folder, file } = await scene();
  const copy = mkdtempSync(join(tmpdir(), 'maskwright-bench-window-'));
  try {
    cpSync(folder, copy, { recursive: true });
    return await withWindow(join(copy, file), work);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/** Measures once for the several rows that come from one run. */
function once<T>(measure: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | null = null;
  return () => (result ??= measure());
}

const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));

function row(name: string, samples: readonly number[], unit: BenchRow['unit'] = 'ms'): BenchRow {
  return { name, n: samples.length, p50: quantile(samples, 0.5), p95: quantile(samples, 0.95), unit };
}

/** A stroke through points of the canvas (0..1), `steps` moves from each to the next. */
async function drag({ page, at }: BenchWindow, points: readonly (readonly [number, number])[], steps: number) {
  await page.mouse.move(...at(...points[0]));
  await page.mouse.down();
  for (const point of points.slice(1)) await page.mouse.move(...at(...point), { steps });
  await page.mouse.up();
}

const brush = once(async () =>
  inWindow(async (window) => {
    const { page, take } = window;
    await page.keyboard.press('b');
    // 20 image pixels grow to some 200, a tenth of what is seen.
    for (let i = 0; i < 26; i++) await page.keyboard.press(']');
    await drag(
      window,
      [
        [0.2, 0.2],
        [0.4, 0.3],
      ],
      20,
    );
    await take('handlers');
    await take('frames');
    const handlers: number[] = [];
    const frames: number[] = [];
    for (let stroke = 0; handlers.length < SAMPLES || frames.length < SAMPLES; stroke++) {
      const y = 0.15 + 0.1 * (stroke % 7);
      await drag(
        window,
        [
          [0.1, y],
          [0.9, y + 0.1],
          [0.3, y + 0.2],
        ],
        30,
      );
      await pause(LIFT_MS);
      handlers.push(...(await take('handlers')));
      frames.push(...(await take('frames')));
    }
    return { handlers, frames };
  }),
);

/** Strokes over the twenty objects of a picture, with one owner a pixel; each is taken back, so that the next finds them whole. */
const owner = once(async () =>
  inWindow(async (window) => {
    const { page, take } = window;
    await page.keyboard.press('Shift+q');
    await page.keyboard.press('b');
    for (let i = 0; i < 26; i++) await page.keyboard.press(']');
    const frames: number[] = [];
    const releases: number[] = [];
    for (let stroke = -1; frames.length < SAMPLES || releases.length < STROKES; stroke++) {
      const y = 0.15 + 0.1 * (((stroke + 7) * 3) % 7);
      await drag(
        window,
        [
          [0.1, y],
          [0.9, y + 0.1],
          [0.3, y + 0.2],
        ],
        30,
      );
      await pause(LIFT_MS);
      await page.keyboard.press('Escape');
      await page.keyboard.press('Control+z');
      await pause(LIFT_MS);
      // The first one brings everything into memory.
      if (stroke < 0) await Promise.all([take('frames'), take('releases')]);
      frames.push(...(await take('frames')));
      releases.push(...(await take('releases')));
    }
    return { frames, releases };
  }),
);

const polygons = once(async () =>
  inWindow(async (window) => {
    const { page, take, at } = window;
    await goTo(window, PICTURES + 1);
    const painted: number[] = [];
    for (let i = 0; i < SAMPLES; i++) {
      if (i > 0) await step(window, 'a');
      painted.push(await step(window, 'd'));
    }
    // Zoomed in a little, so that there is something to pan to.
    await page.keyboard.press('+');
    await page.keyboard.press('+');
    await pause(LOOK_MS);
    await page.mouse.move(...at(0.5, 0.5));
    await page.mouse.down({ button: 'middle' });
    await take('intervals');
    const intervals: number[] = [];
    for (let i = 0; intervals.length < 2 * SAMPLES; i++) {
      await page.mouse.move(...at(0.5 + 0.2 * Math.sin(i / 2), 0.5 + 0.2 * Math.cos(i / 3)), { steps: 15 });
      intervals.push(...(await take('intervals')));
    }
    await page.mouse.up({ button: 'middle' });
    return { painted, intervals };
  }),
);

const nextImage = once(async () =>
  inWindow(async (window) => {
    await pause(2 * LOOK_MS);
    const painted: number[] = [];
    for (let at = 1, by = 1; painted.length < SAMPLES;) {
      if (at + by < 1 || at + by > PICTURES) by = -by;
      at += by;
      painted.push(await step(window, by === 1 ? 'd' : 'a'));
    }
    return painted;
  }),
);

/** Opens another image and looks at it for a while; milliseconds until it was on screen. */
async function step(window: BenchWindow, key: 'a' | 'd'): Promise<number> {
  const ms = await window.open(key);
  await pause(LOOK_MS);
  return ms;
}

async function goTo(window: BenchWindow, place: number): Promise<void> {
  for (let at = 1; at < place; at++) await step(window, 'd');
}

/** A minute of work: brush, polygon, pan, zoom, undo, GrabCut, wand, the model, the next image, an export now and then. */
const session = once(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'maskwright-bench-export-'));
  try {
    return await inWindow(async (window) => {
      const { app, take } = window;
      await app.electron.evaluate(
        ({ dialog }, filePath) => {
          dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath });
        },
        join(folder, 'out.json'),
      );
      await work(window, 1);
      const main = await watchMain(app);
      await take('gaps');
      await take('longTasks');
      const gaps: number[] = [];
      const longTasks: number[] = [];
      const end = performance.now() + SESSION_MS;
      for (let round = 2; performance.now() < end; round++) {
        await work(window, round);
        gaps.push(...(await take('gaps')));
        longTasks.push(...(await take('longTasks')));
      }
      return { gaps, longTasks, main: await main() };
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

async function work(window: BenchWindow, round: number): Promise<void> {
  const { page, at } = window;
  await page.keyboard.press('b');
  await drag(
    window,
    [
      [0.2, 0.3],
      [0.5, 0.35],
      [0.45, 0.6],
    ],
    20,
  );
  await page.keyboard.press('Escape');
  await page.keyboard.press('p');
  const corners: readonly (readonly [number, number])[] = [
    [0.6, 0.3],
    [0.8, 0.35],
    [0.75, 0.6],
    [0.62, 0.55],
  ];
  for (const corner of corners) await page.mouse.click(...at(...corner));
  await page.keyboard.press('Enter');
  await page.keyboard.press('v');
  await page.mouse.move(...at(0.5, 0.5));
  for (let i = 0; i < 4; i++) await page.mouse.wheel(0, -120);
  await page.mouse.down({ button: 'middle' });
  await page.mouse.move(...at(0.35, 0.4), { steps: 20 });
  await page.mouse.up({ button: 'middle' });
  await page.keyboard.press('f');
  await page.keyboard.press('Control+z');
  await page.keyboard.press('Control+Shift+z');
  if (round % 2 === 0) await proposeByTools(window);
  if (round % 3 === 1) await proposeByModel(window);
  if (round % 3 === 0) await page.keyboard.press('Control+s');
  await page.keyboard.press(round % (2 * PICTURES) < PICTURES ? 'd' : 'a');
  await pause(LOOK_MS);
}

/** The project's model is chosen by the first round that proposes. */
async function proposeByModel({ page }: BenchWindow): Promise<void> {
  const choice = page.getByRole('combobox', { name: 'Model or method: none chosen' });
  if (await choice.isVisible()) {
    await choice.click();
    await page.getByRole('option', { name: /^Nuclei/ }).click();
  }
  await page.getByRole('button', { name: 'Propose', exact: true }).click();
}

/** A box of GrabCut, accepted; a click of the wand, its tolerance dragged, dropped. */
async function proposeByTools(window: BenchWindow): Promise<void> {
  const { page, at } = window;
  await page.keyboard.press('g');
  await drag(
    window,
    [
      [0.3, 0.3],
      [0.6, 0.6],
    ],
    10,
  );
  await page
    .getByRole('region', { name: 'GrabCut' })
    .getByText(/\d+ ms/)
    .waitFor();
  await page.keyboard.press('Enter');
  await pause(2 * LOOK_MS);
  await page.keyboard.press('w');
  await page.mouse.click(...at(0.5, 0.5));
  await pause(LOOK_MS);
  await drag(
    window,
    [
      [0.4, 0.5],
      [0.45, 0.5],
    ],
    10,
  );
  await pause(LOOK_MS);
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
}

export const rows: readonly BenchCase[] = [
  { name: 'brush-event', run: async () => row('brush-event', (await brush()).handlers) },
  { name: 'brush-frame', run: async () => row('brush-frame', (await brush()).frames) },
  { name: 'paint-owner-frame', run: async () => row('paint-owner-frame', (await owner()).frames) },
  { name: 'paint-owner-release', run: async () => row('paint-owner-release', (await owner()).releases) },
  { name: 'polygons-first-frame', run: async () => row('polygons-first-frame', (await polygons()).painted) },
  {
    name: 'polygons-fps',
    async run() {
      const { intervals } = await polygons();
      // p95: what 95 % of the frames reach.
      const fps = (q: number) => 1000 / quantile(intervals, q);
      return { name: 'polygons-fps', n: intervals.length, p50: fps(0.5), p95: fps(0.95), unit: 'fps' };
    },
  },
  {
    name: 'ui-longest-task',
    async run() {
      const { gaps, longTasks } = await session();
      // p95 is the longest of all: Chrome's own figure where there is one over 50 ms.
      const longest = longTasks.length > 0 ? Math.max(...longTasks) : Math.min(50, Math.max(...gaps));
      return { name: 'ui-longest-task', n: gaps.length, p50: quantile(gaps, 0.5), p95: longest, unit: 'ms' };
    },
  },
  {
    name: 'main-longest-task',
    async run() {
      const { main } = await session();
      return { name: 'main-longest-task', n: main.n, p50: main.median, p95: main.longest, unit: 'ms' };
    },
  },
  { name: 'next-image', run: async () => row('next-image', await nextImage()) },
];
