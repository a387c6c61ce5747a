/** The window's side of the ipc contract. */
import type { Bridge, Events, WindowRequests } from '@shared/ipc/window';
import { connect, type Client, type Port, type RpcMessage } from '@shared/ipc/rpc';
import { packedClient } from './packedClient';

declare global {
  interface Window {
    readonly maskwright: Bridge;
  }
}

// Svelte's reactive state must not reach structured clone; documents are raw, everything else is plain by contract.
export const client: Client<WindowRequests> = packedClient(connect<WindowRequests>(openPort('page')));

/** A port to the main process; what is posted before it is there waits. */
function openPort(token: string): Port {
  let port: MessagePort | null = null;
  let receive: (message: RpcMessage) => void = () => {};
  const waiting: RpcMessage[] = [];
  window.addEventListener('message', function onMessage({ source, data, ports }) {
    if (source !== window || data !== token) return;
    window.removeEventListener('message', onMessage);
    port = ports[0];
    port.onmessage = (event: MessageEvent<RpcMessage>) => receive(event.data);
    for (const message of waiting) port.postMessage(message);
  });
  window.maskwright.connect(token);
  return {
    post: (message) => (port ? port.postMessage(message) : waiting.push(message)),
    listen: (listener) => (receive = listener),
  };
}

export function onEvent<K extends keyof Events>(name: K, listener: (payload: Events[K]) => void): void {
  window.maskwright.onEvent((event, payload) => {
    if (event === name) listener(payload as Events[K]);
  });
}

/** Absolute path of a dropped file or folder; empty when it has none. */
export function pathOfFile(file: File): string {
  return window.maskwright.pathOfFile(file);
}

/** The bytes of a picture on the window's own origin; throws the sentence that the answer carries where there is none. */
export async function fetchPicture(url: string): Promise<Blob> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(await response.text());
  // Of bytes, not of the response: see image.worker.ts.
  return new Blob([await response.arrayBuffer()], { type: response.headers.get('content-type') ?? '' });
}
