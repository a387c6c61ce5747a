/** The key map: shown, searched, changed by pressing keys, presets, and the way through the window without a mouse. */
import { expect, test } from '@playwright/test';
import { launch, type App } from './support/app';
import { imageFolder } from './support/imageFolder';
import { guidePicture, resizeForGuide } from './support/window';

const dialog = (app: App) => app.page.getByRole('dialog', { name: 'Keyboard shortcuts' });
const keysOf = (app: App, title: string) =>
  dialog(app)
    .getByRole('listitem')
    .filter({ hasText: title })
    .getByRole('button', { name: /^Remove / });

async function openImages(): Promise<App> {
  const app = await launch({ args: [await imageFolder(['01.png', '02.png', '03.png'])] });
  await resizeForGuide(app);
  await expect(app.page.getByRole('banner')).toContainText('01.png');
  return app;
}

test('the map is shown by ?, searched, and changed by pressing keys; conflicts are refused with the reason', async () => {
  const app = await openImages();
  await app.page.keyboard.press('?');
  await expect(dialog(app)).toBeVisible();
  await guidePicture(app, 'keys');
  await expect(dialog(app).getByRole('searchbox')).toBeFocused();
  await app.page.keyboard.type('next image');
  await expect(keysOf(app, 'Next image that is not done')).toHaveText(['Shift+N']);
  await dialog(app).getByRole('searchbox').fill('ctrl+s');
  await expect(keysOf(app, 'Export…')).toHaveText(['Ctrl+Shift+S']);
  await dialog(app).getByRole('searchbox').fill('');

  const add = async (title: string, chord: string) => {
    await dialog(app)
      .getByRole('button', { name: `Add a key to ${title}`, exact: true })
      .click();
    await app.page.keyboard.press(chord);
  };
  await add('Next image', 'a');
  await expect(dialog(app).getByRole('alert')).toHaveText('A is taken by “Previous image”: remove it there first');
  await add('Next image', 'Enter');
  await expect(dialog(app).getByRole('alert')).toHaveText('Enter is reserved: it finishes what a tool draws');
  await expect(keysOf(app, 'Next image').first()).toHaveText('D');
  await add('Next image', 'Control+ArrowRight');
  await expect(dialog(app).getByRole('button', { name: 'Remove Ctrl+→ from Next image', exact: true })).toBeVisible();
  await dialog(app).getByRole('button', { name: 'Remove D from Next image', exact: true }).click();
  await app.page.keyboard.press('Escape');
  await expect(dialog(app)).toBeHidden();

  const banner = app.page.getByRole('banner');
  await app.page.keyboard.press('d');
  await app.page.keyboard.press('Control+ArrowRight');
  await expect(banner).toContainText('02.png');
  await app.close();

  const again = await launch({ userData: app.userData, args: [await imageFolder(['x.png', 'y.png'])] });
  await expect(again.page.getByRole('banner')).toContainText('x.png');
  await again.page.keyboard.press('Control+ArrowRight');
  await expect(again.page.getByRole('banner')).toContainText('y.png');
  await again.page.keyboard.press('?');
  await dialog(again).getByRole('button', { name: 'Reset all changes' }).click();
  await again.page.keyboard.press('Escape');
  await again.page.keyboard.press('a');
  await expect(again.page.getByRole('banner')).toContainText('x.png');
  await again.page.keyboard.press('d');
  await expect(again.page.getByRole('banner')).toContainText('y.png');
  await again.close();
});

test('presets of CVAT and labelme hold at once and name their keys in the tooltips', async () => {
  const app = await openImages();
  const banner = app.page.getByRole('banner');
  const choose = async (preset: string) => {
    await app.page.keyboard.press('?');
    await dialog(app)
      .getByRole('combobox', { name: /^Preset: / })
      .click();
    await app.page.getByRole('option', { name: preset }).click();
    await app.page.keyboard.press('Escape');
    await expect(dialog(app)).toBeHidden();
  };
  await choose('CVAT');
  await app.page.keyboard.press('f');
  await expect(banner).toContainText('02.png');
  await app.page.keyboard.press('d');
  await expect(banner).toContainText('01.png');
  await choose('labelme');
  await app.page.keyboard.press('d');
  await expect(banner).toContainText('02.png');
  await app.page.keyboard.press('Control+n');
  await expect(app.page.getByRole('button', { name: 'Polygon', exact: true })).toHaveAttribute('aria-pressed', 'true');
  await app.page.getByRole('button', { name: 'Polygon', exact: true }).hover();
  await expect(app.page.locator('kbd').filter({ hasText: 'Ctrl+N' })).toBeVisible();
  await app.close();
});

test('everything but drawing is reached by the Tab key, and dialogs give the focus back', async () => {
  const app = await openImages();
  const focused = () =>
    app.page.evaluate(() => {
      const element = document.activeElement as HTMLElement;
      return element.getAttribute('aria-label') ?? element.textContent?.trim() ?? '';
    });
  await app.page.getByRole('button', { name: 'Close project' }).focus();
  const seen: string[] = [];
  for (let stop = 0; stop < 60; stop++) {
    seen.push(await focused());
    const inCanvas = await app.page.evaluate(() => document.activeElement?.getAttribute('role') === 'application');
    // In the canvas the Tab key walks through annotations; the panels after it are reached from behind.
    if (inCanvas) break;
    await app.page.keyboard.press('Tab');
  }
  const wanted = [
    'Close project',
    'Next image',
    'Edit',
    'Search images',
    'Filter images',
    'Images',
    'Review status: New',
    'Width of the image list',
    'Select',
  ];
  expect(wanted.filter((name) => !seen.includes(name))).toEqual([]);
  const order = wanted.map((name) => seen.indexOf(name));
  expect(order).toEqual([...order].sort((a, b) => a - b));
  // A row of buttons is one stop; arrow keys lead on in it.
  expect(seen.filter((name) => ['View', 'Settings', 'Export', 'Polygon', 'Brush'].includes(name))).toEqual([]);

  await app.page.getByRole('button', { name: 'Settings', exact: true }).focus();
  await app.page.keyboard.press('Enter');
  await expect(app.page.getByRole('dialog', { name: 'Settings' })).toBeVisible();
  await app.page.keyboard.press('Escape');
  await expect(app.page.getByRole('button', { name: 'Settings', exact: true })).toBeFocused();

  await test.step('F6 goes from part to part, out of a field and out of the picture too', async () => {
    await app.page.keyboard.press('Control+f');
    for (const name of ['Select', 'Image canvas', 'Proposals', 'Close project', 'Images']) {
      await app.page.keyboard.press('F6');
      await expect.poll(focused).toBe(name);
    }
    await app.page.keyboard.press('Shift+F6');
    await expect.poll(focused).toBe('Close project');
    // There is no annotation to walk through: Tab leaves the picture as well.
    await app.page.getByRole('application').focus();
    await app.page.keyboard.press('Tab');
    await expect(app.page.getByRole('application')).not.toBeFocused();
  });

  await test.step('arrow keys walk through the tools, letters still choose one, and Tab comes back to the chosen one', async () => {
    const tools = app.page.getByRole('toolbar', { name: 'Tools' });
    const names = await tools
      .getByRole('button')
      .evaluateAll((all) => all.map((one) => one.getAttribute('aria-label')!));
    await tools.getByRole('button', { name: 'Select', exact: true }).focus();
    for (const name of names.slice(1, 4)) {
      await app.page.keyboard.press('ArrowDown');
      await expect.poll(focused).toBe(name);
    }
    await app.page.keyboard.press('End');
    await expect.poll(focused).toBe(names.at(-1));
    await app.page.keyboard.press('ArrowDown');
    await expect.poll(focused).toBe(names.at(-1));
    await app.page.keyboard.press('Home');
    await expect.poll(focused).toBe('Select');
    await app.page.keyboard.press('p');
    await expect(tools.getByRole('button', { name: 'Polygon', exact: true })).toHaveAttribute('aria-pressed', 'true');
    await expect.poll(focused).toBe('Select');
    await app.page.keyboard.press('Shift+Tab');
    await app.page.keyboard.press('Tab');
    await expect.poll(focused).toBe('Polygon');
    await app.page.keyboard.press('v');
    const actions = app.page.getByRole('toolbar', { name: 'Actions' });
    await actions.getByRole('button', { name: 'Export' }).focus();
    await app.page.keyboard.press('ArrowLeft');
    await expect.poll(focused).toBe('Settings');
  });

  await test.step('what the mouse has pressed gives the keys to the picture that it goes to; in a list Space pans too', async () => {
    const canvas = app.page.getByRole('application', { name: 'Image canvas' });
    await app.page.getByRole('button', { name: 'Brush', exact: true }).click();
    await canvas.hover();
    await expect(canvas).toBeFocused();
    await app.page.getByRole('option', { name: /^02\.png/ }).click();
    await expect(app.page.getByRole('banner')).toContainText('02.png');
    await canvas.hover();
    await expect(canvas).not.toBeFocused();
    await app.page.keyboard.down('Space');
    await expect(canvas).toHaveCSS('cursor', 'grab');
    await app.page.keyboard.up('Space');
    await expect(canvas).not.toHaveCSS('cursor', 'grab');
  });

  const nameless = await app.page.evaluate(() =>
    [...document.querySelectorAll('button, input, [role="separator"], [role="listbox"]')]
      .filter((element) => !(element.getAttribute('aria-label') ?? element.textContent?.trim()))
      .map((element) => element.outerHTML.slice(0, 120)),
  );
  expect(nameless).toEqual([]);
  await app.close();
});
