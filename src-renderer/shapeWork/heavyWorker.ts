/** The worker that does heavy tasks, one after the other; started when the first one comes. */
import type { Outcome } from '../tools/tool';
import type { HeavyRequest } from './heavyOutcome';

interface Waiting {
  readonly resolve: (outcome: Outcome) => void;
  readonly reject: (error: Error) => void;
}

export class HeavyWorker {
  #worker: Worker | null = null;
  #waiting: Waiting[] = [];

  run(request: HeavyRequest): Promise<Outcome> {
    const worker = (this.#worker ??= this.#start());
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      worker.postMessage(request);
    });
  }

  #start(): Worker {
    const worker = new Worker(new URL('./shape.worker.ts', import.meta.url), { type: 'module' });
    worker.addEventListener('message', ({ data }: MessageEvent<Outcome>) => this.#waiting.shift()?.resolve(data));
    worker.addEventListener('error', ({ message }) => {
      worker.terminate();
      this.#worker = null;
      const error = new Error(`The shape could not be computed: ${message}`);
      for (const { reject } of this.#waiting.splice(0)) reject(error);
    });
    return worker;
  }
}
