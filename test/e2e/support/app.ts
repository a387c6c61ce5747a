/** Starts the real app in Electron on a folder of its own, and asks it what its window may ask. */
import { _electron, type ElectronApplication, type Page } from '@playwright/test';
import type { Bridge, WindowRequests } from '@shared/ipc/contract';
import type { RpcMessage } from '@shared/ipc/rpc';
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
  /** Ends every process of the app at once, as a power cut would. */
  kill(): Promise<void>;
  close(): Promise<void>;
}

export interface LaunchOptions {
  /** Reuses the folder of an earlier run; a fresh one otherwise. */
  readonly userData?: string;
  /** What follows the app on its command line, e.g. a folder to open or `--sample`. */
  readonly args?: readonly string[];
}

export function temporaryFolder(name: string): string {
  return mkdtempSync(join(tmpdir(), `maskwright-${name}-`));
}

export async function launch(options: LaunchOptions = {}): Promise<App> {
  const userData = options.userData ?? temporaryFolder('e2e');
  const { executable, flags } = await electronCommand();
  const electron = await _electron.launch({
    executablePath: executable,
    args: [...flags, repoRoot, `--user-data=${userData}`, ...(options.args ?? [])],
  });
  const page = await electron.firstWindow();
  page.on('console', (message) => {
    if (message.type() === 'error') console.log(`window: ${message.text()}`);
  });
  page.on('pageerror', (error) => console.log(`window: ${error.stack ?? error.message}`));
  const child = electron.process();
  const ended = new Promise<void>((done) => child.once('exit', () => done()));
  return {
    electron,
    page,
    userData,
    ask: (method, params) => page.evaluate(askInPage, { method, params }) as Promise<never>,
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
    close: () => electron.close(),
  };
}

/** Runs in the page; ids far above the window's own keep the answers apart. */
function askInPage({ method, params }: { method: string; params: unknown }): Promise<unknown> {
  const bridge = (window as unknown as { maskwright: Bridge }).maskwright;
  const id = 1e9 + Math.floor(performance.now() * 1000);
  return new Promise((done, fail) => {
    bridge.receive((message: RpcMessage) => {
      if (!('id' in message) || message.id !== id) return;
      if (message.type === 'result') done(message.result);
      if (message.type === 'error') fail(new Error(message.error.message));
    });
    bridge.send({ type: 'request', id, method, params });
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
