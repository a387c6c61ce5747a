/** Everything that crosses between the window and the main process; nothing else does. */
import type { AppErrorData } from '../errors/appError';
import type { OpenTarget } from '../project/types';
import type { AppRequests } from './app';
import type { InferenceRequests, PromptRequests } from './inference';
import type { StoreRequests } from './store';
import type { SessionRequests } from './vision';

/** What the window may ask; paths of pixels never come from it. */
export type WindowRequests = StoreRequests &
  AppRequests &
  SessionRequests &
  PromptRequests &
  Pick<InferenceRequests, 'inference.models' | 'inference.runtime'>;

/** Announcements from main to the window; events tell what happened, they never command. */
export type Events = {
  /** A process ended and was restarted; what it was doing failed with a sentence. */
  processRestarted: { readonly process: 'store' | 'vision' | 'inference'; readonly error: AppErrorData };
  /** The user named something to open outside of the window, by a double click or a second start; nothing was open then. */
  openAsked: { readonly target: OpenTarget };
};

/** What the preload script exposes as `window.maskwright`. */
export interface Bridge {
  /**
   * Opens a port to the main process, for `RpcMessage`s: it arrives in the page as a `message` event whose data is `token`.
   * What crosses the bridge itself is copied value by value, which takes a second for a large image's annotations.
   */
  connect(token: string): void;
  onEvent(listener: (name: keyof Events, payload: Events[keyof Events]) => void): void;
  /** Absolute path of a file or folder dropped on the window (a DOM File; src-shared has no DOM types). */
  pathOfFile(file: unknown): string;
}
