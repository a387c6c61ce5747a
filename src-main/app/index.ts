/** Entry of the desktop app: wires the window, its origin and the engine processes. */
import { describeError, toErrorData } from '@shared/errors/appError';
import { type Dispatch, serveWith } from '@shared/ipc/rpc';
import { app, BrowserWindow, crashReporter, dialog, Menu, session } from 'electron';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArguments } from './arguments';
import { createEngine, type Engine } from './engine';
import { createAppHandlers } from './appHandlers';
import { PathGrants } from './pathGrants';
import { PendingWrites } from './pendingWrites';
import { createRouter } from './router';
import { onConnect, onDrop } from './windowPort';
import { createWindowPaths } from './windowPaths';
import { createLinkedFolders } from './linkedFolders';
import { createLeaving, givesUpShape } from './leaving';
import { openLog } from './log';
import { openNewWindow } from './newWindow';
import { OneInstance, type Receiver } from './oneInstance';
import { guardSession, guardWindow } from './pageGuard';
import { keepPicture, noteOpened } from './recentProjects';
import { openSettings } from './settings';
import { declareScheme, pageOrigin, servePage } from './protocol';

const smokeTimeoutMs = 120_000;

const options = parseArguments(userArguments(), process.cwd());

app.setName('Maskwright');
if (options.userData) app.setPath('userData', options.userData);
// What is left of a crash stays on this machine, beside the log.
app.setPath('crashDumps', join(app.getPath('userData'), 'logs', 'crashes'));
crashReporter.start({ uploadToServer: false });
declareScheme();
// Said before the first page is made, and again of each page.
app.commandLine.appendSwitch('force-webrtc-ip-handling-policy', 'disable_non_proxied_udp');
app.on('window-all-closed', () => app.quit());
const instance = new OneInstance(app);
// A start-up check is for itself, also where the program runs.
if (options.newWindow || options.smoke || instance.isFirst(options.open)) void app.whenReady().then(start);
else app.quit();

function start(): void {
  const appFolder = app.isPackaged ? process.resourcesPath : app.getAppPath();
  const userDataFolder = app.getPath('userData');
  const log = openLog(join(userDataFolder, 'logs', 'maskwright.log'));

  const settings = openSettings(join(userDataFolder, 'settings.json'));

  const grants = new PathGrants(() => settings.current);
  const openFirst = options.open ?? instance.takeFirst();
  if (openFirst && 'path' in openFirst) grants.mayRead(openFirst.path);

  const engine = createEngine({
    userDataFolder,
    modelsFolder: join(appFolder, 'models'),
    sharpWasmFolder: join(appFolder, 'resources', 'sharp-wasm'),
    provider: () => settings.current.models.provider,
    onCrash: (name, error, exitCode) => {
      log.write('process-ended', { process: name, message: error.message, exitCode });
      if (!window.isDestroyed()) {
        const { code, message, hint } = error;
        window.webContents.send('event', 'processRestarted', { process: name, error: { code, message, hint } });
      }
    },
    onProjectOpened: (report) =>
      void noteOpened(settings, report, userDataFolder).then(
        // A picture that cannot be made is missing from the list, no more.
        () => keepPicture(engine, report.project.file, settings.current.recent, userDataFolder).catch(() => undefined),
        (error: Error) => log.write('settings-not-written', { message: error.message }),
      ),
  });
  const guarded = guardSession(session.defaultSession);
  servePage(
    join(__dirname, '..', 'renderer'),
    engine,
    createLinkedFolders(() => window, settings),
    guarded,
  );
  if (process.platform !== 'darwin') Menu.setApplicationMenu(null);

  const window = new BrowserWindow({
    width: 1440,
    height: 900,
    minWidth: 900,
    minHeight: 600,
    title: 'Maskwright',
    icon: join(appFolder, 'resources', 'icon.png'),
    // Of the page's own surface, so that the window does not flash before it is drawn.
    backgroundColor: settings.current.theme === 'dark' ? '#17181a' : '#f4f4f5',
    webPreferences: {
      preload: join(__dirname, '..', 'preload', 'preload.cjs'),
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      spellcheck: false,
      // A hidden window still finishes what it was asked to draw: start-up checks and tests run on virtual displays.
      backgroundThrottling: false,
    },
  });
  guardWindow(window);
  window.on('close', (event) => {
    if (!engine.projectLoss) return;
    event.preventDefault();
    leaving.ask('close').then(
      () => window.destroy(),
      (error) => {
        if (error.code !== 'cancelled')
          dialog.showErrorBox('The project was not saved', describeError(toErrorData(error)));
      },
    );
  });
  window.webContents.on('will-prevent-unload', (event) => {
    // Prevented, the page is left all the same.
    if (givesUpShape(window, dialog)) event.preventDefault();
  });
  window.webContents.on('render-process-gone', (_event, details) => {
    log.write('window-ended', { ...details });
    // The page holds nothing that is not durable: it comes back with the project it had open.
    if (details.reason !== 'clean-exit') window.webContents.reload();
  });
  window.webContents.on('preload-error', (_event, path, error) =>
    log.write('preload-error', { path, message: error.message, stack: error.stack }),
  );

  const leaving = createLeaving(() => window, engine, dialog);
  const openWindowOn = (open: string | null) =>
    openNewWindow({ argv: process.argv, userArguments: userArguments(), userDataFolder, open });
  const receiver: Receiver = {
    get project() {
      return engine.openProject?.path ?? null;
    },
    focus() {
      if (window.isMinimized()) window.restore();
      window.focus();
    },
    openHere(target) {
      if ('path' in target) grants.mayRead(target.path);
      window.webContents.send('event', 'openAsked', { target });
    },
    openInNewWindow: openWindowOn,
  };

  const handlers = createAppHandlers({
    info: () => {
      // From now on the page hears what it is told.
      instance.receiveBy(receiver);
      return {
        version: app.getVersion(),
        platform: process.platform,
        openAtStart: engine.openProject ?? openFirst ?? (options.smoke ? { kind: 'sample' } : null),
      };
    },
    window,
    engine,
    shippedModels: join(appFolder, 'models'),
    sampleFolder: join(appFolder, 'resources', 'sample'),
    userDataFolder,
    settings,
    grants,
    leaving,
    onFirstPaint: () => {
      if (options.smoke) void finishSmoke(window, engine);
    },
    onNewWindow: () => openWindowOn(engine.openProject?.path ?? null),
  });
  onDrop(window, (path) => grants.mayRead(path));
  const paths = createWindowPaths(grants, settings, engine, () => window);
  const writes = new PendingWrites();
  const route = writes.watch(createRouter(engine, handlers, { paths, leaving }));
  const answer: Dispatch = async (method, params, context) => {
    try {
      return await route(method, params, context);
    } catch (error) {
      const { code, message, stack } = error as { code?: string; message?: string; stack?: string };
      if (code !== 'cancelled') log.write('request-failed', { method, code, message, stack });
      throw error;
    }
  };
  onConnect(window, (port) => serveWith(port, answer));

  if (options.smoke) {
    setTimeout(() => {
      console.error(`The sample was not on screen after ${smokeTimeoutMs / 1000} s; see ${log.file}`);
      app.exit(1);
    }, smokeTimeoutMs);
  }
  app.on('will-quit', (event) => {
    const writing = settings.busy() ?? writes.busy();
    if (!writing) return engine.stop();
    event.preventDefault();
    void writing.then(() => app.quit());
  });
  void window.loadURL(`${pageOrigin}/`);
}

/** In development the app's own folder is the first argument that is no switch; what follows is the user's. */
function userArguments(): string[] {
  if (app.isPackaged) return process.argv.slice(1);
  const appFolderAt = process.argv.findIndex((arg, at) => at > 0 && !arg.startsWith('-'));
  return process.argv.slice(appFolderAt + 1);
}

/** The image and its masks are on screen: says so, keeps a picture, ends. */
async function finishSmoke(window: BrowserWindow, engine: Engine): Promise<void> {
  try {
    const picture = await window.webContents.capturePage();
    const file = options.screenshot ?? join(app.getPath('userData'), 'smoke.png');
    writeFileSync(file, picture.toPNG());
    console.log('ready');
    console.log(`screenshot: ${file}`);
    // Ended at once, without the events of a quit: else the end of its processes would be taken for a crash.
    engine.stop();
    app.exit(0);
  } catch (error) {
    console.error(describeError({ code: 'internal', message: (error as Error).message }));
    app.exit(1);
  }
}
