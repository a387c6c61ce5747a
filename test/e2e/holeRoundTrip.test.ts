/** A polygon with a hole and two parts: drawn, exported to COCO, read back, and the very same mask all the way. */
import { expect, test } from '@playwright/test';
import { fromCompressed } from '@shared/mask';
import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { temporaryFolder } from './support/app';
import { size } from './support/coins';
import { Desk, makeDataset, PHOTO } from './support/desk';
import { drawnGolden, goldens } from './support/goldens';
import { drawnMask } from './support/reference';
import { picture } from './support/screenshots';

interface Exported {
  images: { id: number; file_name: string }[];
  annotations: {
    image_id: number;
    iscrowd: number;
    area: number;
    segmentation: number[][] | { size: [number, number]; counts: string };
  }[];
}

test('a hole becomes RLE with iscrowd 0, the export says so, and reading back gives the same mask', async () => {
  const golden = goldens.coins;
  const dataset = await makeDataset(2, PHOTO);
  const desk = await Desk.open(dataset, { sheet: PHOTO });
  const withHoleId = desk.imageId;
  await desk.key('p');
  await desk.outline(golden.rings.outer);
  await desk.outline(golden.rings.hole, 'Alt');
  await desk.outline(golden.rings.part, 'Shift');
  await desk.steps(3);
  const [drawn] = await desk.annotations();
  expect(drawn.segmentation).toMatchObject({ kind: 'polygons', parts: [{ holes: [{}] }, { holes: [] }] });
  expect(drawnMask(drawn, size)).toEqual(drawnGolden(golden));

  // Two parts without a hole, to see that those stay polygons.
  await desk.freshImage();
  await desk.key('p');
  await desk.outline(golden.rings.outer);
  await desk.outline(golden.rings.part, 'Shift');
  await desk.steps(2);
  await desk.openImage(withHoleId);

  const file = join(temporaryFolder('export'), 'out.json');
  await desk.app.electron.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath });
  }, file);
  await desk.key('Control+s');
  await expect(desk.page.getByText(/^Exported 2 annotations on 2 images/)).toBeVisible();
  await expect(
    desk.page.getByText('1 annotation with holes is written as RLE: COCO polygons cannot express holes'),
  ).toBeVisible();
  await picture(desk.page, 'export-holes');

  const exported = JSON.parse(readFileSync(file, 'utf8')) as Exported;
  const [withHole, withParts] = exported.annotations;
  expect(withHole.iscrowd).toBe(0);
  expect(withHole.segmentation).toEqual({ size, counts: golden.counts });
  const pixels = fromCompressed(golden.counts, size).counts.reduce((sum, run, i) => sum + (i % 2) * run, 0);
  expect(withHole.area).toBe(pixels);
  expect(withParts.segmentation).toEqual([golden.rings.outer.flat(), golden.rings.part.flat()]);
  await desk.close();

  // Another user opens the exported file beside copies of the images.
  // The project file lies beside the images of the first one: the pictures alone are copied.
  mkdirSync(join(dirname(file), 'images'));
  for (const { file_name: name } of exported.images) {
    copyFileSync(join(dirname(dataset), 'images', name), join(dirname(file), 'images', name));
  }
  const again = await Desk.open(file, { sheet: PHOTO });
  const { snapshot } = await again.opened();
  expect(snapshot.annotations.map((each) => drawnMask(each, size))).toEqual([drawnGolden(golden)]);
  expect(snapshot.annotations[0].isCrowd).toBe(false);
  await again.close();
});
