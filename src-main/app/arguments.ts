/** Reads the window's command line: what to open, and the start-up check. */
import type { OpenTarget } from '@shared/project/types';
import { existsSync, statSync } from 'node:fs';
import { extname, resolve } from 'node:path';

export interface WindowArguments {
  readonly open: OpenTarget | null;
  /** Print `ready` once the first image and its masks are on screen, save a screenshot, exit. */
  readonly smoke: boolean;
  /** A further window of a program that runs: it hands nothing over to it. */
  readonly newWindow: boolean;
  /** Where `--smoke` saves its screenshot. */
  readonly screenshot: string | null;
  /** Folder for settings and for projects beside read-only images; the platform's own where null. */
  readonly userData: string | null;
}

export const newWindowSwitch = '--new-window';

/** `args`: without the executable and the app's path. Chromium's own switches are left alone. */
export function parseArguments(args: readonly string[], cwd: string): WindowArguments {
  const value = (name: string) => args.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3) ?? null;
  const path = args.find((arg) => !arg.startsWith('-'));
  const screenshot = value('screenshot');
  const userData = value('user-data');
  return {
    open: args.includes('--sample') ? { kind: 'sample' } : path ? targetOf(resolve(cwd, path)) : null,
    smoke: args.includes('--smoke'),
    newWindow: args.includes(newWindowSwitch),
    screenshot: screenshot && resolve(cwd, screenshot),
    userData: userData && resolve(cwd, userData),
  };
}

/** A folder, a project file, or any other file: a dataset. */
export function targetOf(path: string): OpenTarget {
  if (existsSync(path) && statSync(path).isDirectory()) return { kind: 'folder', path };
  return extname(path).toLowerCase() === '.maskwright' ? { kind: 'project', path } : { kind: 'dataset', path };
}
