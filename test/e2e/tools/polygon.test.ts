/** The polygon tool by mouse and keyboard: every way to draw, close and take back, with parts and holes. */
import { expect, test } from '@playwright/test';
import { Desk, makeDataset } from '../support/desk';
import { drawnGolden, goldens } from '../support/goldens';
import { and, drawnMask, not, or, type Point, rect } from '../support/reference';

const corners: readonly Point[] = [
  [10, 5],
  [30, 5],
  [30, 25],
  [10, 25],
];

let desk: Desk;
test.beforeAll(async () => {
  desk = await Desk.open(await makeDataset(12));
});
test.afterAll(() => desk.close());
test.beforeEach(async () => {
  await desk.freshImage();
  await desk.key('p');
});

async function clickAll(points: readonly Point[], ...keys: readonly ('Shift' | 'Alt')[]): Promise<void> {
  await desk.click(points[0], ...keys);
  for (const point of points.slice(1)) await desk.click(point);
}

test('clicks, closed on the first vertex', async () => {
  await clickAll(corners);
  // A little beside it: the click snaps to the start.
  await desk.click([10.25, 5.5]);
  await desk.steps(1);
  await desk.expectMasks(rect(10, 5, 20, 20));
  const [{ segmentation, categoryId, provenance }] = await desk.annotations();
  expect(segmentation).toEqual({ kind: 'polygons', parts: [{ outer: corners.flat(), holes: [] }] });
  expect({ categoryId, provenance }).toEqual({ categoryId: 1, provenance: { tool: 'polygon', edits: 0 } });
  await desk.expectUndoRedo();
});

test('clicks, closed with Enter; Backspace takes the last vertex back, Esc all of them', async () => {
  await clickAll([
    [2, 2],
    [4, 40],
    [60, 30],
  ]);
  await desk.key('Escape');
  await clickAll([...corners, [2, 40], [50, 44]]);
  await desk.key('Backspace', 'Control+z', 'Enter');
  await desk.steps(1);
  await desk.expectMasks(rect(10, 5, 20, 20));
  await desk.expectUndoRedo();
});

test('clicks, closed with a double click', async () => {
  await clickAll(corners.slice(0, 3));
  await desk.doubleClick(corners[3]);
  await desk.steps(1);
  await desk.expectMasks(rect(10, 5, 20, 20));
  await desk.expectUndoRedo();
});

test('free-hand, closed by coming back to the start', async () => {
  await desk.drag([...corners, corners[0]]);
  await desk.steps(1);
  await desk.expectMasks(rect(10, 5, 20, 20));
  const [{ segmentation }] = await desk.annotations();
  // A line along pixel edges needs its corners only.
  expect(segmentation?.kind === 'polygons' && segmentation.parts[0].outer).toEqual(corners.flat());
  await desk.expectUndoRedo();
});

test('clicks and a free-hand stretch in one outline, reaching outside the image', async () => {
  await desk.click([50, 4]);
  await desk.drag([
    [64.5, 4],
    [64.5, 20],
  ]);
  await desk.click([50, 20]);
  await desk.key('Enter');
  await desk.steps(1);
  await desk.expectMasks(rect(50, 4, 14, 16));
  await desk.expectUndoRedo();
});

test('slanted edges give the mask that pycocotools gives', async () => {
  await clickAll(goldens.star.rings.outer);
  await desk.key('Enter');
  await desk.steps(1);
  expect((await desk.annotations()).map((each) => drawnMask(each))).toEqual([drawnGolden(goldens.star)]);
  await desk.expectUndoRedo();
});

test('Alt cuts a hole, Shift adds a part', async () => {
  await clickAll(corners);
  await desk.key('Enter');
  await desk.steps(1);
  await clickAll(
    [
      [15, 10],
      [25, 10],
      [25, 20],
      [15, 20],
    ],
    'Alt',
  );
  await desk.key('Enter');
  await desk.steps(2);
  await desk.expectMasks(and(rect(10, 5, 20, 20), not(rect(15, 10, 10, 10))));
  await clickAll(
    [
      [40, 30],
      [60, 30],
      [60, 44],
      [40, 44],
    ],
    'Shift',
  );
  await desk.hover([50, 38]);
  await desk.key('Enter');
  await desk.steps(3);
  await desk.expectMasks(or(and(rect(10, 5, 20, 20), not(rect(15, 10, 10, 10))), rect(40, 30, 20, 14)));
  const [{ segmentation }] = await desk.annotations();
  expect(segmentation?.kind === 'polygons' && segmentation.parts.map(({ holes }) => holes.length)).toEqual([1, 0]);
  await desk.expectUndoRedo();
});

test('a hole that crosses the outline cuts a piece off, and the polygon stays one', async () => {
  await clickAll(corners);
  await desk.key('Enter');
  await desk.steps(1);
  await clickAll(
    [
      [20, 0],
      [40, 0],
      [40, 15],
      [20, 15],
    ],
    'Alt',
  );
  await desk.key('Enter');
  await desk.steps(2);
  await desk.expectMasks(and(rect(10, 5, 20, 20), not(rect(20, 0, 20, 15))));
  expect((await desk.annotations())[0].segmentation?.kind).toBe('polygons');
  await desk.expectUndoRedo();
});
