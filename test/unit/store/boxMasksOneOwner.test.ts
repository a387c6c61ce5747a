/** Masks for boxes with one owner a pixel: nothing overlaps, and no box and no annotation goes because of another's mask. */
import { describe, expect, test } from 'vitest';
import { randomFrom } from '@shared/dataset/random';
import { isOnlyBox } from '@shared/document/boxes';
import { rleToSegmentation, segmentationToRle } from '@shared/document/segmentation';
import type { Annotation } from '@shared/document/types';
import type { Box } from '@shared/geometry/box';
import { area, fromBox, merge, toBbox } from '@shared/mask';
import {
  across,
  annotationsOf,
  detections,
  draw,
  look,
  pixelsOf,
  proposeFor,
  rectangle,
  withOneOwner,
} from './detections';
import { added, boxAnnotation } from './support';

describe('with one owner a pixel', () => {
  test.each(['across', 'accept'])(
    'a box whose mask another covers stays a box, its mask waits, and that is told: %s',
    async (how) => {
      const store = await withOneOwner(await detections());
      const before = await annotationsOf(store, 1);
      await proposeFor(store, [
        { id: 1, at: [3, 3, 3, 3], score: 0.9 },
        { id: 2, at: [2, 2, 14, 7], score: 0.4 },
      ]);
      const ids = (await look(store, 1)).proposals.map(({ id }) => id);
      if (how === 'across') {
        expect(await across(store)).toMatchObject({ annotations: 1, images: 1, boxesCovered: 1 });
      } else {
        const change = await store.call('proposals.accept', { imageId: 1, ids });
        expect(change).toMatchObject({ boxesCovered: 1, covered: 0, accepted: [ids[1]], into: [2] });
      }
      const { snapshot, proposals: waiting } = await look(store, 1);
      expect(snapshot.annotations.find(({ id }) => id === 1)).toEqual(before[0]);
      expect(await pixelsOf(store)).toEqual({ 1: null, 2: 98, 3: 30 });
      expect(waiting.map(({ id }) => id)).toEqual([ids[0]]);
      if (how === 'across') await store.call('project.undo', { openImageId: 1 });
      else await store.call('document.undo', { imageId: 1 });
      expect(await annotationsOf(store, 1)).toEqual(before);
      expect((await look(store, 1)).proposals).toHaveLength(2);
    },
  );

  test('a mask for a box removes no annotation that it would cover: that one keeps its pixels', async () => {
    const store = await withOneOwner(await detections());
    await draw(store, [[8, [12, 3, 2, 2]]]);
    await proposeFor(store, [{ id: 2, at: [11, 2, 6, 6], score: 0.4 }]);
    expect(await across(store)).toMatchObject({ annotations: 1 });
    expect(await pixelsOf(store)).toEqual({ 1: null, 2: 32, 3: 30, 8: 4 });
  });

  test('the mask of a box of stuff takes no pixel from things', async () => {
    const store = await withOneOwner(await detections());
    await draw(store, [[8, [3, 3, 2, 2]]]);
    await store.call('category.create', { name: 'sky' });
    const sky = (await store.call('project.summary', {})).categories.find(({ name }) => name === 'sky')!;
    await store.call('category.update', { category: { ...sky, isThing: false } });
    const [box] = await annotationsOf(store, 1);
    const patch = { ...added(), updated: [[box, { ...box, categoryId: sky.id }]] as [Annotation, Annotation][] };
    await store.call('document.commit', { imageId: 1, patch, gesture: 'Category' });
    await proposeFor(store, [
      { id: 1, at: [3, 3, 4, 3], score: 0.9 },
      { id: 2, at: [6, 3, 8, 5], score: 0.4 },
    ]);
    expect(await across(store)).toMatchObject({ annotations: 2 });
    // Nor from the thing that gets its mask in the same step.
    expect(await pixelsOf(store)).toEqual({ 1: 5, 2: 40, 3: 30, 8: 4 });
  });

  test('where every mask waits on there is no step to undo', async () => {
    const store = await withOneOwner(await detections());
    await draw(store, [[8, [11, 2, 6, 6]]]);
    await proposeFor(store, [{ id: 2, at: [11, 2, 6, 6], score: 0.4 }]);
    const change = await across(store);
    expect(change).toMatchObject({ annotations: 0, images: 0, boxesCovered: 1, history: { undo: 0 } });
  });
});
describe('masks of any shape for boxes, with one owner a pixel', () => {
  const seeds = Array.from({ length: 12 }, (_, i) => i + 1);
  test.each(seeds)(
    'overlap nothing, remove nothing, leave alone what is held, and go with undo: seed %i',
    async (seed) => {
      const random = randomFrom(seed);
      const below = (end: number) => Math.floor(random() * end);
      const anywhere = (): Box => {
        const [x, y] = [below(19), below(9)];
        return [x, y, 1 + below(20 - x), 1 + below(10 - y)];
      };
      const store = await withOneOwner(await detections());
      await store.call('category.create', { name: 'sky' });
      const sky = (await store.call('project.summary', {})).categories.find(({ name }) => name === 'sky')!;
      await store.call('category.update', { category: { ...sky, isThing: false } });
      await store.call('project.setLabelRules', { rules: { oneOwner: false } });
      const more = (): Partial<Annotation> => ({
        ...{ locked: random() < 0.2, isCrowd: random() < 0.1, categoryId: random() < 0.3 ? sky.id : 1 },
        // Boxes and drawn rectangles, and masks.
        ...[{ segmentation: null }, { segmentation: rectangle(anywhere()) }, {}][below(3)],
      });
      const drawn = [8, 9, 10, 11, 12].map((id) => {
        const one = {
          ...boxAnnotation(id, 1, 0),
          segmentation: rleToSegmentation(fromBox(anywhere(), 10, 20)),
          ...more(),
        };
        const at = one.segmentation ? toBbox(segmentationToRle(one.segmentation, [10, 20])) : anywhere();
        return { ...one, bbox: at, area: at[2] * at[3] };
      });
      await store.call('document.reserveIds', { count: 20 });
      await store.call('document.commit', { imageId: 1, patch: added(...drawn), gesture: 'Box' });
      await store.call('project.setLabelRules', { rules: { oneOwner: true } });
      const before = await annotationsOf(store, 1);
      const asked = before.filter(() => random() < 0.8);
      await proposeFor(
        store,
        asked.map(({ id }) => ({ id, at: anywhere(), score: random() })),
      );
      const waiting = (await look(store, 1)).proposals;
      const hidden = before.filter(() => random() < 0.2).map(({ id }) => id);
      const change = await across(store, { imageIds: [1], spared: hidden });

      const after = await annotationsOf(store, 1);
      expect(after.map(({ id }) => id)).toEqual(before.map(({ id }) => id));
      const held = before.filter(({ id, locked, isCrowd }) => locked || isCrowd || hidden.includes(id));
      for (const one of held) expect(after.find(({ id }) => id === one.id)).toEqual(one);
      const wasOf = new Map(before.map((one) => [one.id, one]));
      const filled = after.filter((one) => one.provenance?.tool === 'smart-select');
      const maskOf = ({ segmentation }: Annotation) => segmentation && segmentationToRle(segmentation, [10, 20]);
      for (const one of filled) {
        expect([isOnlyBox(wasOf.get(one.id)!), one.area > 0]).toEqual([true, true]);
        const mask = maskOf(one)!;
        for (const other of after) {
          const its = other.id === one.id ? null : maskOf(other);
          if (its)
            expect([one.id, other.id, area(merge([mask, its]))]).toEqual([one.id, other.id, area(mask) + area(its)]);
        }
      }
      // Stuff takes from stuff alone.
      const isStuff = ({ categoryId }: Annotation) => categoryId === sky.id;
      if (filled.every(isStuff)) {
        const things = (list: readonly Annotation[]) => list.filter((one) => !isStuff(one));
        expect(things(after)).toEqual(things(before));
      }
      // Each mask for a box is in it, or is told.
      const boxes = new Set(asked.filter((one) => isOnlyBox(one)).map(({ id }) => id));
      const { boxesCovered = 0, boxesSpared = 0, annotations } = change;
      expect(annotations + boxesCovered + boxesSpared).toBe(boxes.size);
      expect(filled).toHaveLength(annotations);

      if (annotations > 0) await store.call('project.undo', { openImageId: null });
      expect(JSON.stringify(await annotationsOf(store, 1))).toBe(JSON.stringify(before));
      expect((await look(store, 1)).proposals).toEqual(waiting);
      if (annotations > 0) await store.call('project.redo', { openImageId: null });
      expect(JSON.stringify(await annotationsOf(store, 1))).toBe(JSON.stringify(after));
    },
  );
});
