/** The two coins of the tests' photograph: their masks as pycocotools makes them, and drawing them in the window. */
import { type Desk, PHOTO } from './desk';
import { goldenRule, goldens } from './goldens';
import type { Rule, Size } from './reference';

export const copper = goldenRule(goldens.copper);
export const silver = goldenRule(goldens.silver);
/** The copper coin with a hole in its centre, and the silver one. */
export const ringAndSilver = goldenRule(goldens.coins);

export const size: Size = [PHOTO.height, PHOTO.width];

const rings = goldens.coins.rings;

/** The two coins as annotations of their own, nothing selected, the select tool active. Two steps. */
export async function twoCoins(desk: Desk): Promise<void> {
  await desk.key('p');
  await desk.outline(rings.outer);
  await desk.steps(1);
  await desk.key('Escape');
  await desk.outline(rings.part);
  await desk.steps(2);
  await desk.key('v', 'Escape');
  await desk.selected(0);
}

/** The two coins as one annotation with a hole, selected, the select tool active. Three steps. */
export async function oneWithHole(desk: Desk): Promise<void> {
  await desk.key('p');
  await desk.outline(rings.outer);
  await desk.outline(rings.hole, 'Alt');
  await desk.outline(rings.part, 'Shift');
  await desk.steps(3);
  await desk.key('v');
  await desk.selected(1);
}

export function areaOf(rule: Rule): number {
  let area = 0;
  for (let y = 0; y < PHOTO.height; y++) for (let x = 0; x < PHOTO.width; x++) if (rule(x, y)) area++;
  return area;
}
