/** Where a falling curve stops paying: the number of groups when the user leaves it open. */

/**
 * Index of the point farthest below the straight line between the curve's ends, both axes scaled to 0..1; the first of
 * equals. Source: Satopaa et al. (2011), "Finding a 'Kneedle' in a Haystack". One or two points: the first.
 */
export function elbow(x: readonly number[], y: readonly number[]): number {
  const last = x.length - 1;
  const rangeX = x[last] - x[0];
  const rangeY = y[0] - y[last];
  if (!(rangeX > 0 && rangeY > 0)) return 0;
  let best = 0;
  let bestGap = 0;
  for (let i = 1; i < last; i++) {
    const gap = (y[0] - y[i]) / rangeY - (x[i] - x[0]) / rangeX;
    if (gap > bestGap) {
      bestGap = gap;
      best = i;
    }
  }
  return best;
}
