// A display for Electron: the one there is, or a private Xvfb for as long as the command runs.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { StepError, say } from './report.mjs';

const SCREEN = '1600x1000x24';
const START_MS = 20000;

export function needsXvfb() {
  return process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY;
}

/**
 * Calls `work(env)` with an environment that has a display, and takes down what it put up. `count`: so many, each for one app at
 * a time, named in MASKWRIGHT_DISPLAYS; a display that is there already is the only one.
 */
export async function withDisplay(work, count = 1) {
  if (!needsXvfb()) return work({ ...process.env });
  say('No display: running under Xvfb.');
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'maskwright-display-'));
  const cookieFile = path.join(folder, 'Xauthority');
  fs.writeFileSync(cookieFile, xauthority(randomBytes(16)), { mode: 0o600 });
  const servers = Array.from({ length: count }, () => startServer(cookieFile));
  try {
    const displays = (await Promise.all(servers.map(displayNumber))).map((number) => `:${number}`);
    const own = { DISPLAY: displays[0], MASKWRIGHT_DISPLAYS: displays.join(), XAUTHORITY: cookieFile };
    return await work({ ...process.env, ...own });
  } finally {
    for (const server of servers) server.kill('SIGTERM');
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/** Xvfb itself instead of its wrapper script: the wrapper leaves server and command behind when it gets a signal. */
function startServer(cookieFile) {
  // -displayfd picks a free number and reports it on descriptor 3 when the server is ready.
  const args = ['-displayfd', '3', '-screen', '0', SCREEN, '-nolisten', 'tcp', '-auth', cookieFile];
  const server = spawn('Xvfb', args, { stdio: ['ignore', 'ignore', 'pipe', 'pipe'] });
  process.once('exit', () => server.kill('SIGTERM'));
  return server;
}

function displayNumber(server) {
  return new Promise((resolve, reject) => {
    let complaint = '';
    let answer = '';
    const fail = (why) => reject(new StepError(`Xvfb did not start: ${why}.`));
    const timer = setTimeout(() => fail(`no answer in ${START_MS / 1000} s`), START_MS);
    server.stderr.setEncoding('utf8').on('data', (text) => (complaint += text));
    server.stdio[3].setEncoding('utf8').on('data', (text) => {
      answer += text;
      if (!answer.includes('\n')) return;
      clearTimeout(timer);
      resolve(answer.trim());
    });
    server.once('error', (error) => (clearTimeout(timer), fail(error.message)));
    server.once('exit', (code) => {
      clearTimeout(timer);
      fail(complaint.trim().split('\n').pop() || `it ended with code ${code}`);
    });
  });
}

/** One entry of an Xauthority file: any host (0xffff), any display, MIT-MAGIC-COOKIE-1 (libXau's AuWrite.c). */
function xauthority(cookie) {
  const counted = (bytes) => Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 255]), bytes]);
  const empty = Buffer.alloc(0);
  const name = Buffer.from('MIT-MAGIC-COOKIE-1');
  return Buffer.concat([Buffer.from([255, 255]), ...[empty, empty, name, cookie].map(counted)]);
}
