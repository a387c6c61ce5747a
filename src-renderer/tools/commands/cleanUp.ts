/** Fill holes, drop fragments and smooth: clean-up of the selected masks, each with its parameter. */
import { reshaped, rleToSegmentation, segmentationToRle } from '@shared/document/segmentation';
import type { Annotation, PolygonSegmentation } from '@shared/document/types';
import { dropFragments, equals, fillHoles, type Rle } from '@shared/mask';
import { isEmptyMask } from '@shared/mask/edit';
import { smooth } from '@shared/mask/smooth';
import { becameMask } from '../polygons';
import { joinPatches, maskOf, removePatch, updatePatch } from '../patches';
import type { Outcome } from '../tool';
import { changeableMasks, type CommandContext } from './command';

/** Fills background that cannot reach the image border; a polygon loses its hole rings where that is all it takes. */
export function fillHolesOf(context: CommandContext): Outcome {
  return changeMasks(context, 'Fill holes', 'There is no hole to fill', fillHoles, ({ segmentation }) => {
    if (segmentation?.kind !== 'polygons') return null;
    return { kind: 'polygons', parts: segmentation.parts.map(({ outer }) => ({ outer, holes: [] })) };
  });
}

/** Drops connected pieces of fewer than `minArea` pixels; an annotation of nothing else is removed. */
export function dropFragmentsOf(context: CommandContext, minArea: number): Outcome {
  const nothing = `There is no fragment below ${minArea} pixels`;
  return changeMasks(
    context,
    'Drop fragments',
    nothing,
    (mask) => dropFragments(mask, minArea),
    ({ segmentation }, size) => {
      if (segmentation?.kind !== 'polygons') return null;
      const isKept = (part: PolygonSegmentation['parts'][number]): boolean =>
        !isEmptyMask(dropFragments(segmentationToRle({ kind: 'polygons', parts: [part] }, size), minArea));
      return { kind: 'polygons', parts: segmentation.parts.filter(isKept) };
    },
  );
}

/** Smooths outlines by a majority vote within `radius` pixels; one that would vanish is left as it is. */
export function smoothOf(context: CommandContext, radius: number): Outcome {
  return changeMasks(context, 'Smooth', 'The outline is smooth already', (mask) => {
    const smoothed = smooth(mask, radius);
    return isEmptyMask(smoothed) ? mask : smoothed;
  });
}

/**
 * Applies `change` to every selected mask. `asPolygon` proposes a polygon for the result; it is taken where it has exactly
 * the changed pixels, otherwise the annotation becomes a mask.
 */
function changeMasks(
  context: CommandContext,
  gesture: string,
  nothing: string,
  change: (mask: Rle) => Rle,
  asPolygon: (annotation: Annotation, size: readonly [number, number]) => PolygonSegmentation | null = () => null,
): Outcome {
  const annotations = changeableMasks(context, 1);
  if ('notice' in annotations) return annotations;
  const { size } = context.snapshot;
  const patches = annotations.flatMap((annotation) => {
    const before = maskOf(annotation, size);
    const mask = change(before);
    if (equals(before, mask)) return [];
    if (isEmptyMask(mask)) return [removePatch([annotation])];
    const polygon = asPolygon(annotation, size);
    const isExact = polygon !== null && equals(segmentationToRle(polygon, size), mask);
    return [updatePatch([[annotation, reshaped(annotation, isExact ? polygon : rleToSegmentation(mask), size)]])];
  });
  if (patches.length === 0) return { notice: nothing };
  const patch = joinPatches(patches);
  const masks = patch.updated.flatMap(([from, to]) => (to.segmentation?.kind === 'rle' ? [from] : []));
  return { patch, gesture, notice: becameMask(masks, 'pixels') };
}
