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
  const stride = width + 2;
  const padded = (i: number) => (Math.floor(i / width) + 1) * stride + (i % width) + 1;
  const owner = new Int32Array(stride * (height + 2));
  const pixels: number[] = [];
  for (let i = 0; i < labels.length; i++) {
    if (labels[i] === 0) continue;
    owner[padded(i)] = labels[i];
    pixels.push(padded(i));
  }
  const longest = extents.reduce((longestSoFar, { top, left, bottom, right }, label) => {
    return label === 0 ? longestSoFar : Math.max(longestSoFar, bottom - top + (right - left) + 2);
  }, 0);
  const heat = diffuse(pixels, owner, centres.slice(1).map(padded), stride, 2 * longest);
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

/** Heat that springs from the centres and spreads inside each label. */
function diffuse(
  pixels: readonly number[],
  owner: Int32Array,
  centres: readonly number[],
  stride: number,
  rounds: number,
): Float64Array {
  const heat = new Float64Array(owner.length);
  const around = [-stride - 1, -stride, -stride + 1, -1, 0, 1, stride - 1, stride, stride + 1];
  const isInner = (at: number) => around.every((step) => owner[at + step] === owner[at]);
  // Most pixels have only their own kind around them: nothing has to be asked there.
  const inner = Int32Array.from(pixels.filter(isInner));
  const outer = Int32Array.from(pixels.filter((at) => !isInner(at)));
  const next = new Float64Array(owner.length);
  for (let round = 0; round < rounds; round++) {
    for (const centre of centres) heat[centre]++;
    for (let i = 0; i < inner.length; i++) {
      const at = inner[i];
      const above = at - stride;
      const below = at + stride;
      const top = heat[above - 1] + heat[above] + heat[above + 1];
      const middle = top + heat[at - 1] + heat[at] + heat[at + 1];
      next[at] = (middle + heat[below - 1] + heat[below] + heat[below + 1]) / 9;
    }
    for (let i = 0; i < outer.length; i++) {
      const at = outer[i];
      const label = owner[at];
      let sum = 0;
      for (let k = 0; k < around.length; k++) {
        const near = at + around[k];
        if (owner[near] === label) sum += heat[near];
      }
      next[at] = sum / around.length;
    }
    for (let i = 0; i < inner.length; i++) heat[inner[i]] = next[inner[i]];
    for (let i = 0; i < outer.length; i++) heat[outer[i]] = next[outer[i]];
  }
  return heat;
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
