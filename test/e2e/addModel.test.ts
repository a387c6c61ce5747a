/**
 * Networks of the user's own, in the window: chosen or dropped, looked into, a wrong guess mended, tried. What each kind proposes and
 * answers there is what its original does.
 */
import { expect, test } from '@playwright/test';
import { decode, fromCompressed, iou, type Rle, withoutSpecks } from '@shared/mask';
import { createHash } from 'node:crypto';
import { copyFileSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { detections, endlessModel, identity, mapGraph, nanGraph } from '../support/oddGraphs';
import { writeModel } from '../support/onnx';
import { candidatesInOrder, compareWithTwin, readPromptTwin, readTwin, twinIds } from '../support/twinGoldens';
import { launch, repoRoot, temporaryFolder } from './support/app';
import { imageFolder } from './support/imageFolder';
import { ImageMouse, storedAnnotations } from './support/look';
import { picture } from './support/screenshots';
import { answerOpenDialog, chooseMaker, dragFiles, resizeTo } from './support/window';

const fixtures = join(repoRoot, 'test/fixtures/models');

test('files become a model: a sentence for what is none, a wrong guess mended, names mapped', async () => {
  const given = temporaryFolder('given');
  mkdirSync(join(given, 'images'), { recursive: true });
  copyFileSync(join(fixtures, 'images/cells.png'), join(given, 'images/cells.png'));
  copyFileSync(join(fixtures, 'yolo-11-seg/model.onnx'), join(given, 'my-cells.onnx'));
  writeFileSync(join(given, 'notes.onnx'), 'the weights are on the other disk\n');
  // Three planes come out of a picture: three classes, or the flows and cells of Cellpose. Nothing in the file tells.
  writeFileSync(
    join(given, 'planes.onnx'),
    writeModel({
      nodes: [{ op: 'Identity', inputs: ['image'], outputs: ['planes'] }],
      inputs: [{ name: 'image', dims: [1, 3, 'h', 'w'] }],
      outputs: [{ name: 'planes', dims: [1, 3, 'h', 'w'] }],
    }),
  );
  const odd = (name: string, content: Uint8Array) => {
    writeFileSync(join(given, `${name}.onnx`), content);
    return join(given, `${name}.onnx`);
  };
  const userData = temporaryFolder('user-data');
  // Networks whose originals' findings are known, by names of their own. Segformer's weights are those of the catalogue below.
  const kinds = [...twinIds, 'sam-samexporter'].filter((id) => id !== 'segformer');
  for (const id of kinds) {
    const folder = join(userData, 'models', id);
    cpSync(join(fixtures, id), folder, { recursive: true });
    const manifest = JSON.parse(readFileSync(join(folder, 'model.json'), 'utf8')) as object;
    writeFileSync(join(folder, 'model.json'), JSON.stringify({ ...manifest, name: `Twin ${id}` }));
  }
  // A catalogue of a lab's own, on a server that breaks off in the middle.
  const weights = readFileSync(join(fixtures, 'segformer/model.onnx'));
  let asked = 0;
  const server = createServer((request, response) => {
    const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
    response.writeHead(from > 0 ? 206 : 200, { 'content-length': weights.length - from });
    if (++asked > 3) return void response.end(weights.subarray(from));
    // The first time it only keeps one waiting.
    response.write(weights.subarray(from, from + 20_000), () => asked > 1 && response.destroy());
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  writeFileSync(
    join(userData, 'models/catalog.json'),
    JSON.stringify({
      hosts: ['127.0.0.1'],
      models: [
        {
          ...{ id: 'roads', name: 'Roads of the lab', purpose: 'Finds roads', family: 'semantic', licence: 'CC0-1.0' },
          page: address,
          files: [
            {
              path: 'model.onnx',
              url: `${address}/model.onnx`,
              sha256: createHash('sha256').update(weights).digest('hex'),
            },
          ],
        },
      ],
    }),
  );
  const app = await launch({ args: [join(given, 'images')], userData });
  const { page } = app;
  await resizeTo(app, 1440, 900);
  const proposals = page.getByRole('region', { name: 'Proposals' });
  const choice = proposals.getByRole('combobox', { name: /^Model or method/ });
  const wizard = page.getByRole('dialog', { name: 'Add a model' });
  await expect(page.getByRole('banner')).toContainText('cells.png');

  await test.step('a file that is no model is told apart, and another one can be chosen', async () => {
    await answerOpenDialog(app, join(given, 'notes.onnx'));
    await choice.click();
    // What fits the image by a guess comes first, and is not chosen.
    const list = page.getByRole('listbox').filter({ hasText: 'Add a model…' });
    await expect(list.getByRole('heading').first()).toHaveText('Looks like a microscope image');
    await expect(list.getByRole('option').first()).toContainText('Nuclei');
    await expect(list.getByRole('option', { selected: true })).toHaveCount(0);
    await page.getByRole('option', { name: /^Add a model/ }).click();
    await wizard.getByRole('button', { name: 'Choose files…' }).click();
    await expect(wizard.getByRole('alert')).toContainText(/notes\.onnx is not an ONNX model: it is text/);
    await expect(wizard.getByRole('button', { name: 'Add model' })).toBeDisabled();
  });

  const isTried = wizard.getByRole('button', { name: 'Try on this image' });
  await test.step('what cannot become a model says why, at a look or at the trial', async () => {
    const whole = writeModel(mapGraph([identity]));
    const looks: readonly (readonly [string, RegExp])[] = [
      [odd('cut-off', whole.subarray(0, whole.length - 40)), /cut-off\.onnx is not an ONNX model: it is cut off/],
      [
        odd('custom', writeModel(mapGraph([{ ...identity, domain: 'mmdeploy' }]))),
        /uses operators that only its own runtime has \(mmdeploy::Identity\)/,
      ],
    ];
    for (const [file, sentence] of looks) {
      await answerOpenDialog(app, file);
      await wizard.getByRole('button', { name: 'Other files…' }).click();
      await expect(wizard.getByRole('alert')).toContainText(sentence);
      await expect(wizard.getByRole('button', { name: 'Add model' })).toBeDisabled();
    }
    const trials: readonly (readonly [string, RegExp])[] = [
      [odd('newer', writeModel(mapGraph([identity]), { opset: 99 })), /newer\.onnx .*it needs operator set 99/],
      [odd('nan', writeModel(nanGraph())), /^nan\.onnx gives no numbers \(NaN\)/],
    ];
    for (const [file, sentence] of trials) {
      await answerOpenDialog(app, file);
      await wizard.getByRole('button', { name: 'Other files…' }).click();
      await isTried.click();
      await expect(wizard.getByRole('alert')).toContainText(sentence);
    }
  });

  await test.step('ten thousand objects are counted; a trial without end is stopped, and the next one runs', async () => {
    for (const [name, content, found] of [
      ['crowded', writeModel(detections(10_000)), 'Found 10,000 objects in'],
      ['endless', endlessModel(), null],
      ['empty', writeModel(detections(0)), 'Found 0 objects in'],
    ] as const) {
      await answerOpenDialog(app, odd(name, content));
      await wizard.getByRole('button', { name: 'Other files…' }).click();
      await expect(wizard.getByText(`${name}.onnx`).first()).toBeVisible();
      await isTried.click();
      if (found === null) await wizard.getByRole('button', { name: 'Stop the trial' }).click();
      else await expect(wizard.getByText(found)).toBeVisible();
    }
  });

  await test.step('a wrong guess is mended: the family, the size and the values', async () => {
    await answerOpenDialog(app, join(given, 'planes.onnx'));
    await wizard.getByRole('button', { name: 'Other files…' }).click();
    const family = wizard.getByRole('combobox', { name: /^Family/ });
    await expect(family).toHaveAccessibleName(/A class for each pixel/);
    await expect(wizard.getByText('one score a class for each pixel, “planes” [1, 3, h, w]')).toBeVisible();
    await family.click();
    await page.getByRole('option', { name: 'Cellpose' }).click();
    await expect(wizard.getByText('flow and cell “planes” [1, 3, h, w]')).toBeVisible();
    await wizard.getByRole('combobox', { name: /^Colours/ }).click();
    await page.getByRole('option', { name: 'Blue, green, red' }).click();
    await wizard.getByRole('combobox', { name: /^Size/ }).click();
    await page.getByRole('option', { name: 'By the longer side' }).click();
    await wizard.getByRole('spinbutton', { name: 'Side' }).fill('96');
    await wizard.getByRole('textbox', { name: 'Name', exact: true }).fill('Cells by colour');
    await wizard.getByRole('button', { name: 'Try on this image' }).click();
    await expect(wizard.getByText(/^Found \d+ objects? in/)).toBeVisible();
    await wizard.getByRole('button', { name: 'Add model' }).click();
    await expect(wizard).toBeHidden();
    await expect(choice).toHaveAccessibleName('Model or method: Cells by colour');
    const written = JSON.parse(readFileSync(join(userData, 'models/cells-by-colour/model.json'), 'utf8')) as object;
    expect(written).toMatchObject({
      family: 'cellpose',
      input: { colour: 'BGR', resize: { mode: 'longestSide', side: 96 } },
    });
  });

  await test.step('a dropped YOLO file is tried on the open image; pasted names go with the project’s', async () => {
    await dragFiles(app, 'dragEnter', [join(given, 'my-cells.onnx')]);
    await dragFiles(app, 'drop', [join(given, 'my-cells.onnx')]);
    await expect(wizard.getByText(/the 3 categories have no names/)).toBeVisible();
    await wizard.getByRole('textbox', { name: /^Names of the categories/ }).fill('round\nlong\nlong ones\nodd');
    await wizard.getByRole('textbox', { name: 'Name', exact: true }).click();
    await expect(wizard.getByRole('alert')).toContainText('your list names 4, and the graph tells 3 classes apart');
    await wizard.getByRole('textbox', { name: /^Names of the categories/ }).fill('round\nlong\nodd');
    await wizard.getByRole('button', { name: 'Try on this image' }).click();
    await expect(wizard.getByText(/^Found [1-9]\d* objects? in/)).toBeVisible();
    await expect(wizard.getByRole('listitem').filter({ hasText: /^long, \d+/ })).toBeVisible();
    await picture(wizard, 'add-model');
    await wizard.getByRole('button', { name: 'Add model' }).click();
    await expect(page.getByText(/Added “my-cells” \(yolo-seg\); on this image it finds \d+ objects/)).toBeVisible();
    await expect(choice).toHaveAccessibleName('Model or method: my-cells');
  });

  await test.step('it stands among the models, and proposes', async () => {
    await choice.click();
    await expect(page.getByRole('option', { name: /^my-cells/ })).toContainText('Finds round, long and odd');
    await page.keyboard.press('Escape');
    await proposals.getByRole('button', { name: 'Propose', exact: true }).click();
    await expect(proposals.getByText(/long/).first()).toBeVisible();
  });

  await test.step('things, classes of pixels, and both are drawn and accepted as their originals find them', async () => {
    const mouse = new ImageMouse(page);
    const { id: imageId } = (await app.ask('image.list', {}))[0];
    await proposals.getByRole('button', { name: 'Reject all' }).click();
    for (const id of ['yolo-11-seg', 'class-map', 'mask2former-panoptic']) {
      const golden = readTwin(id).images.cells;
      await chooseMaker(page, new RegExp(`^Twin ${id}`));
      const largest = golden.objects.reduce((most, one) => (one.area > most.area ? one : most));
      const place = innerPlace(fromCompressed(largest.counts, golden.size));
      const before = await mouse.screenPixel(place);
      await proposals.getByRole('button', { name: 'Propose', exact: true }).click();
      const accept = proposals.getByRole('button', { name: `Accept all ${golden.objects.length}`, exact: true });
      await expect(accept).toBeVisible();
      await expect.poll(() => mouse.screenPixel(place)).not.toBe(before);
      const { proposals: stored } = await app.ask('image.open', { imageId });
      const found = stored
        .filter(({ score }) => score >= 0.5)
        .map((one) => ({ ...one, mask: fromCompressed(one.segmentation.counts, golden.size) }));
      expect({ id, ...compareWithTwin(golden, found) }).toEqual({ id, missed: [], left: [] });
      await accept.click();
      await expect
        .poll(async () => (await storedAnnotations(app, imageId)).map(({ area }) => area).sort())
        .toEqual(found.map(({ area }) => area).sort());
      await page.keyboard.press('Control+z');
      await expect.poll(async () => (await storedAnnotations(app, imageId)).length).toBe(0);
      await proposals.getByRole('button', { name: 'Reject all' }).click();
    }
    // All the others, by the same processes.
    for (const id of kinds) {
      if (id === 'sam-samexporter' || readTwin(id).split) continue;
      const golden = readTwin(id).images.cells;
      const { proposals: all } = await app.ask('app.propose', { imageId, with: { kind: 'model', model: id } });
      const found = all
        .filter(({ provenance }) => provenance.model?.id === id)
        .map((one) => ({ ...one, mask: fromCompressed(one.segmentation.counts, golden.size) }));
      expect({ id, ...compareWithTwin(golden, found) }).toEqual({ id, missed: [], left: [] });
      await app.ask('proposals.reject', { imageId, ids: all.map((one) => one.id) });
    }
  });

  await test.step('Smart select asks the network of one’s own, and draws what its original answers', async () => {
    const { id: imageId } = (await app.ask('image.list', {}))[0];
    const { size, prompts } = readPromptTwin('sam-samexporter').images.cells;
    const [x, y] = prompts[0].points[0];
    await page.getByRole('application', { name: 'Image canvas' }).focus();
    await page.keyboard.press('s');
    const card = page.getByRole('region', { name: 'Smart select', exact: true });
    await card.getByRole('combobox', { name: /^Model/ }).click();
    await page.getByRole('option', { name: 'Twin sam-samexporter' }).click();
    await card.getByRole('checkbox', { name: 'Refine the rim' }).click();
    await new ImageMouse(page).click([x, y]);
    await expect(card.getByText(/^Mask 1 of \d/)).toBeVisible();
    await page.getByRole('application', { name: 'Image canvas' }).focus();
    await page.keyboard.press('Enter');
    await expect.poll(async () => (await storedAnnotations(app, imageId)).length).toBe(1);
    const [{ segmentation, provenance }] = await storedAnnotations(app, imageId);
    const { counts } = segmentation as { counts: string };
    const wanted = withoutSpecks(candidatesInOrder(prompts[0], size)[0].mask, [{ x, y, isInside: true }]);
    // The pointer is up to half a pixel of the screen beside the place that the original was asked about.
    expect(iou([fromCompressed(counts, size)], [wanted], [0])[0]).toBeGreaterThan(0.97);
    expect(provenance?.model?.id).toBe('sam-samexporter');
    await page.keyboard.press('Control+z');
    await page.keyboard.press('v');
  });

  await test.step('a model of the catalogue is fetched on a click, over a line that breaks, and chosen', async () => {
    await choice.click();
    await page.getByRole('option', { name: /^More models/ }).click();
    const catalogue = page.getByRole('dialog', { name: 'More models' });
    const roads = catalogue.getByRole('listitem', { name: 'Roads of the lab', exact: true });
    await expect(catalogue.getByRole('listitem', { name: 'MobileSAM' })).toContainText('Licence: Apache-2.0');
    await expect(roads).toContainText('Licence: CC0-1.0 · 127.0.0.1');
    expect(asked).toBe(0);
    await picture(catalogue, 'more-models');
    await roads.getByRole('button', { name: 'Download' }).click();
    await expect(roads.getByRole('status')).toHaveText('20 kB of 50 kB, model.onnx');
    await roads.getByRole('button', { name: 'Stop' }).click();
    await expect(roads).toContainText('20 kB of a download that was stopped');
    await expect(roads.getByRole('button', { name: 'Go on' })).toBeVisible();
    await roads.getByRole('button', { name: 'Discard the download of Roads of the lab' }).click();
    await expect(roads).not.toContainText('stopped');
    await roads.getByRole('button', { name: 'Download' }).click();
    await expect(roads.getByText('Installed')).toBeVisible();
    expect(asked).toBe(4);
    // One's own are taken out there, and put back by the notice.
    const own = catalogue.getByRole('listitem', { name: 'Yours: Roads of the lab' });
    await expect(own).toContainText('Licence: CC0-1.0');
    await own.getByRole('button', { name: 'Remove Roads of the lab' }).click();
    await expect(roads.getByRole('button', { name: 'Download' })).toBeVisible();
    await catalogue.getByRole('button', { name: 'Close' }).first().click();
    await expect(choice).toHaveAccessibleName('Model or method: none chosen');
    await page
      .getByRole('status')
      .filter({ hasText: 'Removed the model' })
      .getByRole('button', { name: 'Undo' })
      .click();
    await expect(choice).toHaveAccessibleName('Model or method: Roads of the lab');
    await choice.click();
    await page.getByRole('option', { name: /^More models/ }).click();
    await expect(own).toBeVisible();
    await catalogue.getByRole('button', { name: 'Close' }).first().click();
    await expect(choice).toHaveAccessibleName('Model or method: Roads of the lab');
  });
  server.close();
  await app.close();
});

/** The middle of the mask's pixel with most of the mask around it. */
function innerPlace(mask: Rle): readonly [number, number] {
  const [height, width] = mask.size;
  const set = decode(mask);
  let [most, place] = [-1, [0, 0] as readonly [number, number]];
  for (let y = 1; y + 1 < height; y++) {
    for (let x = 1; x + 1 < width; x++) {
      if (set[y * width + x] === 0) continue;
      const around = [-1, 0, 1].flatMap((dy) => [-1, 0, 1].map((dx) => set[(y + dy) * width + x + dx]));
      const sum = around.reduce((a, b) => a + b);
      if (sum > most) [most, place] = [sum, [x + 0.5, y + 0.5]];
    }
  }
  return place;
}

test('what another window does to the models is known once this one is come back to', async () => {
  const userData = temporaryFolder('user-data');
  const folder = join(userData, 'models', 'yolo-11-seg');
  cpSync(join(fixtures, 'yolo-11-seg'), folder, { recursive: true });
  const app = await launch({ userData, args: [await imageFolder(['a.png'])] });
  const { page } = app;
  await chooseMaker(page, /^Untrained/);
  const maker = page.getByRole('combobox', { name: /^Model or method/ });
  await expect(maker).toContainText('Untrained');
  rmSync(folder, { recursive: true });
  const comeBack = () => page.evaluate(() => window.dispatchEvent(new Event('focus')));
  await comeBack();
  await expect(maker).not.toContainText('Untrained');
  cpSync(join(fixtures, 'yolo-11-seg'), folder, { recursive: true });
  await comeBack();
  await expect(maker).toContainText('Untrained');
  await app.close();
});
