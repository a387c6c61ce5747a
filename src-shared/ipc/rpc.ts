/** Request/response with progress and cancellation over any message port; the same code serves every process boundary. */
import { AppError, type AppErrorData, fromErrorData, toErrorData } from '../errors/appError';
import { type AbortSignalLike, CancelSource } from '../errors/cancellation';
import type { CallContext, Progress } from '../errors/work';

/** The implementation of a request map. */
export type Handlers<M> = {
  [K in keyof M]: M[K] extends { params: infer P; result: infer R }
    ? (params: P, context: CallContext) => Promise<R>
    : never;
};

export interface CallOptions {
  readonly signal?: AbortSignalLike;
  readonly onProgress?: (progress: Progress) => void;
}

/** The caller's side of a request map. */
export interface Client<M> {
  call<K extends keyof M & string>(
    method: K,
    params: M[K] extends { params: infer P } ? P : never,
    options?: CallOptions,
  ): Promise<M[K] extends { result: infer R } ? R : never>;
}

export type RpcMessage =
  | { readonly type: 'request'; readonly id: number; readonly method: string; readonly params: unknown }
  | { readonly type: 'cancel'; readonly id: number }
  | { readonly type: 'progress'; readonly id: number; readonly progress: Progress }
  | { readonly type: 'result'; readonly id: number; readonly result: unknown }
  | { readonly type: 'error'; readonly id: number; readonly error: AppErrorData };

export interface Port {
  post(message: RpcMessage): void;
  listen(listener: (message: RpcMessage) => void): void;
}

/** Answers one request by name: what `serve` needs, and what a router implements. */
export type Dispatch = (method: string, params: unknown, context: CallContext) => Promise<unknown>;

/** Answers requests that arrive at the port with handlers; unknown methods are refused. */
export function serve<M>(port: Port, handlers: Handlers<M>): void {
  serveWith(port, (method, params, context) => runHandler(handlers, method, params, context));
}

/** Answers requests that arrive at the port. Errors travel as data. */
export function serveWith(port: Port, dispatch: Dispatch): void {
  const running = new Map<number, CancelSource>();
  port.listen((message) => {
    if (!isCall(message)) return;
    if (message.type === 'cancel') running.get(message.id)?.abort();
    if (message.type !== 'request') return;
    const { id, method } = message;
    const source = new CancelSource();
    running.set(id, source);
    const progress = (value: Progress) => port.post({ type: 'progress', id, progress: value });
    dispatch(method, message.params, { signal: source, progress })
      .then((result) => port.post({ type: 'result', id, result }))
      .catch((error: unknown) => port.post({ type: 'error', id, error: toErrorData(error) }))
      .finally(() => running.delete(id));
  });
}

/** Whatever else arrives is of no protocol of ours, and nobody waits for its answer. */
function isCall(message: unknown): message is Extract<RpcMessage, { type: 'request' | 'cancel' }> {
  if (typeof message !== 'object' || message === null) return false;
  const { type, id, method } = message as Record<string, unknown>;
  return typeof id === 'number' && (type === 'cancel' || (type === 'request' && typeof method === 'string'));
}

/** The caller's side. `disconnect` rejects everything pending, for when the other process is gone. */
export function connect<M>(port: Port): Client<M> & { disconnect(reason: AppError): void } {
  interface Pending {
    resolve(value: unknown): void;
    reject(error: unknown): void;
    onProgress?: (progress: Progress) => void;
  }
  const pending = new Map<number, Pending>();
  // A page that was loaded again must not take the answers to the one before it for its own.
  let nextId = Math.floor(Math.random() * 2 ** 40);
  let gone: AppError | null = null;

  port.listen((message) => {
    if (message.type === 'request' || message.type === 'cancel') return;
    const entry = pending.get(message.id);
    if (!entry) return;
    if (message.type === 'progress') return entry.onProgress?.(message.progress);
    pending.delete(message.id);
    if (message.type === 'result') entry.resolve(message.result);
    else entry.reject(fromErrorData(message.error));
  });

  return {
    call(method, params, options = {}) {
      if (gone) return Promise.reject(gone);
      if (options.signal?.aborted) return Promise.reject(new AppError('cancelled', 'Cancelled'));
      const id = nextId++;
      const cancel = () => port.post({ type: 'cancel', id });
      const answer = new Promise<never>((resolve, reject) => {
        pending.set(id, { resolve: resolve as (value: unknown) => void, reject, onProgress: options.onProgress });
        options.signal?.addEventListener('abort', cancel);
        port.post({ type: 'request', id, method, params });
      });
      return answer.finally(() => options.signal?.removeEventListener('abort', cancel));
    },
    disconnect(reason) {
      gone = reason;
      for (const entry of pending.values()) entry.reject(reason);
      pending.clear();
    },
  };
}

/** A client on handlers in the same process: what the CLI uses where the window has a process. */
export function connectLocal<M>(handlers: Handlers<M>): Client<M> {
  return {
    call: (method, params, options = {}) =>
      runHandler(handlers, method, params, {
        signal: options.signal ?? new CancelSource(),
        progress: (value) => options.onProgress?.(value),
      }) as Promise<never>,
  };
}

async function runHandler<M>(
  handlers: Handlers<M>,
  method: string,
  params: unknown,
  context: CallContext,
): Promise<unknown> {
  const handler = Object.prototype.hasOwnProperty.call(handlers, method)
    ? (handlers as Record<string, (params: unknown, context: CallContext) => Promise<unknown>>)[method]
    : undefined;
  if (!handler) throw new AppError('internal', `Unknown request ${method}`);
  // `return handler(...)` would look at the promise one microtask later: in Electron's utility processes a handler that
  // throws at once then counts as an unhandled rejection, and ends the process.
  return await handler(params, context);
}
