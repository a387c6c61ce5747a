/** A pool of classical workers: a job runs in one of them, can be cancelled at once, and fails with a sentence when its worker dies. */
import { AppError, fromErrorData } from '@shared/errors/appError';
import { workError } from '@shared/errors/workFault';
import type { AbortSignalLike } from '@shared/errors/cancellation';
import { cpus } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { StepName, Steps, WorkerJob, WorkerReply } from './workerProtocol';

export interface PoolOptions {
  /** Absolute path of the built worker. */
  readonly workerFile: string;
  /** Jobs at a time; two, or the cores less one where that is fewer. One more for an urgent job, and one more as the spare. */
  readonly size?: number;
  /**
   * How long a cancelled job may go on before its worker is ended; 200 ms. A new worker costs 0.3 s of compiling, so that a
   * preview which is superseded shortly before its end is better let run.
   */
  readonly graceMs?: number;
}

export interface RunOptions {
  /** Somebody waits for it with the pointer in hand: goes before what is not, and need not wait for a long job to end. */
  readonly urgent?: boolean;
}

/** After a job that grew an instance's heap beyond this, the worker is replaced: WebAssembly memory never shrinks. */
const LARGEST_KEPT_HEAP = 512 * 2 ** 20;

interface Task {
  readonly prepare: () => Promise<WorkerJob>;
  readonly resolve: (result: never) => void;
  readonly reject: (error: unknown) => void;
  readonly signal?: AbortSignalLike;
  readonly onAbort: () => void;
  readonly urgent: boolean;
  /** What the worker is computing; null until it has the job. */
  work: string | null;
  member: Member | null;
}

/**
 * A worker and what it is doing: `loading` until OpenCV.js is compiled; a task may already be waiting in it. `doomed`: it
 * still computes a cancelled job, and ends when the timer fires.
 */
interface Member {
  readonly worker: Worker;
  loading: boolean;
  task: Task | null;
  doomed: NodeJS.Timeout | null;
}

export class ClassicalPool {
  readonly #workerFile: string;
  readonly #size: number;
  readonly #graceMs: number;
  readonly #members = new Set<Member>();
  readonly #running = new Set<Task>();
  #queue: Task[] = [];
  #disposed = false;

  constructor({ workerFile, size = Math.max(1, Math.min(2, cpus().length - 1)), graceMs = 200 }: PoolOptions) {
    this.#workerFile = workerFile;
    this.#size = size;
    this.#graceMs = graceMs;
  }

  /**
   * Runs one job when its turn comes; `prepare` (decoding, say) is called only then, so that waiting jobs hold no pixels. Pixels
   * in ordinary memory are transferred: the caller's array is empty afterwards, unless its memory cannot be given away.
   * Rejects with `cancelled` as soon as the signal is aborted, `crashed` when the worker dies, or what the step threw.
   */
  run<K extends StepName>(
    prepare: () => Promise<WorkerJob<K>>,
    signal?: AbortSignalLike,
    { urgent = false }: RunOptions = {},
  ): Promise<Steps[K]['result']> {
    return new Promise((resolve, reject) => {
      if (this.#disposed || signal?.aborted) return reject(new AppError('cancelled', 'Cancelled'));
      const task: Task = {
        prepare: prepare as unknown as Task['prepare'],
        resolve,
        reject,
        signal,
        onAbort: () => this.#cancel(task),
        urgent,
        work: null,
        member: null,
      };
      signal?.addEventListener('abort', task.onAbort);
      const place = urgent ? this.#queue.findIndex((other) => !other.urgent) : -1;
      this.#queue.splice(place < 0 ? this.#queue.length : place, 0, task);
      this.#schedule();
    });
  }

  /** Has a worker load in the background, so that the first job need not wait for it. */
  warm(): void {
    if (this.#members.size === 0 && !this.#disposed) this.#spawn().worker.unref();
  }

  /** Ends all workers; what was running or waiting rejects with `cancelled`. */
  async dispose(): Promise<void> {
    this.#disposed = true;
    for (const task of [...this.#running, ...this.#queue]) {
      this.#settle(task);
      task.reject(new AppError('cancelled', 'Cancelled'));
    }
    this.#queue = [];
    const members = [...this.#members];
    this.#members.clear();
    for (const { doomed } of members) if (doomed) clearTimeout(doomed);
    await Promise.all(members.map(({ worker }) => worker.terminate()));
  }

  #schedule(): void {
    while (this.#queue.length > 0) {
      const limit = this.#size + (this.#queue[0].urgent ? 1 : 0);
      if (this.#running.size >= limit) return;
      const member = this.#freeMember();
      if (!member) return;
      void this.#start(this.#queue.shift() as Task, member);
    }
  }

  async #start(task: Task, member: Member): Promise<void> {
    this.#running.add(task);
    member.task = task;
    task.member = member;
    member.worker.ref();
    this.#keepSpare();
    try {
      const job = await task.prepare();
      // Cancelled or crashed while the pixels were read.
      if (!this.#running.has(task)) return;
      task.work = 'method' in job ? job.method : job.step;
      post(member.worker, job);
    } catch (error) {
      if (!this.#running.has(task)) return;
      this.#release(task);
      task.reject(error);
    }
  }

  /** Null while it is better to wait for a worker that is about to be free: its cancelled job ends, or it does, within the grace. */
  #freeMember(): Member | null {
    const free = [...this.#members].filter((member) => !member.task && !member.doomed);
    const ready = free.find((member) => !member.loading);
    if (ready) return ready;
    if ([...this.#members].some((member) => member.doomed)) return null;
    return free[0] ?? this.#spawn();
  }

  /** While anything runs, one loaded worker waits to take over from a cancelled one. */
  #keepSpare(): void {
    const free = [...this.#members].some((member) => !member.task);
    if (!free && !this.#disposed) this.#spawn().worker.unref();
  }

  #spawn(): Member {
    // Without `stderr: true`: a listener on a worker's stream keeps the process alive, whatever unref() says.
    const worker = new Worker(this.#workerFile, { name: 'maskwright-classical' });
    const member: Member = { worker, loading: true, task: null, doomed: null };
    this.#members.add(member);
    worker.on('message', (reply: WorkerReply) => this.#receive(member, reply));
    // An error travels on a channel of its own and may overtake what the worker posted before it; its exit never does.
    let failure: string | null = null;
    worker.on('error', (error) => (failure = error.message));
    worker.on('exit', (code) => this.#lost(member, failure ?? `exit code ${code}`));
    return member;
  }

  #receive(member: Member, reply: WorkerReply): void {
    if (reply.type === 'ready') {
      member.loading = false;
      return this.#schedule();
    }
    const spent = reply.type === 'error' ? reply.unusable : reply.heapBytes > LARGEST_KEPT_HEAP;
    if (member.doomed) {
      clearTimeout(member.doomed);
      member.doomed = null;
      if (spent) this.#retire(member);
      return this.#schedule();
    }
    const { task } = member;
    if (!task) return;
    if (spent) this.#retire(member);
    this.#release(task);
    if (reply.type === 'result') task.resolve(reply.result as never);
    else task.reject(fromErrorData(reply.error));
  }

  /** The worker ended by itself. One that dies idle is not replaced until there is work. */
  #lost(member: Member, reason: string): void {
    if (!this.#members.delete(member)) return;
    if (member.doomed) clearTimeout(member.doomed);
    const { task } = member;
    if (!task) return this.#schedule();
    this.#release(task);
    const during = member.loading ? null : task.work;
    task.reject(workError('crashed', { code: 'worker-ended', during, reason }));
  }

  #cancel(task: Task): void {
    const waiting = this.#queue.indexOf(task);
    if (waiting >= 0) this.#queue.splice(waiting, 1);
    // OpenCV cannot be interrupted: the thread goes on for a moment and then ends with its job. The spare takes over at once.
    else if (task.member && task.work) this.#doom(task.member);
    this.#release(task);
    task.reject(new AppError('cancelled', 'Cancelled'));
  }

  #doom(member: Member): void {
    member.doomed = setTimeout(() => {
      this.#retire(member);
      this.#keepSpare();
      this.#schedule();
    }, this.#graceMs);
    // Nobody waits for its result.
    member.doomed.unref();
  }

  #retire(member: Member): void {
    this.#members.delete(member);
    void member.worker.terminate();
  }

  /** The task is over, one way or another: its worker is free (unless it still computes) and the next one starts. */
  #release(task: Task): void {
    this.#settle(task);
    const { member } = task;
    if (member) {
      member.task = null;
      // An idle worker must not keep a command-line run alive.
      member.worker.unref();
    }
    this.#schedule();
    if (this.#running.size > 0) this.#keepSpare();
  }

  #settle(task: Task): void {
    this.#running.delete(task);
    task.signal?.removeEventListener('abort', task.onAbort);
  }
}

function post(worker: Worker, job: WorkerJob): void {
  const { data } = job.image;
  // A view of a larger buffer would take its neighbours along; shared memory needs no transfer.
  if (data.buffer instanceof ArrayBuffer && data.buffer.byteLength === data.byteLength) {
    try {
      return worker.postMessage(job, [data.buffer]);
    } catch {
      // Memory that a native module owns cannot be transferred: it is copied below.
    }
  }
  worker.postMessage(job);
}
