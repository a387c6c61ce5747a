import { expect, test } from 'vitest';
import { heavyOutcome, withOwn } from '../../../../src-renderer/shapeWork/heavyOutcome';
import { commandById } from '../../../../src-renderer/tools/commands';
import { lassoCutTool } from '../../../../src-renderer/tools/lasso/lassoTool';
import { splitTool } from '../../../../src-renderer/tools/split/splitTool';
import { polygonAnnotation, ToolScript } from './script';

function circle(cx: number, cy: number, radius: number, vertices: number): number[] {
  return Array.from({ length: vertices }, (_, i) => {
    const angle = (2 * Math.PI * i) / vertices;
    return [cx + radius * Math.cos(angle), cy + radius * Math.sin(angle)];
  }).flat();
}

const left = polygonAnnotation(1, [{ outer: circle(20, 20, 15, 1200), holes: [] }]);
const right = polygonAnnotation(2, [{ outer: circle(35, 20, 12, 1200), holes: [] }]);
const far = polygonAnnotation(3, [{ outer: circle(58, 40, 4, 1200), holes: [] }]);

test.each(['join', 'subtract', 'intersect', 'exclude', 'removeUnderlying', 'removeOverlapping'])(
  '%s of large outlines is handed on as data, and the worker does what would have been done at once',
  (id) => {
    const s = new ToolScript(splitTool, [left, right, far], id.startsWith('remove') ? [2] : [1, 2]);
    const { heavy, ...rest } = commandById(id)!.run(s.context);
    expect(rest).toEqual({});
    // Those that cannot matter are not sent.
    expect(heavy!.annotations).toEqual([left, right]);
    const { selection, hidden, freeIds } = s.context;
    const snapshot = { ...s.snapshot, annotations: heavy!.annotations };
    const outcome = heavyOutcome(
      structuredClone({ task: heavy!.task, context: { snapshot, selection, hidden, freeIds } }),
    );
    const atOnce = commandById(id)!.run({ ...s.context, inWorker: true });
    expect(atOnce.patch).toBeDefined();
    expect(outcome).toEqual(atOnce);
    const patch = withOwn(outcome.patch!, s.snapshot);
    expect(
      [...patch.removed, ...patch.updated.map(([from]) => from)].every((each) => s.snapshot.annotations.includes(each)),
    ).toBe(true);
    s.apply({ ...outcome, patch }).expectUndoRedo();
  },
);

test('so are a lasso and a split', () => {
  const large = polygonAnnotation(1, [{ outer: circle(20, 20, 15, 2000), holes: [] }]);
  const lasso = new ToolScript(lassoCutTool, [large], [1]);
  const split = new ToolScript(splitTool, [large], [1]);
  lasso
    .down(18, 0)
    .move([
      [22, 0],
      [22, 47],
      [18, 47],
    ])
    .up(18, 1);
  split.drag([20, 0], [20, 47]);
  for (const s of [lasso, split]) {
    expect(s.patches).toEqual([]);
    const { task, annotations } = s.heavy!;
    const { selection, hidden, freeIds } = s.context;
    const snapshot = { ...s.snapshot, annotations };
    s.apply(heavyOutcome(structuredClone({ task, context: { snapshot, selection, hidden, freeIds } })));
    expect(s.annotation(1).segmentation?.kind).toBe('polygons');
    s.expectUndoRedo();
  }
  expect(lasso.snapshot.annotations).toHaveLength(1);
  expect(split.snapshot.annotations).toHaveLength(2);
});
