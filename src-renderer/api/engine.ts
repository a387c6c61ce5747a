/** What the window knows of the processes behind it: the requests it may make, and the events it is told. */
import type { Client } from '@shared/ipc/rpc';
import type { WindowRequests } from '@shared/ipc/window';

export type { About, AppRequests, LicencedPackage } from '@shared/ipc/app';
export type { PromptRequests } from '@shared/ipc/inference';
export type { CallOptions } from '@shared/ipc/rpc';
export type { SessionRequests } from '@shared/ipc/vision';
export type { Events } from '@shared/ipc/window';
export { unpackImage } from '@shared/ipc/packing';

/** The caller's side of everything the window may ask. */
export type Engine = Client<WindowRequests>;
