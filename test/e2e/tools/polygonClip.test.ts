/** What polygons become when they are cut, joined and freed of each other: polygons, their untouched corners as they were. */
import { expect, test } from '@playwright/test';
import type { PolygonPart } from '@shared/geometry/polygon';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { temporaryFolder } from '../support/app';
import { Desk, makeDataset } from '../support/desk';
import type { Point } from '../support/reference';

let desk: Desk;
let dataset: string;
/** Image and vertices of two outlines that are too large to be clipped between two frames. */
const LARGE = { imageId: 6, vertices: 2000 };
test.beforeAll(async () => {
  dataset = await makeDataset(LARGE.imageId);
  const content = JSON.parse(readFileSync(dataset, 'utf8')) as { annotations: unknown[] };
  content.annotations = [20, 36].map((cx, i) => {
    const segmentation = [circle(cx, 24, 15, LARGE.vertices)];
    return {
      id: i + 1,
      image_id: LARGE.imageId,
      category_id: 1,
      segmentation,
      iscrowd: 0,
      area: 706,
      bbox: [cx - 15, 9, 30, 30],
    };
  });
  writeFileSync(dataset, JSON.stringify(content));
  desk = await Desk.open(dataset);
});
test.afterAll(() => desk.close());

const lower: readonly Point[] = [
  [5.25, 5],
  [34.75, 8.5],
  [30.5, 30.25],
  [8, 33.75],
];
const upper: readonly Point[] = [
  [25, 20.5],
  [55.25, 18],
  [50.75, 40],
  [22, 43.25],
];
const inner: readonly Point[] = [
  [12.5, 15],
  [20, 15.25],
  [16.25, 22.5],
];
function circle(cx: number, cy: number, radius: number, vertices: number): number[] {
  return Array.from({ length: vertices }, (_, i) => {
    const angle = (2 * Math.PI * i) / vertices;
    return [cx + radius * Math.cos(angle), cy + radius * Math.sin(angle)];
  }).flat();
}

const part = (outer: readonly Point[], ...holes: (readonly Point[])[]): PolygonPart => ({
  outer: outer.flat(),
  holes: holes.map((hole) => hole.flat()),
});

async function draw(...rings: (readonly Point[])[]): Promise<void> {
  for (const ring of rings) {
    await desk.key('p');
    await desk.outline(ring);
    await desk.key('Escape', 'v', 'Escape');
  }
  await desk.steps(rings.length);
}

/** Parts of all annotations, in painter's order; fails where one is a mask. */
async function polygons(from: Desk = desk): Promise<(readonly PolygonPart[])[]> {
  return (await from.annotations()).map(({ segmentation }) => {
    if (segmentation?.kind !== 'polygons') throw new Error('An annotation is a mask');
    return segmentation.parts;
  });
}

test('remove underlying: both stay polygons, and corners that were not covered keep their numbers', async () => {
  await draw(lower, upper);
  await desk.click([45.5, 30.5]);
  await desk.selected(1);
  await desk.key('Shift+r');
  await desk.steps(3);
  const [[below], above] = await polygons();
  expect(above).toEqual([part(upper)]);
  expect(below.outer.slice(0, 4)).toEqual([lower[0], lower[1]].flat());
  expect(below.outer.slice(-2)).toEqual(lower[3]);
  expect(below.outer.length).toBe(12);
  await desk.expectUndoRedo();
});

test('a line splits a polygon into two polygons', async () => {
  await desk.freshImage();
  await draw(lower);
  await desk.click([10.5, 20.5]);
  await desk.selected(1);
  await desk.key('x');
  await desk.drag([
    [20, 0],
    [20, 46],
  ]);
  await desk.steps(2);
  const corners = (await polygons()).flatMap((parts) => parts.flatMap(({ outer }) => outer));
  expect(await polygons()).toHaveLength(2);
  for (const [x, y] of lower) expect(corners.some((value, i) => value === x && corners[i + 1] === y)).toBe(true);
  await desk.expectUndoRedo();
});

test('a brush makes a mask of a polygon, and the status bar says it', async () => {
  await desk.freshImage();
  await draw(lower);
  await desk.click([10.5, 20.5]);
  await desk.selected(1);
  await desk.key('b');
  await desk.click([8.5, 8.5]);
  await desk.steps(2);
  expect((await desk.annotations())[0].segmentation?.kind).toBe('rle');
  await desk.hint('The polygon became a mask');
  await desk.expectUndoRedo();
});

test('outlines of thousands of vertices are joined by the worker, with the numbers of all that are left', async () => {
  const here = desk.imageId;
  await desk.openImage(LARGE.imageId);
  await desk.key('v', 'Control+a');
  await desk.selected(2);
  const before = await polygons();
  await desk.key('j');
  await desk.steps(1);
  const [[joined]] = await polygons();
  const vertices = (ring: readonly number[]) => ring.flatMap((x, i) => (i % 2 ? [] : [`${x},${ring[i + 1]}`]));
  const known = new Set(before.flatMap((parts) => parts.flatMap(({ outer }) => vertices(outer))));
  const fresh = vertices(joined.outer).filter((vertex) => !known.has(vertex));
  expect(joined.outer.length).toBeGreaterThan(2 * LARGE.vertices);
  // Where the circles cross.
  expect(fresh).toHaveLength(2);
  await desk.key('Control+z');
  await desk.steps(0);
  expect(await polygons()).toEqual(before);
  await desk.key('Escape');
  await desk.openImage(here);
});

test('subtract leaves a polygon with a hole; what is exported and imported has the same numbers', async () => {
  await desk.freshImage();
  await draw(lower, inner);
  await desk.click([8.5, 8.5]);
  await desk.click([16.5, 18.5], 'Shift');
  await desk.selected(2);
  await desk.key('Shift+s');
  await desk.steps(3);
  const [[holed]] = await polygons();
  expect(holed.outer).toEqual(lower.flat());
  expect(holed.holes).toEqual([inner.flat()]);
  await desk.expectUndoRedo();

  await desk.freshImage();
  await draw(lower, upper);
  await desk.key('Control+a', 'j');
  await desk.steps(3);
  const joined = await polygons();
  expect(joined[0][0].outer.slice(0, 4)).toEqual([lower[0], lower[1]].flat());
  const { id, imageId } = (await desk.annotations())[0];
  const file = join(temporaryFolder('export'), 'out.json');
  await desk.app.electron.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath });
  }, file);
  await desk.key('Control+s');
  await expect(desk.page.getByText(/^Exported \d+ annotations/)).toBeVisible();
  const exported = JSON.parse(readFileSync(file, 'utf8')) as {
    images: { id: number; file_name: string }[];
    annotations: { id: number; segmentation: unknown }[];
  };
  const written = exported.annotations.find((each) => each.id === id)!;
  expect(written.segmentation).toEqual(joined[0].map(({ outer }) => outer));

  mkdirSync(join(dirname(file), 'images'));
  for (const { file_name: name } of exported.images) {
    copyFileSync(join(dirname(dataset), 'images', name), join(dirname(file), 'images', name));
  }
  const again = await Desk.open(file);
  const { snapshot } = await again.app.ask('image.open', { imageId });
  expect(snapshot.annotations.map(({ segmentation }) => segmentation)).toEqual([
    { kind: 'polygons', parts: joined[0] },
  ]);
  await again.close();
});
