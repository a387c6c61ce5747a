/** A network of the user's own, from the window: chosen in a dialog, taken for what it is, tried, and there to propose with. */
import { expect, test } from '@playwright/test';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { launch, repoRoot, temporaryFolder } from './support/app';
import { answerOpenDialog, resizeTo } from './support/window';

const fixtures = join(repoRoot, 'test/fixtures/models');

test('an ONNX file becomes a model that proposes; a file that is none gets its sentence', async () => {
  const given = temporaryFolder('given');
  mkdirSync(join(given, 'images'), { recursive: true });
  copyFileSync(join(fixtures, 'images/cells.png'), join(given, 'images/cells.png'));
  copyFileSync(join(fixtures, 'yolo-11-seg/model.onnx'), join(given, 'my-cells.onnx'));
  writeFileSync(join(given, 'notes.onnx'), 'the weights are on the other disk\n');
  const app = await launch({ args: [join(given, 'images')] });
  const { page } = app;
  await resizeTo(app, 1440, 900);
  const proposals = page.getByRole('region', { name: 'Proposals' });
  const choice = proposals.getByRole('combobox', { name: /^Model or method/ });
  await expect(page.getByRole('banner')).toContainText('cells.png');
  const add = async (file: string) => {
    await answerOpenDialog(app, join(given, file));
    await choice.click();
    await page.getByRole('option', { name: /^Add a model/ }).click();
  };

  await test.step('a file that is no model is told apart, and nothing is added', async () => {
    await add('notes.onnx');
    await expect(page.getByText(/notes\.onnx is not an ONNX model: it is text/)).toBeVisible();
    await expect(choice).toHaveAccessibleName('Model or method: none chosen');
  });

  await test.step('a YOLO file is taken for one, tried on the open image, and chosen', async () => {
    await add('my-cells.onnx');
    await expect(page.getByText(/Added “my-cells” \(yolo-seg\); on this image it finds \d+ objects/)).toBeVisible();
    await expect(page.getByText('Assumed: the 3 categories have no names')).toBeVisible();
    await expect(choice).toHaveAccessibleName('Model or method: my-cells');
  });

  await test.step('it stands among the models, and proposes', async () => {
    await choice.click();
    await expect(page.getByRole('option', { name: /^my-cells/ })).toContainText('Finds class 1, class 2 and class 3');
    await page.keyboard.press('Escape');
    await proposals.getByRole('button', { name: 'Propose', exact: true }).click();
    await expect(proposals.getByText(/class 2/).first()).toBeVisible();
  });
  await app.close();
});
