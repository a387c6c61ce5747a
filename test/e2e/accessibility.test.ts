/** Names and contrast of everything on screen, in both themes; long names stay in their place. */
import { expect, test, type Page } from '@playwright/test';
import { launch } from './support/app';
import { findBarriers } from './support/accessibility';
import { writeCoco } from './support/dataset';

const long = 'a-name-without-end-'.repeat(10).slice(0, 190);

/** Nothing is wider than its place. */
async function expectNoOverflow(page: Page): Promise<void> {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect(wide).toBe(0);
}

for (const theme of ['dark', 'light'] as const) {
  test(`every control has a name and every text its contrast, ${theme}`, async () => {
    const app = await launch();
    await app.ask('settings.write', { changes: { theme } });
    await app.close();

    const boxes = [
      [1, 4, 4, 20, 20],
      [2, 30, 4, 20, 20],
    ] as const;
    const file = await writeCoco([{ name: `${long}.png`, width: 90, height: 60, boxes }], ['cell', `${long}-category`]);
    const again = await launch({ userData: app.userData });
    const window = again.page;
    await expect(window.getByRole('heading', { name: 'Maskwright' })).toBeVisible();
    await expect(window.locator('html')).toHaveAttribute('data-theme', theme);
    expect(await findBarriers(window), 'welcome').toEqual([]);
    await window.evaluate(() =>
      document.body.insertAdjacentHTML(
        'beforeend',
        '<button></button><p style="color: #777; background: #999">faint</p>',
      ),
    );
    expect(await findBarriers(window), 'what the search finds').toEqual([
      'button. “” has no name',
      expect.stringMatching(/^p\. “faint” has a contrast of \d\.\d\d$/),
    ]);
    await again.close();

    const editor = await launch({ userData: app.userData, args: [file] });
    const at = editor.page;
    const list = at.getByRole('listbox', { name: 'Annotations' });
    await expect(list.getByRole('option')).toHaveCount(2);
    await list.getByRole('option').first().click();
    await expect(at.getByRole('region', { name: 'Inspector' })).toBeVisible();
    expect(await findBarriers(at), 'editor').toEqual([]);
    await expect(at.getByRole('banner').getByText('1 / 1')).toBeInViewport({ ratio: 1 });
    await expectNoOverflow(at);

    const states: [string, () => Promise<unknown>][] = [
      ['view menu', () => at.getByRole('button', { name: 'View', exact: true }).click()],
      ['edit menu', () => at.getByRole('button', { name: 'Edit', exact: true }).click()],
      ['image filter', () => at.getByRole('button', { name: 'Filter images' }).click()],
      ['settings', () => at.keyboard.press('Control+,')],
      ['keys', () => at.keyboard.press('F1')],
      ['measurements', () => at.keyboard.press('Alt+t')],
      ['change category', () => at.keyboard.press('Control+e')],
      ['reject', () => at.keyboard.press('Alt+4')],
      ['preset list', () => at.getByRole('button', { name: 'Add a preset list' }).click()],
    ];
    for (const [name, open] of states) {
      await test.step(name, async () => {
        await at.getByRole('application').focus();
        await open();
        const shown = at.locator('[role="dialog"], [role="menu"]').first();
        await expect(shown).toBeVisible();
        expect(await findBarriers(at), name).toEqual([]);
        await expectNoOverflow(at);
        await at.keyboard.press('Escape');
        await expect(shown).toBeHidden();
      });
    }
    await editor.close();
  });
}
