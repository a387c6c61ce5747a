/** Reviewing proposals by keyboard and mouse: order, score, filter, accept, reject, edit, undo. */
import { expect, test } from '@playwright/test';
import { fromCompressed } from '@shared/mask';
import { pixelAt } from '@shared/mask/edit';
import { launch, type App } from './support/app';
import { ImageMouse, openByName, storedAnnotations } from './support/look';
import { picture } from './support/screenshots';
import { chooseMaker, NUCLEI_MODEL, openManyImages, resizeTo } from './support/window';

const panel = (app: App) => app.page.getByRole('region', { name: 'Proposals' });
const list = (app: App) => panel(app).getByRole('group', { name: /^Review/ });
const listed = async (app: App) =>
  Number(
    (await panel(app)
      .getByRole('button', { name: /^Accept all/ })
      .textContent())!.match(/\d+/)![0],
  );

test('review proposals one by one, undo each decision', async () => {
  const app = await launch({ args: ['--sample'] });
  const imageId = await openByName(app, 'nuclei-02.png');
  await resizeTo(app, 1440, 900);
  await chooseMaker(app.page, NUCLEI_MODEL);
  const parts = ['Proposals', 'Categories', 'Annotations', 'Inspector'];
  const places = () =>
    Promise.all(parts.map((name) => app.page.getByRole('region', { name, exact: true }).boundingBox()));
  const before = await places();
  await panel(app).getByRole('button', { name: 'Propose' }).click();
  await expect(panel(app).getByRole('button', { name: /^Accept all \d+$/ })).toBeVisible({ timeout: 60_000 });

  await test.step('what arrives moves no section, and “Accept all” is in sight in a window of any size', async () => {
    expect(await places()).toEqual(before);
    for (const [width, height] of [
      [900, 600],
      [1440, 900],
    ] as const) {
      await resizeTo(app, width, height);
      await expect(panel(app).getByRole('button', { name: /^Accept all/ })).toBeInViewport({ ratio: 1 });
      await expect(list(app).getByRole('option').first()).toBeInViewport({ ratio: 1 });
    }
    expect(await places()).toEqual(before);
  });
  const proposals = (await app.ask('image.open', { imageId })).proposals;
  const above = (cut: number) => proposals.filter(({ score }) => score >= cut).length;
  expect(await listed(app)).toBe(above(0.5));

  // The list is in the order of the scores; what is at hand is the first.
  await list(app).getByRole('option').first().click();
  await app.page.keyboard.press('Enter');
  await expect.poll(async () => (await storedAnnotations(app, imageId)).length).toBe(1);
  const [accepted] = await storedAnnotations(app, imageId);
  const best = [...proposals].sort((a, b) => b.score - a.score || a.id - b.id);
  expect(accepted).toMatchObject({ segmentation: best[0].segmentation, provenance: best[0].provenance });

  await app.page.keyboard.press('Delete');
  await expect.poll(() => listed(app)).toBe(above(0.5) - 2);
  await expect(list(app).getByRole('option', { selected: true })).toHaveCount(1);
  await picture(app.page.getByRole('complementary').last(), 'proposal-review');
  await panel(app).getByRole('button', { name: 'Bring back' }).click();
  await expect.poll(() => listed(app)).toBe(above(0.5) - 1);

  await test.step('a click on the picture takes the one there in hand, and Enter accepts it', async () => {
    const { segmentation, bbox, id } = [...proposals].sort((a, b) => b.score - a.score || a.id - b.id)[2];
    const mask = fromCompressed(segmentation.counts, segmentation.size);
    const [x, y, width, height] = bbox;
    const pixels = Array.from(
      { length: width * height },
      (_, i) => [x + (i % width), y + Math.floor(i / width)] as const,
    );
    const inside = pixels.filter((at) => pixelAt(mask, ...at));
    const [column, row] = inside[Math.floor(inside.length / 2)];
    await new ImageMouse(app.page).click([column + 0.5, row + 0.5]);
    await expect(app.page.getByRole('contentinfo').last()).toContainText(
      'Enter accepts this proposal, Delete rejects it',
    );
    const before = await listed(app);
    await app.page.keyboard.press('Enter');
    await expect.poll(() => listed(app)).toBe(before - 1);
    expect((await app.ask('image.open', { imageId })).proposals.some((left) => left.id === id)).toBe(false);
    await app.page.keyboard.press('Control+z');
    await expect.poll(() => listed(app)).toBe(before);
  });

  await test.step('undo of an acceptance brings the proposal back', async () => {
    await app.page.keyboard.press('Control+z');
    await expect.poll(() => listed(app)).toBe(above(0.5));
    expect(await storedAnnotations(app, imageId)).toHaveLength(0);
    expect((await app.ask('image.open', { imageId })).proposals).toEqual(proposals);
    await app.page.keyboard.press('Control+Shift+z');
    await expect.poll(() => listed(app)).toBe(above(0.5) - 1);
  });

  await test.step('all above a score, one step', async () => {
    const slider = panel(app).getByRole('slider', { name: 'Score' });
    await slider.focus();
    await app.page.keyboard.press('End');
    await expect(panel(app)).toContainText('All below this score or filtered out');
    for (let i = 0; i < 20; i++) await app.page.keyboard.press('ArrowLeft');
    const rest = best.slice(1).filter(({ score }) => score >= 0.8).length;
    await expect.poll(() => listed(app)).toBe(rest);
    await panel(app)
      .getByRole('button', { name: /^Accept all/ })
      .click();
    await expect.poll(async () => (await storedAnnotations(app, imageId)).length).toBe(rest + 1);
    await app.page.getByRole('application').focus();
    await app.page.keyboard.press('Control+z');
    await expect.poll(async () => (await storedAnnotations(app, imageId)).length).toBe(1);
  });

  await test.step('what an annotation says already is flagged and can be left out', async () => {
    await panel(app)
      .getByRole('button', { name: /^Accept all/ })
      .click();
    const known = best.filter(({ score }) => score >= 0.8).length;
    await expect.poll(async () => (await storedAnnotations(app, imageId)).length).toBe(known);
    await panel(app).getByRole('button', { name: 'Propose' }).click();
    // The model says the same again, and every bit of it is annotated.
    await expect(panel(app).getByRole('button', { name: `Accept all ${known}`, exact: true })).toBeVisible({
      timeout: 60_000,
    });
    await panel(app).getByRole('button', { name: 'Filter proposals' }).click();
    const leaveOut = app.page.getByRole('checkbox', { name: `Leave out ${known} that overlap annotations` });
    await expect(leaveOut).toBeVisible({ timeout: 60_000 });
    expect(await listed(app)).toBe(known);
    await leaveOut.check();
    await expect(panel(app)).toContainText('All below this score or filtered out');
  });
  await app.close();
});

test('what a method finds is listed at once, whatever its score; a model has a slider of its own', async () => {
  const app = await launch({ args: ['--sample'] });
  const imageId = await openByName(app, 'nuclei-02.png');
  await chooseMaker(app.page, /^Watershed/);
  await panel(app).getByRole('button', { name: 'Propose' }).click();
  await expect(panel(app).getByRole('button', { name: /^Accept all \d+$/ })).toBeVisible({ timeout: 60_000 });
  const found = (await app.ask('image.open', { imageId })).proposals;
  expect(found.filter(({ score }) => score < 0.5).length).toBeGreaterThan(0);
  expect(await listed(app)).toBe(found.length);
  await expect(panel(app).getByRole('slider', { name: 'Score', exact: true })).toHaveAttribute('aria-valuenow', '0');

  await chooseMaker(app.page, NUCLEI_MODEL);
  await panel(app).getByRole('button', { name: 'Propose' }).click();
  const model = panel(app).getByRole('slider', { name: 'Model', exact: true });
  await expect(model).toHaveAttribute('aria-valuenow', '0.5', { timeout: 60_000 });
  await panel(app).getByRole('slider', { name: 'Method', exact: true }).focus();
  await app.page.keyboard.press('End');
  const sure = (await app.ask('image.open', { imageId })).proposals.filter(
    ({ score, provenance }) => score >= (provenance.model ? 0.5 : 1),
  );
  await expect(list(app).getByRole('option').first()).toBeVisible();
  await expect(panel(app).getByText(/^\d+ of \d+$/)).toBeVisible();
  expect(await listed(app)).toBeLessThanOrEqual(sure.length);
  expect(await listed(app)).toBeGreaterThan(0);
  await app.close();
});

test('E takes a proposal in hand: corrected, it says so; undo leads back to the proposal, also after reopening', async () => {
  const app = await launch({ args: ['--sample'] });
  const mouse = new ImageMouse(app.page);
  const imageId = await openByName(app, 'nuclei-02.png');
  await chooseMaker(app.page, NUCLEI_MODEL);
  await panel(app).getByRole('button', { name: 'Propose' }).click();
  await expect(panel(app).getByRole('button', { name: /^Accept all \d+$/ })).toBeVisible({ timeout: 60_000 });
  const { proposals } = await app.ask('image.open', { imageId });
  await list(app).getByRole('option').first().click();
  await app.page.keyboard.press('e');
  await expect.poll(async () => (await storedAnnotations(app, imageId)).length).toBe(1);
  const [accepted] = await storedAnnotations(app, imageId);
  const [x, y, width] = accepted.bbox;
  await mouse.drag([
    [x + width / 2, y + 2],
    [x + width / 2, y - 8],
  ]);
  await expect.poll(async () => (await storedAnnotations(app, imageId))[0].area).toBeGreaterThan(accepted.area);
  const [corrected] = await storedAnnotations(app, imageId);
  expect(corrected).toMatchObject({ id: accepted.id, score: accepted.score });
  expect(corrected.provenance).toEqual({ ...accepted.provenance, edits: 1 });
  await picture(app.page.getByRole('application', { name: 'Image canvas' }), 'proposal-correct');

  // Away and back: what is undone then is the same.
  await openByName(app, 'nuclei-03.png');
  await openByName(app, 'nuclei-02.png');
  await app.page.getByRole('application').focus();
  await app.page.keyboard.press('Control+z');
  await expect.poll(() => storedAnnotations(app, imageId)).toEqual([accepted]);
  await app.page.keyboard.press('Control+z');
  await expect.poll(() => storedAnnotations(app, imageId)).toEqual([]);
  expect((await app.ask('image.open', { imageId })).proposals).toEqual(proposals);
  await expect.poll(() => listed(app)).toBe(proposals.filter(({ score }) => score >= 0.5).length);
  await app.close();
});

test('accept above a score on every image, and take it back in one step', async () => {
  const app = await launch({ args: ['--sample'] });
  const imageId = await openByName(app, 'nuclei-02.png');
  await chooseMaker(app.page, /^Threshold/);
  const many = await openManyImages(app.page);
  await many.getByRole('button', { name: /^Run on all/ }).click();
  await expect(many.getByRole('group', { name: 'Batch' }).getByRole('status')).toHaveText('done', { timeout: 60_000 });
  await many.getByRole('button', { name: 'Close the batch' }).click();
  const total = async () => {
    const rows = await app.ask('image.list', {});
    const sum = (key: 'annotationCount' | 'proposalCount') => rows.reduce((count, row) => count + row[key], 0);
    return [sum('annotationCount'), sum('proposalCount')];
  };
  const before = await total();
  const images = (await app.ask('image.list', {})).filter(({ proposalCount }) => proposalCount > 0).length;
  await many.getByRole('button', { name: `Accept on ${images} images` }).click();
  await app.page.keyboard.press('Escape');
  const notice = app.page.getByText(/^Accepted [\d,]+ proposals on \d+ images$/);
  await expect(notice).toBeVisible();
  const after = await total();
  expect(after[0]).toBeGreaterThan(before[0] + 50);
  expect(after[0] - before[0]).toBe(before[1] - after[1]);
  await picture(app.page, 'accept-images', { x: 840, y: 0, width: 600, height: 900 });
  // The open image shows it; its own undo does not.
  await expect.poll(async () => (await storedAnnotations(app, imageId)).length).toBeGreaterThan(0);
  await app.page.getByRole('button', { name: 'Undo', exact: true }).last().click();
  await expect.poll(total).toEqual(before);
  expect(await storedAnnotations(app, imageId)).toHaveLength(0);
  await expect.poll(() => listed(app)).toBeGreaterThan(0);
  await app.close();
});
