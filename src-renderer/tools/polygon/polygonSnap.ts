/** How an outline that is being drawn joins its neighbours': it snaps to them, and follows one from click to click. */
import type { ImagePoint } from '@shared/geometry/coords';
import { alongNeighbour, type BorderPlace, onSameBorder, snapToNeighbour, type Way } from '../neighbourBorders';
import type { ToolPointerEvent } from '../preview';
import type { ToolContext } from '../tool';

/** How near an outline a click snaps to it, view pixels. */
const REACH_PX = 6;

/** What of the drawing lies on neighbours. */
export interface Joined {
  /** Of vertices on an outline: where, by their index in the flat list of points. */
  readonly places: ReadonlyMap<number, BorderPlace>;
  /** Of clicks that followed an outline: how long the list was before, by how long it was after. */
  readonly follows: ReadonlyMap<number, number>;
  /** Where a click now would snap to; null: nowhere. */
  readonly snap: BorderPlace | null;
  readonly way: Way;
}

export const NOT_JOINED: Joined = { places: new Map(), follows: new Map(), snap: null, way: 'shorter' };

/** Ctrl holds it off. */
export function snapOf({ point, modifiers, scale }: ToolPointerEvent, context: ToolContext): BorderPlace | null {
  if (modifiers.ctrl || !context.settings.snapsToNeighbours) return null;
  return snapToNeighbour(point, context, REACH_PX / scale);
}

export const pointOf = (snap: BorderPlace | null, point: ImagePoint): ImagePoint => snap ?? point;

/**
 * What is followed from the last vertex to `to`: the vertices between; null where both are not on one outline. Neighbours share
 * vertices, so each of the two may be meant as a place of the other's outline.
 */
export function followed(
  { points, places, way }: Pick<Joined, 'places' | 'way'> & { readonly points: readonly number[] },
  to: BorderPlace | null | undefined,
  { snapshot: { size } }: Pick<ToolContext, 'snapshot'>,
): readonly number[] | null {
  const from = places.get(points.length - 2);
  if (!from || !to) return null;
  return (
    alongNeighbour(from, onSameBorder(from, to, size), size, way) ??
    alongNeighbour(onSameBorder(to, from, size), to, size, way)
  );
}

/** The drawing with a new last vertex, and what was followed to get to it. */
export function extended(
  { points, places, follows }: Pick<Joined, 'places' | 'follows'> & { readonly points: readonly number[] },
  along: readonly number[],
  vertex: readonly number[],
  snap: BorderPlace | null,
): Pick<Joined, 'places' | 'follows'> & { readonly points: readonly number[] } {
  const longer = [...points, ...along, ...vertex];
  return {
    points: longer,
    places: snap ? new Map([...places, [longer.length - 2, snap]]) : places,
    follows: along.length > 0 ? new Map([...follows, [longer.length, points.length]]) : follows,
  };
}

/** The drawing as it was before the last click. */
export function shortened({
  points,
  places,
  follows,
}: Pick<Joined, 'places' | 'follows'> & { readonly points: readonly number[] }): Pick<Joined, 'places' | 'follows'> & {
  readonly points: readonly number[];
} {
  const length = follows.get(points.length) ?? points.length - 2;
  const isThere = ([index]: readonly [number, unknown]) => index < length;
  return {
    points: points.slice(0, length),
    places: new Map([...places].filter(isThere)),
    follows: new Map([...follows].filter(([end]) => end <= length)),
  };
}
