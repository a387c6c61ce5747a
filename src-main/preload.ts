/** Exposes the ipc contract to the sandboxed window as `window.maskwright`; no logic. */
import type { Bridge, Events } from '@shared/ipc/contract';
import type { RpcMessage } from '@shared/ipc/rpc';
import { contextBridge, ipcRenderer, webUtils } from 'electron';

const bridge: Bridge = {
  send: (message) => ipcRenderer.send('rpc', message),
  receive: (listener) => void ipcRenderer.on('rpc', (_event, message: RpcMessage) => listener(message)),
  onEvent: (listener) =>
    void ipcRenderer.on('event', (_event, name: keyof Events, payload: Events[keyof Events]) =>
      listener(name, payload),
    ),
  // Electron 25 has no webUtils (its types do not tell) but still has File.path.
  pathOfFile: (file) =>
    (webUtils as typeof webUtils | undefined)?.getPathForFile(file as File) ?? (file as { path?: string }).path ?? '',
};

contextBridge.exposeInMainWorld('maskwright', bridge);
