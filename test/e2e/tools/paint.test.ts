/** Box, brush, eraser, lassos, fill bucket and split by mouse and keyboard. */
import { expect, test } from '@playwright/test';
import { Desk, makeDataset } from '../support/desk';
import { and, leftOf, not, or, type Point, rect, stroke } from '../support/reference';

let desk: Desk;
test.beforeAll(async () => {
  desk = await Desk.open(await makeDataset(16));
});
test.afterAll(() => desk.close());
test.beforeEach(() => desk.freshImage());

test('box: a drag, a square with Shift, from the centre with Alt', async () => {
  await desk.key('r');
  await desk.drag([
    [40, 30],
    [10, 12],
  ]);
  await desk.steps(1);
  await desk.drag(
    [
      [2, 2],
      [9, 4],
    ],
    'Shift',
  );
  await desk.steps(2);
  await desk.drag(
    [
      [50, 38],
      [55, 42],
    ],
    'Alt',
  );
  await desk.steps(3);
  // Leaves the image: cut off at its border.
  await desk.drag([
    [60, 0],
    [65, 5],
  ]);
  await desk.steps(4);
  await desk.expectMasks(rect(10, 12, 30, 18), rect(2, 2, 7, 7), rect(45, 34, 10, 8), rect(60, 0, 4, 5));
  await desk.expectUndoRedo();
});

test('brush: a new annotation, more of it, a straight line with Shift', async () => {
  await desk.key('b');
  await desk.brushSize(5);
  // A click in the middle of a pixel paints the disc around its centre.
  await desk.click([8.5, 8.5]);
  await desk.steps(1);
  await desk.expectMasks(stroke(5, [8.5, 8.5]));
  // From there on: a stroke that touches what was just painted goes on with it.
  await desk.drag([
    [8.5, 8.5],
    [8.5, 20.5],
    [30.5, 20.5],
    [30.5, 36.5],
  ]);
  await desk.steps(2);
  const bent: Point[] = [
    [8.5, 8.5],
    [8.5, 20.5],
    [30.5, 20.5],
    [30.5, 36.5],
  ];
  await desk.expectMasks(or(stroke(5, [8.5, 8.5]), stroke(5, ...bent)));
  await desk.click([54.5, 9.5], 'Shift');
  await desk.steps(3);
  const line = stroke(5, [30.5, 36.5], [54.5, 9.5]);
  await desk.expectMasks(or(stroke(5, [8.5, 8.5]), stroke(5, ...bent), line));
  const annotations = await desk.annotations();
  expect(annotations).toHaveLength(1);
  expect(annotations[0].provenance).toEqual({ tool: 'brush', edits: 2 });
  await desk.expectUndoRedo();
});

test('brush: an even size sits on pixel corners; a stroke faster than the screen has no gap', async () => {
  await desk.key('b');
  await desk.brushSize(4);
  await desk.hover([10, 10]);
  await desk.page.mouse.down();
  for (const point of [
    [54, 10],
    [54, 40],
    [10, 40],
  ] as const)
    await desk.page.mouse.move(...desk.at(point), { steps: 1 });
  await desk.page.mouse.up();
  await desk.steps(1);
  await desk.expectMasks(stroke(4, [10, 10], [54, 10], [54, 40], [10, 40]));
  await desk.expectUndoRedo();
});

test('brush: a stroke that grew on screen piece by piece looks as one that is drawn at once', async () => {
  await desk.key('b');
  await desk.brushSize(5);
  await desk.begin([
    [8.5, 8.5],
    [50.5, 8.5],
    [50.5, 36.5],
  ]);
  const screenshot = async () => (await desk.canvas.screenshot()).toString('base64');
  const grown = await screenshot();
  // Another view and back again: everything is drawn anew.
  await desk.key('+');
  await expect.poll(screenshot).not.toBe(grown);
  await desk.key('f');
  await expect.poll(screenshot).toBe(grown);
  await desk.end();
  await desk.steps(1);
  await desk.expectMasks(stroke(5, [8.5, 8.5], [50.5, 8.5], [50.5, 36.5]));
});

test('brush: a stroke dropped with Esc leaves nothing', async () => {
  await desk.key('b');
  await desk.brushSize(5);
  await desk.hover([10, 10]);
  await desk.page.mouse.down();
  await desk.page.mouse.move(...desk.at([40, 10]), { steps: 3 });
  await desk.key('Escape');
  await desk.page.mouse.up();
  await desk.click([20.5, 30.5]);
  await desk.steps(1);
  await desk.expectMasks(stroke(5, [20.5, 30.5]));
  await desk.expectUndoRedo();
});

test('eraser: takes pixels from the selected annotation only', async () => {
  await desk.box(5, 5, 40, 30);
  await desk.key('Escape');
  await desk.box(10, 10, 50, 30);
  await desk.key('e');
  await desk.brushSize(5);
  await desk.hint(/erases from annotation/);
  await desk.drag([
    [12.5, 20.5],
    [70.5, 20.5],
  ]);
  await desk.steps(3);
  const track = stroke(5, [12.5, 20.5], [70.5, 20.5]);
  await desk.expectMasks(rect(5, 5, 40, 30), and(rect(10, 10, 50, 30), not(track)));
  await desk.expectUndoRedo();
});

test('lasso add and lasso cut', async () => {
  await desk.key('l');
  await desk.drag([
    [10, 10],
    [40, 10],
    [40, 30],
    [10, 30],
    [10, 10],
  ]);
  await desk.steps(1);
  await desk.expectMasks(rect(10, 10, 30, 20));
  await desk.drag([
    [30, 20],
    [55, 20],
    [55, 40],
    [30, 40],
    [30, 20],
  ]);
  await desk.steps(2);
  const both = or(rect(10, 10, 30, 20), rect(30, 20, 25, 20));
  await desk.expectMasks(both);
  await desk.key('Shift+l');
  await desk.drag([
    [5, 5],
    [20, 5],
    [20, 25],
    [5, 25],
    [5, 5],
  ]);
  await desk.steps(3);
  await desk.expectMasks(and(both, not(rect(5, 5, 15, 20))));
  await desk.expectUndoRedo();
});

test('fill bucket: a hole of the selected one, then the gap between all', async () => {
  await desk.key('l');
  await desk.drag([
    [10, 10],
    [40, 10],
    [40, 30],
    [10, 30],
    [10, 10],
  ]);
  await desk.steps(1);
  await desk.key('Shift+l');
  await desk.drag([
    [15, 15],
    [25, 15],
    [25, 25],
    [15, 25],
    [15, 15],
  ]);
  await desk.steps(2);
  await desk.expectMasks(and(rect(10, 10, 30, 20), not(rect(15, 15, 10, 10))));
  await desk.key('u');
  await desk.click([20.5, 20.5]);
  await desk.steps(3);
  await desk.expectMasks(rect(10, 10, 30, 20));
  await desk.key('Escape');
  await desk.selected(0);
  await desk.click([60.5, 2.5]);
  await desk.steps(4);
  await desk.expectMasks(rect(10, 10, 30, 20), not(rect(10, 10, 30, 20)));
  await desk.expectUndoRedo();
});

test('split: a straight drag, then a line of clicks', async () => {
  await desk.box(10, 10, 40, 20);
  await desk.key('x');
  await desk.drag([
    [25, 4],
    [25, 44],
  ]);
  await desk.steps(2);
  // The largest piece stays the annotation, the other lies right above it.
  await desk.expectMasks(rect(25, 10, 25, 20), rect(10, 10, 15, 20));
  await desk.selected(2);
  await desk.key('Escape', 'v');
  await desk.click([45.5, 25.5]);
  await desk.key('x');
  const [a, b]: [Point, Point] = [
    [20, 9.25],
    [54, 31.75],
  ];
  await desk.click(a);
  await desk.doubleClick(b);
  await desk.steps(3);
  const upper = and(rect(25, 10, 25, 20), leftOf(a, b));
  const lower = and(rect(25, 10, 25, 20), not(leftOf(a, b)));
  const [largest, other] = countOf(upper) > countOf(lower) ? [upper, lower] : [lower, upper];
  await desk.expectMasks(largest, rect(10, 10, 15, 20), other);
  await desk.expectUndoRedo();
});

function countOf(rule: (x: number, y: number) => boolean): number {
  let count = 0;
  for (let y = 0; y < 48; y++) for (let x = 0; x < 64; x++) if (rule(x, y)) count++;
  return count;
}
