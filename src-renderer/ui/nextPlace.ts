/** Where arrow keys lead to in a row of buttons, in one column or in several. Pure. */

/** The middle of a button, CSS pixels. */
export interface Place {
  readonly x: number;
  readonly y: number;
}

const directions: Readonly<Record<string, Place>> = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
};

/** Buttons of one line do not stand on the same pixel always. */
const sameLinePx = 4;

/**
 * Where a key leads to from `places[at]`, in one column as in two: the nearest place that way, `at` itself at the end of the
 * row; null for a key that is not the row's.
 */
export function placeFor(key: string, places: readonly Place[], at: number): number | null {
  if (key === 'Home') return 0;
  if (key === 'End') return places.length - 1;
  const way = directions[key];
  if (!way) return null;
  const from = places[at];
  const steps = places.map(({ x, y }) => ({
    along: (x - from.x) * way.x + (y - from.y) * way.y,
    beside: Math.abs((x - from.x) * way.y) + Math.abs((y - from.y) * way.x),
  }));
  // A row has no use for the keys across it.
  if (steps.every(({ along }) => Math.abs(along) <= sameLinePx)) return null;
  let next = at;
  let least = Infinity;
  steps.forEach(({ along, beside }, place) => {
    // Another line is left only where this one ends.
    const cost = along + (beside <= sameLinePx ? 0 : 1000 * beside);
    if (along <= sameLinePx || cost >= least) return;
    least = cost;
    next = place;
  });
  return next;
}
