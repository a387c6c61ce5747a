/** How far a cell's flow is from what a cell of its shape should have: Cellpose's check of its own masks. */
import { type FlowField, renumber } from './flows';

interface Extent {
  top: number;
  left: number;
  bottom: number;
  right: number;
}

/** The labels whose mean squared difference is at most `most`, numbered anew; labels from 1 without gaps come in. */
export function dropBadFlows(labels: Int32Array, field: FlowField, most: number): Int32Array {
  const errors = flowErrors(labels, field);
  return renumber(labels, (label) => errors[label] <= most);
}

/** By label; the first is of no label. */
function flowErrors(labels: Int32Array, { width, height, y: flowY, x: flowX }: FlowField): Float64Array {
  const extents = extentsOf(labels, width);
  const centres = extents.map((extent, label) => (label === 0 ? 0 : centreOf(labels, label, extent, width)));
  const longest = extents.reduce((longestSoFar, { top, left, bottom, right }, label) => {
    return label === 0 ? longestSoFar : Math.max(longestSoFar, bottom - top + (right - left) + 2);
  }, 0);
  // With a frame of one pixel: cells are compared with what lies beside them, which may be another's.
  const stride = width + 2;
  const padded = (i: number) => (Math.floor(i / width) + 1) * stride + (i % width) + 1;
  const heat = new Float64Array(stride * (height + 2));
  for (const [label, extent] of extents.entries()) {
    if (label > 0) warm(heat, stride, labels, width, label, extent, centres[label], 2 * longest);
  }
  const errors = new Float64Array(extents.length);
  const counts = new Float64Array(extents.length);
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i];
    if (label === 0) continue;
    const at = padded(i);
    const dy = heat[at + stride] - heat[at - stride];
    const dx = heat[at + 1] - heat[at - 1];
    const length = 1e-60 + Math.sqrt(dy * dy + dx * dx);
    errors[label] += (dy / length - flowY[i] / 5) ** 2 + (dx / length - flowX[i] / 5) ** 2;
    counts[label]++;
  }
  return errors.map((sum, label) => (counts[label] > 0 ? sum / counts[label] : 0));
}

/**
 * Writes the heat of one label into the plane of all: it springs from the centre, and spreads inside the label alone, each pixel
 * becoming the mean of the nine around it. The label is cut out for it: what is that small stays in the processor's nearest memory.
 */
function warm(
  plane: Float64Array,
  planeStride: number,
  labels: Int32Array,
  width: number,
  label: number,
  { top, left, bottom, right }: Extent,
  centre: number,
  rounds: number,
): void {
  const stride = right - left + 2;
  const runs = runsOf(labels, width, label, { top, left, bottom, right }, stride);
  const source = (Math.floor(centre / width) - top + 1) * stride + (centre % width) - left + 1;
  let heat = new Float64Array(stride * (bottom - top + 2));
  let next = new Float64Array(heat.length);
  for (let round = 0; round < rounds; round++) {
    heat[source]++;
    spread(heat, next, runs, stride);
    [heat, next] = [next, heat];
  }
  for (let i = 0; i < runs.length; i += 2) {
    const [row, column] = [Math.floor(runs[i] / stride), runs[i] % stride];
    plane.set(heat.subarray(runs[i], runs[i + 1]), (top + row) * planeStride + left + column);
  }
}

const ninth = 1 / 9;

/** Columns of three are summed up once for the three pixels that they are around. */
function spread(heat: Float64Array, next: Float64Array, runs: Int32Array, stride: number): void {
  for (let i = 0; i < runs.length; i += 2) {
    const end = runs[i + 1];
    let at = runs[i];
    let before = heat[at - 1 - stride] + heat[at - 1] + heat[at - 1 + stride];
    let here = heat[at - stride] + heat[at] + heat[at + stride];
    for (; at < end; at++) {
      const after = heat[at + 1 - stride] + heat[at + 1] + heat[at + 1 + stride];
      next[at] = (before + here + after) * ninth;
      before = here;
      here = after;
    }
  }
}

/** The label's pixels row by row, `[from, to, from, to, ...]`, in its extent with a frame of one pixel. */
function runsOf(
  labels: Int32Array,
  width: number,
  label: number,
  { top, left, bottom, right }: Extent,
  stride: number,
): Int32Array {
  const runs: number[] = [];
  for (let y = top; y < bottom; y++) {
    const start = (y - top + 1) * stride + 1;
    for (let x = left; x < right; x++) {
      if (labels[y * width + x] !== label) continue;
      const at = start + x - left;
      if (runs.length > 0 && runs[runs.length - 1] === at) runs[runs.length - 1]++;
      else runs.push(at, at + 1);
    }
  }
  return Int32Array.from(runs);
}

function extentsOf(labels: Int32Array, width: number): Extent[] {
  const extents: Extent[] = [{ top: 0, left: 0, bottom: 0, right: 0 }];
  for (let i = 0; i < labels.length; i++) {
    if (labels[i] === 0) continue;
    const [x, y] = [i % width, Math.floor(i / width)];
    const extent = (extents[labels[i]] ??= { top: y, left: x, bottom: y + 1, right: x + 1 });
    extent.bottom = y + 1;
    extent.left = Math.min(extent.left, x);
    extent.right = Math.max(extent.right, x + 1);
  }
  return extents;
}

/** The pixel of the label nearest to its mean. */
function centreOf(labels: Int32Array, label: number, { top, left, bottom, right }: Extent, width: number): number {
  let [sumX, sumY, count] = [0, 0, 0];
  const each = (visit: (x: number, y: number, i: number) => void) => {
    for (let y = top; y < bottom; y++) {
      for (let x = left; x < right; x++) if (labels[y * width + x] === label) visit(x - left, y - top, y * width + x);
    }
  };
  each((x, y) => {
    sumX += x;
    sumY += y;
    count++;
  });
  const meanX = roundToEven(sumX / count);
  const meanY = roundToEven(sumY / count);
  let [best, least] = [0, Infinity];
  each((x, y, i) => {
    const distance = (x - meanX) ** 2 + (y - meanY) ** 2;
    if (distance < least) [best, least] = [i, distance];
  });
  return best;
}

/** As numpy rounds. */
function roundToEven(value: number): number {
  const floor = Math.floor(value);
  if (value - floor !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}
