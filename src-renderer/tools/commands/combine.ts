/** Join, subtract, intersect and exclude: several annotations become the one that was selected first. */
import { combineMasks, combinePolygons } from '@shared/document/polygonOperations';
import { reshaped, rleToSegmentation } from '@shared/document/segmentation';
import type { Annotation, Segmentation } from '@shared/document/types';
import type { ClipOperation } from '@shared/geometry/clip/clip';
import { equals } from '@shared/mask';
import { laterIfHeavy } from '../heavy';
import { becameMask, polygonsOf, type WhyMask } from '../polygons';
import { joinPatches, maskOf, removePatch, updatePatch } from '../patches';
import type { Outcome } from '../tool';
import { changeableMasks, type Command, type CommandContext } from './command';

/** What any of them covers. Polygons that do not touch become parts of one. */
export const joinCommand = create({ id: 'join', label: 'Join', icon: 'squares-unite', key: 'J' }, 'unite');

/** What only the first covers; to keep the others, remove underlying pixels instead. */
export const subtractCommand = create(
  { id: 'subtract', label: 'Subtract', icon: 'squares-subtract', key: 'Shift+S' },
  'subtract',
);

/** What all of them cover. */
export const intersectCommand = create(
  { id: 'intersect', label: 'Intersect', icon: 'squares-intersect', key: 'Shift+I' },
  'intersect',
);

/** What an odd number of them cover. */
export const excludeCommand = create(
  { id: 'exclude', label: 'Exclude', icon: 'squares-exclude', key: 'Shift+E' },
  'exclude',
);

function create(names: Omit<Command, 'run'>, operation: ClipOperation): Command {
  return { ...names, run: (context) => run(context, names, operation) };
}

/**
 * The annotation selected first gets the result and keeps its id, category and place; the others are removed. Refused
 * where no pixel would be left. Polygons give a polygon; with a mask among them the result is a mask.
 */
function run(context: CommandContext, { id, label }: Omit<Command, 'run'>, operation: ClipOperation): Outcome {
  const annotations = changeableMasks(context, 2);
  if ('notice' in annotations) return annotations;
  const later = laterIfHeavy(context, { kind: 'command', id }, annotations);
  if (later) return later;
  const { size } = context.snapshot;
  const [first, ...others] = annotations;
  const { segmentation, why } = combined(annotations, operation, size);
  const result = reshaped(first, segmentation, size);
  if (result.area === 0) return { notice: `${label} would leave no pixel` };
  const patch = joinPatches([updatePatch([[first, result]]), removePatch(others)]);
  const said = [why && becameMask([first], why), operation === 'subtract' ? undefined : otherCategories(first, others)];
  return { patch, gesture: label, selection: [first.id], notice: said.filter(Boolean).join('. ') || undefined };
}

/** Pixels that change their category are told: nobody asked for that. */
function otherCategories({ categoryId }: Annotation, others: readonly Annotation[]): string | undefined {
  const count = others.filter((other) => other.categoryId !== categoryId).length;
  if (count === 0) return undefined;
  return `It keeps the category of the one selected first; ${count.toLocaleString('en')} had another`;
}

function combined(
  annotations: readonly Annotation[],
  operation: ClipOperation,
  size: readonly [number, number],
): { readonly segmentation: Segmentation; readonly why?: WhyMask } {
  const polygons = polygonsOf(annotations);
  const polygon = polygons && combinePolygons(operation, polygons, size);
  if (polygon) return { segmentation: polygon };
  const result = combineMasks(
    operation,
    annotations.map((annotation) => maskOf(annotation, size)),
  );
  const [first] = annotations;
  // The first one's own segmentation where it already has exactly these pixels.
  if (first.segmentation && equals(maskOf(first, size), result)) return { segmentation: first.segmentation };
  return { segmentation: rleToSegmentation(result), why: polygons ? 'outline' : 'mask' };
}
