/** Proposals on the picture: a click takes one in hand, keys decide about it, and nothing else means them. */
// @vitest-environment ./test/support/signals.ts
import { describe, expect, it, vi } from 'vitest';
import { rleToSegmentation } from '@shared/document/segmentation';
import type { Proposal } from '@shared/document/types';
import { imagePoint } from '@shared/geometry/coords';
import { area, fromBox, toBbox } from '@shared/mask';
import { createCommands } from '../../../../src-renderer/keyboard/windowCommands';
import { reviewKey } from '../../../../src-renderer/keyboard/reviewKeys';
import { Review } from '../../../../src-renderer/session/review.svelte';
import { SIZE } from '../tools/script';
import { EditorDesk, MemoryStore } from './desk';

function proposal(id: number, box: [number, number, number, number], score = 0.9): Proposal {
  const rle = fromBox(box, ...SIZE);
  const segmentation = rleToSegmentation(rle);
  const provenance = { tool: 'model', model: 'm', edits: 0 } as unknown as Proposal['provenance'];
  return {
    ...{ id, imageId: 7, categoryName: 'cat', segmentation, score, provenance },
    bbox: toBbox(rle) as Proposal['bbox'],
    area: area(rle),
  };
}

async function open() {
  const store = new MemoryStore();
  const desk = await EditorDesk.open(store);
  const listed = [proposal(1, [2, 2, 20, 20]), proposal(2, [4, 4, 5, 5]), proposal(3, [30, 30, 6, 6], 0.1)];
  store.answers['proposals.reject'] = ({ ids }) => listed.filter(({ id }) => !ids.includes(id));
  desk.workbench.open!.setProposals(listed);
  const review = new Review(desk.workbench);
  const key = (name: string) => reviewKey({ ...desk, review } as never, name);
  return { desk, store, review, key, workbench: desk.workbench };
}

describe('a click on the picture', () => {
  it('takes the smallest listed proposal there in hand, or none', async () => {
    const { review } = await open();
    const pickAt = (x: number, y: number) => (review.pickAt(imagePoint(x, y)) ? review.current!.id : null);
    expect([pickAt(3.5, 3.5), pickAt(4, 4), pickAt(8.99, 8.99), pickAt(9, 9), pickAt(22, 10)]).toEqual([
      1,
      2,
      2,
      1,
      null,
    ]);
    // Below the score that is shown.
    expect(pickAt(32, 32)).toBe(null);
    review.scoreCuts.model = 0;
    expect(pickAt(32, 32)).toBe(3);
  });
});

describe('the colours of categories that accepting creates', () => {
  it('differ, whatever is filtered, the surest first', async () => {
    const { review, workbench } = await open();
    const named = (id: number, categoryName: string, score: number): Proposal => {
      return { ...proposal(id, [2 * id, 2, 4, 4], score), categoryName };
    };
    workbench.open!.setProposals([named(1, 'late', 0.2), named(2, 'first', 0.9), named(3, 'second', 0.6)]);
    const colors = [...review.newColors];
    expect(colors.map(([name]) => name)).toEqual(['first', 'second', 'late']);
    expect(new Set(colors.map(([, color]) => color)).size).toBe(3);
    review.category = 'second';
    review.scoreCuts.model = 0.95;
    expect([...review.newColors]).toEqual(colors);
  });
});

describe('the score from which proposals are listed', () => {
  const summary = (id: string, defaultScore: number) => ({ id, name: id, use: 'objects', boxes: null, defaultScore });

  it('is that of the models that proposed, the lowest of several, until somebody says another', async () => {
    const { desk, store, review, workbench } = await open();
    expect(review.scoreCuts).toEqual({ model: 0.5, method: 0 });
    store.answers['inference.models'] = () => ({
      models: [summary('photos', 0.3), summary('nuclei', 0.4), summary('other', 0.1)],
      findings: [],
    });
    await workbench.makers.load();
    const by = (id: number, model: string, score: number): Proposal => {
      const one = proposal(id, [2 * id, 2, 4, 4], score);
      return { ...one, provenance: { ...one.provenance, model: { id: model, sha256: '' } } };
    };
    const listed = () => review.listed.map(({ id }) => id);
    workbench.open!.setProposals([by(1, 'nuclei', 0.45), by(2, 'nuclei', 0.35)]);
    expect([review.scoreCuts.model, listed()]).toEqual([0.4, [1]]);
    workbench.open!.setProposals([by(1, 'nuclei', 0.45), by(2, 'photos', 0.35), by(3, 'photos', 0.25)]);
    expect([review.scoreCuts.model, listed()]).toEqual([0.3, [1, 2]]);
    review.scoreCuts.model = 0.2;
    expect(listed()).toEqual([1, 2, 3]);
    // Said for all images that follow.
    workbench.open!.setProposals([by(4, 'nuclei', 0.3)]);
    expect(listed()).toEqual([4]);
    await desk.settled();
  });
});

describe('keys on the picture', () => {
  it('decide about the proposal at hand, with the select tool and nothing selected', async () => {
    const { desk, store, review, key, workbench } = await open();
    expect(key('Delete')).toBe(false);
    review.pickAt(imagePoint(5, 5));
    workbench.selection.set([99]);
    expect(key('Delete')).toBe(false);
    workbench.selection.set([]);
    desk.editor.choose('box');
    expect(key('Enter')).toBe(false);
    desk.editor.choose('select');
    expect([key('d'), key('F2')]).toEqual([false, false]);
    expect(key('Delete')).toBe(true);
    await desk.settled();
    expect(store.called('proposals.reject')).toEqual([{ imageId: 7, ids: [2] }]);
    // The next one is at hand; Escape lets go of it.
    expect(review.current?.id).toBe(1);
    expect([key('Escape'), review.current, key('Escape')]).toEqual([true, null, false]);
  });
});

describe('Undo after rejections', () => {
  async function rejecting() {
    const { desk, store, review, workbench } = await open();
    let left = [...workbench.open!.proposals];
    store.answers['proposals.reject'] = ({ ids }) => (left = left.filter(({ id }) => !ids.includes(id)));
    store.answers['proposals.restore'] = ({ proposals }) => (left = [...left, ...proposals]);
    const undoing = createCommands({ ...desk, review } as never).find(({ id }) => id === 'history.undo')!;
    const reject = async (id: number) => {
      review.pick(id);
      await review.rejectCurrent();
    };
    const undo = async () => {
      if (undoing.enabled!()) undoing.run();
      await desk.settled();
    };
    const draw = async () => {
      desk.editor.choose('box');
      desk.drag([40, 40], [50, 50]);
      await desk.settled();
    };
    const there = () => [workbench.open!.proposals.map(({ id }) => id).sort(), workbench.open!.annotations.length];
    return { desk, store, undoing, workbench, review, reject, undo, draw, there };
  }

  it('brings back one rejection after the other, between what was drawn before and after them', async () => {
    const { reject, undo, draw, there } = await rejecting();
    await draw();
    await reject(1);
    await reject(2);
    await draw();
    expect(there()).toEqual([[3], 2]);
    const steps = [];
    for (let i = 0; i < 5; i++) {
      await undo();
      steps.push(there());
    }
    const all = [1, 2, 3];
    expect(steps).toEqual([
      [[3], 1],
      [[2, 3], 1],
      [all, 1],
      [all, 0],
      [all, 0],
    ]);
  });

  it('takes back a rejection, not the gesture before it, however soon it comes', async () => {
    const { desk, store, undoing, review, draw, there } = await rejecting();
    await draw();
    const kept = store.answers['proposals.reject']!;
    let write = () => {};
    store.answers['proposals.reject'] = async (asked) => {
      await new Promise<void>((resolve) => (write = resolve));
      return kept(asked);
    };
    review.pick(1);
    void review.rejectCurrent();
    await Promise.resolve();
    undoing.run();
    await vi.waitFor(() => (write(), expect(desk.workbench.open!.saved).toBe('saved')));
    await desk.settled();
    expect(there()).toEqual([[1, 2, 3], 1]);
  });

  it('brings back as many as it was asked for, without a pause', async () => {
    const { desk, undoing, reject, draw, there } = await rejecting();
    await draw();
    await reject(1);
    await reject(2);
    undoing.run();
    undoing.run();
    await desk.settled();
    expect(there()).toEqual([[1, 2, 3], 1]);
  });

  it('does not offer again what could not be rejected', async () => {
    const { store, review, reject, there } = await rejecting();
    store.answers['proposals.reject'] = () => Promise.reject(new Error('the disk is full'));
    await reject(1);
    expect([review.rejected, review.isRejectionLast]).toEqual([[], false]);
    expect(there()[1]).toBe(0);
  });

  it('leaves rejected what newer proposals have replaced', async () => {
    const { workbench, reject, undo, draw, there } = await rejecting();
    await draw();
    await reject(1);
    workbench.open!.setProposals([proposal(4, [1, 1, 3, 3])]);
    await undo();
    expect(there()).toEqual([[4], 0]);
  });
});
