/** Masks for the selected boxes: what is locked or hidden stays a box, and that is told. Objects like some: of which category they are. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { rleToSegmentation, segmentationToRle } from '@shared/document/segmentation';
import type { Annotation, Proposal } from '@shared/document/types';
import type { Box } from '@shared/geometry/box';
import { area, fromBox } from '@shared/mask';
import type { WindowRequests } from '@shared/ipc/window';
import type { ProposeWith } from '@shared/project/proposeWith';
import type { Proposing } from '../../../../src-renderer/session/proposing';
import { polygonAnnotation, rectRing, SIZE } from '../tools/script';
import { EditorDesk, MemoryStore, PROJECT } from './desk';

const rectangle = (id: number, box: Box): Annotation =>
  polygonAnnotation(id, [{ outer: rectRing(...box), holes: [] }], { categoryId: 1 });

const FREE = rectangle(1, [2, 2, 8, 6]);
const LOCKED = { ...rectangle(2, [12, 2, 8, 6]), locked: true };
const HIDDEN = rectangle(3, [2, 10, 8, 6]);

const WATERSHED: ProposeWith = { kind: 'method', method: 'watershed', params: {}, categoryName: 'cat' };

async function deskWith(annotations: readonly Annotation[], hidden: readonly number[]): Promise<EditorDesk> {
  const store = new MemoryStore();
  store.put(7, annotations);
  store.answers['app.masksForBoxes'] = ({ boxes }) => ({
    masks: boxes.map(([x, y, w, h]) => rleToSegmentation(fromBox([x + 1, y + 1, w - 2, h - 2], SIZE[0], SIZE[1]))),
    model: null,
    fallbacks: [],
  });
  const desk = await EditorDesk.open(store);
  await desk.openImage(7);
  desk.workbench.selection.set(annotations.map(({ id }) => id));
  desk.workbench.selection.hide(hidden);
  return desk;
}

async function fill(desk: EditorDesk): Promise<[id: number, kind: string | undefined][]> {
  await desk.workbench.proposing.boxesToMasks(desk.workbench.open!.annotations, desk.editor);
  await desk.settled();
  return desk.workbench.open!.annotations.map(({ id, segmentation }) => [id, segmentation?.kind]);
}

describe('box to mask', () => {
  beforeEach(() => void vi.stubGlobal('document', { body: null }));
  afterEach(() => void vi.unstubAllGlobals());

  it('leaves locked and hidden boxes as they are, and says how many', async () => {
    const desk = await deskWith([FREE, LOCKED, HIDDEN], [HIDDEN.id]);
    expect(await fill(desk)).toEqual([
      [1, 'rle'],
      [2, 'polygons'],
      [3, 'polygons'],
    ]);
    expect(desk.editor.hint.text).toContain('Kept 2 locked or hidden');
  });

  it('tells that the boxes of an image that was left meanwhile stay boxes', async () => {
    const desk = await deskWith([FREE], []);
    const answer = desk.store.answers['app.masksForBoxes']!;
    desk.store.answers['app.masksForBoxes'] = async (params) => (await desk.openImage(8), answer(params));
    await fill(desk);
    expect(desk.told).toEqual([expect.stringMatching(/^The boxes of .* stay boxes: the image was left meanwhile$/)]);
  });

  it('asks no model where all are locked or hidden', async () => {
    const desk = await deskWith([LOCKED, HIDDEN], [HIDDEN.id]);
    await fill(desk);
    expect(desk.store.called('app.masksForBoxes')).toEqual([]);
    expect(desk.told).toEqual(['The selected boxes are locked or hidden']);
  });
});

describe('objects like some', () => {
  beforeEach(() => void vi.stubGlobal('document', { body: null }));
  afterEach(() => void vi.unstubAllGlobals());

  const CATEGORIES = [1, 2].map((id) => ({ ...PROJECT.categories[0], id, name: ['cat', 'dog'][id - 1] }));
  const DOG = { ...FREE, categoryId: 2 };
  const CAT = rectangle(4, [2, 18, 8, 6]);

  async function searched(like: readonly Annotation[]) {
    const store = new MemoryStore();
    store.put(7, [DOG, CAT]);
    store.answers['app.search'] = () => ({ proposals: [], found: 0, fallbacks: [] });
    const desk = await EditorDesk.open(store);
    desk.workbench.categories.take(CATEGORIES);
    await desk.openImage(7);
    await desk.workbench.proposing.search(like);
    return { told: desk.told, asked: store.called('app.search') as WindowRequests['app.search']['params'][] };
  }

  it('are of their category, whatever is drawn next; what is annotated already is left out', async () => {
    const { asked, told } = await searched([DOG]);
    expect(asked).toMatchObject([{ imageId: 7, categoryName: 'dog' }]);
    expect(asked[0].examples.map((mask) => area(segmentationToRle(mask, SIZE)))).toEqual([48]);
    expect(asked[0].taken).toHaveLength(2);
    expect(told).toEqual(['Nothing else was found on this image']);
  });

  it('are of the category that is drawn next where the examples differ, or there are none', async () => {
    expect((await searched([DOG, CAT])).asked).toMatchObject([{ categoryName: 'cat' }]);
    expect((await searched([])).asked).toMatchObject([{ categoryName: 'cat', examples: [] }]);
  });
});

describe('an image that is left while objects are looked for', () => {
  beforeEach(() => void vi.stubGlobal('document', { body: null }));
  afterEach(() => void vi.unstubAllGlobals());

  const found: Proposal = {
    ...{ id: 1, imageId: 7, categoryName: 'cat', bbox: [2, 2, 8, 6], area: 48, score: 0.9 },
    segmentation: rleToSegmentation(fromBox([2, 2, 8, 6], ...SIZE)),
    provenance: { tool: 'model', edits: 0 },
  };

  /** While the search runs these images are opened. */
  async function meanwhile(
    opened: readonly number[],
    proposals: readonly Proposal[],
    run: (proposing: Proposing) => Promise<void> = (proposing) => proposing.search([]),
  ): Promise<EditorDesk> {
    const store = new MemoryStore();
    const desk = await EditorDesk.open(store);
    await desk.openImage(7);
    const answer = async () => {
      for (const id of opened) await desk.openImage(id);
      store.answers['image.open'] = ({ imageId }) => ({
        ...store.opened(imageId),
        proposals: proposals.filter((one) => one.imageId === imageId),
      });
      return { proposals, found: proposals.length, notes: [], fallbacks: [] };
    };
    store.answers['app.search'] = answer;
    store.answers['app.propose'] = answer;
    await run(desk.workbench.proposing);
    return desk;
  }

  it('has the proposals when it is open again by then', async () => {
    const desk = await meanwhile([8, 7], [found]);
    expect(desk.workbench.open!.proposals).toEqual([found]);
    expect(desk.told).toEqual(['1 proposal: accept what is right']);
  });

  it('is called by its name where another one is open', async () => {
    const name = (desk: EditorDesk) => desk.workbench.rows.row(7)!.fileName;
    const desk = await meanwhile([8], [found]);
    expect(desk.workbench.open!.proposals).toEqual([]);
    expect(desk.told).toEqual([`1 proposal on ${name(desk)}: accept what is right`]);
    expect((await meanwhile([8], [])).told).toEqual([`Nothing else was found on ${name(desk)}`]);
  });

  it('is called by its name, too, where a model was asked, and a click leads back to it', async () => {
    const desk = await meanwhile([8], [found], (proposing) => proposing.propose(WATERSHED));
    expect(desk.told).toEqual([`1 proposal on ${desk.workbench.rows.row(7)!.fileName}: accept what is right`]);
    desk.workbench.notices.list[0].action!.run();
    await expect.poll(() => desk.workbench.open!.image.id).toBe(7);
    expect((await meanwhile([8, 7], [found], (proposing) => proposing.propose(WATERSHED))).told).toEqual([]);
  });
});

it('a model that finds nothing says so, also where another one has found something before', async () => {
  const store = new MemoryStore();
  const desk = await EditorDesk.open(store);
  await desk.openImage(7);
  const proposals = [{ id: 1, imageId: 7 } as Proposal];
  store.answers['app.propose'] = () => ({ proposals, found: 0, notes: [], fallbacks: [] });
  await desk.workbench.proposing.propose(WATERSHED);
  expect(desk.told).toEqual(['Nothing was found on this image: try another model or method']);
});
