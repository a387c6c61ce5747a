/** The select tool by mouse and keyboard: picking, moving, scaling, nudging, editing vertices. */
import { expect, test } from '@playwright/test';
import { Desk, makeDataset } from '../support/desk';
import { drawnGolden, goldens } from '../support/goldens';
import { drawnMask, rect } from '../support/reference';

let desk: Desk;
test.beforeAll(async () => {
  desk = await Desk.open(await makeDataset(16));
});
test.afterAll(() => desk.close());
test.beforeEach(() => desk.freshImage());

/** Three boxes apart from each other, none selected. */
async function threeBoxes(): Promise<void> {
  await desk.box(4, 4, 10, 10);
  await desk.box(24, 4, 10, 10);
  await desk.box(44, 24, 10, 10);
  await desk.key('Escape');
  await desk.selected(0);
}

test('a click picks, Shift adds and takes away, a click beside clears', async () => {
  await threeBoxes();
  await desk.click([8.5, 8.5]);
  await desk.selected(1);
  await desk.click([28.5, 8.5], 'Shift');
  await desk.click([48.5, 28.5], 'Shift');
  await desk.selected(3);
  await desk.click([8.5, 8.5], 'Shift');
  await desk.selected(2);
  await desk.key('Delete');
  await desk.steps(4);
  await desk.expectMasks(rect(4, 4, 10, 10));
  await desk.click([8.5, 8.5]);
  await desk.selected(1);
  // At the bottom stands the notice of the deletion.
  await desk.click([50.5, 6.5]);
  await desk.selected(0);
  await desk.expectUndoRedo();
});

test('a marquee picks what it touches, with Shift more', async () => {
  await threeBoxes();
  await desk.drag([
    [1, 1],
    [26, 18],
  ]);
  await desk.selected(2);
  await desk.drag(
    [
      [62, 46],
      [50, 30],
    ],
    'Shift',
  );
  await desk.selected(3);
  await desk.drag([
    [40, 20],
    [60, 40],
  ]);
  await desk.selected(1);
  await desk.key('Delete');
  await desk.steps(4);
  await desk.expectMasks(rect(4, 4, 10, 10), rect(24, 4, 10, 10));
  await desk.expectUndoRedo();
});

test('Alt picks what lies beneath, Tab goes round', async () => {
  await desk.box(10, 10, 30, 30);
  await desk.box(15, 15, 20, 20);
  await desk.key('Escape');
  await desk.click([20.5, 20.5]);
  await desk.selected(1);
  await desk.click([20.5, 20.5], 'Alt');
  await desk.key('ArrowRight');
  await desk.steps(3);
  await desk.expectMasks(rect(11, 10, 30, 30), rect(15, 15, 20, 20));
  await desk.key('Tab', 'ArrowRight');
  await desk.steps(4);
  await desk.expectMasks(rect(11, 10, 30, 30), rect(16, 15, 20, 20));
  await desk.expectUndoRedo();
});

test('a drag moves all that is selected by whole pixels and stops at the border', async () => {
  await threeBoxes();
  await desk.drag([
    [1, 1],
    [36, 18],
  ]);
  await desk.selected(2);
  await desk.drag([
    [28.5, 8.5],
    [31.6, 18.4],
  ]);
  await desk.steps(4);
  await desk.expectMasks(rect(7, 14, 10, 10), rect(27, 14, 10, 10), rect(44, 24, 10, 10));
  await desk.drag([
    [30.5, 18.5],
    [8.5, 18.5],
  ]);
  await desk.steps(5);
  await desk.expectMasks(rect(0, 14, 10, 10), rect(20, 14, 10, 10), rect(44, 24, 10, 10));
  await desk.expectUndoRedo();
});

test('arrows nudge by one pixel, with Shift by ten', async () => {
  await desk.box(20, 20, 10, 10);
  await desk.key('ArrowRight', 'ArrowDown', 'Shift+ArrowLeft', 'Shift+ArrowUp');
  await desk.steps(5);
  await desk.expectMasks(rect(11, 11, 10, 10));
  await desk.expectUndoRedo();
});

test('a handle scales; a mask is scaled as pixels', async () => {
  await desk.box(10, 10, 20, 16);
  // The frame lies 10 view pixels outside the shape: its lower right corner.
  const outside = 10 / 12;
  await desk.drag([
    [30 + outside, 26 + outside],
    [40 + outside, 42 + outside],
  ]);
  await desk.steps(2);
  await desk.expectMasks(rect(10, 10, 30, 32));
  await desk.key('Shift+m');
  await desk.steps(3);
  await desk.drag([
    [10 - outside, 10 - outside],
    [25 - outside, 26 - outside],
  ]);
  await desk.steps(4);
  await desk.expectMasks(rect(25, 26, 15, 16));
  await desk.expectUndoRedo();
});

test('vertices: drag one, insert one on an edge, delete with Del and with Alt', async () => {
  await desk.box(10, 10, 20, 20);
  await desk.drag([
    [30, 30],
    [50, 40],
  ]);
  await desk.steps(2);
  const mask = async () => drawnMask((await desk.annotations())[0]);
  expect((await desk.annotations())[0].segmentation).toEqual({
    kind: 'polygons',
    parts: [{ outer: [10, 10, 30, 10, 50, 40, 10, 30], holes: [] }],
  });
  expect(await mask()).toEqual(drawnGolden(goldens.pulledCorner));
  // Insert in the middle of the upper edge and pull it up.
  await desk.drag([
    [20, 10],
    [20, 2],
  ]);
  await desk.steps(3);
  const parts = async () => {
    const [{ segmentation }] = await desk.annotations();
    return segmentation?.kind === 'polygons' ? segmentation.parts : null;
  };
  expect(await parts()).toEqual([{ outer: [10, 10, 20, 2, 30, 10, 50, 40, 10, 30], holes: [] }]);
  expect(await mask()).toEqual(drawnGolden(goldens.pulledEdge));
  // The vertex touched last goes with Del, any other with Alt and a click.
  await desk.key('Delete');
  await desk.steps(4);
  expect(await parts()).toEqual([{ outer: [10, 10, 30, 10, 50, 40, 10, 30], holes: [] }]);
  await desk.click([50, 40], 'Alt');
  await desk.steps(5);
  expect(await parts()).toEqual([{ outer: [10, 10, 30, 10, 10, 30], holes: [] }]);
  expect(await mask()).toEqual(drawnGolden(goldens.cutCorner));
  await desk.expectUndoRedo();
});

test('a press dropped with Esc changes nothing', async () => {
  await desk.box(10, 10, 20, 20);
  await desk.hover([20.5, 20.5]);
  await desk.page.mouse.down();
  await desk.page.mouse.move(...desk.at([40.5, 30.5]), { steps: 3 });
  await desk.key('Escape');
  await desk.page.mouse.up();
  await desk.key('ArrowRight');
  await desk.steps(2);
  await desk.expectMasks(rect(11, 10, 20, 20));
  await desk.expectUndoRedo();
});
