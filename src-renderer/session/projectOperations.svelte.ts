/** Operations that span images: categories merged, deleted, added; the project's own undo, and the notices that offer it. */
import { counted } from '@shared/errors/counted';
import type { FindingCode } from '@shared/dataset/finding';
import type { Category } from '@shared/document/types';
import type { AcceptAcross, ProjectChange, ProjectHistory } from '@shared/project/types';
import type { NewCategory } from '@shared/document/types';
import type { Engine } from '../api/engine';
import type { NoticeAction } from './notices.svelte';
import { takenNotice } from './settleGesture';
import { joined } from './wording';
import type { Workbench } from './workbench.svelte';

const noHistory: ProjectHistory = { undo: 0, redo: 0, undoTitle: null, redoTitle: null };

export class ProjectOperations {
  readonly #client: Engine;
  readonly #workbench: Workbench;
  #history = $state.raw<ProjectHistory>(noHistory);
  #notice: number | null = null;

  constructor(client: Engine, workbench: Workbench) {
    this.#client = client;
    this.#workbench = workbench;
  }

  get history(): ProjectHistory {
    return this.#history;
  }

  /** For a project that was just opened. */
  async loadHistory(): Promise<void> {
    this.#history = noHistory;
    await this.#try(async () => void (this.#history = await this.#client.call('project.history', {})));
  }

  usage(categoryId: number): Promise<{ annotations: number; images: number }> {
    return this.#client.call('category.usage', { categoryId });
  }

  /** Name, supercategory, colour, hotkey or attributes; false when it was refused. */
  async update(category: Category): Promise<boolean> {
    const before = this.#workbench.categories.list.find(({ id }) => id === category.id);
    return this.#try(async () => {
      this.#taken(await this.#client.call('category.update', { category }));
      // The list shows the rest of it.
      if (JSON.stringify(before?.attributes ?? []) === JSON.stringify(category.attributes ?? [])) return;
      const undo = { label: 'Undo', run: () => void this.undo() };
      this.#tell(`Attributes of “${category.name}” changed`, undo);
    });
  }

  /** Lists the categories in this order. */
  async order(ids: readonly number[]): Promise<boolean> {
    return this.#try(async () => this.#taken(await this.#client.call('category.order', { ids })));
  }

  #taken({ categories, history }: ProjectChange): void {
    this.#workbench.categories.take(categories);
    this.#history = history;
    // The Undo of an older notice would take this one back.
    if (this.#notice !== null) this.#workbench.notices.dismiss(this.#notice);
    this.#notice = null;
  }

  async merge(categoryId: number, into: number): Promise<boolean> {
    const [from, to] = [this.#nameOf(categoryId), this.#nameOf(into)];
    return this.#run(
      (openImageId) => this.#client.call('category.merge', { categoryId, into, openImageId }),
      ({ annotations, images }) => `Merged “${from}” into “${to}”: ${countOf(annotations, images)}`,
      { from: categoryId, into },
    );
  }

  async delete(categoryId: number): Promise<boolean> {
    const name = this.#nameOf(categoryId);
    return this.#run(
      (openImageId) => this.#client.call('category.delete', { categoryId, openImageId }),
      ({ annotations, images }) =>
        `Deleted category “${name}”${annotations > 0 ? ` with ${countOf(annotations, images)}` : ''}`,
    );
  }

  /** Adds those whose names are free, as one step. */
  async addAll(categories: readonly NewCategory[], title: string): Promise<boolean> {
    const before = this.#workbench.categories.list.length;
    return this.#run(
      () => this.#client.call('category.addAll', { categories, title }),
      (change) => {
        const added = change.categories.length - before;
        const passed = categories.length - added;
        const skipped = passed > 0 ? `; ${passed} ${passed === 1 ? 'was' : 'were'} there already` : '';
        return `Added ${counted(added, 'category')}${skipped}`;
      },
    );
  }

  /** Accepts proposals on many images, as one step. */
  async acceptAcross(request: AcceptAcross): Promise<boolean> {
    const isDone = await this.#run(
      (openImageId) => this.#client.call('proposals.acceptAcross', { ...request, openImageId }),
      (change) =>
        joined(
          change.annotations > 0
            ? `Accepted ${counted(change.annotations, 'proposal')} on ${counted(change.images, 'image')}`
            : 'Nothing was accepted: what waits is below the score, annotated already, or says the same as another',
          takenNotice(change),
        )!,
    );
    // New images are in progress now.
    if (isDone) await this.#workbench.refreshImages();
    return isDone;
  }

  /** Gives the boxes of these images the masks that wait for them, as one step; how many got one, null when it was refused. */
  async fillBoxes(imageIds: readonly number[]): Promise<number | null> {
    let filled: number | null = null;
    const spared = [...this.#workbench.selection.hidden];
    const request = { imageIds, modelScore: 0, methodScore: 0, categoryName: null, forBoxes: true, spared };
    await this.#run(
      async (openImageId) => {
        const change = await this.#client.call('proposals.acceptAcross', { ...request, openImageId });
        filled = change.annotations;
        return change;
      },
      (change) =>
        joined(
          change.annotations > 0
            ? `Gave ${counted(change.annotations, 'box')} a mask on ${counted(change.images, 'image')}`
            : 'No box got a mask',
          takenNotice(change),
        )!,
    );
    return filled;
  }

  /** Puts masks right whose size says [width, height] of their image. */
  async swapMaskSizes(): Promise<boolean> {
    return this.#run(
      (openImageId) => this.#client.call('project.swapMaskSizes', { openImageId }),
      ({ annotations, images }) => `Swapped mask sizes: ${countOf(annotations, images)}`,
    );
  }

  /** Scales what is drawn on the given images, or on all, to the size that their files have now. */
  async rescale(imageIds: readonly number[] | null): Promise<boolean> {
    return this.#run(
      (openImageId) => this.#client.call('project.rescale', { imageIds, openImageId }),
      ({ annotations, images, otherShape, proposals }) =>
        joined(
          images > 0 ? `Scaled ${countOf(annotations, images)}` : 'There was nothing to scale',
          proposals > 0 ? `${counted(proposals, 'proposal')} of the old size went, until you undo` : undefined,
          otherShape.length > 0
            ? `${counted(otherShape.length, 'image')} of another shape stayed, e.g. ${otherShape[0]}`
            : undefined,
        )!,
    );
  }

  /** Makes the fixes that change no pixel; of these kinds, where some are given. */
  async fix(codes?: readonly FindingCode[]): Promise<boolean> {
    return this.#run(
      (openImageId) => this.#client.call('project.fix', { codes, openImageId }),
      ({ annotations, images, removed = 0 }) => {
        if (annotations === 0) return 'There was nothing to fix';
        if (removed === 0) return `Fixed ${countOf(annotations, images)}`;
        if (removed === annotations) return `Removed ${countOf(removed, images)}`;
        const fixed = counted(annotations - removed, 'annotation');
        return `Fixed ${fixed} and removed ${removed.toLocaleString('en')} on ${counted(images, 'image')}`;
      },
    );
  }

  async undo(): Promise<void> {
    await this.#move('project.undo');
  }

  async redo(): Promise<void> {
    await this.#move('project.redo');
  }

  /** The open image may have another size then, which is no longer that of a shape that waits for the name of its category. */
  async #move(method: 'project.undo' | 'project.redo'): Promise<void> {
    if (this.#workbench.leadsBackToShape()) return;
    await this.#try(async () => {
      const change = await this.#across((openImageId) => this.#client.call(method, { openImageId }));
      if (!change) return;
      const [what, again] = method === 'project.undo' ? ['Undone', 'Redo'] : ['Done again', 'Undo'];
      const count = change.annotations > 0 ? `, ${countOf(change.annotations, change.images)}` : '';
      this.#tell(`${what}: ${change.title}${count}`, {
        label: again,
        run: () => void (again === 'Redo' ? this.redo() : this.undo()),
      });
    });
  }

  async #run<T extends ProjectChange>(
    call: (openImageId: number | null) => Promise<T>,
    tell: (change: T) => string,
    moved?: { readonly from: number; readonly into: number },
  ): Promise<boolean> {
    return this.#try(async () => {
      const steps = this.#history.undo;
      const change = await this.#across(call, moved);
      if (!change) return;
      const isStep = change.history.undo > steps;
      const undo = { label: 'Undo', run: () => void this.undo() };
      this.#tell(tell(change), isStep ? undo : undefined);
    });
  }

  #nameOf(categoryId: number): string {
    return this.#workbench.categories.list.find(({ id }) => id === categoryId)?.name ?? `category ${categoryId}`;
  }

  /** An older notice goes: its Undo would take back the newer operation. */
  #tell(text: string, action?: NoticeAction): void {
    const { notices } = this.#workbench;
    if (this.#notice !== null) notices.dismiss(this.#notice);
    this.#notice = notices.show('info', text, [], action);
  }

  /** In order with the open image's gestures, which have to be durable before. */
  async #across<T extends ProjectChange | null>(
    call: (openImageId: number | null) => Promise<T>,
    moved?: { readonly from: number; readonly into: number },
  ): Promise<T | null> {
    const { open, jobs } = this.#workbench;
    // Seconds in a project of hundreds of thousands of annotations.
    const change = await jobs.run('Changing all images', () =>
      open ? open.across(() => call(open.image.id)) : call(null),
    );
    if (change) {
      this.#history = change.history;
      this.#workbench.projectChanged(change, moved);
      if (change.resized) await this.#workbench.showResized(change.resized);
      else if (change.counts.some(([imageId]) => imageId === open?.image.id)) await this.#workbench.refreshProposals();
    }
    return change;
  }

  async #try(work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      this.#workbench.notices.error(error);
      return false;
    }
  }
}

/** `1,204 annotations on 300 images` */
export function countOf(annotations: number, images: number): string {
  return `${counted(annotations, 'annotation')} on ${counted(images, 'image')}`;
}
