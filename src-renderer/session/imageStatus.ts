/** Setting the review status of images: a step of the image's history, told with a way back. */
import type { ReviewStatus } from '@shared/document/types';
import type { ImageRow } from '@shared/project/types';
import type { Engine } from '../api/engine';
import type { Workbench } from './workbench.svelte';

/** As a sentence ends: "01.png is done". */
const words: Readonly<Record<ReviewStatus, string>> = {
  new: 'new',
  'in-progress': 'in progress',
  done: 'done',
  rejected: 'rejected',
};

export class ImageStatus {
  readonly #client: Engine;
  readonly #workbench: Workbench;
  #notice: number | null = null;
  /** What was typed as a reason and not used, by image: a dialog that closes throws nothing away. */
  readonly typedReasons = new Map<number, string>();

  constructor(client: Engine, workbench: Workbench) {
    this.#client = client;
    this.#workbench = workbench;
  }

  /** Sets the status of the open image; resolves to false when it could not be kept. */
  async set(status: ReviewStatus, reason?: string): Promise<boolean> {
    const { currentImageId, rows } = this.#workbench;
    // A hand may be quicker than the image that is being opened.
    await this.#workbench.whenOpened;
    const { open } = this.#workbench;
    if (!open || open.image.id !== currentImageId) return false;
    const before = rows.row(open.image.id);
    const change = await open.setStatus(status, reason);
    if (!change) return false;
    const { image, history } = change;
    rows.update(image.id, { status: image.status, reason: image.reason });
    if (image.status === before?.status && image.reason === before.reason) return true;
    const run = () => void this.#takeBack(image.id, history.undo);
    this.#tell(`${image.fileName} is ${words[image.status]}`, { label: 'Undo', run });
    return true;
  }

  /** A step of the history was about the status: nothing in the picture shows it. */
  noteMoved(row: ImageRow): void {
    this.#workbench.rows.update(row.id, { status: row.status, reason: row.reason });
    this.#tell(`${row.fileName} is ${words[row.status]} again`);
  }

  async #takeBack(imageId: number, step: number): Promise<void> {
    const { open, notices } = this.#workbench;
    if (open?.image.id === imageId) {
      // Newer work on the image goes first, by Ctrl+Z.
      if (open.history.undo === step) return open.undo();
      return void notices.show('info', 'There is newer work on this image: undo that first');
    }
    try {
      const change = await this.#client.call('document.undo', { imageId, step });
      if (change?.review) this.noteMoved(change.review);
      else notices.show('info', 'There is newer work on that image: open it and undo that first');
    } catch (error) {
      notices.error(error);
    }
  }

  /** An older notice goes: its Undo is about an older step. */
  #tell(text: string, action?: { readonly label: string; readonly run: () => void }): void {
    const { notices } = this.#workbench;
    if (this.#notice !== null) notices.dismiss(this.#notice);
    this.#notice = notices.show('info', text, [], action);
  }
}
