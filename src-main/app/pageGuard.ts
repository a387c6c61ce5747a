/** What the page is never given, whatever it asks: devices, permissions, the network, other pages, the user's browser. */
import { type BrowserWindow, dialog, type Session, shell } from 'electron';

/** Sites that a link in the window may lead to; each is shown to the user before it is opened. */
const linkedSites: ReadonlySet<string> = new Set(['github.com', 'huggingface.co', 'cocodataset.org', 'onnx.ai']);

/** A proxy that nobody answers: what the page's content policy let through would end there. */
const nowhere = 'http://127.0.0.1:1';

/**
 * Refuses every permission and device, and the network. The page's own origin needs none of it: its scripts, pictures and
 * answers come from this process. What is downloaded on the user's click is fetched by other means than this session.
 */
export async function guardSession(session: Session): Promise<void> {
  session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
  await session.setProxy({ mode: 'fixed_servers', proxyRules: nowhere, proxyBypassRules: '<-loopback>' });
}

/** Keeps the window on its page and WebRTC off; a link of an allowed site is opened in the browser when the user agrees. */
export function guardWindow(window: BrowserWindow): void {
  const { webContents } = window;
  // Without a proxy that takes UDP no packet may leave.
  webContents.setWebRTCIPHandlingPolicy('disable_non_proxied_udp');
  webContents.on('will-navigate', (event) => event.preventDefault());
  webContents.on('will-attach-webview', (event) => event.preventDefault());
  webContents.setWindowOpenHandler(({ url }) => {
    if (isLinkedSite(url)) void openLink(window, url);
    return { action: 'deny' };
  });
}

function isLinkedSite(address: string): boolean {
  try {
    const { protocol, hostname, username, password } = new URL(address);
    return protocol === 'https:' && linkedSites.has(hostname) && username === '' && password === '';
  } catch {
    return false;
  }
}

async function openLink(window: BrowserWindow, url: string): Promise<void> {
  const { response } = await dialog.showMessageBox(window, {
    type: 'question',
    message: 'Open this page in your browser?',
    detail: url,
    buttons: ['Open', 'Cancel'],
    defaultId: 1,
    cancelId: 1,
  });
  if (response === 0) await shell.openExternal(url);
}
