/** Progress on stderr: a bar with the remaining time on a terminal, now and then a plain line elsewhere. */
import { Format, SingleBar } from 'cli-progress';
import type { Progress } from '@shared/errors/work';
import type { Session } from './session';

export interface ProgressReporter {
  update(done: number, text?: string): void;
  stop(): void;
}

const plainIntervalMs = 10_000;

/** `unit` is the plural of what is counted, e.g. `images`; where it is `%` the total goes without saying. */
export function startProgress(session: Session, total: number, unit: string): ProgressReporter {
  const start = session.io.isTerminal ? startBar : startLines;
  return start(session, total, unit === '%' ? ['', ' %'] : [` of ${total}`, ` ${unit}`]);
}

/** What follows the number done. */
type Units = readonly [ofTotal: string, unit: string];

function startBar(session: Session, total: number, [ofTotal, unit]: Units): ProgressReporter {
  const bar = new SingleBar({
    stream: process.stderr,
    format: `{bar} {value}${ofTotal}${unit} | {eta_formatted} left | {text}`,
    formatBar: Format.BarFormat,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 24,
    hideCursor: false,
    clearOnComplete: true,
    stopOnComplete: false,
    etaBuffer: 20,
    linewrap: false,
  });
  bar.start(total, 0, { text: '' });
  // Messages take the bar's line; it draws itself again below them.
  session.setLineHook(() => session.io.err('\r\x1b[K'));
  return {
    update: (done, text = '') => bar.update(done, { text }),
    stop() {
      session.setLineHook(null);
      bar.stop();
    },
  };
}

function startLines(session: Session, total: number, [ofTotal, unit]: Units): ProgressReporter {
  const start = Date.now();
  let last = start;
  return {
    update(done) {
      const now = Date.now();
      if (now - last < plainIntervalMs || done === 0 || done >= total) return;
      last = now;
      const leftMs = ((now - start) / done) * (total - done);
      session.io.err(`${done}${ofTotal}${unit}, about ${formatDuration(leftMs)} left\n`);
    },
    stop: () => undefined,
  };
}

/** `45 s`, `3 min`, `2 h 5 min`. */
export function formatDuration(ms: number): string {
  const seconds = Math.max(1, Math.round(ms / 1000));
  if (seconds < 90) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** Runs a request that reports its own progress, in whatever unit; the bar appears with the first report. */
export async function withProgress<T>(
  session: Session,
  work: (onProgress: (progress: Progress) => void) => Promise<T>,
): Promise<T> {
  let reporter: ProgressReporter | null = null;
  let step: string | undefined;
  const stop = () => reporter?.stop();
  try {
    return await work(({ done, total, text }) => {
      // Each step of the work has its own bar.
      if (!reporter || text !== step) {
        stop();
        reporter = startProgress(session, 100, '%');
        step = text;
      }
      reporter.update(total > 0 ? Math.floor((100 * done) / total) : 0, text);
    });
  } finally {
    stop();
  }
}
