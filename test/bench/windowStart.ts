/** From the start of the process to the first page on screen, beside an empty window of the same Electron; and the memory it takes then. */
import { chromium, type Page } from '@playwright/test';
import type { About } from '@shared/ipc/app';
import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { quantile, type BenchCase, type BenchRow } from './types';

const root = resolve(import.meta.dirname, '..', '..');
const samples = 9;

/** Names a packaged program (its executable) to be measured in place of the checkout's build. */
const packaged = process.env.MASKWRIGHT_PACKAGED;

type Script = Record<string, (...args: never[]) => unknown>;
const script = (file: string): Promise<Script> => import(pathToFileURL(join(root, 'scripts', 'lib', file)).href);

interface Start {
  /** Milliseconds from the start of the process to the first contentful paint. */
  readonly ms: number;
  readonly about: About | null;
}

let measured: Promise<{ ours: Start[]; empty: Start[] }> | undefined;

async function measure(): Promise<{ ours: Start[]; empty: Start[] }> {
  const { ensureWindow } = (await script('bootstrap.mjs')) as {
    ensureWindow: () => Promise<{ executable: string; flags: string[] }>;
  };
  const { withDisplay } = (await script('display.mjs')) as {
    withDisplay: <R>(work: (env: NodeJS.ProcessEnv) => Promise<R>) => Promise<R>;
  };
  const { executable, flags } = await ensureWindow();
  const folder = mkdtempSync(join(tmpdir(), 'maskwright-start-'));
  /** Each starts as for the first time: with a folder of its own that holds nothing. */
  const data = () => mkdtempSync(join(folder, 'data-'));
  try {
    const other = await emptyApp(folder, executable);
    return await withDisplay(async (env) => {
      const ours: Start[] = [];
      const empty: Start[] = [];
      // The first of each fills the system's caches.
      for (let at = 0; at <= samples; at++) {
        empty.push(await start(other.file, [...flags, ...other.args, `--user-data-dir=${data()}`], env, false));
        const ownArgs = [...(packaged ? [] : [root]), `--user-data=${data()}`];
        ours.push(await start(packaged ?? executable, [...flags, ...ownArgs], env, true));
      }
      return { ours: ours.slice(1), empty: empty.slice(1) };
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * An app that shows a window of the same size with a word in it, in the same Electron: from an archive in a copy of the packaged
 * folder, with its switches, where a packaged program is measured.
 */
async function emptyApp(folder: string, executable: string): Promise<{ file: string; args: string[] }> {
  const app = join(folder, 'empty');
  mkdirSync(app);
  writeFileSync(join(app, 'package.json'), '{"name":"empty","main":"main.cjs"}');
  writeFileSync(
    join(app, 'main.cjs'),
    `const { app, BrowserWindow } = require('electron');
     app.whenReady().then(() => new BrowserWindow({ width: 1440, height: 900 }).loadURL('data:text/html,<p>empty</p>'));`,
  );
  if (!packaged) return { file: executable, args: [app] };
  const from = dirname(packaged);
  const copy = join(folder, 'packaged');
  cpSync(from, copy, { recursive: true, filter: (path) => dirname(relative(from, path)) !== 'resources' });
  const { ensureBuilder } = (await script('packagingTools.mjs')) as { ensureBuilder: () => Promise<unknown> };
  await ensureBuilder();
  const asar = createRequire(join(root, 'scripts', 'packaging', 'package.json'))('@electron/asar') as {
    createPackage: (from: string, to: string) => Promise<void>;
  };
  await asar.createPackage(app, join(copy, 'resources', 'app.asar'));
  return { file: join(copy, basename(packaged)), args: [] };
}

async function start(file: string, args: string[], env: NodeJS.ProcessEnv, isOurs: boolean): Promise<Start> {
  const startedAt = Date.now();
  const child = spawn(file, ['--remote-debugging-port=0', ...args], { env, stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = new Promise((done) => child.once('exit', done));
  try {
    const address = await new Promise<string>((found, fail) => {
      let text = '';
      child.stderr.setEncoding('utf8').on('data', (piece: string) => {
        text += piece;
        const line = /DevTools listening on (ws:\S+)/.exec(text);
        if (line) found(line[1]);
      });
      child.once('exit', (code) => fail(new Error(`It ended with ${code}: ${text}`)));
    });
    const browser = await chromium.connectOverCDP(address, { noDefaults: true });
    const page = await firstPage(() => browser.contexts()[0].pages());
    const paintedAt = await page.evaluate(paint);
    const about = isOurs ? ((await page.evaluate(askAbout)) as About) : null;
    return { ms: paintedAt - startedAt, about };
  } finally {
    child.kill('SIGTERM');
    await ended;
  }
}

async function firstPage(pages: () => Page[]): Promise<Page> {
  for (;;) {
    const [page] = pages();
    if (page) return page;
    await new Promise((done) => setTimeout(done, 20));
  }
}

/** Wall clock of the first contentful paint; runs in the page. */
function paint(): Promise<number> {
  return new Promise((done) => {
    new PerformanceObserver((list) => {
      for (const { name, startTime } of list.getEntries()) {
        if (name === 'first-contentful-paint') done(performance.timeOrigin + startTime);
      }
    }).observe({ type: 'paint', buffered: true });
  });
}

/** Asks as the page does; runs in it. */
function askAbout(): Promise<unknown> {
  const bridge = (window as unknown as { maskwright: { connect(token: string): void } }).maskwright;
  return new Promise((done) => {
    window.addEventListener('message', ({ data, ports: [port] }) => {
      if (data !== 'about') return;
      port.onmessage = ({ data: message }: MessageEvent<{ type: string; result: unknown }>) => {
        if (message.type === 'result') done(message.result);
      };
      port.postMessage({ type: 'request', id: 1, method: 'app.about', params: {} });
    });
    bridge.connect('about');
  });
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

async function timeRow(): Promise<BenchRow> {
  const { ours, empty } = await (measured ??= measure());
  const [times, others] = [ours, empty].map((list) => list.map(({ ms }) => ms));
  return {
    ...{
      name: 'app-start',
      n: times.length,
      p50: quantile(times, 0.5),
      p95: quantile(times, 0.95),
      unit: 'ms' as const,
    },
    reference: packaged ? 'an empty packaged app of the same Electron' : 'an empty window of the same Electron',
    ratio: quantile(times, 0.5) / quantile(others, 0.5),
  };
}

async function memoryRow(): Promise<BenchRow> {
  const { ours } = await (measured ??= measure());
  const last = ours.at(-1)!.about!;
  for (const { name, memoryMb } of last.processes) process.stderr.write(`app-start-memory: ${name} ${memoryMb} MB\n`);
  const totals = ours.map(({ about }) => sum(about!.processes.map(({ memoryMb }) => memoryMb)));
  return {
    name: 'app-start-memory',
    n: totals.length,
    p50: quantile(totals, 0.5),
    p95: quantile(totals, 0.95),
    unit: 'MB',
  };
}

export const rows: readonly BenchCase[] = [
  { name: 'app-start', run: timeRow },
  { name: 'app-start-memory', run: memoryRow },
];
