/** Runs one engine process, hands out its client, and restarts it when it dies. */
import { AppError } from '@shared/errors/appError';
import { workError } from '@shared/errors/workFault';
import { connect, type Client, type RpcMessage } from '@shared/ipc/rpc';

/** What is used of a child process; Electron's utility process is one. */
export interface EngineChild {
  readonly pid?: number;
  postMessage(message: RpcMessage): void;
  on(event: 'message', listener: (message: RpcMessage) => void): unknown;
  on(event: 'exit', listener: (code: number) => void): unknown;
  kill(): unknown;
}

export interface EngineProcessOptions<M> {
  readonly name: 'store' | 'vision' | 'inference' | 'ahead';
  /** Starts the process. */
  readonly fork: () => EngineChild;
  /** Brings a restarted process to the state it must have before it serves others, e.g. opens the project again. */
  readonly prepare?: (client: Client<M>) => Promise<void>;
  /** Called before each request is sent. */
  readonly onCall?: () => void;
  /** Called after the process ended without being asked to. `exitCode` is for the log: it says nothing to a user. */
  readonly onCrash: (error: AppError, exitCode: number) => void;
}

interface Running<M> {
  readonly child: EngineChild;
  readonly client: ReturnType<typeof connect<M>>;
  readonly ready: Promise<void>;
}

/**
 * Started on the first call. When it ends by itself, what it was doing fails with `crashed`, and the next call starts a
 * new one: no state lives in an engine process that is not on disk.
 */
export class EngineProcess<M> {
  readonly #options: EngineProcessOptions<M>;
  #running: Running<M> | null = null;
  #stopping = false;
  #inFlight = 0;

  constructor(options: EngineProcessOptions<M>) {
    this.#options = options;
  }

  readonly client: Client<M> = {
    call: async (...request) => {
      this.#options.onCall?.();
      this.#inFlight++;
      try {
        return await this.#call(...request);
      } finally {
        this.#inFlight--;
      }
    },
  };

  readonly #call: Client<M>['call'] = async (method, params, options) => {
    if (this.#stopping) throw programEnds();
    const running = (this.#running ??= this.#start());
    try {
      await running.ready;
    } catch (error) {
      // A process that could not be prepared serves nobody: the next call starts another.
      this.#kill(running);
      throw error;
    }
    return running.client.call(method, params, options);
  };

  /** True while nobody waits for an answer. */
  get isIdle(): boolean {
    return this.#inFlight === 0;
  }

  /** Process id for tests and the log; null before the first call. */
  get pid(): number | null {
    return this.#running?.child.pid ?? null;
  }

  /** Ends the process, as it is, and waits for its end: the next call starts a new one. */
  async restart(): Promise<void> {
    const running = this.#running;
    if (!running) return;
    const ended = new Promise<void>((done) => running.child.on('exit', () => done()));
    this.#kill(running);
    await ended;
  }

  /** The program ends: what is asked for is cancelled, and no process is started any more. */
  stop(): void {
    this.#stopping = true;
    this.#running?.child.kill();
  }

  /** On purpose: nobody is told of a crash, and the next call starts a new process. */
  #kill(running: Running<M>): void {
    if (this.#running === running) this.#running = null;
    running.client.disconnect(new AppError('crashed', `The ${this.#options.name} process was restarted on purpose`));
    running.child.kill();
  }

  #start(): Running<M> {
    const { name, fork, prepare, onCrash } = this.#options;
    const child = fork();
    const client = connect<M>({
      post: (message) => child.postMessage(message),
      listen: (listener) => child.on('message', listener),
    });
    child.on('exit', (code) => {
      if (this.#running?.child !== child) return;
      this.#running = null;
      // Nobody is there to be told, and nothing went wrong.
      if (this.#stopping) return client.disconnect(programEnds());
      const error = workError('crashed', { code: 'process-ended', process: name });
      client.disconnect(error);
      onCrash(error, code);
    });
    return { child, client, ready: prepare?.(client) ?? Promise.resolve() };
  }
}

const programEnds = () => new AppError('cancelled', 'The program ends');
