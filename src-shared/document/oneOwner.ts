/** "One owner a pixel": what a gesture paints it takes from the others, in the same patch. */
import { boxesIntersect, expandBox, type Box } from '../geometry/box';
import { countVertices } from '../geometry/polygon';
import { equals, merge, type Rle, subtract, toBbox } from '../mask';
import { isEmptyMask } from '../mask/edit';
import { combinePolygons } from './polygonOperations';
import { applyPatch, comparePainters, emptyPatch, squashPatches } from './patch';
import { pixelBox, reshaped, rleToSegmentation, segmentationToRle } from './segmentation';
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
  readonly mask: Rle;
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
  const before = new Map<number, Annotation>();
  const spared = new Set<number>();
  const masked = new Set<number>();
  for (const claim of claims) {
    for (const annotation of now.values()) {
      const { id, segmentation } = annotation;
      if (!segmentation || id === claim.id || !boxesIntersect(expandBox(pixelBox(annotation, size), 1), claim.box))
        continue;
      const mask = segmentationToRle(segmentation, size);
      if (mask.size[0] !== size[0] || mask.size[1] !== size[1]) continue;
      const left = subtract(mask, claim.mask);
      if (equals(left, mask)) continue;
      if (isSpared(annotation)) {
        spared.add(id);
        continue;
      }
      if (!before.has(id)) before.set(id, annotation);
      if (isEmptyMask(left)) {
        now.delete(id);
        continue;
      }
      const polygon = cutPolygon(segmentation, claim.polygon, left, size);
      if (!polygon && segmentation.kind === 'polygons') masked.add(id);
      now.set(
        id,
        reshaped({ ...annotation, provenance: before.get(id)!.provenance }, polygon ?? rleToSegmentation(left), size),
      );
    }
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
    masked: [...masked].filter((id) => now.has(id)).length,
  };
}

/** Upper ones last; no two share a pixel, the upper one has it. */
function claimsOf({ added, updated }: Patch, size: readonly [number, number]): Claim[] {
  const gained = [
    ...added.map((annotation) => [null, annotation] as const),
    ...updated.filter(([from, to]) => from.segmentation !== to.segmentation),
  ];
  const claims: Claim[] = [];
  let above: Rle | null = null;
  for (const [from, { id, segmentation }] of gained.sort(([, a], [, b]) => comparePainters(b, a))) {
    if (!segmentation) continue;
    const whole = segmentationToRle(segmentation, size);
    if (whole.size[0] !== size[0] || whole.size[1] !== size[1]) continue;
    const old = from?.segmentation ? segmentationToRle(from.segmentation, size) : null;
    const fresh = old ? subtract(whole, old) : whole;
    const mask: Rle = above ? subtract(fresh, above) : fresh;
    if (isEmptyMask(mask)) continue;
    claims.unshift({ id, mask, box: toBbox(mask), polygon: equals(mask, whole) ? segmentation : null });
    above = above ? merge([above, mask]) : mask;
  }
  return claims;
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
