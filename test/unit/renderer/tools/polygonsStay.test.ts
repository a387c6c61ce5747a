import fc from 'fast-check';
import { expect, test } from 'vitest';
import { commandById } from '../../../../src-renderer/tools/commands';
import { lassoAddTool, lassoCutTool } from '../../../../src-renderer/tools/lasso/lassoTool';
import { splitTool } from '../../../../src-renderer/tools/split/splitTool';
import { polygonAnnotation, rectRing, SIZE, ToolScript } from './script';

const [H, W] = SIZE;
const place = fc.tuple(
  fc.integer({ min: -400, max: 100 * W + 400 }).map((value) => value / 100),
  fc.integer({ min: -400, max: 100 * H + 400 }).map((value) => value / 100),
);
const ring = fc.oneof(
  fc.array(place, { minLength: 3, maxLength: 8 }).map((points) => points.flat()),
  fc
    .tuple(fc.nat(50), fc.nat(36), fc.integer({ min: 3, max: 24 }), fc.integer({ min: 3, max: 20 }))
    .map((r) => rectRing(...r)),
);
const COMMANDS = ['join', 'subtract', 'intersect', 'exclude', 'removeUnderlying', 'removeOverlapping', 'fillHoles'];
const step = fc.oneof(
  fc.record({ kind: fc.constantFrom(...COMMANDS), picks: fc.array(fc.nat(9), { minLength: 1, maxLength: 3 }) }),
  fc.record({
    kind: fc.constantFrom('split', 'lassoAdd', 'lassoCut'),
    pick: fc.nat(9),
    points: fc.array(place, { minLength: 2, maxLength: 6 }),
  }),
);

/** One document under several tools. */
class Script extends ToolScript<{ readonly kind: string }> {
  draw(kind: string, points: readonly (readonly [number, number])[]): void {
    const tool = { split: splitTool, lassoAdd: lassoAddTool, lassoCut: lassoCutTool }[kind]!;
    const other = new ToolScript(tool as never, this.snapshot.annotations, this.selection);
    other.freeIds = this.freeIds;
    const [first, ...rest] = points;
    if (kind === 'split') points.forEach(([x, y]) => other.click(x, y));
    else
      other
        .down(...first)
        .move(rest)
        .up(...points[points.length - 1]);
    if (kind === 'split') other.key('Enter');
    other.patches.forEach((patch, i) =>
      this.apply({ patch, gesture: other.gestures[i], selection: other.selection, notice: other.notices.at(-1) }),
    );
  }
}

test('property: after any gestures polygons are polygons, or it was told; all of it is undone and redone', () => {
  fc.assert(
    fc.property(
      fc.array(ring, { minLength: 2, maxLength: 4 }),
      fc.array(step, { minLength: 1, maxLength: 6 }),
      (rings, steps) => {
        const first = rings.map((outer, i) => polygonAnnotation(i + 1, [{ outer, holes: [] }]));
        const s = new Script(splitTool as never, first);
        for (const each of steps) {
          const all = s.snapshot.annotations;
          if (all.length === 0) break;
          const idOf = (pick: number) => all[pick % all.length].id;
          const before = s.notices.length;
          if ('picks' in each) {
            s.selection = [...new Set(each.picks.map(idOf))];
            s.apply(commandById(each.kind)!.run(s.context));
          } else {
            s.selection = [idOf(each.pick)];
            s.draw(each.kind, each.points);
          }
          const wasMask = new Set(all.filter(({ segmentation }) => segmentation?.kind === 'rle').map(({ id }) => id));
          const became = s.snapshot.annotations.filter(
            ({ id, segmentation }) => segmentation?.kind === 'rle' && !wasMask.has(id),
          );
          if (became.length > 0 && wasMask.size === 0) expect(s.notices.slice(before).join()).toMatch(/became/);
        }
        if (s.patches.length > 0) s.expectUndoRedo();
      },
    ),
    { numRuns: 40, seed: 8, endOnFailure: true },
  );
});
