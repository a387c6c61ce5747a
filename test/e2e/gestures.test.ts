/** Keys and gestures that look alike and mean different things: none of them changes a label, a mask or a file unasked. */
import { expect, test } from '@playwright/test';
import { Desk, makeDataset } from './support/desk';

let desk: Desk;

test.beforeAll(async () => {
  desk = await Desk.open(await makeDataset(12));
});
test.afterAll(async () => {
  await desk.close();
});

const categories = async () => (await desk.annotations()).map(({ categoryId }) => categoryId);
const told = (text: string) => desk.page.locator('.notice').filter({ hasText: text });

test('a digit sets the category of what is drawn next; it relabels what the user selected, and says so', async () => {
  await desk.key('1', 'r');
  await desk.drag([
    [4, 4],
    [14, 14],
  ]);
  await desk.steps(1);
  // The box that was just drawn is selected: the digit is about the next one all the same.
  await desk.key('2');
  await desk.drag([
    [24, 4],
    [34, 14],
  ]);
  await desk.steps(2);
  expect(await categories()).toEqual([1, 2]);

  await test.step('while something is being drawn', async () => {
    await desk.key('v');
    await desk.click([8, 8]);
    await desk.key('p');
    await desk.click([4, 24]);
    await desk.click([14, 24]);
    await desk.key('2');
    await desk.click([14, 34]);
    await desk.key('Enter');
    await desk.steps(3);
    expect(await categories()).toEqual([1, 2, 2]);
  });

  await test.step('the user’s own selection', async () => {
    await desk.key('v');
    await desk.click([8, 8]);
    await desk.key('2');
    await desk.steps(4);
    expect(await categories()).toEqual([2, 2, 2]);
    await told('cell → debris').getByRole('button', { name: 'Undo' }).click();
    await desk.steps(3);
    expect(await categories()).toEqual([1, 2, 2]);
    await expect(told('cell → debris')).toBeHidden();
  });
});

test('a stroke elsewhere begins a new annotation; one that touches what was painted goes on with it', async () => {
  await desk.freshImage();
  await desk.key('1', 'p');
  await desk.outline([
    [4, 4],
    [16, 4],
    [16, 16],
  ]);
  await desk.steps(1);
  const [polygon] = await desk.annotations();
  await desk.key('b');
  await desk.brushSize(4);
  await desk.drag([
    [30, 10],
    [40, 10],
  ]);
  await desk.steps(2);
  expect((await desk.annotations())[0]).toEqual(polygon);
  await desk.drag([
    [40, 10],
    [40, 20],
  ]);
  await desk.steps(3);
  await desk.hint('adds to annotation');
  await desk.hover([30, 30]);
  await desk.hint('starts a new annotation; touch annotation');
  await desk.drag([
    [30, 30],
    [34, 30],
  ]);
  await desk.steps(4);
  await desk.drag(
    [
      [34, 30],
      [34, 30],
    ],
    'Alt',
  );
  await desk.steps(5);
  const areas = (await desk.annotations()).map(({ area }) => area);
  expect(areas).toHaveLength(3);
  expect(areas[2]).toBeLessThan(28);
  await desk.expectUndoRedo();
});

test('Backspace too many takes nothing away; a deletion is told, and Undo there brings it back', async () => {
  await desk.freshImage();
  await desk.key('1', 'p');
  await desk.outline([
    [4, 4],
    [16, 4],
    [16, 16],
  ]);
  await desk.steps(1);
  await desk.click([30, 10]);
  await desk.key('Backspace', 'Backspace');
  await desk.hint('Press Delete to remove what you have just drawn');
  await desk.click([30, 10]);
  await desk.key('Delete', 'k');
  await expect(told('Finish what you are drawing first')).toBeVisible();
  await desk.key('Escape', 'Delete');
  await desk.steps(2);
  await told('Deleted cell').getByRole('button', { name: 'Undo' }).click();
  await desk.steps(1);
  expect(await desk.annotations()).toHaveLength(1);
});

test('an open panel has the arrow keys: its slider moves, the annotation stays', async () => {
  await desk.freshImage();
  await desk.key('p');
  await desk.outline([
    [10, 10],
    [30, 10],
    [30, 30],
    [10, 30],
  ]);
  await desk.steps(1);
  const [before] = await desk.annotations();
  await desk.key('v');
  await desk.click([20, 20]);
  await desk.key('Alt+m');
  const slider = desk.page.getByRole('slider', { name: 'Radius' });
  await expect(slider).toBeFocused();
  await desk.key('ArrowRight', 'ArrowUp');
  await expect(slider).toHaveAttribute('aria-valuenow', '5');
  await test.step('and also where the focus went back to the image', async () => {
    await desk.canvas.focus();
    await desk.key('ArrowLeft', 'ArrowDown', 'ArrowDown');
    await expect(slider).toHaveAttribute('aria-valuenow', '2');
    await desk.key('End');
    await expect(slider).toHaveAttribute('aria-valuenow', '20');
    await desk.key('PageDown');
    await expect(slider).toHaveAttribute('aria-valuenow', '10');
  });
  await desk.key('Escape');
  await expect(slider).toBeHidden();
  expect(await desk.annotations()).toEqual([before]);
  // Closed, the keys are the annotation's again.
  await desk.key('ArrowRight');
  await desk.steps(2);
  await desk.hint('Nudge (Ctrl+Z takes it back)');
});

test('a right click on an overlap acts on the selected one there, and the menu says on what', async () => {
  await desk.freshImage();
  await desk.key('1');
  await desk.box(10, 10, 30, 20);
  const [under] = await desk.annotations();
  await desk.key('Escape', '2');
  const over = await desk.box(20, 14, 10, 10);
  const rows = desk.page.getByRole('region', { name: 'Annotations' }).getByRole('option');
  const menu = desk.page.getByRole('menu', { name: 'Actions on the selection' });
  await rows.last().click();
  await desk.page.mouse.click(...desk.at([25, 19]), { button: 'right' });
  await expect(menu).toContainText(`cell · ID ${under.id}`);
  await menu.getByRole('menuitem', { name: 'Mark as a crowd' }).click();
  await expect.poll(async () => (await desk.annotations()).map(({ isCrowd }) => isCrowd)).toEqual([true, false]);

  await test.step('nothing of it selected: the topmost', async () => {
    await desk.canvas.focus();
    await desk.key('Escape');
    await desk.page.mouse.click(...desk.at([25, 19]), { button: 'right' });
    await expect(menu).toContainText(`debris · ID ${over.id}`);
    await desk.key('Escape');
  });
  await test.step('several', async () => {
    await desk.key('Control+a');
    await desk.page.mouse.click(...desk.at([25, 19]), { button: 'right' });
    await expect(menu).toContainText('2 annotations');
    await desk.key('Escape');
    await desk.selected(2);
  });
  await test.step('a right click on a category opens its menu and does not pick it', async () => {
    const category = desk.page.getByRole('listbox', { name: 'Categories' }).getByRole('option', { name: 'cell' });
    await category.click({ button: 'right' });
    await desk.key('Escape');
    await expect(category).toHaveAttribute('aria-selected', 'false');
  });
});

test('copy from the previous image, delete a vertex by its menu, take the last one back by a right click', async () => {
  await desk.freshImage();
  await desk.page.mouse.click(...desk.at([25, 19]), { button: 'right' });
  await desk.page.getByRole('menuitem', { name: 'Copy from the previous image' }).click();
  await desk.steps(1);
  expect((await desk.annotations()).map(({ isCrowd }) => isCrowd)).toEqual([true, false]);
  await desk.canvas.focus();
  await desk.key('Control+z');
  await desk.steps(0);

  await desk.key('p');
  for (const corner of [
    [10, 10],
    [30, 10],
    [30, 30],
    [50, 5],
  ] as const)
    await desk.click(corner);
  await desk.page.mouse.click(...desk.at([40, 40]), { button: 'right' });
  await desk.click([10, 30]);
  await desk.key('Enter');
  await desk.steps(1);
  const outlineOf = async () => {
    const { segmentation } = (await desk.annotations())[0];
    return segmentation?.kind === 'polygons' ? segmentation.parts[0].outer : null;
  };
  expect(await outlineOf()).toEqual([10, 10, 30, 10, 30, 30, 10, 30]);
  await desk.key('v', 'Escape');
  await desk.doubleClick([20, 20]);
  await desk.selected(1);
  await desk.page.mouse.click(...desk.at([30, 30]), { button: 'right' });
  await desk.page.getByRole('menuitem', { name: 'Delete vertex' }).click();
  await desk.steps(2);
  expect(await outlineOf()).toEqual([10, 10, 30, 10, 10, 30]);
});

test('a new category keeps its field until Esc; what is typed next is a name, not keys; a pasted list makes many', async () => {
  await desk.freshImage();
  const { page } = desk;
  const names = async () => (await desk.app.ask('project.summary', {})).categories.map(({ name }) => name);
  const field = page.getByRole('textbox', { name: 'Name of the new category' });
  await page.getByRole('button', { name: 'New category' }).click();
  // D would open the next image, G start GrabCut.
  await page.keyboard.type('bear\ndog\n', { delay: 20 });
  await expect.poll(names).toEqual(['cell', 'debris', 'bear', 'dog']);
  await expect(field).toBeFocused();
  await expect(page.getByRole('banner')).toContainText(`${String(desk.imageId).padStart(2, '0')}.png`);
  await field.evaluate((element) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text', 'cat\nbear\nhorse\n');
    element.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
  });
  await expect.poll(names).toEqual(['cell', 'debris', 'bear', 'dog', 'cat', 'horse']);
  await expect(told('Added 2 categories; 1 was there already')).toBeVisible();
  await expect(field).toBeFocused();
  await desk.key('Escape');
  await expect(field).toBeHidden();
  await expect(desk.canvas).toBeFocused();

  await test.step('a field that is gone keeps the keyboard from the image until something else is clicked', async () => {
    const row = page.getByRole('listbox', { name: 'Categories' }).getByRole('option', { name: 'horse' });
    await row.dblclick();
    await page.keyboard.type('pony\n');
    await expect.poll(names).toEqual(['cell', 'debris', 'bear', 'dog', 'cat', 'pony']);
    await desk.key('d', 'g', '2');
    await expect(told('You were typing')).toBeVisible();
    await expect(page.getByRole('banner')).toContainText(`${String(desk.imageId).padStart(2, '0')}.png`);
    await desk.key('Escape', 'r');
    await expect(page.getByRole('button', { name: 'Box', exact: true })).toHaveAttribute('aria-pressed', 'true');
  });
});

test('random keys and clicks on the list between the steps of tools change nothing silently', async () => {
  await desk.freshImage();
  await desk.key('1', 'Escape');
  await desk.box(2, 2, 10, 8);
  await desk.box(50, 2, 10, 8);
  const before = await desk.annotations();
  const rows = desk.page.getByRole('region', { name: 'Annotations' }).getByRole('option');
  let state = 7;
  const next = (below: number) => (state = (state * 1103515245 + 12345) % 2 ** 31) % below;
  let category = 1;
  /** Nothing that opens another image or takes another tool: what becomes of the work then is told in drafts.test.ts. */
  const noise = async () => {
    for (let left = 3; left > 0; left--) {
      const kind = next(5);
      // It also goes near; the corners below are places of the whole picture.
      if (kind === 0) {
        await rows.nth(next(2)).dblclick();
        await desk.canvas.focus();
        await desk.key('f');
      }
      if (kind === 1) await rows.nth(next(2)).click({ button: 'right' });
      if (kind === 1) {
        await expect(desk.page.getByRole('menu')).toBeVisible();
        await desk.key('Escape');
        await expect(desk.page.getByRole('menu')).toHaveCount(0);
      }
      if (kind > 1) await desk.canvas.focus();
      if (kind === 2) await desk.key(['ArrowLeft', 'ArrowDown', 'Home', 'PageUp'][next(4)]);
      if (kind === 3) await desk.key(['j', 'k', 'Delete', 'Shift+m'][next(4)]);
      if (kind === 4) await desk.key(String((category = 1 + next(2))));
    }
    await desk.canvas.focus();
  };
  await desk.key('Escape', 'p');
  // Above where notices stand.
  const corners = [
    [20, 12],
    [40, 12],
    [40, 22],
    [20, 22],
  ] as const;
  for (const corner of corners) {
    await desk.click(corner);
    await noise();
  }
  await desk.key('Enter');
  await desk.steps(3);
  const after = await desk.annotations();
  expect(after.slice(0, 2)).toEqual(before);
  expect(after[2]).toMatchObject({
    categoryId: category,
    segmentation: { kind: 'polygons', parts: [{ outer: corners.flat(), holes: [] }] },
  });
});
