/** The rpc ports of one window; a page that is not our own gets none. */
import type { Port, RpcMessage } from '@shared/ipc/rpc';
import { ipcMain, type BrowserWindow, type IpcMainEvent } from 'electron';
import { pageOrigin } from './protocol';

/** Calls `serve` for each port that the window's page opens: one, and another after it was loaded again. */
export function onConnect(window: BrowserWindow, serve: (port: Port) => void): void {
  const connect = (event: IpcMainEvent) => {
    if (event.sender !== window.webContents || !isTrusted(event)) return;
    const [port] = event.ports;
    serve({
      post: (message) => port.postMessage(message),
      listen(listener) {
        port.on('message', ({ data }) => listener(data as RpcMessage));
        port.start();
      },
    });
  };
  ipcMain.on('connect', connect);
  window.once('closed', () => ipcMain.off('connect', connect));
}

/** Calls `named` for each path that the user drops on the window, before the page hears of the drop. */
export function onDrop(window: BrowserWindow, named: (path: string) => void): void {
  const drop = (event: IpcMainEvent, paths: unknown) => {
    event.returnValue = null;
    if (event.sender !== window.webContents || !isTrusted(event) || !Array.isArray(paths)) return;
    for (const path of paths as unknown[]) if (typeof path === 'string' && path !== '') named(path);
  };
  ipcMain.on('dropped', drop);
  window.once('closed', () => ipcMain.off('dropped', drop));
}

function isTrusted(event: IpcMainEvent): boolean {
  const frame = event.senderFrame;
  return frame !== null && frame.parent === null && frame.url.startsWith(`${pageOrigin}/`);
}
