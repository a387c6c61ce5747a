/** hover-task: the longest task of the window's thread while Smart select shows what lies under the pointer, on a 12-megapixel photograph. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { quantile, type BenchCase, type BenchRow } from './types';
import { type BenchWindow, withWindow } from './windowApp';
import { HEIGHT, WIDTH } from './windowScene';

const photo = join(import.meta.dirname, '../fixtures/photos/coffee.jpg');
const PLACES = 200;
/** A hand that looks for its object; the masks of most places arrive in between. */
const BETWEEN_MS = 50;

const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));

/** The part of Chrome's trace format that is read here; `tdur`: the thread's own processor time, microseconds. */
interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  readonly tdur?: number;
  readonly args: { readonly name?: string };
}

/** Processor time of each task of the window's thread, ms: what runs beside the bench does not lengthen it. */
function tasksOf(trace: string): number[] {
  const { traceEvents } = JSON.parse(readFileSync(trace, 'utf8')) as { traceEvents: TraceEvent[] };
  const named = traceEvents.find(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain')!;
  return traceEvents
    .filter(
      ({ name, ph, pid, tid }) => name.endsWith('RunTask') && ph === 'X' && pid === named.pid && tid === named.tid,
    )
    .map(({ tdur }) => (tdur ?? 0) / 1000);
}

/** p50: of the tasks above a millisecond; p95: the longest of all. */
async function hover({ app, page, canvas, at }: BenchWindow, trace: string): Promise<BenchRow> {
  await canvas.focus();
  await page.keyboard.press('s');
  const card = page.getByRole('region', { name: 'Smart select', exact: true });
  await card.waitFor();
  await card.getByText('Looking at the image…').waitFor({ state: 'hidden', timeout: 120_000 });
  await page.mouse.move(...at(0.5, 0.5));
  await pause(1000);
  await app.electron.evaluate(({ contentTracing }) =>
    contentTracing.startRecording({ included_categories: ['toplevel', 'devtools.timeline'] }),
  );
  for (let i = 0; i < PLACES; i++) {
    await page.mouse.move(...at(0.15 + 0.7 * ((i * 0.37) % 1), 0.15 + 0.7 * ((i * 0.61) % 1)));
    await pause(BETWEEN_MS);
  }
  await app.electron.evaluate(({ contentTracing }, file) => contentTracing.stopRecording(file), trace);
  const tasks = tasksOf(trace);
  const longest = Math.max(...tasks);
  const some = tasks.filter((ms) => ms > 1);
  return {
    ...{ name: 'hover-task', n: some.length, p50: quantile(some, 0.5), p95: longest, unit: 'ms' },
    reference: 'a frame of 16 ms',
    ratio: longest / 16,
  };
}

export const rows: readonly BenchCase[] = [
  {
    name: 'hover-task',
    async run() {
      const folder = mkdtempSync(join(tmpdir(), 'maskwright-bench-hover-'));
      const traces = mkdtempSync(join(tmpdir(), 'maskwright-bench-trace-'));
      try {
        const large = sharp(photo).resize(WIDTH, HEIGHT, { fit: 'fill' }).jpeg({ quality: 90 });
        await large.toFile(join(folder, 'coffee.jpg'));
        return await withWindow(folder, (window) => hover(window, join(traces, 'trace.json')));
      } finally {
        rmSync(folder, { recursive: true, force: true });
        rmSync(traces, { recursive: true, force: true });
      }
    },
  },
];
