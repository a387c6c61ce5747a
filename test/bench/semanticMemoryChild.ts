/** By how much a label map on 12 megapixels raises the memory of a process of its own, in MB; prints it. Linux only. */
import { readFileSync, writeFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { load, pictureOf, semantic } from './families';

const statusMb = (key: string) =>
  Number(new RegExp(`${key}:\\s+(\\d+)`).exec(readFileSync('/proc/self/status', 'latin1'))![1]) / 1024;

async function main(): Promise<void> {
  const predictor = await load(semantic);
  const picture = pictureOf(4000, 3000);
  // Garbage of the start would make room for the work.
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  const before = statusMb('VmRSS');
  // The peak is counted from here: starting takes more than the work may.
  writeFileSync('/proc/self/clear_refs', '5');
  await predictor.predict(picture, { score: 0.5, step: async () => {}, note: () => {} });
  process.stdout.write(String(statusMb('VmHWM') - before));
}

if (process.argv[1]?.endsWith('semanticMemoryChild.ts')) void main();
