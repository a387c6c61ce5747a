/** Proposing on the open image: a model or a method, objects like those selected, or everything that looks like one. */
import { boxesToFill, isOnlyBox } from '@shared/document/boxes';
import { rleToSegmentation } from '@shared/document/segmentation';
import type { Annotation, Proposal, RleSegmentation } from '@shared/document/types';
import type { ProposeWith } from '@shared/project/proposeWith';
import type { Engine } from '../api/engine';
import { masksPatch } from '../tools/boxes';
import { maskOf } from '../tools/patches';
import { asPolygons } from '../tools/smartSelect/asPolygons';
import type { Editor } from './editor.svelte';
import { counted } from '@shared/errors/counted';
import type { OpenImage } from './openImage.svelte';
import { takenNotice } from './settleGesture';
import { joined, shortName } from './wording';
import type { Workbench } from './workbench.svelte';

/** As a request takes them; what has no mask is left out. */
export function masksOf(annotations: readonly Annotation[], size: readonly [height: number, width: number]) {
  return annotations.flatMap((one): RleSegmentation[] => {
    if (!one.segmentation) return [];
    return [one.segmentation.kind === 'rle' ? one.segmentation : rleToSegmentation(maskOf(one, size))];
  });
}

function adviceFor(how: ProposeWith): string {
  const isPart = how.kind === 'model' && (how.minArea || how.classes?.some(([, becomes]) => becomes === null));
  return isPart ? 'what the parameters leave out is not looked for' : 'try another model or method';
}

const HERE = 'on this image';

export class Proposing {
  readonly #client: Engine;
  readonly #workbench: Workbench;

  constructor(client: Engine, workbench: Workbench) {
    this.#client = client;
    this.#workbench = workbench;
  }

  async propose(how: ProposeWith): Promise<void> {
    const open = this.#workbench.open;
    if (!open) return;
    try {
      const { proposals, found, notes, fallbacks } = await this.#workbench.jobs.run(
        `Proposing on ${open.image.fileName}`,
        (options) => this.#client.call('app.propose', { imageId: open.image.id, with: how }, options),
      );
      const where = await this.#showOn(open, proposals);
      this.#workbench.notices.warnOnce(fallbacks);
      if (found === 0)
        this.#workbench.notices.show('info', `Nothing was found ${where ?? HERE}: ${adviceFor(how)}`, notes);
      else if (where === null) this.#offerMasks(how);
      else this.#tellElsewhere(counted(found, 'proposal'), where, open);
    } catch (error) {
      this.#workbench.notices.error(error);
    }
  }

  /**
   * Shows what was proposed on the image that was asked about, also where it was left and opened again meanwhile. The words that tell
   * which image it is; null: the one that is open.
   */
  async #showOn(asked: OpenImage, proposals: readonly Proposal[]): Promise<string | null> {
    asked.setProposals(proposals);
    const { open } = this.#workbench;
    if (open?.image.id !== asked.image.id) return `on ${shortName(asked.image.fileName)}`;
    if (open !== asked) await this.#workbench.refreshProposals();
    return null;
  }

  /** Of an image that was left meanwhile: nothing of it is to be seen where the user is now. */
  #tellElsewhere(count: string, where: string, { image }: OpenImage): void {
    this.#workbench.notices.show('info', `${count} ${where}: accept what is right`, [], {
      label: 'Show them',
      run: () => void this.#workbench.openImage(image.id),
    });
  }

  /** What a detector without masks found are boxes: a click makes masks of them, here and in all that it finds later. */
  #offerMasks(how: ProposeWith): void {
    const { notices, makers } = this.#workbench;
    const detector = how.kind === 'model' && makers.models.find(({ id, boxes }) => id === how.model && boxes);
    if (!detector) return;
    notices.show('info', `“${detector.name}” finds boxes without masks`, [], {
      label: 'Boxes become masks',
      run: () => void this.#masksOf(how, detector.id),
    });
  }

  async #masksOf(how: ProposeWith & { readonly kind: 'model' }, detector: string): Promise<void> {
    const { open, makers, notices } = this.#workbench;
    try {
      const model = await makers.pair(detector);
      const boxes = open?.proposals.filter(({ provenance }) => provenance.model?.id === detector) ?? [];
      await open?.reject(boxes.map(({ id }) => id));
      if (this.#workbench.open === open) await this.propose({ ...how, model });
    } catch (error) {
      notices.error(error);
    }
  }

  /**
   * Proposes objects like the examples (annotations of the open image with a mask) on it, or, without examples, everything that looks
   * like an object. What is annotated already is left out.
   */
  async search(like: readonly Annotation[]): Promise<void> {
    const open = this.#workbench.open;
    if (!open || this.#workbench.refuseChange()) return;
    const { annotations, size } = open.snapshot;
    const [examples, taken] = [masksOf(like, size), masksOf(annotations, size)];
    const { categories, makers } = this.#workbench;
    const categoryName = categories.nameOfLike(like);
    const title = examples.length > 0 ? 'Finding similar objects' : 'Finding everything';
    try {
      const params = { imageId: open.image.id, model: makers.prompter, examples, taken, categoryName };
      const { proposals, found, fallbacks } = await this.#workbench.jobs.run(
        `${title} on ${open.image.fileName}`,
        (options) => this.#client.call('app.search', params, options),
      );
      const where = await this.#showOn(open, proposals);
      this.#workbench.notices.warnOnce(fallbacks);
      const count = counted(found, 'proposal');
      if (found === 0) this.#workbench.notices.show('info', `Nothing else was found ${where ?? HERE}`);
      else if (where) this.#tellElsewhere(count, where, open);
      else this.#workbench.notices.show('info', `${count}: accept what is right`);
    } catch (error) {
      this.#workbench.notices.error(error);
    }
  }

  /** Gives the boxes among these annotations of the open image masks of what is in them, as one step; hidden and locked ones stay boxes. */
  async boxesToMasks(annotations: readonly Annotation[], editor: Pick<Editor, 'command' | 'settings'>): Promise<void> {
    const open = this.#workbench.open;
    if (!open || this.#workbench.refuseChange()) return;
    const { notices, jobs, selection, makers } = this.#workbench;
    const isSpared = ({ id }: Annotation) => selection.hidden.has(id);
    const boxes = boxesToFill(annotations).filter((one) => !isSpared(one));
    const kept = annotations.filter((one) => isOnlyBox(one) && (one.locked || isSpared(one))).length;
    if (boxes.length === 0) {
      const nothing = 'None of the selected annotations is a box: select rectangles, or boxes without a mask';
      notices.show('info', kept > 0 ? 'The selected boxes are locked or hidden' : nothing);
      return;
    }
    try {
      const finish = { rim: editor.settings.refinesRim };
      const asked = { imageId: open.image.id, model: makers.prompter, finish };
      const params = { ...asked, boxes: boxes.map(({ bbox }) => bbox) };
      const { masks, model, fallbacks } = await jobs.run(`Masks for boxes on ${open.image.fileName}`, (options) =>
        this.#client.call('app.masksForBoxes', params, options),
      );
      notices.warnOnce(fallbacks);
      if (this.#workbench.open !== open)
        return void notices.show(
          'info',
          `The boxes of ${shortName(open.image.fileName)} stay boxes: the image was left meanwhile`,
        );
      const maskFor = new Map(boxes.map((box, i) => [box, masks[i]]));
      const missed = masks.filter((mask) => mask === null).length;
      await editor.command(({ snapshot }) => {
        // What was changed meanwhile is not what was asked about.
        const still = snapshot.annotations.filter((one) => maskFor.has(one) && !isSpared(one));
        const found = still.map((one) => maskFor.get(one) ?? null);
        const filled = masksPatch(still, found, snapshot.size, model ?? undefined);
        const wantsPolygons = this.#workbench.labelRules.smartPolygons;
        const { patch, ragged } = wantsPolygons ? asPolygons(filled, snapshot.size) : { patch: filled, ragged: 0 };
        const notice = joined(
          missed > 0 ? `${counted(missed, 'box')} without an object` : undefined,
          kept > 0 ? `Kept ${kept} locked or hidden` : undefined,
          takenNotice({ ragged }),
        );
        return patch.updated.length > 0
          ? { patch, gesture: 'Boxes to masks', notice }
          : { notice: 'Nothing was found' };
      });
    } catch (error) {
      notices.error(error);
    }
  }
}
