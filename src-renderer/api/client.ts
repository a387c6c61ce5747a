/** The window's side of the ipc contract. */
import type { Bridge, Events, WindowRequests } from '@shared/ipc/contract';
import { connect, type Client } from '@shared/ipc/rpc';

declare global {
  interface Window {
    readonly maskwright: Bridge;
  }
}

export const client: Client<WindowRequests> = connect<WindowRequests>({
  // Svelte's reactive state must not reach structured clone; documents are raw, everything else is plain by contract.
  post: (message) => window.maskwright.send(message),
  listen: (listener) => window.maskwright.receive(listener),
});

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
  return response.blob();
}
