/** What every command of one run shares: its output, its cancellation by Ctrl-C, and what must be closed at the end. */
import { AppError, type AppErrorData, describeError, toErrorData } from '@shared/errors/appError';
import { visibleLines } from '@shared/errors/visibleText';
import { CancelSource } from '@shared/errors/cancellation';
import { removeUnfinishedFiles } from '../../files/atomicWrite';
import { InputFiles } from '../../files/inputFiles';
import { exitCodeOf } from './exitCodes';

/** Where a run writes; tests give their own. */
export interface CliIo {
  /** The command's result; nothing else goes to stdout. */
  out(text: string): void;
  err(text: string): void;
  /** Whether stderr is a terminal, which gets a progress bar. */
  readonly isTerminal: boolean;
}

export const processIo: CliIo = {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  isTerminal: process.stderr.isTTY === true,
};

type Cleanup = () => void | Promise<void>;

export class Session {
  readonly io: CliIo;
  readonly signal = new CancelSource();
  /** What the run reads: commands add to it as they find their files, and check their outputs before they write. */
  readonly inputs = new InputFiles();
  readonly #cleanups: { readonly onEnd: Cleanup; readonly onInterrupt: () => void }[] = [];
  #beforeLine: (() => void) | null = null;

  constructor(io: CliIo) {
    this.io = io;
  }

  /** One line about a problem that does not end the run. */
  warn(sentence: string): void {
    this.#beforeLine?.();
    this.io.err(`maskwright: ${visibleLines(sentence)}\n`);
  }

  /** Reports what ended the run and returns its exit code; stacks only with MASKWRIGHT_DEBUG=1. */
  fail(error: unknown): number {
    const data = withStandingHint(toErrorData(error));
    const debug = process.env.MASKWRIGHT_DEBUG === '1';
    const isDefect = data.code === 'internal';
    const more = isDefect && !debug ? ' (MASKWRIGHT_DEBUG=1 tells more)' : '';
    this.warn(`${isDefect ? 'something went wrong inside Maskwright: ' : ''}${describeError(data)}${more}`);
    if (debug) this.io.err(`${withCauses(error) ?? data.stack ?? ''}\n`);
    return exitCodeOf(data.code);
  }

  /** Called before each line on stderr, so that a progress bar can make room; null ends it. */
  setLineHook(hook: (() => void) | null): void {
    this.#beforeLine = hook;
  }

  /**
   * `onEnd` runs when the command is over, last added first. `onInterrupt` runs where the process must go at once: it
   * cannot wait for anything.
   */
  addCleanup(onEnd: Cleanup, onInterrupt: () => void = () => undefined): void {
    this.#cleanups.push({ onEnd, onInterrupt });
  }

  async end(): Promise<void> {
    for (let cleanup = this.#cleanups.pop(); cleanup; cleanup = this.#cleanups.pop()) await cleanup.onEnd();
  }

  /** Leaves nothing behind that would outlive the process or be half-written. */
  abandon(): void {
    for (let cleanup = this.#cleanups.pop(); cleanup; cleanup = this.#cleanups.pop()) cleanup.onInterrupt();
    removeUnfinishedFiles();
  }
}

/** Whatever command met it. */
function withStandingHint(data: AppErrorData): AppErrorData {
  if (data.remedy !== 'mend' || data.hint !== undefined) return data;
  return { ...data, hint: 'maskwright lint PATH --fix OUT writes a copy without what is broken' };
}

/** A usage error with the command whose help tells more. */
export function usageError(message: string, command: string): AppError {
  return new AppError('usage', message, { hint: `see maskwright ${command} --help` });
}

function withCauses(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  const cause = error.cause === undefined ? null : withCauses(error.cause);
  return cause ? `${error.stack}\ncaused by ${cause}` : (error.stack ?? null);
}

/** Runs a command's work; commands call it from their action. */
export type RunCommand = (work: (session: Session) => Promise<void>) => Promise<void>;
