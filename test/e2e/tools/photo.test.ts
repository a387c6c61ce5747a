/** Every drawing tool on a photograph: the gesture as it looks in progress, and the mask it leaves, pixel by pixel. */
import { expect, test } from '@playwright/test';
import { segmentationToRle } from '@shared/document/segmentation';
import { area, fromPolygons, merge, xor } from '@shared/mask';
import { copper, oneWithHole, ringAndSilver, silver, size, twoCoins } from '../support/coins';
import { Desk, makeDataset, PHOTO } from '../support/desk';
import { goldenRule, goldens } from '../support/goldens';
import { and, moved, not, or, type Point, rect, stroke } from '../support/reference';

const rings = goldens.coins.rings;
const closed = (ring: readonly Point[]) => [...ring, ring[0]];

let desk: Desk;
test.beforeAll(async () => {
  desk = await Desk.open(await makeDataset(24, PHOTO), { sheet: PHOTO });
  await desk.key('Control+b');
  await desk.fitWindow();
});
test.afterAll(() => desk.close());
test.beforeEach(() => desk.freshImage());

test('a polygon by clicks, closed where it began', async () => {
  const [first, ...others] = goldens.copper.rings.outer;
  await desk.key('p');
  await desk.click(first);
  for (const point of others) await desk.click(point);
  await desk.hover([first[0] + 1, first[1] - 1]);
  await desk.hint('12 vertices: click the first one, double-click or press Enter to close');
  await desk.picture('polygon');
  await desk.click([first[0] + 1, first[1] - 1]);
  await desk.steps(1);
  await desk.expectMasks(copper);
  await desk.expectUndoRedo();
});

test('a polygon drawn free-hand', async () => {
  const ring = closed(goldens.copper.rings.outer);
  await desk.key('p', 'Shift+z');
  await desk.begin(ring.slice(0, 6));
  await expect(desk.page.locator('.loupe canvas')).toBeVisible();
  await desk.picture('polygon-freehand');
  await desk.end(...ring.slice(6));
  await desk.key('Shift+z');
  await desk.steps(1);
  await desk.expectMasks(copper);
  await desk.expectUndoRedo();
});

test('with the polygon tool Alt cuts a hole, Shift adds a part', async () => {
  await desk.key('p');
  await desk.outline(rings.outer);
  await desk.steps(1);
  await desk.click(rings.hole[0], 'Alt');
  for (const point of rings.hole.slice(1, 5)) await desk.click(point);
  await desk.hover(rings.hole[5]);
  await desk.picture('polygon-hole');
  await desk.click(rings.hole[5]);
  await desk.key('Enter');
  await desk.steps(2);
  await desk.outline(rings.part, 'Shift');
  await desk.steps(3);
  await desk.expectMasks(ringAndSilver);
  await desk.expectUndoRedo();
});

test('vertices of every ring: drag, insert, delete; a hole that loses its last ones goes', async () => {
  await oneWithHole(desk);
  await desk.expectMasks(ringAndSilver);
  await desk.begin([rings.hole[0], [52, 40]]);
  await desk.picture('vertices');
  await desk.end();
  await desk.steps(4);
  await desk.expectMasks(goldenRule(goldens.holeDragged));
  const [[ax, ay], [bx, by]] = rings.part;
  await desk.hover([(ax + bx) / 2, (ay + by) / 2]);
  await desk.hint('Click or drag to insert a vertex');
  await desk.drag([
    [(ax + bx) / 2, (ay + by) / 2],
    [152, 46],
  ]);
  await desk.steps(5);
  await desk.expectMasks(goldenRule(goldens.vertexInserted));
  await desk.click(rings.part[5], 'Alt');
  await desk.steps(6);
  await desk.expectMasks(goldenRule(goldens.vertexDeleted));
  // Three of the six corners of the hole, then the triangle as a whole.
  for (const corner of rings.hole.slice(1, 5)) await desk.click(corner, 'Alt');
  await desk.steps(10);
  const [{ segmentation }] = await desk.annotations();
  expect(segmentation?.kind === 'polygons' && segmentation.parts.map(({ holes }) => holes.length)).toEqual([0, 0]);
  const part = and(goldenRule(goldens.vertexDeleted), not(copper));
  await desk.expectMasks(or(copper, part));
  await desk.expectUndoRedo();
});

test('a box shows its size while it is dragged', async () => {
  await desk.key('r');
  await desk.begin([
    [22, 28],
    [106, 112],
  ]);
  await desk.hint('Shift makes a square, Alt draws from the centre, Esc cancels');
  await desk.picture('box');
  await desk.end();
  await desk.steps(1);
  await desk.expectMasks(rect(22, 28, 84, 84));
  await desk.expectUndoRedo();
});

test('the brush says what it paints on, and Shift draws a straight line', async () => {
  const wave: Point[] = [
    [36.5, 60.5],
    [50.5, 44.5],
    [64.5, 60.5],
    [80.5, 44.5],
    [92.5, 62.5],
  ];
  await desk.key('b');
  await desk.brushSize(13);
  await desk.hover(wave[0]);
  await desk.hint('Brush, 13 px: starts a new annotation');
  // A brush sits on whole pixels: on a slanted way every step between would bend it a little.
  await desk.begin(wave, 1);
  await desk.end();
  await desk.steps(1);
  await desk.expectMasks(stroke(13, ...wave));
  const [{ id }] = await desk.annotations();
  await desk.hint(`Brush, 13 px: adds to annotation ${id}; Shift draws a straight line from the last stroke`);
  const line: Point[] = [wave[4], [44.5, 96.5]];
  await desk.page.keyboard.down('Shift');
  await desk.page.mouse.move(...desk.at(line[1]), { steps: 4 });
  await desk.picture('brush');
  await desk.page.mouse.down();
  await desk.page.mouse.up();
  await desk.page.keyboard.up('Shift');
  await desk.steps(2);
  await desk.expectMasks(or(stroke(13, ...wave), stroke(13, ...line)));
  await desk.expectUndoRedo();
});

test('the eraser takes what the ring passes over, in a straight line with Shift', async () => {
  await twoCoins(desk);
  await desk.click([64, 69]);
  await desk.key('e');
  await desk.brushSize(13);
  const way: Point[] = [
    [30.5, 40.5],
    [64.5, 64.5],
    [110.5, 64.5],
  ];
  await desk.begin(way, 1);
  const [{ id }] = await desk.annotations();
  await desk.hint(`Eraser, 13 px: erases from annotation ${id}`);
  await desk.picture('eraser');
  await desk.end();
  await desk.steps(3);
  const once = and(copper, not(stroke(13, ...way)));
  await desk.expectMasks(once, silver);
  await desk.click([64.5, 112.5], 'Shift');
  await desk.steps(4);
  await desk.expectMasks(and(once, not(stroke(13, way[2], [64.5, 112.5]))), silver);
  await desk.expectUndoRedo();
});

test('a lasso adds to the selected annotation, another cuts from it', async () => {
  await desk.key('p');
  await desk.outline(rings.outer);
  await desk.steps(1);
  // The user's own selection: without it a lasso elsewhere is another annotation.
  await desk.key('v');
  await desk.click([64, 69]);
  await desk.key('l');
  const ring = closed(rings.part);
  await desk.begin(ring.slice(0, 9));
  await desk.picture('lasso');
  await desk.end(...ring.slice(9));
  await desk.steps(2);
  await desk.expectMasks(or(copper, silver));
  await desk.key('Shift+l');
  await desk.begin(closed(rings.hole).slice(0, 6));
  await desk.picture('lasso-cut');
  await desk.end(...closed(rings.hole).slice(6));
  await desk.steps(3);
  await desk.expectMasks(ringAndSilver);
  await desk.expectUndoRedo();
});

test('the fill bucket closes a hole of the selected annotation', async () => {
  await oneWithHole(desk);
  const [{ id }] = await desk.annotations();
  await desk.key('u');
  await desk.hover([64.5, 69.5]);
  await desk.hint(`Click a hole in annotation ${id} to fill it`);
  await desk.picture('fill');
  await desk.click([64.5, 69.5]);
  await desk.steps(4);
  await desk.expectMasks(or(copper, silver));
  await desk.expectUndoRedo();
});

test('a line splits the selected annotation into polygons that share the cut and no pixel', async () => {
  await desk.key('p');
  await desk.outline(rings.outer);
  await desk.outline(rings.part, 'Shift');
  await desk.steps(2);
  await desk.key('x');
  const [a, b]: [Point, Point] = [
    [36, 20.25],
    [92, 124.75],
  ];
  await desk.begin([a, b]);
  await desk.picture('split');
  await desk.end();
  await desk.steps(3);
  await desk.selected(2);
  const pieces = await desk.annotations();
  const parts = pieces.map(({ segmentation }) => (segmentation?.kind === 'polygons' ? segmentation.parts : []));
  // The silver coin is not divided: it goes with the piece on its side of the line, as it was drawn.
  const withSilver = parts.find((each) => each.length === 2)!;
  expect(withSilver[1]).toEqual({ outer: rings.part.flat(), holes: [] });
  const masks = pieces.map(({ segmentation }) => segmentationToRle(segmentation!, size));
  expect(area(merge(masks, { intersect: true }))).toBe(0);
  const whole = fromPolygons([rings.outer.flat(), rings.part.flat()], ...size);
  // Where the cut meets the outline, a pixel on each side.
  expect(area(xor(merge(masks), whole))).toBeLessThanOrEqual(2);
  await desk.expectUndoRedo();
});

test('a marquee picks both coins, a drag moves them', async () => {
  await twoCoins(desk);
  await desk.begin([
    [30, 20],
    [150, 130],
  ]);
  await desk.hint('Selects every annotation with a pixel in the box; Shift adds');
  await desk.picture('select-marquee');
  await desk.end();
  await desk.selected(2);
  await desk.begin([
    [64, 69],
    [82, 81],
  ]);
  await desk.hint('Moves by whole pixels');
  await desk.picture('select-move');
  await desk.end();
  await desk.steps(3);
  await desk.expectMasks(moved(copper, 18, 12, size), moved(silver, 18, 12, size));
  await desk.expectUndoRedo();
});

test('a handle of the frame scales', async () => {
  await desk.box(103, 53, 40, 36);
  const outside = 10 / PHOTO.scale;
  await desk.hover([143 + outside, 89 + outside]);
  await desk.hint('Drag to scale; Shift keeps the ratio, Alt scales from the centre');
  await desk.begin([
    [143 + outside, 89 + outside],
    [167 + outside, 117 + outside],
  ]);
  await desk.picture('select-scale');
  await desk.end();
  await desk.steps(2);
  await desk.expectMasks(rect(103, 53, 64, 64));
  await desk.expectUndoRedo();
});

test('arrow keys nudge by a pixel, with Shift by ten', async () => {
  await desk.key('p');
  await desk.outline(rings.outer);
  await desk.steps(1);
  await desk.key('v', 'ArrowRight', 'ArrowRight', 'ArrowDown', 'Shift+ArrowDown');
  await desk.steps(5);
  await desk.expectMasks(moved(copper, 2, 11, size));
  await desk.hover([60.5, 80.5]);
  await desk.hint('Drag to move; arrow keys nudge by a pixel, with Shift by ten');
  await desk.picture('nudge');
  await desk.expectUndoRedo();
});

test('the wheel zooms where the pointer is, Space pans, keys fit the image and find the selection', async () => {
  await twoCoins(desk);
  const view = async () => (await desk.canvas.getAttribute('data-view'))!.split(' ').map(Number);
  const [fitted, left, top] = await view();
  await desk.hover(rings.part[0]);
  for (let notch = 0; notch < 4; notch++) await desk.page.mouse.wheel(0, -120);
  await expect.poll(async () => (await view())[0]).toBeGreaterThan(1.5 * fitted);
  // The wheel comes in steps: what is under the pointer stays there in all of them.
  await expect
    .poll(async () => {
      const [scale, x, y] = await view();
      const [px, py] = [rings.part[0][0], rings.part[0][1]];
      return Math.hypot(px * scale + x - (px * fitted + left), py * scale + y - (py * fitted + top)) < 1;
    })
    .toBe(true);
  await desk.picture('zoom');
  const [scale, x, y] = await view();
  await desk.page.keyboard.down('Space');
  await desk.drag([
    [100, 70],
    [110, 75],
  ]);
  await desk.page.keyboard.up('Space');
  await expect.poll(view).toEqual([scale, x + 10 * fitted, y + 5 * fitted]);
  await desk.key('f');
  await expect.poll(view).toEqual([fitted, left, top]);
  await desk.click([140, 90]);
  await desk.key('z');
  await expect.poll(async () => (await view())[0]).toBeGreaterThan(fitted);
  await desk.key('f');
  await expect.poll(view).toEqual([fitted, left, top]);
  await desk.expectUndoRedo();
});
