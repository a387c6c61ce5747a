/** `maskwright FILE` of an installed program: what is no command but names something to open is handed to the window. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { sandboxFlags } from '../../../scripts/lib/sandbox.mjs';
import { AppError } from '@shared/errors/appError';
import { dirname } from 'node:path';

const switches = ['--sample', '--smoke', '--no-sandbox'];
const withValue = ['--screenshot=', '--user-data='];

/** `args` of the command line; `commands`: the names that are commands, whatever file has the same name. */
export function isForWindow(args: readonly string[], commands: ReadonlySet<string>): boolean {
  const ofWindow = (arg: string) => switches.includes(arg) || withValue.some((start) => arg.startsWith(start));
  const paths = args.filter((arg) => !arg.startsWith('-'));
  if (args.some((arg) => arg.startsWith('-') && !ofWindow(arg))) return false;
  if (paths.length === 0) return args.length > 0 || hasDisplay();
  return paths.every((path) => !commands.has(path) && existsSync(path));
}

/** Throws where the first argument looks like a file that is not there: it was meant for the window. */
export function requireFile(args: readonly string[], commands: ReadonlySet<string>): void {
  const [path] = args;
  if (path === undefined || path.startsWith('-') || commands.has(path) || !/[./\\]/.test(path) || existsSync(path))
    return;
  throw new AppError('bad-input', `${path} does not exist`);
}

/** Starts the window and resolves to an exit code: at once, or after its end where a start-up check is asked for. */
export function openWindow(args: readonly string[]): Promise<number> {
  if (!hasDisplay()) {
    throw new AppError('usage', 'There is no display to open a window on', {
      hint: 'see maskwright --help for what works without one',
    });
  }
  const flags = args.includes('--no-sandbox') ? [] : ownSandboxFlags();
  const { ELECTRON_RUN_AS_NODE: _asNode, ...env } = process.env;
  const waits = args.includes('--smoke');
  const child = spawn(process.execPath, [...flags, ...args], {
    env,
    detached: !waits,
    stdio: waits ? 'inherit' : 'ignore',
  });
  return new Promise((done, fail) => {
    child.once('error', fail);
    if (waits) child.once('exit', (code) => done(code ?? 1));
    else
      child.once('spawn', () => {
        child.unref();
        done(0);
      });
  });
}

function ownSandboxFlags(): string[] {
  try {
    return sandboxFlags(dirname(process.execPath));
  } catch (error) {
    throw new AppError('bad-input', (error as Error).message.replace(/\.$/, ''));
  }
}

const hasDisplay = () =>
  process.platform !== 'linux' || Boolean(process.env.DISPLAY) || Boolean(process.env.WAYLAND_DISPLAY);
