/** What is done to annotations on a photograph, by keys, menu and the panel that shows a change before it happens. */
import { expect, test } from '@playwright/test';
import { areaOf, copper, oneWithHole, ringAndSilver, silver, size, twoCoins } from '../support/coins';
import { Desk, makeDataset, PHOTO } from '../support/desk';
import { goldens } from '../support/goldens';
import { and, moved, not, or, type Point, rect, type Rule, stroke } from '../support/reference';
import { picture } from '../support/screenshots';

const rings = goldens.coins.rings;

let desk: Desk;
test.beforeAll(async () => {
  desk = await Desk.open(await makeDataset(32, PHOTO), { sheet: PHOTO });
  await desk.key('Control+b');
  await desk.fitWindow();
});
test.afterAll(() => desk.close());
test.beforeEach(() => desk.freshImage());

const list = () => desk.page.getByRole('listbox', { name: 'Annotations' });
const onCopper: Point = [40.5, 60.5];
const onSilver: Point = [140.5, 90.5];

/** Opens the menu on what lies at the place, and one of its sub menus. */
async function openMenu(at: Point, subMenu: string): Promise<void> {
  await desk.page.mouse.click(...desk.at(at), { button: 'right' });
  await desk.page.getByRole('menuitem', { name: subMenu, exact: true }).hover();
  await expect(desk.page.getByRole('menu')).toHaveCount(2);
  // All of it is in the window, however low the place is.
  const high = await desk.page.evaluate(() => innerHeight);
  const bottoms = () =>
    desk.page.getByRole('menu').evaluateAll((all) => all.map((menu) => menu.getBoundingClientRect().bottom));
  await expect.poll(async () => Math.max(...(await bottoms()))).toBeLessThanOrEqual(high);
}

const choose = (name: RegExp) => desk.page.getByRole('menuitem', { name }).click();

const box = rect(88, 48, 84, 74);

/** The copper coin and a box around the silver one, which overlap; both selected, the coin first. Two steps. */
async function coinAndBox(): Promise<void> {
  await desk.key('p');
  await desk.outline(rings.outer);
  await desk.steps(1);
  await desk.key('Escape');
  await desk.box(88, 48, 84, 74);
  await desk.key('Escape');
  await desk.click(onCopper);
  await desk.click([160.5, 110.5], 'Shift');
  await desk.selected(2);
}

for (const [name, result] of [
  ['Join', or(copper, box)],
  ['Subtract', and(copper, not(box))],
  ['Intersect', and(copper, box)],
  ['Exclude', and(or(copper, box), not(and(copper, box)))],
] as const) {
  test(`${name} from the menu`, async () => {
    await coinAndBox();
    await openMenu(onCopper, 'Combine');
    if (name === 'Join') await desk.picture('combine-menu');
    await choose(new RegExp(`^${name}`));
    await desk.steps(3);
    await desk.expectMasks(result);
    await desk.selected(1);
    await desk.hover([20.5, 20.5]);
    if (name === 'Join') await desk.picture('join');
    if (name === 'Subtract') await desk.picture('subtract');
    if (name === 'Intersect') await desk.picture('intersect');
    if (name === 'Exclude') await desk.picture('exclude');
    await desk.expectUndoRedo();
  });
}

test('remove underlying pixels: the lower annotation loses what the selected one covers', async () => {
  await coinAndBox();
  await desk.key('Escape');
  await desk.click([160.5, 110.5]);
  await desk.selected(1);
  await desk.key('Shift+r');
  await desk.steps(3);
  await desk.expectMasks(and(copper, not(box)), box);
  await desk.picture('remove-underlying');
  await desk.expectUndoRedo();
});

test('fill holes from the menu', async () => {
  await oneWithHole(desk);
  await openMenu(onCopper, 'Shape');
  await desk.picture('fill-holes');
  await choose(/^Fill holes/);
  await desk.steps(4);
  await desk.expectMasks(or(copper, silver));
  await desk.expectUndoRedo();
});

/** Of the shape that the open panel would make. */
const facts = (name: string) => desk.page.getByRole('region', { name }).locator('.facts[aria-busy="false"]');

test('drop fragments shows what is left, and leaves it', async () => {
  await desk.key('p');
  await desk.outline(rings.outer);
  await desk.key('v');
  await desk.click([64, 69]);
  await desk.key('b');
  await desk.brushSize(5);
  const dabs: Point[] = [
    [20.5, 30.5],
    [115.5, 40.5],
    [110.5, 120.5],
    [30.5, 125.5],
  ];
  for (const dab of dabs) await desk.click(dab);
  await desk.steps(5);
  await desk.expectMasks(or(copper, ...dabs.map((dab) => stroke(5, dab))));
  await desk.key('v', 'Alt+f');
  const pixels = areaOf(copper);
  await expect(facts('Drop fragments')).toContainText(`${number(pixels)} of ${number(pixels + 4 * 21)} px²`);
  await desk.picture('drop-fragments');
  await desk.key('Enter');
  await desk.steps(6);
  await desk.expectMasks(copper);
  await desk.expectUndoRedo();
});

test('smooth: every pixel takes the value of the majority around it', async () => {
  await desk.key('p');
  await desk.outline(rings.outer);
  await desk.key('v');
  await desk.click([64, 69]);
  await desk.key('b');
  await desk.brushSize(13);
  const dabs = rings.outer.map(([x, y]): Point => [Math.floor(x) + 0.5, Math.floor(y) + 0.5]);
  for (const dab of dabs) await desk.click(dab);
  await desk.steps(13);
  const rough = or(copper, ...dabs.map((dab) => stroke(13, dab)));
  await desk.expectMasks(rough);
  await desk.key('v', 'Alt+m');
  const slider = desk.page.getByRole('slider', { name: 'Radius' });
  await slider.focus();
  for (let radius = 3; radius < 6; radius++) await desk.key('ArrowRight');
  const smooth = majority(rough, 6);
  await expect(facts('Smooth')).toContainText(`${number(areaOf(smooth))} of ${number(areaOf(rough))} px²`);
  await desk.picture('smooth');
  await desk.key('Enter');
  await desk.steps(14);
  await desk.expectMasks(smooth);
  await desk.canvas.focus();
  await desk.expectUndoRedo();
});

test('simplify drops the vertices that lie on the line between others', async () => {
  await desk.key('p');
  // A vertex more on the edges that are not parallel to a chord of the outline: those could stand for its corners.
  const withMiddles = rings.outer.flatMap((from, i): Point[] => {
    const to = rings.outer[(i + 1) % rings.outer.length];
    return i % 3 === 1
      ? [from]
      : [from, [Math.round(2 * (from[0] + to[0])) / 4, Math.round(2 * (from[1] + to[1])) / 4]];
  });
  await desk.outline(withMiddles);
  await desk.steps(1);
  await desk.key('v', 'Alt+s');
  await expect(facts('Simplify')).toContainText('12 of 20 vertices');
  await desk.key('Enter');
  await desk.steps(2);
  await desk.expectMasks(copper);
  await desk.expectUndoRedo();
});

test('a mask becomes a polygon of the same pixels, with its holes and parts', async () => {
  await oneWithHole(desk);
  await desk.key('Shift+m');
  await desk.steps(4);
  expect((await desk.annotations())[0].segmentation?.kind).toBe('rle');
  await desk.expectMasks(ringAndSilver);
  await desk.key('Shift+p');
  await desk.steps(5);
  const [{ segmentation }] = await desk.annotations();
  expect(segmentation?.kind === 'polygons' && segmentation.parts.map(({ holes }) => holes.length)).toEqual([1, 0]);
  await desk.expectMasks(ringAndSilver);
  await desk.picture('convert');
  await desk.expectUndoRedo();
});

test('the category of the selection is changed by typing a part of its name', async () => {
  await twoCoins(desk);
  await desk.click(onSilver);
  await desk.key('Control+e');
  await desk.page.getByRole('combobox', { name: 'Category' }).fill('tab');
  await picture(desk.page, 'change-category');
  await desk.key('Enter');
  await desk.steps(3);
  await expect(desk.canvas).toBeFocused();
  expect((await desk.annotations()).map(({ categoryId }) => categoryId)).toEqual([1, 2]);
  // Category 1 is what the tests after this one draw with.
  await desk.key('Escape', '1');
  await desk.expectUndoRedo();
});

test('a duplicate lies beside its original', async () => {
  await twoCoins(desk);
  await desk.click(onSilver);
  await desk.key('Control+d');
  await desk.steps(3);
  await desk.expectMasks(copper, silver, moved(silver, 10, 10, size));
  await desk.selected(1);
  await desk.picture('duplicate');
  await desk.expectUndoRedo();
});

test('copied on one image, pasted on another', async () => {
  await twoCoins(desk);
  await desk.key('Control+a', 'Control+c');
  await desk.openImage(desk.imageId + 1);
  await desk.key('Control+v');
  await desk.steps(1);
  await desk.expectMasks(copper, silver);
  await desk.selected(2);
  await picture(desk.page, 'paste');
  await desk.expectUndoRedo();
});

test('propagate takes the selection to the next image and goes there', async () => {
  const source = desk.imageId;
  await twoCoins(desk);
  await desk.click(onSilver);
  await desk.key('Shift+d');
  await desk.arrived(source + 1);
  await desk.steps(1);
  await desk.expectMasks(silver);
  await picture(desk.page, 'propagate');
  await desk.expectUndoRedo();
});

test('hidden, locked, isolated: the list says so', async () => {
  await twoCoins(desk);
  await desk.click(onSilver);
  await desk.key('h');
  await expect(list().getByRole('button', { name: 'Show coin' })).toHaveCount(1);
  await desk.key('Escape');
  await picture(desk.page, 'hide');
  await desk.key('h');
  await expect(list().getByRole('button', { name: /^Show/ })).toHaveCount(0);
  await desk.click(onSilver);
  await desk.key('k');
  await desk.steps(3);
  await expect(list().getByRole('button', { name: 'Unlock coin' })).toHaveCount(1);
  await desk.key('Delete');
  await desk.hint('The selection is locked or hidden');
  await picture(desk.page, 'lock');
  await desk.key('Shift+k');
  await desk.steps(4);
  await desk.key('Escape');
  await desk.click(onCopper);
  await desk.key('Shift+h');
  await expect(list().getByRole('button', { name: 'Show coin' })).toHaveCount(1);
  await picture(desk.page, 'isolate');
  await desk.key('Escape', 'h');
  await expect(list().getByRole('button', { name: /^Show/ })).toHaveCount(0);
  await desk.expectMasks(copper, silver);
  await desk.expectUndoRedo();
});

test('what is above another is brought behind it', async () => {
  await coinAndBox();
  await desk.key('Escape');
  await desk.click([160.5, 110.5]);
  await desk.key('2');
  await desk.steps(3);
  await desk.key('Control+ArrowDown');
  await desk.steps(4);
  await desk.expectMasks(box, copper);
  await desk.key('Escape', '1');
  await picture(desk.page, 'order');
  await desk.expectUndoRedo();
});

const number = (value: number) => value.toLocaleString('en');

/** By definition: most of the pixels at most `radius` away, an even vote keeps the pixel's own; outside nobody votes. */
function majority(rule: Rule, radius: number): Rule {
  const image = rect(0, 0, PHOTO.width, PHOTO.height);
  return (x, y) => {
    let votes = 0;
    for (let dy = -radius; dy <= radius; dy++) {
      for (let dx = -radius; dx <= radius; dx++) {
        if (dx * dx + dy * dy <= radius * radius && image(x + dx, y + dy)) votes += rule(x + dx, y + dy) ? 1 : -1;
      }
    }
    return votes === 0 ? rule(x, y) : votes > 0;
  };
}
