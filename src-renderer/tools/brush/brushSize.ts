/** The sizes that the keys for a smaller and a larger brush step through. */

/** Diameters, image pixels. */
const least = 1;
const most = 2000;

/** Up to 20 one pixel at a time, from there on by a tenth. Strictly rising, so that a step back finds where it came from. */
export function largerBrush(diameter: number): number {
  return Math.min(most, diameter + stepAt(diameter));
}

/** The step that undoes {@link largerBrush}; between two of its sizes, the one below. */
export function smallerBrush(diameter: number): number {
  let smaller = diameter - stepAt(diameter);
  // The step is that of the smaller size, which may be less than that of this one.
  while (smaller + 1 + stepAt(smaller + 1) <= diameter) smaller++;
  return Math.max(least, smaller);
}

/** So many steps larger, or smaller where it is negative. */
export function resizedBrush(diameter: number, steps: number): number {
  const step = steps < 0 ? smallerBrush : largerBrush;
  let size = diameter;
  for (let left = Math.abs(steps); left > 0; left--) size = step(size);
  return size;
}

function stepAt(diameter: number): number {
  return Math.max(1, Math.floor(diameter / 10));
}
