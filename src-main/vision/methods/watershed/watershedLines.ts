/** Gives the lines that the watershed leaves between objects back to them, where a mask is split without loss. */

/**
 * Every pixel of the mask that has no object (lines are -1, flooded rims `background`) takes that of a neighbour by a side, left,
 * right, above, below in this order, ring by ring until nothing changes. In place. O(pixels + open pixels * rings).
 */
export function closeLines(labels: Int32Array, inside: Uint8Array, width: number, background: number): void {
  let open: number[] = [];
  for (let i = 0; i < labels.length; i++) if (inside[i] !== 0 && labels[i] <= background) open.push(i);
  const taken: number[] = [];
  while (open.length > 0) {
    const rest: number[] = [];
    taken.length = 0;
    for (const i of open) {
      const label = neighbourLabel(labels, i, width, background);
      if (label > background) taken.push(i, label);
      else rest.push(i);
    }
    if (taken.length === 0) return;
    // Written only now: a ring must not run ahead along the reading direction.
    for (let k = 0; k < taken.length; k += 2) labels[taken[k]] = taken[k + 1];
    open = rest;
  }
}

function neighbourLabel(labels: Int32Array, i: number, width: number, background: number): number {
  const x = i % width;
  if (x > 0 && labels[i - 1] > background) return labels[i - 1];
  if (x < width - 1 && labels[i + 1] > background) return labels[i + 1];
  if (i >= width && labels[i - width] > background) return labels[i - width];
  if (i + width < labels.length && labels[i + width] > background) return labels[i + width];
  return 0;
}
