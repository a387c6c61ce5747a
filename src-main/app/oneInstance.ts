/**
 * One running program for one user: a second start hands what it was to open over to the first and ends. Further windows are
 * runs of their own (newWindow.ts) and hand nothing over.
 */
import type { OpenTarget } from '@shared/project/types';
import { dirname, resolve } from 'node:path';
import { targetOf } from './arguments';

/** What a second start says to the first; `open`: absolute, as the user named it on its command line, or null. */
interface HandedOver {
  readonly open: string | null;
}

/** What is used of Electron's app. */
export interface OneInstanceApp {
  requestSingleInstanceLock(data: Record<string, unknown>): boolean;
  on(event: 'second-instance', listener: (event: unknown, argv: string[], cwd: string, data: unknown) => void): unknown;
  on(event: 'open-file', listener: (event: { preventDefault(): void }, path: string) => void): unknown;
}

/** Where what was handed over goes. */
export interface Receiver {
  /** The project that is open. */
  readonly project: string | null;
  focus(): void;
  /** The user named it: it is opened in this window, where none is open. */
  openHere(target: OpenTarget): void;
  openInNewWindow(path: string): void;
}

export class OneInstance {
  readonly #app: OneInstanceApp;
  #receiver: Receiver | null = null;
  /** Handed over before the window was there. */
  #waiting: (string | null)[] = [];

  constructor(app: OneInstanceApp) {
    this.#app = app;
    // A double click or a drag on the icon of macOS, which names files by an event; it may come before the window.
    app.on('open-file', (event, path) => {
      event.preventDefault();
      this.#receive(resolve(path));
    });
  }

  /** False: another run is there and has been told of `open`; this one must end. */
  isFirst(open: OpenTarget | null): boolean {
    const handed: HandedOver = { open: open && 'path' in open ? open.path : null };
    if (!this.#app.requestSingleInstanceLock({ ...handed })) return false;
    this.#app.on('second-instance', (_event, _argv, _cwd, data) => this.#receive(pathIn(data)));
    return true;
  }

  /** What waits is for the window to open at its start; later starts go to `receiver`. */
  receiveBy(receiver: Receiver): void {
    this.#receiver = receiver;
    for (const path of this.#waiting.splice(0)) this.#receive(path);
  }

  /** What was named before the window was there: it opens that first. */
  takeFirst(): OpenTarget | null {
    const path = this.#waiting.find((one) => one !== null) ?? null;
    this.#waiting = this.#waiting.filter((one) => one !== path);
    return path === null ? null : targetOf(path);
  }

  #receive(path: string | null): void {
    const receiver = this.#receiver;
    if (!receiver) return void this.#waiting.push(path);
    if (path === null || isOpen(path, receiver.project)) return receiver.focus();
    // Nothing that is open is taken from the user.
    if (receiver.project !== null) return receiver.openInNewWindow(path);
    receiver.openHere(targetOf(path));
    receiver.focus();
  }
}

/** The project itself, or the folder that it lies in with its images. */
function isOpen(path: string, project: string | null): boolean {
  return project !== null && (path === project || path === dirname(project));
}

/** Another process of the user sent it: whatever it is, only a path counts. */
function pathIn(data: unknown): string | null {
  const open = (data as Partial<HandedOver> | null | undefined)?.open;
  return typeof open === 'string' && open !== '' ? resolve(open) : null;
}
