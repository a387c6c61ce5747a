/** What follows from a map of labelled cells, computed where it is made: the window looks at single cells only. */

/** `[left, top, right, bottom]` of each label in pixels of the map, half-open; zeros for a label that has none. */
export function cellBoxes(labels: Int32Array, columns: number, count: number): Int32Array {
  const boxes = new Int32Array(4 * count);
  for (let i = 0, x = 0, y = 0; i < labels.length; i++) {
    const at = 4 * labels[i];
    if (at >= 0) {
      // Rows come in order: the first one met is the top.
      if (boxes[at + 3] === 0) {
        boxes[at] = x;
        boxes[at + 1] = y;
      } else if (x < boxes[at]) boxes[at] = x;
      if (x >= boxes[at + 2]) boxes[at + 2] = x + 1;
      boxes[at + 3] = y + 1;
    }
    if (++x === columns) {
      x = 0;
      y++;
    }
  }
  return boxes;
}

/** 1 where the pixel to the right or below belongs to another cell. */
export function cellBorders(labels: Int32Array, columns: number): Uint8Array {
  const out = new Uint8Array(labels.length);
  const last = labels.length - columns;
  for (let i = 0, x = 0; i < labels.length; i++) {
    const right = x + 1 < columns && labels[i + 1] !== labels[i];
    const below = i < last && labels[i + columns] !== labels[i];
    if (right || below) out[i] = 1;
    if (++x === columns) x = 0;
  }
  return out;
}
