/** Runs the built command line as a child process, and makes the small inputs that its tests share. */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import sharp from 'sharp';

export const repoRoot = resolve(import.meta.dirname, '../..');
const cliFile = resolve(process.env.MASKWRIGHT_CLI ?? join(repoRoot, 'out/main/cli.cjs'));

export interface CliResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliRun {
  readonly child: ChildProcess;
  readonly result: Promise<CliResult>;
}

export function startCli(
  args: readonly string[],
  options: { env?: NodeJS.ProcessEnv; ownGroup?: boolean } = {},
): CliRun {
  if (!existsSync(cliFile)) throw new Error(`${cliFile} is not built: npm run build`);
  const child = spawn(process.execPath, [cliFile, ...args], {
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: options.ownGroup === true,
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (data: Buffer) => (stdout += data.toString()));
  child.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
  const result = new Promise<CliResult>((done, failed) => {
    child.on('error', failed);
    child.on('close', (code) => done({ code, stdout, stderr }));
  });
  return { child, result };
}

export function runCli(...args: readonly string[]): Promise<CliResult> {
  return startCli(args).result;
}

/** A fresh folder; `remove` when the test is over. */
export function temporaryFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'maskwright-cli-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

export function writeJson(path: string, value: unknown): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, JSON.stringify(value));
  return path;
}

export interface Disc {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
}

/** RGB, row-major: bright discs with a colour gradient on a dark ground. */
export function discPixels(width: number, height: number, discs: readonly Disc[]): Uint8Array {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const inside = discs.some((disc) => (x + 0.5 - disc.x) ** 2 + (y + 0.5 - disc.y) ** 2 < disc.radius ** 2);
      data.set(inside ? [230 - (x % 20), 220 - (y % 20), 200] : [20 + (x % 7), 25, 30 + (y % 5)], (y * width + x) * 3);
    }
  }
  return data;
}

export async function writeImage(path: string, width: number, height: number, data: Uint8Array): Promise<string> {
  mkdirSync(dirname(path), { recursive: true });
  await sharp(data, { raw: { width, height, channels: 3 } }).toFile(path);
  return path;
}

/** Everything in the folder and below, relative, sorted; hidden files too. */
export function listAll(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}
