/** What changes on screen from one preview of a tool to the next: a stroke redraws what is under the brush, not the picture. */
import type { Box } from '@shared/geometry/box';
import type { Preview, PreviewShape } from '../tools/preview';

/** Image region (may be fractional, outlines not counted), `null` for nothing, or `all` where it is not known to be small. */
export type Damage = Box | null | 'all';

/** Shapes are values: the same object looks the same. Of the others some know how far they reach, or where they changed. */
export function previewDamage(before: Preview, after: Preview): Damage {
  const gone = new Set(before);
  const fresh = after.filter((shape) => !gone.delete(shape));
  const changes = fresh.map((shape) => {
    const earlier = shape.kind === 'pixels' ? [...gone].find((other) => isRevisionBefore(other, shape)) : undefined;
    if (earlier) gone.delete(earlier);
    // A bitmap's first revision says what is set, a later one what has changed since the one before.
    const isFirst = shape.kind === 'pixels' && shape.revision === 1;
    return shape.kind === 'pixels' && (earlier || isFirst) ? (shape.dirty ?? shape.box) : reach(shape);
  });
  return [...changes, ...[...gone].map(reach)].reduce<Damage>(addDamage, null);
}

/** The least region that holds both. */
export function addDamage(one: Damage, other: Damage): Damage {
  if (one === 'all' || other === 'all') return 'all';
  if (!one || !other) return one ?? other;
  const left = Math.min(one[0], other[0]);
  const top = Math.min(one[1], other[1]);
  const right = Math.max(one[0] + one[2], other[0] + other[2]);
  const bottom = Math.max(one[1] + one[3], other[1] + other[3]);
  return [left, top, right - left, bottom - top];
}

function isRevisionBefore(other: PreviewShape, shape: Extract<PreviewShape, { kind: 'pixels' }>): boolean {
  return (
    other.kind === 'pixels' &&
    other.bitmap === shape.bitmap &&
    other.tone === shape.tone &&
    other.revision + 1 === shape.revision
  );
}

function reach(shape: PreviewShape): Damage {
  if (shape.kind === 'pixels') return shape.box;
  if (shape.kind !== 'circle') return 'all';
  const { center, radius } = shape;
  return [center.x - radius, center.y - radius, 2 * radius, 2 * radius];
}
