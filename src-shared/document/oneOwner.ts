/** "One owner a pixel": what a gesture paints it takes from the others, in the same patch. */
import { expandBox, type Box } from '../geometry/box';
import { countVertices } from '../geometry/polygon';
import { SpatialIndex } from '../geometry/spatialIndex';
import { equals, masksByLabel, merge, paintLabels, type Rle, subtract, toBbox } from '../mask';
import { isEmptyMask } from '../mask/edit';
import { MaskColumns } from '../mask/window';
import { combinePolygons } from './polygonOperations';
import { applyPatch, comparePainters, emptyPatch, squashPatches } from './patch';
import { fittingMask, pixelBox, reshaped, rleToSegmentation, segmentationToRle } from './segmentation';
import type { Annotation, DocumentSnapshot, Patch, Segmentation } from './types';

export interface Taken {
  readonly patch: Patch;
  /** How many others lost pixels, and how many of those all of them: they are removed. */
  readonly losers: number;
  readonly covered: number;
  /** How many keep the pixels that were painted over, because they are locked or hidden. */
  readonly spared: number;
  /** Polygons that became masks. */
  readonly masked: number;
}

/** What an annotation has gained: its new pixels alone, so that a correction elsewhere does not take what lay over it. */
interface Claim {
  readonly id: number;
  /** Asked for where it meets another annotation: of a long stroke most lies elsewhere. */
  readonly mask: MaskColumns;
  readonly box: Box;
  /** The polygon that claims, where all of it is new. */
  readonly polygon: Segmentation | null;
}

/** Clipping more vertices than this takes longer than a frame: pixels are taken at once. */
const MOST_VERTICES = 1500;

/**
 * The patch that also takes every pixel it paints from the annotations that had it; of several that it paints, the upper one
 * in painter's order keeps the pixel. `isSpared`: locked or hidden, which keep theirs. Polygons stay polygons where their
 * pixels come out exactly, masks otherwise. Undoing the patch gives everything back, as it is one.
 */
export function takePixels(
  snapshot: DocumentSnapshot,
  patch: Patch,
  isSpared: (annotation: Annotation) => boolean,
): Taken {
  const { size } = snapshot;
  const claims = claimsOf(patch, size);
  const nothing = { patch, losers: 0, covered: 0, spared: 0, masked: 0 };
  if (claims.length === 0) return nothing;
  const now = new Map(applyPatch(snapshot, patch).annotations.map((annotation) => [annotation.id, annotation]));
  const index = SpatialIndex.of(claims.map(({ box }) => box));
  const before = new Map<number, Annotation>();
  const spared = new Set<number>();
  const masked = new Set<number>();
  for (const annotation of [...now.values()]) {
    const { id, segmentation } = annotation;
    if (!segmentation) continue;
    const [x, y, width, height] = expandBox(pixelBox(annotation, size), 1);
    const others = index.touching(x, y, x + width, y + height).filter((place) => claims[place].id !== id);
    if (others.length === 0) continue;
    const mask = fittingMask(annotation, size);
    if (!mask) continue;
    const near = others.map((place) => ({ mask: claims[place].mask.in(x, width), polygon: claims[place].polygon }));
    const left = subtract(mask, near.length === 1 ? near[0].mask : merge(near.map((claim) => claim.mask)));
    if (equals(left, mask)) continue;
    if (isSpared(annotation)) {
      spared.add(id);
      continue;
    }
    before.set(id, annotation);
    if (isEmptyMask(left)) {
      now.delete(id);
      continue;
    }
    const polygon = cutPolygons(segmentation, near, size);
    if (!polygon && segmentation.kind === 'polygons') masked.add(id);
    now.set(id, reshaped(annotation, polygon ?? rleToSegmentation(left), size));
  }
  if (before.size === 0) return { ...nothing, spared: spared.size };
  const lost = [...before.values()];
  const more: Patch = {
    ...emptyPatch,
    updated: lost.flatMap((from) => {
      const to = now.get(from.id);
      return to ? [[from, to] as const] : [];
    }),
    removed: lost.filter(({ id }) => !now.has(id)),
  };
  return {
    patch: squashPatches(patch, more),
    losers: lost.length,
    covered: more.removed.length,
    spared: spared.size,
    masked: masked.size,
  };
}

/** Upper ones last; no two share a pixel, the upper one has it. */
function claimsOf({ added, updated }: Patch, size: readonly [number, number]): Claim[] {
  const gained = [
    ...added.map((annotation) => [null, annotation] as const),
    ...updated.filter(([from, to]) => from.segmentation !== to.segmentation),
  ];
  const fresh = gained
    .sort(([, a], [, b]) => comparePainters(a, b))
    .flatMap(([from, annotation]) => {
      const whole = fittingMask(annotation, size);
      if (!whole) return [];
      const { id, segmentation } = annotation;
      const old = from?.segmentation ? segmentationToRle(from.segmentation, size) : null;
      return [{ id, segmentation, whole, mask: old ? subtract(whole, old) : whole }];
    });
  // A stroke is one, and has all it gained.
  if (fresh.length === 1) {
    const [{ id, segmentation, whole, mask }] = fresh;
    return isEmptyMask(mask) ? [] : [claimOf(id, mask, mask === whole ? segmentation : null)];
  }
  // All at once: of each pixel the uppermost that has gained it.
  const seen = masksByLabel(
    paintLabels(
      fresh.map(({ mask }) => mask),
      size,
    ),
  );
  return fresh.flatMap(({ id, segmentation, whole }, place): Claim[] => {
    const mask = seen.get(place);
    return mask ? [claimOf(id, mask, equals(mask, whole) ? segmentation : null)] : [];
  });
}

function claimOf(id: number, mask: Rle, polygon: Segmentation | null): Claim {
  return { id, mask: new MaskColumns(mask), box: toBbox(mask), polygon };
}

/** The polygon without those of the claims, one after the other; null where one of them is none, or pixels would come out otherwise. */
function cutPolygons(
  segmentation: Segmentation,
  claims: readonly { readonly mask: Rle; readonly polygon: Segmentation | null }[],
  size: readonly [number, number],
): Segmentation | null {
  if (segmentation.kind !== 'polygons') return null;
  let found: Segmentation = segmentation;
  for (const { mask, polygon } of claims) {
    const whole = segmentationToRle(found, size);
    const left = subtract(whole, mask);
    if (equals(left, whole)) continue;
    const cut = cutPolygon(found, polygon, left, size);
    if (!cut) return null;
    found = cut;
  }
  return found;
}

/** The polygon without the claiming one, where that leaves exactly the pixels that are `left`. */
export function cutPolygon(
  segmentation: Segmentation,
  claim: Segmentation | null,
  left: Rle,
  size: readonly [number, number],
): Segmentation | null {
  if (segmentation.kind !== 'polygons' || claim?.kind !== 'polygons') return null;
  if (countVertices(segmentation.parts) + countVertices(claim.parts) > MOST_VERTICES) return null;
  const polygon = combinePolygons('subtract', [segmentation, claim], size);
  return polygon && equals(segmentationToRle(polygon, size), left) ? polygon : null;
}
