/** The first minutes of a new project: categories come first, and no model proposes that nobody chose. */
import { expect, type Locator, test } from '@playwright/test';
import { launch } from './support/app';
import { imageFolder } from './support/imageFolder';
import { answerOpenDialog, chooseMaker, guidePicture, NUCLEI_MODEL, resizeTo } from './support/window';

const background = (button: Locator) => button.evaluate((element) => getComputedStyle(element).backgroundColor);

test('a new folder asks for a category first; a model is chosen by its card, once for the project', async () => {
  const folder = await imageFolder(['a.png', 'b.png'], 'Kitchen');
  const app = await launch({ args: [folder] });
  const { page } = app;
  await resizeTo(app, 1440, 900);
  const categories = page.getByRole('region', { name: 'Categories' });
  const proposals = page.getByRole('region', { name: 'Proposals' });
  const choice = proposals.getByRole('combobox', { name: /^Model or method/ });
  const propose = proposals.getByRole('button', { name: 'Propose', exact: true });
  const first = categories.getByText('New category', { exact: true });
  await expect(page.getByRole('banner')).toContainText('a.png');

  await test.step('the primary button makes a category; nothing can propose yet', async () => {
    await expect(first).toBeVisible();
    await expect(choice).toHaveAccessibleName('Model or method: none chosen');
    await expect(propose).toBeDisabled();
    await expect(propose).toHaveAttribute('title', 'Choose a model or a method first');
    expect(await background(first)).not.toBe(await background(propose));
    await guidePicture(app, 'new-project');
    await first.click();
    await page.keyboard.type('cup');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('listbox', { name: 'Categories' }).getByRole('option')).toHaveText(/cup/);
    await page.keyboard.press('Escape');
  });

  await test.step('each card says what it is for; the model has a picture', async () => {
    await choice.click();
    const nuclei = page.getByRole('option', { name: NUCLEI_MODEL });
    await expect(nuclei).toContainText('Cell nuclei in fluorescence and histology images');
    await expect(nuclei.locator('img')).toHaveJSProperty('naturalWidth', 112);
    await expect(page.getByRole('option', { name: /^Watershed/ })).toContainText('Round objects that touch each other');
    await guidePicture(app, 'model-cards');
    await page.keyboard.press('Escape');
    await expect(choice).toHaveAccessibleName('Model or method: none chosen');
  });

  await test.step('what was chosen stays with the project, and with it alone', async () => {
    await chooseMaker(page, /^Watershed/);
    await expect(choice).toHaveAccessibleName('Model or method: Watershed');
    await expect(propose).toBeEnabled();
    await page.reload();
    await expect(page.getByRole('banner')).toContainText('a.png');
    await expect(choice).toHaveAccessibleName('Model or method: Watershed');
    await page.getByRole('button', { name: 'Close project' }).click();
    await answerOpenDialog(app, await imageFolder(['c.png'], 'Garden'));
    await page.keyboard.press('Control+o');
    await expect(page).toHaveTitle(/Garden/);
    await expect(choice).toHaveAccessibleName('Model or method: none chosen');
  });
  await app.close();
});
