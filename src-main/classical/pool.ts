/** A pool of classical workers: a job runs in one of them, can be cancelled at once, and fails with a sentence when its worker dies. */
import { AppError, type AbortSignalLike, fromErrorData } from '@shared/ipc/errors';
import { cpus } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { WorkerJob, WorkerReply, WorkerResult } from './workerProtocol';

export interface PoolOptions {
  /** Absolute path of the built worker. */
  readonly workerFile: string;
  /** Jobs at a time; two, or the cores less one where that is fewer. One more worker than this may be alive as the spare. */
  readonly size?: number;
}

/** After a job that grew an instance's heap beyond this, the worker is replaced: WebAssembly memory never shrinks. */
const LARGEST_KEPT_HEAP = 512 * 2 ** 20;

interface Task {
  readonly prepare: () => Promise<WorkerJob>;
  readonly resolve: (result: WorkerResult) => void;
  readonly reject: (error: unknown) => void;
  readonly signal?: AbortSignalLike;
  readonly onAbort: () => void;
  /** What the worker is computing; null until it has the job. */
  method: string | null;
  member: Member | null;
}

/** A worker and what it is doing: `loading` until OpenCV.js is compiled; a task may already be waiting in it. */
interface Member {
  readonly worker: Worker;
  loading: boolean;
  task: Task | null;
}

export class ClassicalPool {
  readonly #workerFile: string;
  readonly #size: number;
  readonly #members = new Set<Member>();
  readonly #running = new Set<Task>();
  #queue: Task[] = [];
  #disposed = false;

  constructor({ workerFile, size = Math.max(1, Math.min(2, cpus().length - 1)) }: PoolOptions) {
    this.#workerFile = workerFile;
    this.#size = size;
  }

  /**
   * Runs one job when its turn comes; `prepare` (decoding, say) is called only then, so that waiting jobs hold no pixels. The
   * pixels are transferred: the caller's array is empty afterwards, unless its memory is of a kind that cannot be given away.
   * Rejects with `cancelled` as soon as the signal is aborted, `crashed` when the worker dies, or what the method threw.
   */
  run(prepare: () => Promise<WorkerJob>, signal?: AbortSignalLike): Promise<WorkerResult> {
    return new Promise((resolve, reject) => {
      if (this.#disposed || signal?.aborted) return reject(new AppError('cancelled', 'Cancelled'));
      const task: Task = {
        prepare,
        resolve,
        reject,
        signal,
        onAbort: () => this.#cancel(task),
        method: null,
        member: null,
      };
      signal?.addEventListener('abort', task.onAbort);
      this.#queue.push(task);
      this.#schedule();
    });
  }

  /** Ends all workers; what was running or waiting rejects with `cancelled`. */
  async dispose(): Promise<void> {
    this.#disposed = true;
    for (const task of [...this.#running, ...this.#queue]) {
      this.#settle(task);
      task.reject(new AppError('cancelled', 'Cancelled'));
    }
    this.#queue = [];
    const workers = [...this.#members].map((member) => member.worker);
    this.#members.clear();
    await Promise.all(workers.map((worker) => worker.terminate()));
  }

  #schedule(): void {
    while (this.#queue.length > 0 && this.#running.size < this.#size) void this.#start(this.#queue.shift() as Task);
  }

  async #start(task: Task): Promise<void> {
    this.#running.add(task);
    const member = this.#freeMember();
    member.task = task;
    task.member = member;
    member.worker.ref();
    this.#keepSpare();
    try {
      const job = await task.prepare();
      // Cancelled or crashed while the pixels were read.
      if (!this.#running.has(task)) return;
      task.method = job.method;
      post(member.worker, job);
    } catch (error) {
      if (!this.#running.has(task)) return;
      this.#release(task);
      task.reject(error);
    }
  }

  #freeMember(): Member {
    const free = [...this.#members].filter((member) => !member.task);
    return free.find((member) => !member.loading) ?? free[0] ?? this.#spawn();
  }

  /** While anything runs, one loaded worker waits to take over from a cancelled one. */
  #keepSpare(): void {
    const free = [...this.#members].some((member) => !member.task);
    if (!free && !this.#disposed) this.#spawn().worker.unref();
  }

  #spawn(): Member {
    // Without `stderr: true`: a listener on a worker's stream keeps the process alive, whatever unref() says.
    const worker = new Worker(this.#workerFile, { name: 'maskwright-classical' });
    const member: Member = { worker, loading: true, task: null };
    this.#members.add(member);
    worker.on('message', (reply: WorkerReply) => this.#receive(member, reply));
    worker.on('error', (error) => this.#lost(member, error.message));
    worker.on('exit', (code) => this.#lost(member, `exit code ${code}`));
    return member;
  }

  #receive(member: Member, reply: WorkerReply): void {
    if (reply.type === 'ready') {
      member.loading = false;
      return;
    }
    const { task } = member;
    if (!task) return;
    const spent = reply.type === 'error' ? reply.unusable : reply.heapBytes > LARGEST_KEPT_HEAP;
    if (spent) this.#retire(member);
    this.#release(task);
    if (reply.type === 'result') task.resolve(reply.result);
    else task.reject(fromErrorData(reply.error));
  }

  /** The worker ended by itself. One that dies idle is not replaced until there is work. */
  #lost(member: Member, reason: string): void {
    if (!this.#members.delete(member)) return;
    const { task } = member;
    if (!task) return;
    this.#release(task);
    const during = member.loading || !task.method ? 'before it began' : `while it ran ${task.method}`;
    task.reject(
      new AppError('crashed', `A worker for classical methods ended ${during} (${reason}) and was replaced`, {
        hint: 'try again, on a smaller region if it happens twice',
      }),
    );
  }

  #cancel(task: Task): void {
    const waiting = this.#queue.indexOf(task);
    if (waiting >= 0) this.#queue.splice(waiting, 1);
    // OpenCV cannot be interrupted: the thread ends with its job, and the spare takes over.
    else if (task.member && task.method) this.#retire(task.member);
    this.#release(task);
    task.reject(new AppError('cancelled', 'Cancelled'));
  }

  #retire(member: Member): void {
    this.#members.delete(member);
    void member.worker.terminate();
  }

  /** The task is over, one way or another: its worker is free and the next one starts. */
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
  const { buffer, byteLength } = job.image.data;
  // A view of a larger buffer would take its neighbours along.
  if (buffer.byteLength === byteLength) {
    try {
      return worker.postMessage(job, [buffer as ArrayBuffer]);
    } catch {
      // Memory that a native module owns cannot be transferred: it is copied below.
    }
  }
  worker.postMessage(job);
}
