/** Runs the inference process as a forked child of plain Node and hands out its client. */
import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import type { InferenceRequests } from '@shared/ipc/inference';
import type { ModelsFolders } from './catalog/catalog';
import { AppError } from '@shared/errors/appError';
import type { Provider } from '@shared/models/providers';
import { type Client, connect, type RpcMessage } from '@shared/ipc/rpc';

export interface InferenceClientOptions {
  /** Folders that hold one folder a model. */
  readonly modelsFolder: ModelsFolders;
  /** What models are to run on. */
  readonly provider?: Provider;
  /** The built host; beside the running bundle unless given. */
  readonly script?: string;
  /** What the script is given before the folders: for one that prepares the process and then runs the host. */
  readonly scriptArgs?: readonly string[];
  /** Node flags of the child. */
  readonly execArgv?: readonly string[];
}

/** A client whose process can be ended at any moment, also while a graph runs. */
export type InferenceClient = Client<InferenceRequests> & {
  /** Ends the process now; what it was doing fails with `cancelled`. The next call starts a new one. */
  kill(): void;
  /** Process id while it runs. */
  readonly pid: number | null;
};

interface Running {
  readonly child: ChildProcess;
  readonly client: ReturnType<typeof connect<InferenceRequests>>;
}

/**
 * How glibc's malloc gives pictures and tensors back to the system (others do not look at it). By itself it learns from the first ones
 * to keep blocks of up to 32 MB in its heaps, of which it has eight a processor: each freed block's neighbour holds its memory, some 200 MB
 * in all. Below 16 MB the networks would wait for fresh pages at each run.
 */
const givesMemoryBack = { MALLOC_MMAP_THRESHOLD_: String(16 * 2 ** 20), MALLOC_ARENA_MAX: '2' };

/**
 * The process starts on the first call and keeps its parent alive until `kill`. When it ends by itself, what it was
 * doing fails with `crashed` and the next call starts another.
 */
export function createInferenceClient(options: InferenceClientOptions): InferenceClient {
  let running: Running | null = null;

  const start = (): Running => {
    const told = [options.modelsFolder].flat().map((folder) => `--models=${folder}`);
    if (options.provider) told.push(`--provider=${options.provider}`);
    const child = fork(
      options.script ?? join(__dirname, 'inferenceHost.cjs'),
      [...(options.scriptArgs ?? []), ...told],
      {
        serialization: 'advanced',
        execArgv: [...(options.execArgv ?? [])],
        env: { ...givesMemoryBack, ...process.env },
        // What native code prints belongs with the errors: stdout is the caller's answer.
        stdio: ['ignore', 2, 2, 'ipc'],
      },
    );
    const client = connect<InferenceRequests>({
      post: (message) => void (child.connected && child.send(message)),
      listen: (listener) => child.on('message', (message) => listener(message as RpcMessage)),
    });
    const ended = (how: string) => {
      if (running?.child === child) running = null;
      client.disconnect(new AppError('crashed', `The inference process ${how}`, { hint: 'try again' }));
    };
    child.on('error', (error) => ended(`could not be started: ${error.message}`));
    child.on('exit', (code, signal) => ended(`ended unexpectedly (${signal ?? `code ${code}`})`));
    return { child, client };
  };

  return {
    call: (method, params, callOptions) => (running ??= start()).client.call(method, params, callOptions),
    kill() {
      const ending = running;
      running = null;
      // First the reason, then the end: later notices find nothing pending.
      ending?.client.disconnect(new AppError('cancelled', 'Cancelled'));
      ending?.child.kill('SIGKILL');
    },
    get pid() {
      return running?.child.pid ?? null;
    },
  };
}
