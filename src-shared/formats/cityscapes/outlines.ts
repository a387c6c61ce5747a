/** A mask as outlines of Cityscapes. */
import { equals, merge, type Rle, trace } from '../../mask';
import { centreRing, centreRingWithHoles, drawnPolygon } from './drawn';

export interface Outlines {
  /** Through centres of pixels, as exact as the format can say the mask; one a part. */
  readonly rings: readonly (readonly number[])[];
  /** What is drawn of them. */
  readonly drawn: Rle;
  readonly isKeyholed: boolean;
  readonly isFilled: boolean;
  readonly isExact: boolean;
}

export function outlinesOf(mask: Rle, size: readonly [height: number, width: number]): Outlines {
  const parts = trace(mask);
  const keyholed = parts.map((part) => (part.holes.length === 0 ? null : centreRingWithHoles(part, size)));
  const rings = keyholed.map((ring, at) => ring ?? centreRing(parts[at].outer));
  const isFilled = keyholed.some((ring, at) => ring === null && parts[at].holes.length > 0);
  const drawn = rings.length === 0 ? mask : merge(rings.map((ring) => drawnPolygon(ring, size)));
  return { rings, drawn, isKeyholed: keyholed.some((ring) => ring !== null), isFilled, isExact: equals(drawn, mask) };
}
