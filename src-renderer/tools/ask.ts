import type { AppRequests, PromptRequests, SessionRequests } from '../api/engine';
/** What a tool asks of the engine and how the answer comes back: pure data, so that reducers stay pure. */

/** Requests a tool may make; the host adds which image they are about. */
export type ToolRequests = Omit<SessionRequests, 'vision.closeSession'> &
  Pick<PromptRequests, 'inference.prompt'> &
  Pick<AppRequests, 'app.runModel'>;

type Method = keyof ToolRequests;

/** The parameters without what the host knows better. */
export type AskParams<K extends Method> = Omit<ToolRequests[K]['params'], 'session' | 'imageId'>;

/**
 * A question to the engine. Of the questions on one channel only the latest is answered: a newer one, or `drop`, cancels
 * those before it. Every channel is dropped when the tool is cancelled.
 */
export type Ask =
  | {
      readonly [K in Method]: { readonly channel: string; readonly method: K; readonly params: AskParams<K> };
    }[Method]
  | { readonly channel: string; readonly method: 'drop' };

/** What became of the latest question on a channel. `problem` is a sentence. */
export type Answer =
  | {
      readonly [K in Method]: {
        readonly channel: string;
        readonly method: K;
        readonly result: ToolRequests[K]['result'];
      };
    }[Method]
  | { readonly channel: string; readonly method: 'failed'; readonly problem: string };

/** A press in the tool's own panel, by name; the tool's file lists which it knows. */
export interface ToolAction {
  readonly name: string;
  readonly value?: number | string;
}

/** Cancels what was asked on these channels. */
export function drop(...channels: readonly string[]): Ask[] {
  return channels.map((channel) => ({ channel, method: 'drop' }));
}
