/** The masks of other annotations as sure background for GrabCut. */
import { CLASSICAL_METHODS } from '@shared/methods/params';
import { maskFields } from '@shared/document/segmentation';
import type { Box } from '@shared/geometry/box';
import type { MethodParams } from '@shared/methods/requests';
import { area, fromBox, merge, toCompressed } from '@shared/mask';
import { maskOf } from '../patches';
import type { ToolContext } from '../tool';
import type { Scope } from './scope';

/** A neighbour that covers more of the box than this lies under the object: a table under the cup. Measured on photographs. */
const MOST_COVER = 0.5;
/** More would take longer to join than a frame lasts. */
const MOST_NEIGHBOURS = 100;

/** Compressed runs of all neighbours in the box together; empty where there are none or the switch is off. */
export function neighboursOf(scope: Scope, params: MethodParams, { snapshot }: ToolContext): string {
  const isOn = Number(params.neighbours ?? CLASSICAL_METHODS.grabcut.params.neighbours.default) === 1;
  if (!isOn || scope.kind === 'image') return '';
  const { size, annotations } = snapshot;
  const [left, top, width, height] = scope.kind === 'box' ? scope.box : maskFields(scope.within, size).bbox;
  const box: Box = [left, top, width, height];
  const own = scope.kind === 'annotation' ? scope.id : null;
  const near = annotations.filter(
    ({ id, bbox: [x, y, w, h], segmentation, isCrowd }) =>
      id !== own && segmentation && !isCrowd && x < left + width && y < top + height && x + w > left && y + h > top,
  );
  const masks = near.slice(-MOST_NEIGHBOURS).map((annotation) => maskOf(annotation, size));
  // Counted in runs: the box may hold most of a photograph, and this runs within the gesture's own frame.
  const inside = fromBox(box, size[0], size[1]);
  const beside = masks.filter((mask) => {
    const covered = area(merge([mask, inside], { intersect: true }));
    return covered > 0 && covered <= MOST_COVER * width * height;
  });
  return beside.length === 0 ? '' : toCompressed(merge(beside));
}
