// A lock between processes of one checkout, so that two commands started together do not install or build over each other.
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fromRoot } from './paths.mjs';
import { StepError } from './report.mjs';

const WAIT_MS = 10 * 60 * 1000;

/** Runs `work` while holding the named lock; a lock left by a process that died is taken over. */
export async function withLock(name, work) {
  const file = fromRoot('.cache', `${name}.lock`);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  await acquire(file);
  try {
    return await work();
  } finally {
    fs.rmSync(file, { force: true });
  }
}

async function acquire(file) {
  const deadline = Date.now() + WAIT_MS;
  while (!tryCreate(file)) {
    if (isAbandoned(file)) fs.rmSync(file, { force: true });
    else if (Date.now() > deadline)
      throw new StepError(`Another process holds ${file} since ten minutes: end it, or delete that file.`);
    else await sleep(200);
  }
}

function tryCreate(file) {
  try {
    fs.writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    return false;
  }
}

function isAbandoned(file) {
  try {
    const pid = Number(fs.readFileSync(file, 'utf8'));
    // An empty file is one that its owner is about to write.
    if (!pid) return Date.now() - fs.statSync(file).mtimeMs > 5000;
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return error.code === 'ESRCH';
  }
}
