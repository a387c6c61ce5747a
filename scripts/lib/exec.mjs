// Child processes: run with streamed output, run captured, and how npm itself is called.
import { spawn, spawnSync } from 'node:child_process';
import os from 'node:os';
import path from 'node:path';

// A terminal sends Ctrl-C to the whole process group, so the child already has SIGINT; a supervisor's
// SIGTERM reaches only us and is passed on. SIGINT is passed on too where there is no terminal.
const hasTerminal = () => [process.stdin, process.stdout, process.stderr].some((stream) => stream.isTTY);
const FORWARDED = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** Our environment, with colours off where our output is not a terminal (some tools colour in CI all the same). */
export function plainEnv(env = process.env) {
  return process.stdout.isTTY || env.FORCE_COLOR ? env : { ...env, NO_COLOR: '1' };
}

/**
 * Runs a command to its end and returns its exit code (128 + signal number where a signal ended it).
 * `output: 'stderr'` keeps our stdout clean; `timeoutMs` ends the child's whole process group and returns 124.
 */
export function run(command, args, { cwd, env, output = 'inherit', shell = false, timeoutMs = 0 } = {}) {
  const stdio = { inherit: 'inherit', stderr: ['inherit', 2, 2], ignore: 'ignore' }[output];
  return new Promise((resolve, reject) => {
    const ownGroup = timeoutMs > 0 && process.platform !== 'win32';
    const child = spawn(command, args, { cwd, env: plainEnv(env), stdio, shell, detached: ownGroup });
    let timedOut = false;
    const end = (signal) => {
      try {
        if (ownGroup) process.kill(-child.pid, signal);
        else child.kill(signal);
      } catch {
        // Already gone.
      }
    };
    const timer = timeoutMs > 0 ? setTimeout(() => ((timedOut = true), end('SIGKILL')), timeoutMs) : undefined;
    const forward = (signal) => {
      if (signal !== 'SIGINT' || ownGroup || !hasTerminal()) end(signal);
    };
    for (const signal of FORWARDED) process.on(signal, forward);
    const done = () => {
      clearTimeout(timer);
      for (const signal of FORWARDED) process.off(signal, forward);
    };
    child.once('error', (error) => (done(), reject(error)));
    child.once('exit', (code, signal) => {
      done();
      resolve(timedOut ? 124 : (code ?? 128 + (os.constants.signals[signal] ?? 0)));
    });
  });
}

/** Runs a short command and returns `{ok, code, text}` (stdout and stderr together); never throws. */
export function capture(command, args, options = {}) {
  const result = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 64 << 20, ...options });
  const text = `${result.stdout ?? ''}${result.stderr ?? ''}`;
  return { ok: result.status === 0, code: result.status ?? 127, text };
}

/** True where an executable of that name is on PATH. */
export function isOnPath(name) {
  return process.platform === 'win32'
    ? capture('where', [name]).ok
    : capture('sh', ['-c', 'command -v "$1"', 'sh', name]).ok;
}

/** Runs npm: the one that started us where there is one, so that versions do not mix; else the one on PATH. */
export function runNpm(args, options = {}) {
  const started = process.env.npm_execpath;
  if (started && path.basename(started) === 'npm-cli.js') return run(process.execPath, [started, ...args], options);
  return run('npm', args, { ...options, shell: process.platform === 'win32' });
}
