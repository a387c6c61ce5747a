/** Exposes the ipc contract to the sandboxed window as `window.maskwright`; no logic. */
import type { Bridge, Events } from '@shared/ipc/window';
import { contextBridge, ipcRenderer, webUtils } from 'electron';

/** The page's; this script is typed as the rest of the main side, without the DOM. */
declare const window: { postMessage(message: unknown, origin: string, transfer: readonly unknown[]): void };

const bridge: Bridge = {
  connect(token) {
    const { port1, port2 } = new MessageChannel();
    ipcRenderer.postMessage('connect', null, [port1]);
    window.postMessage(token, '*', [port2]);
  },
  onEvent: (listener) =>
    void ipcRenderer.on('event', (_event, name: keyof Events, payload: Events[keyof Events]) =>
      listener(name, payload),
    ),
  // Electron 25 has no webUtils (its types do not tell) but still has File.path.
  pathOfFile: (file) =>
    (webUtils as typeof webUtils | undefined)?.getPathForFile(file as File) ?? (file as { path?: string }).path ?? '',
};

contextBridge.exposeInMainWorld('maskwright', bridge);
