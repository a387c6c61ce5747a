/** Exposes the ipc contract to the sandboxed window as `window.maskwright`; no logic. */
import type { Bridge, Events } from '@shared/ipc/window';
import { contextBridge, ipcRenderer, webUtils } from 'electron';

/** The page's; this script is typed as the rest of the main side, without the DOM. */
declare const document: {
  addEventListener(
    type: 'drop',
    listener: (event: { isTrusted: boolean; dataTransfer: { files: Iterable<File> } | null }) => void,
    isCapture: true,
  ): void;
};
declare const window: { postMessage(message: unknown, origin: string, transfer: readonly unknown[]): void };

const pathOf = (file: File) =>
  // Electron 25 has no webUtils (its types do not tell) but still has File.path.
  (webUtils as typeof webUtils | undefined)?.getPathForFile(file) ?? (file as { path?: string }).path ?? '';

// The user's own drops, not what a script makes up: the main process lets the page ask for these paths.
document.addEventListener(
  'drop',
  ({ isTrusted, dataTransfer }) => {
    const paths = isTrusted ? [...(dataTransfer?.files ?? [])].map(pathOf).filter((path) => path !== '') : [];
    if (paths.length > 0) ipcRenderer.sendSync('dropped', paths);
  },
  true,
);

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
  pathOfFile: (file) => pathOf(file as File),
};

contextBridge.exposeInMainWorld('maskwright', bridge);
