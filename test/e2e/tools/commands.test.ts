/** What keys do to the selection: combine, clean up, convert, copy, order, lock, hide. */
import { expect, test } from '@playwright/test';
import { Desk, makeDataset } from '../support/desk';
import { and, drawn, drawnMask, not, or, rect } from '../support/reference';

let desk: Desk;
test.beforeAll(async () => {
  desk = await Desk.open(await makeDataset(24));
});
test.afterAll(() => desk.close());
test.beforeEach(() => desk.freshImage());

const left = rect(5, 5, 30, 20);
const right = rect(25, 15, 30, 25);

/** Two overlapping boxes, both selected, the left one first. */
async function twoBoxes(): Promise<void> {
  await desk.box(5, 5, 30, 20);
  await desk.key('Escape');
  await desk.box(25, 15, 30, 25);
  await desk.key('Escape');
  await desk.click([8.5, 8.5]);
  await desk.click([50.5, 35.5], 'Shift');
  await desk.selected(2);
}

for (const [name, key, result] of [
  ['join', 'j', or(left, right)],
  ['subtract', 'Shift+s', and(left, not(right))],
  ['intersect', 'Shift+i', and(left, right)],
  ['exclude', 'Shift+e', and(or(left, right), not(and(left, right)))],
] as const) {
  test(`${name}: the one selected first gets the result`, async () => {
    await twoBoxes();
    const [{ id }] = await desk.annotations();
    await desk.key(key);
    await desk.steps(3);
    await desk.expectMasks(result);
    expect((await desk.annotations())[0].id).toBe(id);
    await desk.expectUndoRedo();
  });
}

test('join keeps polygons that do not touch as parts of one polygon', async () => {
  await desk.box(2, 2, 10, 10);
  await desk.key('Escape');
  await desk.box(30, 30, 10, 10);
  await desk.key('Control+a');
  await desk.selected(2);
  await desk.key('j');
  await desk.steps(3);
  await desk.expectMasks(or(rect(2, 2, 10, 10), rect(30, 30, 10, 10)));
  const [{ segmentation }] = await desk.annotations();
  expect(segmentation?.kind === 'polygons' && segmentation.parts.length).toBe(2);
  await desk.expectUndoRedo();
});

test('remove underlying pixels: every pixel belongs to one object', async () => {
  await twoBoxes();
  await desk.key('Escape');
  await desk.click([50.5, 35.5]);
  await desk.key('Shift+r');
  await desk.steps(3);
  await desk.expectMasks(and(left, not(right)), right);
  await desk.expectUndoRedo();
});

test('fill holes', async () => {
  await desk.key('l');
  await desk.drag([
    [10, 10],
    [40, 10],
    [40, 30],
    [10, 30],
    [10, 10],
  ]);
  await desk.key('Shift+l');
  await desk.drag([
    [15, 15],
    [20, 15],
    [20, 25],
    [15, 25],
    [15, 15],
  ]);
  await desk.drag([
    [28, 18],
    [34, 18],
    [34, 24],
    [28, 24],
    [28, 18],
  ]);
  await desk.steps(3);
  await desk.expectMasks(and(rect(10, 10, 30, 20), not(or(rect(15, 15, 5, 10), rect(28, 18, 6, 6)))));
  await desk.key('v', 'Shift+u');
  await desk.steps(4);
  await desk.expectMasks(rect(10, 10, 30, 20));
  await desk.expectUndoRedo();
});

test('polygon to mask and back: the same pixels, holes and parts kept', async () => {
  await desk.box(5, 5, 30, 30);
  await desk.key('p');
  const [first, ...others] = [
    [10, 10],
    [20, 10],
    [20, 20],
    [10, 20],
  ] as const;
  await desk.click(first, 'Alt');
  for (const point of others) await desk.click(point);
  await desk.key('Enter');
  await desk.steps(2);
  const [start, ...rest] = [
    [45, 10],
    [60, 10],
    [60, 40],
    [45, 40],
  ] as const;
  await desk.click(start, 'Shift');
  for (const point of rest) await desk.click(point);
  await desk.key('Enter');
  await desk.steps(3);
  const pixels = or(and(rect(5, 5, 30, 30), not(rect(10, 10, 10, 10))), rect(45, 10, 15, 30));
  await desk.expectMasks(pixels);
  await desk.key('Shift+m');
  await desk.steps(4);
  await desk.expectMasks(pixels);
  expect((await desk.annotations())[0].segmentation?.kind).toBe('rle');
  await desk.key('Shift+p');
  await desk.steps(5);
  await desk.expectMasks(pixels);
  const [{ segmentation }] = await desk.annotations();
  expect(segmentation?.kind === 'polygons' && segmentation.parts.map(({ holes }) => holes.length)).toEqual([1, 0]);
  await desk.expectUndoRedo();
});

test('delete, duplicate, change of category', async () => {
  await desk.box(5, 5, 12, 12);
  await desk.key('Control+d');
  await desk.steps(2);
  await desk.expectMasks(rect(5, 5, 12, 12), rect(15, 15, 12, 12));
  await desk.key('2');
  await desk.steps(3);
  expect((await desk.annotations()).map(({ categoryId }) => categoryId)).toEqual([1, 2]);
  await desk.key('Control+a', 'Delete');
  await desk.steps(4);
  await desk.expectMasks();
  await desk.key('Control+z');
  await desk.steps(3);
  await desk.expectMasks(rect(5, 5, 12, 12), rect(15, 15, 12, 12));
  // Category 1 is what the tests after this one draw with.
  await desk.key('Escape', '1');
  await desk.expectUndoRedo();
});

test('copy and paste across images, propagate to the next one', async () => {
  const source = desk.imageId;
  await desk.box(5, 5, 12, 12);
  await desk.key('Escape');
  await desk.box(40, 20, 20, 20);
  await desk.key('Control+a');
  await desk.selected(2);
  await desk.key('Control+c');
  await desk.openImage(source + 1);
  await desk.key('Control+v');
  await desk.steps(1);
  await desk.expectMasks(rect(5, 5, 12, 12), rect(40, 20, 20, 20));
  await desk.expectUndoRedo();
  // Undoing here left the first image alone.
  await desk.key('Control+z');
  await desk.steps(0);
  await desk.openImage(source);
  await desk.expectMasks(rect(5, 5, 12, 12), rect(40, 20, 20, 20));
  await desk.click([10.5, 10.5]);
  await desk.selected(1);
  await desk.key('Shift+d');
  await desk.arrived(source + 1);
  await desk.steps(1);
  await desk.expectMasks(rect(5, 5, 12, 12));
  await desk.expectUndoRedo();
});

test('order: forward, back, to front, to back', async () => {
  const boxes = [rect(2, 2, 20, 20), rect(12, 12, 20, 20), rect(22, 22, 20, 20)];
  for (const [x, y] of [
    [2, 2],
    [12, 12],
    [22, 22],
  ] as const) {
    await desk.box(x, y, 20, 20);
    await desk.key('Escape');
  }
  const [a, b, c] = boxes;
  await desk.click([4.5, 4.5]);
  await desk.selected(1);
  const moves = [
    ['Control+ArrowUp', [b, a, c]],
    ['Control+Shift+ArrowUp', [b, c, a]],
    ['Control+ArrowDown', [b, a, c]],
    ['Control+Shift+ArrowDown', [a, b, c]],
  ] as const;
  for (const [i, [key, order]] of moves.entries()) {
    await desk.key(key);
    await desk.steps(4 + i);
    await desk.expectMasks(...order);
  }
  await desk.expectUndoRedo();
});

test('lock: a locked annotation is neither moved, nor picked, nor deleted', async () => {
  await desk.box(10, 10, 20, 20);
  await desk.key('k');
  await desk.steps(2);
  expect((await desk.annotations())[0].locked).toBe(true);
  await desk.key('Delete');
  await desk.hint('The selection is locked or hidden');
  await desk.key('ArrowRight', 'Escape');
  await desk.selected(0);
  await desk.click([20.5, 20.5]);
  await desk.selected(0);
  await desk.key('Tab', 'Shift+k');
  await desk.steps(3);
  await desk.key('ArrowRight');
  await desk.steps(4);
  await desk.expectMasks(rect(11, 10, 20, 20));
  await desk.expectUndoRedo();
});

test('hide and isolate: what is hidden is neither drawn nor touched, and no step of the history', async () => {
  await desk.box(5, 5, 20, 20);
  await desk.key('Escape');
  await desk.box(35, 20, 20, 20);
  await desk.key('Escape');
  await desk.selected(0);
  await desk.hover([32, 2]);
  const places = [
    [15.5, 15.5],
    [45.5, 30.5],
  ] as const;
  const look = () => Promise.all(places.map(([x, y]) => desk.screenPixel([x, y])));
  const seen = async (expected: readonly boolean[]) =>
    expect.poll(async () => (await look()).map((colour, i) => colour === shown[i])).toEqual(expected);
  const shown = await stable(look);
  await desk.click(places[0]);
  await desk.selected(1);
  await desk.key('h', 'Escape');
  await desk.hover([32, 2]);
  await seen([false, true]);
  await desk.click(places[0]);
  await desk.selected(0);
  await desk.key('Control+a', 'Delete');
  await desk.steps(3);
  await desk.expectMasks(rect(5, 5, 20, 20));
  await desk.key('Control+z');
  await desk.steps(2);
  await desk.key('h');
  await desk.hover([32, 2]);
  await seen([true, true]);
  await desk.click(places[1]);
  await desk.selected(1);
  await desk.key('Shift+h', 'Escape');
  await desk.hover([32, 2]);
  await seen([false, true]);
  await desk.key('h');
  await seen([true, true]);
  expect((await desk.annotations()).map((each) => drawnMask(each))).toEqual(
    [rect(5, 5, 20, 20), rect(35, 20, 20, 20)].map((rule) => drawn(rule)),
  );
  await desk.expectUndoRedo();
});

/** What is on screen once two looks agree. */
async function stable<T>(look: () => Promise<T>): Promise<T> {
  let before = await look();
  await expect(async () => {
    const now = await look();
    const same = JSON.stringify(now) === JSON.stringify(before);
    before = now;
    expect(same).toBe(true);
  }).toPass({ intervals: [150] });
  return before;
}
