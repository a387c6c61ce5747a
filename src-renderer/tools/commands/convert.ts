/** Polygon to mask and back: the pixels stay the same, holes and parts are kept. */
import { rleToSegmentation } from '@shared/document/segmentation';
import type { Annotation, Segmentation } from '@shared/document/types';
import { trace } from '@shared/mask';
import { maskOf, reshaped, updatePatch } from '../patches';
import type { Outcome } from '../tool';
import { changeableMasks, type CommandContext } from './command';

/** Selected polygons become masks of the same pixels. */
export function convertToMask(context: CommandContext): Outcome {
  return convert(context, 'polygons', 'Convert to mask', 'The selection has no polygon to convert', (annotation) =>
    rleToSegmentation(maskOf(annotation, context.snapshot.size)),
  );
}

/** Selected masks become polygons along pixel edges: rasterised again, they give the same pixels. */
export function convertToPolygon(context: CommandContext): Outcome {
  return convert(context, 'rle', 'Convert to polygon', 'The selection has no mask to convert', (annotation) => ({
    kind: 'polygons',
    parts: trace(maskOf(annotation, context.snapshot.size)),
  }));
}

function convert(
  context: CommandContext,
  kind: Segmentation['kind'],
  gesture: string,
  nothing: string,
  to: (annotation: Annotation) => Segmentation,
): Outcome {
  const annotations = changeableMasks(context, 1);
  if ('notice' in annotations) return annotations;
  const wanted = annotations.filter(({ segmentation }) => segmentation?.kind === kind);
  if (wanted.length === 0) return { notice: nothing };
  const { size } = context.snapshot;
  return { patch: updatePatch(wanted.map((from) => [from, reshaped(from, to(from), size)])), gesture };
}
