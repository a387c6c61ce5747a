/** Polygon to mask and back: the pixels stay the same, holes and parts are kept. */
import { counted } from '@shared/errors/counted';
import { reshaped, rleToPolygons, rleToSegmentation } from '@shared/document/segmentation';
import type { Annotation, Segmentation } from '@shared/document/types';
import { maxPolygonVertices, vertexCountOf } from '@shared/document/outline';
import { maskOf, updatePatch } from '../patches';
import type { Outcome } from '../tool';
import { changeableMasks, type CommandContext } from './command';

/** Selected polygons become masks of the same pixels. */
export function convertToMask(context: CommandContext): Outcome {
  const found = convertible(context, 'polygons', 'The selection has no polygon to convert');
  if ('notice' in found) return found;
  const { size } = context.snapshot;
  return converted(context, 'Convert to mask', found, (annotation) => rleToSegmentation(maskOf(annotation, size)));
}

/**
 * Selected masks become polygons along pixel edges: rasterised again, they give the same pixels. Those that would have more
 * vertices than anyone can edit stay masks, and the notice says so.
 */
export function convertToPolygon(context: CommandContext): Outcome {
  const found = convertible(context, 'rle', 'The selection has no mask to convert');
  if ('notice' in found) return found;
  const { size } = context.snapshot;
  const fit = found.filter((annotation) => vertexCountOf(annotation, size) <= maxPolygonVertices);
  const ragged = found.map((annotation) => vertexCountOf(annotation, size)).filter((n) => n > maxPolygonVertices);
  const notice = ragged.length > 0 ? tooRagged(ragged) : undefined;
  if (fit.length === 0) return { notice };
  const outcome = converted(context, 'Convert to polygon', fit, (annotation) =>
    rleToPolygons(maskOf(annotation, size)),
  );
  return { ...outcome, notice };
}

function tooRagged(vertices: readonly number[]): string {
  const most = Math.max(...vertices).toLocaleString('en');
  const what = counted(vertices.length, 'mask stays a mask', 'masks stay masks');
  return `${what}: an outline of ${most} vertices cannot be edited. Smooth it, or simplify it with a larger tolerance`;
}

function convertible(
  context: CommandContext,
  kind: Segmentation['kind'],
  nothing: string,
): Annotation[] | { readonly notice: string } {
  const annotations = changeableMasks(context, 1);
  if ('notice' in annotations) return annotations;
  const found = annotations.filter(({ segmentation }) => segmentation?.kind === kind);
  return found.length > 0 ? found : { notice: nothing };
}

function converted(
  { snapshot: { size } }: CommandContext,
  gesture: string,
  annotations: readonly Annotation[],
  to: (annotation: Annotation) => Segmentation,
): Outcome {
  return { patch: updatePatch(annotations.map((from) => [from, reshaped(from, to(from), size)])), gesture };
}
