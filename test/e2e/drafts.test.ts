/** What is left and come back to: unfinished work, and the place where one stopped. */
import { expect, test } from '@playwright/test';
import { join } from 'node:path';
import { answerDialogs, launch, temporaryFolder } from './support/app';
import { Desk, makeDataset, PHOTO } from './support/desk';
import { rect } from './support/reference';
import { resizeTo } from './support/window';
import { picture } from './support/screenshots';

test('an unfinished polygon waits for its tool, its image, and the next start of the program', async () => {
  let desk = await Desk.open(await makeDataset(2, PHOTO), { sheet: PHOTO });
  const bar = () => desk.page.getByRole('region', { name: 'Unfinished work' });

  await test.step('another tool: it goes on silently when its tool comes back', async () => {
    await desk.key('p');
    for (const corner of [[20, 20], [60, 20], [60, 60]] as const) await desk.click(corner); // prettier-ignore
    await desk.key('r');
    await expect(bar()).toContainText('Unfinished: polygon, 3 points');
    await desk.drag([
      [100, 80],
      [120, 100],
    ]);
    await desk.steps(1);
    await desk.key('p');
    await expect(bar()).toBeHidden();
    await desk.hint('3 vertices');
  });

  await test.step('another image: it is offered on return', async () => {
    await desk.openImage(2);
    await expect(bar()).toBeHidden();
    await desk.openImage(1);
    await expect(bar()).toContainText('Unfinished: polygon, 3 points');
    await picture(desk.page, 'unfinished');
    // In the smallest window the bar has two lines, and what is said stands above it.
    await resizeTo(desk.app, 900, 600);
    await answerDialogs(desk.app.electron, join(temporaryFolder('drafts'), 'out.json'));
    await desk.key('Control+s');
    const said = desk.page.getByRole('log').getByRole('status').filter({ hasText: 'Exported' });
    await expect(said).toBeVisible();
    const bottom = async () => {
      const box = (await said.boundingBox())!;
      return (await bar().boundingBox())!.y - box.y - box.height;
    };
    await expect.poll(bottom).toBeGreaterThan(0);
    await said.getByRole('button', { name: 'Dismiss' }).click();
    await desk.fitWindow();
    await bar().getByRole('button', { name: 'Resume' }).click();
    await expect(bar()).toBeHidden();
    await desk.click([20, 60]);
    await desk.key('Enter');
    await desk.steps(2);
    await desk.expectMasks(rect(100, 80, 20, 20), rect(20, 20, 40, 40));
    // Finished is finished: not offered again, and no part of undo.
    await desk.openImage(2);
    await desk.openImage(1);
    await desk.key('Control+z');
    await desk.steps(1);
    await expect(bar()).toBeHidden();
  });

  await test.step('thrown away only when one says so, and then with a way back', async () => {
    await desk.key('Escape', 'p');
    await desk.click([150, 20]);
    await desk.click([170, 20]);
    await desk.key('v');
    await bar().getByRole('button', { name: 'Discard' }).click();
    await expect(bar()).toBeHidden();
    const notice = desk.page.getByRole('status').filter({ hasText: 'Discarded: polygon, 2 points' });
    await notice.getByRole('button', { name: 'Undo' }).click();
    await expect(bar()).toContainText('Unfinished: polygon, 2 points');
  });

  await test.step('the program ends and starts again', async () => {
    const { file } = await desk.app.ask('project.summary', {});
    const { userData } = desk.app;
    await desk.close();
    desk = await Desk.open(file, { sheet: PHOTO, userData });
    await expect(bar()).toContainText('Unfinished: polygon, 2 points');
    await desk.canvas.focus();
    await desk.key('Alt+r');
    await desk.click([170, 40]);
    await desk.click([150, 40]);
    await desk.key('Enter');
    await desk.steps(2);
    await desk.expectMasks(rect(100, 80, 20, 20), rect(150, 20, 20, 20));
    await desk.close();
  });
});

test('strokes of GrabCut, a split line and a result that was not accepted are kept', async () => {
  const desk = await Desk.open(await makeDataset(2, PHOTO), { sheet: PHOTO });
  const bar = desk.page.getByRole('region', { name: 'Unfinished work' });
  const away = async () => {
    await desk.openImage(2);
    await desk.openImage(1);
  };
  // In the middle of a drag no key goes elsewhere: the box is drawn, on this image.
  await desk.key('r');
  await desk.begin([
    [20, 20],
    [60, 60],
  ]);
  await desk.key('d', 'b');
  await desk.end([100, 100]);
  await desk.steps(1);
  await expect(desk.page.getByRole('banner')).toContainText('01.png');
  await desk.expectMasks(rect(20, 20, 80, 80));
  await desk.key('v');
  const [annotation] = await desk.annotations();

  await desk.key('g');
  await desk.key('Enter');
  await desk.drag([
    [50, 50],
    [60, 60],
  ]);
  await expect(desk.page.getByText('Left stroke adds')).toBeVisible();
  await away();
  await expect(bar).toContainText('Unfinished: GrabCut, 1 stroke');
  await desk.key('Alt+r');
  await expect(desk.page.getByText('Left stroke adds')).toBeVisible();
  // What it is about changes while it waits.
  await desk.key('v');
  await desk.click([50, 50]);
  await desk.key('ArrowRight');
  await desk.steps(2);
  await bar.getByRole('button', { name: 'Resume' }).click();
  const changed = `Annotation ${annotation.id} has changed since: this goes on from what it is now`;
  await expect(desk.page.getByRole('status').filter({ hasText: changed }).first()).toBeVisible();
  await desk.key('Escape', 'Escape');
  await expect(bar).toBeHidden();

  await desk.key('v');
  await desk.click([50, 50]);
  await desk.key('x');
  await desk.click([60, 10]);
  await desk.click([60, 50]);
  await away();
  await expect(bar).toContainText('Unfinished: split line, 2 points');
  await desk.key('Alt+r');
  await desk.click([60, 120]);
  await desk.key('Enter');
  await desk.steps(3);
  expect(await desk.annotations()).toHaveLength(2);

  await desk.key('v', 'Escape', 't', 'Enter');
  await expect(desk.page.getByText(/found\. Enter accepts/)).toBeVisible();
  // A click is no reason to drop it.
  await desk.click([150, 100]);
  await expect(desk.page.getByText(/found\. Enter accepts/)).toBeVisible();
  await away();
  await expect(bar).toContainText('Unfinished: Threshold result');
  await bar.getByRole('button', { name: 'Resume' }).click();
  await expect(desk.page.getByText(/found\. Enter accepts/)).toBeVisible();
  await desk.key('Enter');
  await desk.steps(4);
  await expect(bar).toBeHidden();
  await desk.close();
});

test('a project opens where one stopped: the image, and what of it was in view', async () => {
  const first = await launch({ args: [await makeDataset(3, PHOTO)] });
  const { userData } = first;
  const view = (page: typeof first.page) =>
    page.getByRole('application', { name: 'Image canvas' }).getAttribute('data-view');
  await expect(first.page.getByRole('banner')).toContainText('01.png');
  await first.page.keyboard.press('d');
  await expect(first.page.getByRole('banner')).toContainText('02.png');
  const fitted = await view(first.page);
  for (const key of ['+', '+', '+']) await first.page.keyboard.press(key);
  const canvas = first.page.getByRole('application', { name: 'Image canvas' });
  await canvas.hover();
  await first.page.keyboard.down('Shift');
  await first.page.mouse.wheel(0, 120);
  await first.page.keyboard.up('Shift');
  const kept = async () => (await first.ask('project.summary', {})).place;
  await expect.poll(kept).toMatchObject({ imageId: 2, view: expect.anything() });
  const { file } = await first.ask('project.summary', {});
  // The view has come to rest: what is kept is what is seen.
  const scaleSeen = async () => Number((await view(first.page))!.split(' ')[0]);
  await expect.poll(async () => (await kept())!.view!.scale).toBe(await scaleSeen());
  const stopped = (await view(first.page))!.split(' ').map(Number);
  expect(stopped).not.toEqual(fitted!.split(' ').map(Number));
  await first.kill();

  const second = await launch({ userData, args: [file] });
  await expect(second.page.getByRole('banner')).toContainText('02.png');
  await expect(second.page.getByRole('option', { name: /^02\.png/ })).toHaveAttribute('aria-selected', 'true');
  const seen = async () => (await view(second.page))!.split(' ').map((text) => Math.round(Number(text)));
  await expect.poll(seen).toEqual(stopped.map(Math.round));
  // Another image is fitted, as ever.
  await second.page.keyboard.press('d');
  await expect(second.page.getByRole('banner')).toContainText('03.png');
  await expect.poll(() => view(second.page)).toBe(fitted);
  await second.close();
});
