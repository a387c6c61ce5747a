/** Where the parts of the running program lie: in a checkout, or installed beside Electron. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { AppError } from '@shared/errors/appError';

/** Whether this is an installed program, which brings no Node of its own: its commands run in Electron's. */
export const runsInElectron = process.versions.electron !== undefined;

/** A script of the build, which lies beside this one; from the sources it is taken from the last build. */
export function builtFile(name: string): string {
  const beside = join(__dirname, name);
  return existsSync(beside) ? beside : packagedPath('out', 'main', name);
}

/** A path in the package, looked for upwards from here. */
export function packagedPath(...parts: string[]): string {
  for (let folder = __dirname; dirname(folder) !== folder; folder = dirname(folder)) {
    const path = join(folder, ...parts);
    if (existsSync(path)) return path;
  }
  throw new AppError('internal', `The installation is incomplete: it has no ${join(...parts)}`);
}

/** The WebAssembly build of sharp that an installed program on Linux uses; on other systems there is none, and nobody asks. */
export function sharpWasmFolder(): string {
  return process.platform === 'linux' ? packagedPath('resources', 'sharp-wasm') : '';
}
