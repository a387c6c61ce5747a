/** The open image: its document, its proposals, and what of it is durable. */
import type { Annotation, DocumentSnapshot, Patch, Proposal } from '@shared/document/types';
import { applyPatch, invertPatch } from '@shared/document/patch';
import type { HistoryState, ImageRow, OpenedImage, WindowRequests } from '@shared/ipc/contract';
import type { Client } from '@shared/ipc/rpc';

export type SavedState = 'saved' | 'saving' | 'failed';

/**
 * Owns the snapshot. A gesture is applied at once and committed in order; `saved` shows only when every commit is
 * durable. A commit that fails takes its gesture, and those after it, back out of the document.
 */
export class OpenImage {
  readonly image: ImageRow;
  readonly #client: Client<WindowRequests>;
  readonly #onError: (error: unknown) => void;
  readonly #onEdited: () => void;
  #snapshot = $state.raw<DocumentSnapshot>() as DocumentSnapshot;
  #history = $state.raw<HistoryState>() as HistoryState;
  #proposals = $state.raw<readonly Proposal[]>([]);
  /** What annotations made since the image was opened were before they were accepted. */
  readonly #accepted = new Map<number, Proposal>();
  #pending = $state(0);
  #failed = $state(false);
  #queue: Promise<void> = Promise.resolve();

  /** `onEdited`: a gesture, or accepted proposals, became durable. */
  constructor(
    opened: OpenedImage,
    client: Client<WindowRequests>,
    onError: (error: unknown) => void,
    onEdited: () => void,
  ) {
    this.image = opened.image;
    this.#client = client;
    this.#onError = onError;
    this.#onEdited = onEdited;
    this.#snapshot = opened.snapshot;
    this.#history = opened.history;
    this.#proposals = opened.proposals;
  }

  get snapshot(): DocumentSnapshot {
    return this.#snapshot;
  }
  get annotations(): readonly Annotation[] {
    return this.#snapshot.annotations;
  }
  get history(): HistoryState {
    return this.#history;
  }
  get proposals(): readonly Proposal[] {
    return this.#proposals;
  }
  get saved(): SavedState {
    if (this.#failed) return 'failed';
    return this.#pending > 0 ? 'saving' : 'saved';
  }

  /** One gesture, one patch, one durable transaction. */
  apply(patch: Patch, gesture: string): Promise<void> {
    this.#snapshot = applyPatch(this.#snapshot, patch);
    return this.#inOrder(async () => {
      try {
        this.#history = await this.#client.call('document.commit', { imageId: this.image.id, patch, gesture });
        this.#failed = false;
        this.#onEdited();
      } catch (error) {
        this.#failed = true;
        this.#snapshot = applyPatch(this.#snapshot, invertPatch(patch));
        this.#onError(error);
      }
    });
  }

  undo(): Promise<void> {
    return this.#step('document.undo');
  }

  redo(): Promise<void> {
    return this.#step('document.redo');
  }

  /** Shows proposals that the store has made durable. */
  setProposals(proposals: readonly Proposal[]): void {
    this.#proposals = proposals;
  }

  /** Turns proposals into annotations; the ids of those, empty when it failed. */
  async accept(ids: readonly number[]): Promise<readonly number[]> {
    let added: readonly number[] = [];
    await this.#inOrder(async () => {
      try {
        const change = await this.#client.call('proposals.accept', { imageId: this.image.id, ids });
        this.#snapshot = applyPatch(this.#snapshot, change.patch);
        this.#history = change.history;
        const accepted = new Set(ids);
        const byId = new Map(this.#proposals.map((proposal) => [proposal.id, proposal]));
        this.#proposals = this.#proposals.filter((proposal) => !accepted.has(proposal.id));
        added = change.patch.added.map(({ id }) => id);
        // The store paints the best score on top: the last annotation is the first proposal.
        const inOrder = [...byId.values()].filter(({ id }) => accepted.has(id)).reverse();
        added.forEach((id, at) => this.#accepted.set(id, inOrder[at]));
        this.#onEdited();
      } catch (error) {
        this.#onError(error);
      }
    });
    return added;
  }

  /** Brings rejected proposals back. */
  async restoreProposals(proposals: readonly Proposal[]): Promise<void> {
    await this.#inOrder(async () => {
      try {
        this.#proposals = await this.#client.call('proposals.restore', { imageId: this.image.id, proposals });
      } catch (error) {
        this.#onError(error);
      }
    });
  }

  async reject(ids: readonly number[]): Promise<void> {
    await this.#inOrder(async () => {
      try {
        this.#proposals = await this.#client.call('proposals.reject', { imageId: this.image.id, ids });
      } catch (error) {
        this.#onError(error);
      }
    });
  }

  /**
   * Runs an operation that spans images when everything before it is durable, and shows what it did to this one. Rejects as
   * the operation does.
   */
  async across<T extends { readonly patch: Patch } | null>(work: () => Promise<T>): Promise<T> {
    let outcome: { readonly change: T } | { readonly error: unknown } | null = null;
    await this.#inOrder(async () => {
      try {
        const change = await work();
        if (change) this.#snapshot = applyPatch(this.#snapshot, change.patch);
        outcome = { change };
      } catch (error) {
        outcome = { error };
      }
    });
    const done = outcome as unknown as { change: T } | { error: unknown };
    if ('error' in done) throw done.error;
    return done.change;
  }

  /** Resolves when everything before it is durable or has failed. */
  settled(): Promise<void> {
    return this.#queue;
  }

  #step(method: 'document.undo' | 'document.redo'): Promise<void> {
    return this.#inOrder(async () => {
      try {
        const change = await this.#client.call(method, { imageId: this.image.id });
        if (!change) return;
        this.#snapshot = applyPatch(this.#snapshot, change.patch);
        this.#history = change.history;
        await this.#followAcceptance(change.patch);
      } catch (error) {
        this.#onError(error);
      }
    });
  }

  /** A proposal whose acceptance is taken back waits again; made again, it is gone again. */
  async #followAcceptance({ added, removed }: Patch): Promise<void> {
    const imageId = this.image.id;
    const of = (annotations: readonly Annotation[]) => annotations.flatMap(({ id }) => this.#accepted.get(id) ?? []);
    const [back, gone] = [of(removed), of(added)];
    if (back.length > 0) this.#proposals = await this.#client.call('proposals.restore', { imageId, proposals: back });
    if (gone.length === 0) return;
    const ids = gone.map(({ id }) => id);
    this.#proposals = await this.#client.call('proposals.reject', { imageId, ids });
  }

  #inOrder(work: () => Promise<void>): Promise<void> {
    this.#pending++;
    this.#queue = this.#queue.then(work).finally(() => this.#pending--);
    return this.#queue;
  }
}
