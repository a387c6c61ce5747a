/** A seeded labeller with "one owner a pixel" on: any tool, command and trial in any order, and the rule holds after each. */
// @vitest-environment ./test/support/signals.ts
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { randomFrom } from '@shared/dataset/random';
import { stuffIds } from '@shared/document/labelMap';
import { createAnnotation, rleToSegmentation, segmentationToRle } from '@shared/document/segmentation';
import type { Annotation } from '@shared/document/types';
import { area, fromBox, merge, type Rle, subtract, toCompressed } from '@shared/mask';
import { isEmptyMask } from '@shared/mask/edit';
import { relabel } from '../../../../src-renderer/keyboard/windowCommands';
import { shapeOutcome } from '../../../../src-renderer/shapeWork/shapeOutcome';
import type { ShapeKind } from '../../../../src-renderer/shapeWork/shapeProtocol';
import { commandRegistry, pasteAnnotations } from '../../../../src-renderer/tools/commands';
import { fillUnlabelled } from '../../../../src-renderer/tools/fill/fillTool';
import type { EditorDesk } from '../session/desk';
import { maskFrom, polygonAnnotation, rect, rectRing, rleAnnotation, SIZE } from '../tools/script';
import { PLAYS } from './monkey';
import { CATEGORIES, WindowDesk } from './window';

const [H, W] = SIZE;
const KINDS = CATEGORIES.map((each) => ({ ...each, isThing: each.id !== 3 }));
const STUFF = [...stuffIds(KINDS as never)];

/** They share no pixel; the last one has a box alone. */
const BEFORE: readonly Annotation[] = [
  polygonAnnotation(1, [{ outer: rectRing(2, 2, 10, 8), holes: [] }], { categoryId: 1 }),
  rleAnnotation(2, rect(22, 0, 42, 22), { categoryId: 2 }),
  polygonAnnotation(3, [{ outer: rectRing(12, 26, 16, 16), holes: [rectRing(16, 30, 4, 4)] }], { categoryId: 3 }),
  { ...rleAnnotation(4, rect(13, 2, 8, 20), { categoryId: 2 }), locked: true },
  polygonAnnotation(5, [{ outer: rectRing(40, 30, 12, 9), holes: [] }], { categoryId: 1 }),
  createAnnotation({ id: 6, imageId: 7, categoryId: 1, segmentation: null, bbox: [30, 24, 9, 12], zOrder: 6 }, SIZE),
];
const OTHERS: readonly Annotation[] = [
  polygonAnnotation(51, [{ outer: rectRing(5, 5, 30, 20), holes: [] }], { categoryId: 1 }),
  rleAnnotation(52, rect(20, 10, 30, 30), { categoryId: 3 }),
];

const maskOf = ({ segmentation }: Annotation) => (segmentation ? segmentationToRle(segmentation, SIZE) : NOTHING);
const NOTHING = fromBox([0, 0, 0, 0], H, W);
const union = (masks: readonly Rle[]) => merge([NOTHING, ...masks]);
/** What is compared bit for bit. */
const bitsOf = (annotations: readonly Annotation[]) =>
  annotations.map((one) => [one.id, one.categoryId, one.zOrder, toCompressed(maskOf(one)), one.segmentation] as const);

type Action = (labeller: Labeller) => unknown;

class Labeller {
  readonly #window: WindowDesk;
  readonly random: (below: number) => number;
  readonly trace: string[] = [];
  /** Those that were locked at some moment: what was drawn over them meanwhile is theirs still. */
  readonly #spared = new Set([4]);
  /** What the action at hand is about. */
  #meant = new Set<number>();

  private constructor(window: WindowDesk, seed: number) {
    this.#window = window;
    const random = randomFrom(seed);
    this.random = (below) => Math.floor(random() * below);
  }

  static async open(seed: number): Promise<Labeller> {
    const window = await WindowDesk.open(BEFORE, { categories: KINDS });
    window.store.put(8, OTHERS);
    Object.assign(window.store.answers, {
      'app.masksForBoxes': ({ boxes }: { boxes: readonly (readonly [number, number, number, number])[] }) => ({
        masks: boxes.map(([x, y, w, h]) => rleToSegmentation(maskFrom(rect(x - 3, y - 3, w + 6, h + 6)))),
        model: null,
        fallbacks: [],
      }),
    });
    const labeller = new Labeller(window, seed);
    await labeller.desk.workbench.labelRules.set({ oneOwner: true });
    labeller.desk.editor.set({ brushDiameter: 5 });
    return labeller;
  }

  get desk(): EditorDesk {
    return this.#window.desk;
  }

  get annotations(): readonly Annotation[] {
    return this.desk.workbench.open!.annotations;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.random(list.length)];
  }

  select(one: Annotation): void {
    this.#meant.add(one.id);
    this.desk.workbench.selection.set([one.id]);
  }

  selectSome(): void {
    const count = this.random(4);
    const ids = Array.from({ length: count }, () => this.pick(this.annotations)?.id).filter((id) => id !== undefined);
    this.desk.workbench.selection.set([...new Set(ids)]);
  }

  /** One action; every rule is checked. True where it changed something. */
  async act(name: string, action: Action): Promise<boolean> {
    const { workbench } = this.desk;
    const before = this.annotations;
    const selected = (this.#meant = new Set(workbench.selection.ids));
    this.trace.push(`${name} on ${[...selected].join(',') || 'none'}`);
    await action(this);
    await this.desk.settled();
    const after = this.annotations;
    if (after === before) return false;
    for (const id of workbench.selection.ids) selected.add(id);
    for (const { id, locked } of [...before, ...after]) if (locked) this.#spared.add(id);
    this.#check(before, after, selected);
    // Undo gives every bit back, redo does it again.
    await workbench.open!.undo();
    expect(bitsOf(this.annotations), this.#why('undo')).toEqual(bitsOf(before));
    await workbench.open!.redo();
    expect(bitsOf(this.annotations), this.#why('redo')).toEqual(bitsOf(after));
    return true;
  }

  #check(before: readonly Annotation[], after: readonly Annotation[], meant: ReadonlySet<number>): void {
    const own = after.filter(({ id }) => !this.#spared.has(id)).map(maskOf);
    const shared = own.reduce((sum, mask) => sum + area(mask), 0) - area(union(own));
    expect(shared, this.#why('an overlap')).toBe(0);
    for (const one of after) {
      expect(one.area, this.#why(`the area of ${one.id}`)).toBe(one.segmentation ? area(maskOf(one)) : one.area);
    }
    // What is bare now was of an annotation that the gesture was about: nobody else loses a pixel to nobody.
    const bare = subtract(union(before.map(maskOf)), union(after.map(maskOf)));
    for (const one of before) {
      if (meant.has(one.id) || isEmptyMask(merge([maskOf(one), bare], { intersect: true }))) continue;
      expect.fail(this.#why(`pixels of ${one.id} went to nobody`));
    }
    // A locked one is what it was.
    for (const one of before) {
      if (one.locked)
        expect(after.find(({ id }) => id === one.id)?.segmentation, this.#why('locked')).toBe(one.segmentation);
    }
  }

  #why(what: string): string {
    return `${what} after: ${this.trace.slice(-12).join('; ')}`;
  }
}

const CATEGORY_IDS = KINDS.map(({ id }) => id);

const drawing: [string, Action][] = PLAYS.map((play, at) => [
  `${play.tool} ${at}`,
  async (labeller) => {
    const { desk, random } = labeller;
    desk.editor.choose(play.tool);
    desk.workbench.categories.pick(labeller.pick(CATEGORY_IDS));
    const one = labeller.pick(labeller.annotations);
    // What takes away works on one that is selected, and is made over it.
    const over = play.selected && one ? one : null;
    if (over) labeller.select(over);
    else if (random(2) === 0) desk.workbench.selection.set([]);
    await desk.settled();
    const [x, y, w, h] = over?.bbox ?? [7 + random(30) - 15, 6 + random(24) - 12, 0, 0];
    const [dx, dy] = [Math.round(x + w / 2) - 7, Math.round(y + h / 2) - 6];
    for (const step of play.steps) {
      if (step[0] === 'key') desk.key(step[1]);
      else desk.pointer(step[0], step[1] + dx, step[2] + dy);
      await desk.settled();
    }
    desk.editor.cancel();
  },
]);

const commands: [string, Action][] = commandRegistry.map(({ id, run }) => [id, ({ desk }) => desk.editor.command(run)]);

const trials: [string, Action][] = (
  [
    ['simplify', 3],
    ['smooth', 2],
    ['dropFragments', 20],
    ['fillGaps', 6],
    ['expand', 5],
    ['overlaps', 0],
  ] as [ShapeKind, number][]
).map(([kind, value]) => [
  kind,
  async ({ desk, annotations }) => {
    const { selection } = desk.workbench;
    const subject = annotations.filter(
      ({ id, locked, segmentation }) => segmentation && !locked && selection.ids.has(id),
    );
    const isOfImage = kind === 'fillGaps' || kind === 'expand' || kind === 'overlaps';
    if (!isOfImage && subject.length === 0) return;
    const scope = { selected: [...selection.ids], hidden: [], stuff: STUFF, mending: 'nearest' as const, picture: [] };
    const request = { kind, value, imageId: 7, size: SIZE, ...(isOfImage ? { scope } : {}) };
    const { patch, gesture } = shapeOutcome(request, isOfImage ? annotations : subject);
    if (patch) await desk.editor.command(() => ({ patch, gesture }));
  },
]);

const others: [string, Action][] = [
  ...(['move', 'corner', 'scale'] as const).map((how): [string, Action] => [
    how,
    async (labeller) => {
      const { desk, annotations, random } = labeller;
      desk.editor.choose('select');
      const one = labeller.pick(annotations);
      if (!one) return;
      labeller.select(one);
      await desk.settled();
      const [x, y, w, h] = one.bbox;
      const outer = one.segmentation?.kind === 'polygons' ? one.segmentation.parts[0].outer : [x, y];
      const corner = 2 * random(outer.length / 2);
      const from =
        how === 'move' ? [x + w / 2, y + h / 2] : how === 'corner' ? outer.slice(corner, corner + 2) : [x + w, y + h];
      desk.drag([from[0], from[1]], [from[0] + random(24) - 12, from[1] + random(20) - 10]);
    },
  ]),
  [
    'nudge',
    (labeller) => {
      labeller.desk.editor.choose('select');
      const key = labeller.pick(['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown']);
      labeller.desk.key(key, { shift: labeller.random(2) === 0 });
    },
  ],
  ['category', (labeller) => relabel(labeller.desk.editor, labeller.pick(CATEGORY_IDS))],
  ['paste', ({ desk }) => desk.editor.command((context) => pasteAnnotations(context, OTHERS))],
  [
    'copy from the image before',
    async ({ desk }) => {
      const list = (await desk.workbench.annotationsOf(8))!;
      await desk.editor.command((context) => pasteAnnotations(context, list, 'Copy from the previous image'));
    },
  ],
  [
    'fill a cell',
    async ({ desk, random }) => {
      desk.editor.choose('fill');
      desk.editor.set({ fillsCells: true });
      const [x, y] = [10 + random(24), 4 + random(16)];
      desk.pointer('move', x, y);
      await desk.settled();
      desk.click(x, y);
      await desk.settled();
      desk.editor.set({ fillsCells: false });
    },
  ],
  ['fill unlabelled', ({ desk }) => desk.editor.command(fillUnlabelled)],
  ['boxes to masks', ({ desk, annotations }) => desk.workbench.proposing.boxesToMasks(annotations, desk.editor)],
  ['undo', ({ desk }) => desk.workbench.open!.undo()],
];

describe('one owner a pixel, whatever is done', () => {
  beforeAll(() => void vi.stubGlobal('document', { body: null }));
  afterAll(() => void vi.unstubAllGlobals());

  const all = [...drawing, ...commands, ...trials, ...others];
  const effective = new Map(all.map(([name]) => [name, 0]));

  it.each(Array.from({ length: 24 }, (_, seed) => seed))(
    'labeller %i leaves no overlap and loses no pixel',
    async (seed) => {
      const labeller = await Labeller.open(seed);
      for (let n = 0; n < 60; n++) {
        if (labeller.random(3) > 0) labeller.selectSome();
        const [name, action] = labeller.pick(all);
        if (name === 'undo') {
          await labeller.desk.workbench.open!.undo();
          labeller.trace.push(name);
          continue;
        }
        if (await labeller.act(name, action)) effective.set(name, effective.get(name)! + 1);
      }
    },
  );

  it('has done everything that it can', () => {
    // Where nothing overlaps there is nothing below or in common.
    const idle = new Set(['undo', 'selectAll', 'overlaps', 'removeUnderlying', 'intersect']);
    expect([...effective].flatMap(([name, count]) => (count === 0 && !idle.has(name) ? [name] : []))).toEqual([]);
  });
});
