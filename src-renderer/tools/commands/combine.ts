/** Join, subtract, intersect and exclude: several annotations become the one that was selected first. */
import { rleToSegmentation, segmentationToRle } from '@shared/document/segmentation';
import type { Annotation, PolygonPart, Segmentation } from '@shared/document/types';
import { equals, merge, subtract, xor, type Rle } from '@shared/mask';
import { isEmptyMask } from '@shared/mask/edit';
import { joinPatches, maskOf, removePatch, reshaped, updatePatch } from '../patches';
import { withPart } from '../rings';
import type { Outcome } from '../tool';
import { changeableMasks, type Command, type CommandContext } from './command';

type Combine = (first: Rle, others: readonly Rle[]) => Rle;

/** Pixels of all of them. Polygons that do not touch each other stay polygons. */
export const joinCommand = create({ id: 'join', label: 'Join', icon: 'squares-unite', key: 'J' }, (first, others) =>
  merge([first, ...others]),
);

/** Pixels of the first that are in none of the others; to keep the others, remove underlying pixels instead. */
export const subtractCommand = create(
  { id: 'subtract', label: 'Subtract', icon: 'squares-subtract', key: 'Shift+S' },
  (first, others) => subtract(first, merge(others)),
);

/** Pixels that all of them have. */
export const intersectCommand = create(
  { id: 'intersect', label: 'Intersect', icon: 'squares-intersect', key: 'Shift+I' },
  (first, others) => merge([first, ...others], { intersect: true }),
);

/** Pixels that an odd number of them have. */
export const excludeCommand = create(
  { id: 'exclude', label: 'Exclude', icon: 'squares-exclude', key: 'Shift+E' },
  (first, others) => others.reduce(xor, first),
);

function create(names: Omit<Command, 'run'>, combine: Combine): Command {
  return { ...names, run: (context) => run(context, names, combine) };
}

/**
 * The annotation selected first gets the result and keeps its id, category and place; the others are removed. Refused
 * where no pixel would be left.
 */
function run(context: CommandContext, { id, label }: Omit<Command, 'run'>, combine: Combine): Outcome {
  const annotations = changeableMasks(context, 2);
  if ('notice' in annotations) return annotations;
  const { size } = context.snapshot;
  const [first, ...others] = annotations;
  const result = combine(
    maskOf(first, size),
    others.map((annotation) => maskOf(annotation, size)),
  );
  if (isEmptyMask(result)) return { notice: `${label} would leave no pixel` };
  const segmentation = (id === 'join' && joinedPolygons(annotations, result)) || unchanged(first, result);
  const patch = joinPatches([
    updatePatch([[first, reshaped(first, segmentation ?? rleToSegmentation(result), size)]]),
    removePatch(others),
  ]);
  return { patch, gesture: label, selection: [first.id] };
}

/** The first one's own segmentation where it already has exactly these pixels. */
function unchanged(first: Annotation, result: Rle): Segmentation | null {
  return equals(maskOf(first, result.size), result) ? first.segmentation : null;
}

/** All parts in one polygon, where all are polygons, no two touch, and the pixels are the joined ones. */
function joinedPolygons(annotations: readonly Annotation[], result: Rle): Segmentation | null {
  const parts: PolygonPart[] = [];
  for (const { segmentation } of annotations) {
    if (segmentation?.kind !== 'polygons') return null;
    const apart = segmentation.parts.every((part) => withPart({ kind: 'polygons', parts }, part.outer) !== null);
    if (!apart) return null;
    parts.push(...segmentation.parts);
  }
  const joined: Segmentation = { kind: 'polygons', parts };
  return equals(segmentationToRle(joined, result.size), result) ? joined : null;
}
