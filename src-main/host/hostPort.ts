/** The port of a host process to its parent: Electron's utility process or a forked child of the command line. */
import type { Port, RpcMessage } from '@shared/ipc/rpc';

/** The part of Electron's `process.parentPort` used here; engine code does not import electron. */
interface ParentPort {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { data: unknown }) => void): void;
}

/** Throws when the process was started by hand, with nobody to talk to. */
export function hostPort(): Port {
  const { parentPort } = process as unknown as { parentPort?: ParentPort | null };
  if (parentPort) {
    return {
      post: (message) => parentPort.postMessage(message),
      listen: (listener) => parentPort.on('message', (event) => listener(event.data as RpcMessage)),
    };
  }
  if (!process.send) throw new Error('A host process must be started by the window or the command line');
  process.on('disconnect', () => process.exit(0));
  return {
    // A parent that went away in the middle of a run leaves nobody to tell.
    post: (message) => void process.send?.(message, undefined, undefined, (error) => error && process.exit(0)),
    listen: (listener) => process.on('message', (message) => listener(message as RpcMessage)),
  };
}
