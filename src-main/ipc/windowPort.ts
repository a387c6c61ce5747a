/** The rpc port of one window; messages from any page but our own are dropped. */
import type { Port, RpcMessage } from '@shared/ipc/rpc';
import { ipcMain, type BrowserWindow, type IpcMainEvent } from 'electron';
import { pageOrigin } from '../protocol';

export function windowPort(window: BrowserWindow): Port {
  const contents = window.webContents;
  return {
    post: (message) => {
      if (!contents.isDestroyed()) contents.send('rpc', message);
    },
    listen: (listener) => {
      const onMessage = (event: IpcMainEvent, message: RpcMessage) => {
        if (event.sender !== contents || !isTrusted(event)) return;
        listener(message);
      };
      ipcMain.on('rpc', onMessage);
      window.once('closed', () => ipcMain.off('rpc', onMessage));
    },
  };
}

function isTrusted(event: IpcMainEvent): boolean {
  const frame = event.senderFrame;
  return frame !== null && frame.parent === null && frame.url.startsWith(`${pageOrigin}/`);
}
