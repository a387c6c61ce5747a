/** How many threads a computation that fills the processor should use. */
import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

/** More threads than this give the models at hand nothing. */
const most = 16;

/** Physical cores that this process may use: a second thread on a core only slows matrix products down. */
export function computeThreads(): number {
  return Math.max(1, Math.min(physicalCores() ?? availableParallelism(), availableParallelism(), most));
}

/** Counted from Linux's topology files; null elsewhere. */
function physicalCores(): number | null {
  const folder = '/sys/devices/system/cpu';
  try {
    const siblings = readdirSync(folder)
      .filter((name) => /^cpu\d+$/.test(name))
      .map((name) => readFileSync(`${folder}/${name}/topology/thread_siblings_list`, 'latin1'));
    return new Set(siblings).size || null;
  } catch {
    return null;
  }
}
