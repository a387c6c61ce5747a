/** The open image: its document, its proposals, and what of it is durable. */
import type { Annotation, DocumentSnapshot, Patch, Proposal, ReviewStatus } from '@shared/document/types';
import { applyPatch, invertPatch } from '@shared/document/patch';
import type { HistoryState, ImageRow, OpenedImage, StoredDraft } from '@shared/project/types';
import { AppError } from '@shared/errors/appError';
import { type Engine, unpackImage } from '../api/engine';
import { ImageDrafts } from './imageDrafts.svelte';
import { type Accepted, takenNotice } from './settleGesture';
import { fits, isLarge, nextTask, notSaved, type Unsaved } from './unsaved';

export type SavedState = 'saved' | 'saving' | 'failed';

/** What became durable: annotations (or what was done to them), or the image's tags. */
export type Edited = 'document' | 'tags';

/** A store that dies while it is asked what is durable is asked again, this often in all. */
const SYNC_ATTEMPTS = 3;

/**
 * Owns the snapshot. A gesture is applied at once and committed in order; `saved` shows only when every commit is
 * durable. When a commit is refused, its gesture and those after it are taken back. When its answer is lost, the document
 * becomes what the store says is durable, which that commit may be, and what was not sent yet goes on where it fits.
 */
export class OpenImage {
  readonly image: ImageRow;
  readonly drafts: ImageDrafts;
  readonly #client: Engine;
  readonly #onError: (error: unknown) => void;
  readonly #onEdited: (what: Edited) => void;
  readonly #onReviewed: (row: ImageRow) => void;
  readonly #onStatus: (status: ReviewStatus) => void;
  #tags = $state.raw<readonly string[]>([]);
  #snapshot = $state.raw<DocumentSnapshot>() as DocumentSnapshot;
  #history = $state.raw<HistoryState>() as HistoryState;
  #proposals = $state.raw<readonly Proposal[]>([]);
  #pending = $state(0);
  /** The store could not be asked what is durable. */
  #failed = $state(false);
  #unsaved: Unsaved[] = [];
  /** How often gestures were lost. */
  #losses = 0;
  /** The gesture that the store has been given and not answered. */
  #sent: Unsaved | null = null;
  #last: Patch | null = null;
  #queue: Promise<void> = Promise.resolve();
  /** What waits for its turn in the queue. */
  readonly #waiting = new Set<() => Promise<void>>();
  #isLeaving = false;

  /**
   * `onEdited`: a gesture, its undo or redo, or accepted proposals became durable. `onReviewed`: undo or redo changed the
   * review status. `drafts`: the image's from when it was open before, where they could not be written then. `onStatus`: an
   * undo has taken back the edit that began with the image, or a redo has made it again.
   */
  constructor(
    opened: OpenedImage,
    client: Engine,
    onError: (error: unknown) => void,
    onEdited: (what: Edited) => void,
    onReviewed: (row: ImageRow) => void = () => undefined,
    drafts = new ImageDrafts(opened.image.id, client, onError),
    onStatus: (status: ReviewStatus) => void = () => undefined,
  ) {
    this.image = opened.image;
    this.#client = client;
    this.#onError = onError;
    this.#onEdited = onEdited;
    this.#onReviewed = onReviewed;
    this.#onStatus = onStatus;
    this.drafts = drafts;
    this.#show(opened);
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
  get tags(): readonly string[] {
    return this.#tags;
  }
  get saved(): SavedState {
    if (this.#failed || this.drafts.isFailed) return 'failed';
    return this.#pending > 0 || this.drafts.isSaving ? 'saving' : 'saved';
  }

  /** The gesture that an undo takes back next, where it was made here since the image was opened; null: it is another one. */
  get last(): Patch | null {
    return this.#last;
  }

  /** One gesture, one patch, one durable transaction, with the end of the draft that it finishes. */
  apply(patch: Patch, gesture: string, draft?: StoredDraft): Promise<void> {
    const unsaved: Unsaved = { patch, gesture, draft };
    if (draft) this.drafts.finished(draft.key);
    this.#snapshot = applyPatch(this.#snapshot, patch);
    this.#last = patch;
    this.#unsaved.push(unsaved);
    return this.#inOrder(async () => {
      // Taken back together with a gesture before it.
      if (!this.#unsaved.includes(unsaved)) return;
      // A write that came after it would bring the draft back.
      if (draft && !this.#isLeaving) await this.drafts.settled();
      this.#sent = unsaved;
      const commit = { imageId: this.image.id, patch, gesture };
      this.#history = await this.#client.call('document.commit', draft ? { ...commit, draft: draft.key } : commit);
      this.#sent = null;
      this.#unsaved = this.#unsaved.filter((other) => other !== unsaved);
      this.#onEdited('document');
    }, isLarge(patch));
  }

  /** `rejected`: asked when its turn has come; rejected proposals that it gives come back in place of the last step. */
  undo(rejected: () => readonly Proposal[] | null = () => null): Promise<void> {
    return this.#step('document.undo', rejected);
  }

  redo(): Promise<void> {
    return this.#step('document.redo');
  }

  /** Sets the review status, as a step of the history; null when it could not be kept. */
  async setStatus(
    status: ReviewStatus,
    reason?: string,
  ): Promise<{ readonly image: ImageRow; readonly history: HistoryState } | null> {
    this.#last = null;
    let change: { readonly image: ImageRow; readonly history: HistoryState } | null = null;
    await this.#inOrder(async () => {
      const request = { imageId: this.image.id, status };
      change = await this.#client.call('image.setStatus', reason === undefined ? request : { ...request, reason });
      this.#history = change.history;
    });
    return change;
  }

  /** Changes the image's tags, as they are when it is this change's turn: a gesture like any other. */
  changeTags(change: (tags: readonly string[]) => readonly string[]): Promise<void> {
    this.#last = null;
    return this.#inOrder(async () => {
      const tags = change(this.#tags);
      const changed = await this.#client.call('image.setTags', { imageId: this.image.id, tags });
      this.#tags = changed.tags;
      this.#history = changed.history;
      this.#onEdited('tags');
    });
  }

  /** Shows proposals that the store has made durable. */
  setProposals(proposals: readonly Proposal[]): void {
    this.#proposals = proposals;
  }

  /** Turns proposals into annotations; null when it failed. `spared`: annotations that keep their pixels. */
  async accept(ids: readonly number[], spared: readonly number[] = []): Promise<Accepted | null> {
    this.#last = null;
    let done: Accepted | null = null;
    await this.#inOrder(async () => {
      const change = await this.#client.call('proposals.accept', { imageId: this.image.id, ids, spared });
      this.#snapshot = applyPatch(this.#snapshot, change.patch);
      this.#history = change.history;
      const accepted = new Set(change.accepted);
      this.#proposals = this.#proposals.filter(({ id }) => !accepted.has(id));
      const kept = change.boxesCovered + change.boxesSpared;
      const notice = takenNotice({ ...change, waiting: Math.max(0, ids.length - accepted.size - kept) });
      done = { added: [...change.patch.added.map(({ id }) => id), ...change.into], notice };
      this.#onEdited('document');
    });
    return done;
  }

  async #restore(proposals: readonly Proposal[]): Promise<void> {
    this.#proposals = await this.#client.call('proposals.restore', { imageId: this.image.id, proposals });
  }

  /** `then`: once they are gone, before anything that was asked for later. */
  reject(ids: readonly number[], then?: () => void): Promise<void> {
    return this.#inOrder(async () => {
      this.#proposals = await this.#client.call('proposals.reject', { imageId: this.image.id, ids });
      then?.();
    });
  }

  /**
   * Runs an operation that spans images when everything before it is durable, and shows what it did to this one. Rejects as
   * the operation does.
   */
  async across<T extends { readonly patch: Patch } | null>(work: () => Promise<T>): Promise<T> {
    this.#last = null;
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
  async settled(): Promise<void> {
    await this.#queue;
    await this.drafts.settled();
  }

  /** The window goes: what waits for its turn is sent now, in its order, after the drafts; nobody is there for the answers. */
  flush(): void {
    this.#isLeaving = true;
    this.drafts.flush();
    for (const work of this.#waiting) void work().catch(() => undefined);
    this.#waiting.clear();
  }

  #step(method: 'document.undo' | 'document.redo', instead?: () => readonly Proposal[] | null): Promise<void> {
    this.#last = null;
    const [isBehind, losses] = [this.#unsaved.length > 0, this.#losses];
    return this.#inOrder(async () => {
      // What it was to take back got lost, which was told: the step before it is not meant.
      if (isBehind && losses !== this.#losses) return;
      const rejected = instead?.();
      if (rejected) return this.#restore(rejected);
      const change = await this.#client.call(method, { imageId: this.image.id });
      if (!change) return;
      this.#snapshot = applyPatch(this.#snapshot, change.patch);
      this.#history = change.history;
      if (change.review) return this.#onReviewed(change.review);
      if (change.tags) this.#tags = change.tags;
      this.#onEdited(change.tags ? 'tags' : 'document');
      if (change.status) this.#onStatus(change.status);
      if (change.proposals) this.#proposals = change.proposals;
    });
  }

  /** Runs work on the store, one after the other; a failure ends in what the store says is durable. */
  #inOrder(work: () => Promise<void>, isLarge = false): Promise<void> {
    this.#pending++;
    this.#waiting.add(work);
    this.#queue = this.#queue
      .then(async () => {
        try {
          if (isLarge) await nextTask();
          if (this.#failed) await this.#catchUp();
          if (this.#waiting.delete(work)) await work();
        } catch (error) {
          await this.#recover(error);
        }
      })
      .finally(() => {
        this.#waiting.delete(work);
        this.#pending--;
      });
    return this.#queue;
  }

  /** The store could not be asked before: what was drawn since goes on where it fits what is durable. */
  async #catchUp(): Promise<void> {
    const lost = this.#putBack(await this.#sync());
    const reason = new AppError('crashed', 'The store process was out of reach before');
    if (lost.length > 0) this.#lose(lost, reason);
  }

  async #recover(error: unknown): Promise<void> {
    const undoBefore = this.#history.undo;
    const sent = this.#sent;
    this.#sent = null;
    const unsaved = this.#takeBack();
    try {
      // Drawn while the store was asked.
      unsaved.push(...(await this.#sync()));
    } catch {
      this.#failed = true;
    }
    // It may have become durable before its answer was lost.
    const isSentDurable = sent !== null && !this.#failed && this.#history.undo === undoBefore + 1;
    if (isSentDurable) this.#onEdited('document');
    const isLost = error instanceof AppError && error.code === 'crashed';
    const waiting = unsaved.filter((each) => each !== sent);
    const goesOn = !this.#failed && (isSentDurable || isLost);
    const lost = [...(sent && !isSentDurable ? [sent] : []), ...(goesOn ? this.#putBack(waiting) : waiting)];
    if (lost.length > 0) this.#lose(lost, error);
    else if (!isSentDurable) this.#onError(error);
  }

  /** Says what is gone, and offers what it was made of. */
  #lose(lost: readonly Unsaved[], error: unknown): void {
    this.#losses++;
    for (const { draft } of lost) if (draft) this.drafts.bringBack(draft);
    this.#onError(notSaved(lost, error));
  }

  /** Shows gestures that wait for their turn again; gives back those that do not fit what is durable. */
  #putBack(waiting: readonly Unsaved[]): Unsaved[] {
    return waiting.filter((unsaved) => {
      if (!fits(this.#snapshot, unsaved.patch)) return true;
      this.#snapshot = applyPatch(this.#snapshot, unsaved.patch);
      this.#unsaved.push(unsaved);
      // The store offers it still: it goes with this gesture.
      if (unsaved.draft) this.drafts.finished(unsaved.draft.key);
      return false;
    });
  }

  /** Takes every gesture that is not known to be durable out of the document, the last one first. */
  #takeBack(): Unsaved[] {
    this.#last = null;
    const unsaved = this.#unsaved;
    this.#unsaved = [];
    this.#snapshot = unsaved.reduceRight(
      (snapshot, { patch }) => applyPatch(snapshot, invertPatch(patch)),
      this.#snapshot,
    );
    return unsaved;
  }

  /** Shows what is durable; gives back the gestures that were made meanwhile and are gone with it. */
  async #sync(): Promise<Unsaved[]> {
    for (let attempt = 1; ; attempt++) {
      try {
        const opened = unpackImage(await this.#client.call('image.openPacked', { imageId: this.image.id }));
        const unsaved = this.#takeBack();
        this.#show(opened);
        this.#failed = false;
        return unsaved;
      } catch (error) {
        if (attempt === SYNC_ATTEMPTS || !(error instanceof AppError) || error.code !== 'crashed') throw error;
      }
    }
  }

  #show({ image, snapshot, history, proposals, drafts }: OpenedImage): void {
    this.drafts.show(drafts);
    this.#tags = image.tags ?? [];
    this.#snapshot = snapshot;
    this.#history = history;
    this.#proposals = proposals;
  }
}
