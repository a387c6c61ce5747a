/** Starts the real app in Electron on a folder of its own, and asks it what its window may ask. */
import { _electron, type ElectronApplication, type Page } from '@playwright/test';
import type { Bridge, WindowRequests } from '@shared/ipc/window';
import type { ExportReport } from '@shared/project/types';
import type { RpcMessage } from '@shared/ipc/rpc';
import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

export const repoRoot = resolve(import.meta.dirname, '..', '..', '..');

export interface App {
  readonly electron: ElectronApplication;
  readonly page: Page;
  /** Where this run keeps projects, settings and the log. */
  readonly userData: string;
  ask<K extends keyof WindowRequests & string>(
    method: K,
    params: WindowRequests[K]['params'],
  ): Promise<WindowRequests[K]['result']>;
  /** Chooses where in the dialog, as a user does, and exports there. */
  exportTo(path: string, format: string, options: Readonly<Record<string, string>>): Promise<ExportReport>;
  /** Ends every process of the app at once, as a power cut would. */
  kill(): Promise<void>;
  close(): Promise<void>;
}

export interface LaunchOptions {
  /** Reuses the folder of an earlier run; a fresh one otherwise. */
  readonly userData?: string;
  /** What follows the app on its command line, e.g. a folder to open or `--sample`. */
  readonly args?: readonly string[];
  /** Environment of the app; this process's otherwise. */
  readonly env?: NodeJS.ProcessEnv;
  /** Switches of Chromium, e.g. `--force-device-scale-factor=2`. */
  readonly switches?: readonly string[];
}

/** A step of the window that takes longer has hung: it fails by its own name, before the test's time is over. */
const hungAfterMs = 50_000;
const startsWithinMs = 30_000;

export function temporaryFolder(name: string): string {
  return mkdtempSync(join(tmpdir(), `maskwright-${name}-`));
}

export async function launch(options: LaunchOptions = {}): Promise<App> {
  const userData = options.userData ?? temporaryFolder('e2e');
  const { executable, flags } = await electronCommand();
  const command = {
    executablePath: executable,
    args: [...flags, ...(options.switches ?? []), repoRoot, `--user-data=${userData}`, ...(options.args ?? [])],
    env: { ...(options.env ?? process.env) } as Record<string, string>,
  };
  const { electron, page } = await start(command).catch((error: Error) => {
    // The machine may be loading Electron for the first time; a start that never works still fails here.
    console.log(`Electron is started a second time: ${error.message}`);
    return start(command);
  });
  page.on('console', (message) => {
    if (message.type() === 'error') console.log(`window: ${message.text()}`);
  });
  page.on('pageerror', (error) => console.log(`window: ${error.stack ?? error.message}`));
  const child = electron.process();
  const ended = new Promise<void>((done) => child.once('exit', () => done()));
  const ask: App['ask'] = (method, params) =>
    inTime(`the answer to ${method}`, page.evaluate(askInPage, { method, params }) as Promise<never>);
  return {
    electron,
    page,
    userData,
    ask,
    async exportTo(path, format, options) {
      await answerDialogs(electron, path);
      await ask('app.pickExport', { suggested: path, format });
      return ask('project.export', { path, format, options, overwrite: 'export' });
    },
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
    async close() {
      try {
        await inTime('the end of the app', electron.close());
      } catch (error) {
        child.kill('SIGKILL');
        throw error;
      }
    },
  };
}

/** Starts the program once more for the same user, as a double click on a file does; resolves to its exit code. */
export async function startAgain(userData: string, args: readonly string[]): Promise<number | null> {
  const { executable, flags } = await electronCommand();
  const child = spawn(executable, [...flags, repoRoot, `--user-data=${userData}`, ...args], { stdio: 'ignore' });
  return new Promise((ended) => child.once('exit', (code) => ended(code)));
}

async function start(command: Parameters<typeof _electron.launch>[0]): Promise<Pick<App, 'electron' | 'page'>> {
  const electron = await _electron.launch({ ...command, timeout: startsWithinMs });
  electron.context().setDefaultTimeout(hungAfterMs);
  try {
    const page = await electron.firstWindow({ timeout: startsWithinMs });
    // What is sent to a page that is not mounted yet is heard by nobody.
    await page.locator('#app > *').first().waitFor({ state: 'attached', timeout: startsWithinMs });
    return { electron, page };
  } catch (error) {
    electron.process().kill('SIGKILL');
    throw error;
  }
}

/** Every dialog for opening and saving answers with this path from now on. */
export async function answerDialogs(electron: ElectronApplication, path: string): Promise<void> {
  await electron.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath });
    dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [filePath] });
  }, path);
}

async function inTime<T>(what: string, result: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, fail) => {
    timer = setTimeout(() => fail(new Error(`Waited ${hungAfterMs / 1000} s for ${what}`)), hungAfterMs);
  });
  try {
    return await Promise.race([result, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Runs in the page, on a port of its own. */
function askInPage({ method, params }: { method: string; params: unknown }): Promise<unknown> {
  const bridge = (window as unknown as { maskwright: Bridge }).maskwright;
  // The clock does not tell apart what is asked at once.
  const token = `test ${crypto.randomUUID()}`;
  const arrived = new AbortController();
  return new Promise((done, fail) => {
    bridge.connect(token);
    window.addEventListener(
      'message',
      ({ data, ports: [port] }) => {
        if (data !== token) return;
        arrived.abort();
        port.onmessage = ({ data: message }: MessageEvent<RpcMessage>) => {
          if (message.type === 'result') done(message.result);
          if (message.type === 'error') fail(new Error(message.error.message));
          if (message.type === 'result' || message.type === 'error') port.close();
        };
        port.postMessage({ type: 'request', id: 1, method, params });
      },
      { signal: arrived.signal },
    );
  });
}

/** The scripts are plain JavaScript without types of their own. */
async function electronCommand(): Promise<{ executable: string; flags: string[] }> {
  const load = (file: string): Promise<Record<string, (...args: never[]) => unknown>> =>
    import(pathToFileURL(join(repoRoot, 'scripts', file)).href);
  const { resolveElectron } = await load('electronRuntime.mjs');
  const { sandboxFlags } = await load('lib/sandbox.mjs');
  const { executable, dir } = (await resolveElectron()) as { executable: string; dir: string };
  return { executable, flags: (sandboxFlags as (dir: string) => string[])(dir) };
}
