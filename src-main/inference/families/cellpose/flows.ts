/** Pixels that follow Cellpose's flow, and the cells in whose middles they gather. */

/** Row-major planes: flow in y and x, five times enlarged, and the logit of being in a cell. */
export interface FlowField {
  readonly width: number;
  readonly height: number;
  readonly y: Float32Array;
  readonly x: Float32Array;
  readonly cell: Float32Array;
}

const steps = 200;
const enlarged = 5;

/** For each pixel that is inside, in row-major order, where it ends: `[y0, x0, y1, x1, ...]`, whole pixels. */
export function followFlows(field: FlowField, inside: Uint8Array): Int32Array {
  const { width, height } = field;
  const count = inside.reduce((sum, one) => sum + one, 0);
  const ends = new Int32Array(count * 2);
  const stride = width + 2;
  const flows = framed(field, inside, stride);
  // PyTorch's sampling counts cells where the original counts pixel centres: every place is read a little beside itself.
  const stretchX = width / Math.max(1, width - 1);
  const stretchY = height / Math.max(1, height - 1);
  const known = new Uint8Array(width * height);
  const holds = holding(field, flows, stride, [stretchX, stretchY]);
  let at = 0;
  for (let i = 0; i < inside.length; i++) {
    if (inside[i] === 0) continue;
    let x = i % width;
    let y = Math.floor(i / width);
    for (let step = 0; step < steps; step++) {
      // Of the cells of the frame around all: never below 0.
      const px = x * stretchX + 0.5;
      const py = y * stretchY + 0.5;
      const left = Math.trunc(px);
      const top = Math.trunc(py);
      const [right, below] = [px - left, py - top];
      const [toLeft, above] = [left + 1 - px, top + 1 - py];
      const a = 2 * (top * stride + left);
      const c = a + 2 * stride;
      const [wa, wb, wc, wd] = [toLeft * above, right * above, toLeft * below, right * below];
      const dy = flows[a] * wa + flows[a + 2] * wb + flows[c] * wc + flows[c + 2] * wd;
      const dx = flows[a + 1] * wa + flows[a + 3] * wb + flows[c + 1] * wc + flows[c + 3] * wd;
      const nextX = Math.min(Math.max(x + dx / enlarged, 0), width - 1);
      const nextY = Math.min(Math.max(y + dy / enlarged, 0), height - 1);
      // It would stay there.
      if (nextX === x && nextY === y) break;
      x = nextX;
      y = nextY;
      // It would go on inside this pixel.
      const pixel = Math.trunc(y) * width + Math.trunc(x);
      if (known[pixel] === UNKNOWN) known[pixel] = holds(Math.trunc(x), Math.trunc(y)) ? HOLDS : LETS_GO;
      if (known[pixel] === HOLDS) break;
    }
    ends[at++] = Math.trunc(y);
    ends[at++] = Math.trunc(x);
  }
  return ends;
}

/** What is known of a pixel: that it holds what comes into it, or does not. */
const [UNKNOWN, HOLDS, LETS_GO] = [0, 1, 2];

/**
 * Tells of a pixel whether each place in it is led to a place in it: whatever comes there ends there. A step is bilinear between the
 * places where one set of four flows gives way to the next: it is farthest at their corners, and those alone are looked at. Steps
 * are rounded, so that there must be room left: places in cells are a few units in the last place of the longer side off, and
 * what is read there as much of the largest flow.
 */
function holding(
  { width, height }: FlowField,
  flows: Float32Array,
  stride: number,
  [stretchX, stretchY]: readonly [number, number],
): (x: number, y: number) => boolean {
  const led = (component: 0 | 1, x: number, y: number) => {
    const [px, py] = [x * stretchX - 0.5, y * stretchY - 0.5];
    const [left, top] = [Math.floor(px), Math.floor(py)];
    const [right, below] = [px - left, py - top];
    const a = 2 * ((top + 1) * stride + left + 1) + component;
    const above = flows[a] * (1 - right) + flows[a + 2] * right;
    const under = flows[a + 2 * stride] * (1 - right) + flows[a + 2 * stride + 2] * right;
    return (above * (1 - below) + under * below) / enlarged;
  };
  const most = flows.reduce((most, flow) => Math.max(most, Math.abs(flow)), 1);
  const rounding = 64 * Number.EPSILON * (width + height) * most;
  const isIn = (pixel: number, place: number) => place > pixel + rounding && place < pixel + 1 - rounding;
  return (x, y) => {
    // On the last row and column places are kept from going on by the picture's border.
    if (x + 1 >= width || y + 1 >= height) return false;
    // Most lead out of themselves from their middle already.
    const [midX, midY] = [x + 0.5, y + 0.5];
    if (!isIn(x, midX + led(1, midX, midY)) || !isIn(y, midY + led(0, midX, midY))) return false;
    const rows = turnsOf(y, stretchY);
    return turnsOf(x, stretchX).every((atX) =>
      rows.every((atY) => isIn(x, atX + led(1, atX, atY)) && isIn(y, atY + led(0, atX, atY))),
    );
  };
}

/** Both ends of a pixel, and the places between where other flows begin to count. */
function turnsOf(pixel: number, stretch: number): number[] {
  const turns = [pixel, pixel + 1];
  for (let cell = Math.ceil(pixel * stretch - 0.5); cell < (pixel + 1) * stretch - 0.5; cell++) {
    turns.push((cell + 0.5) / stretch);
  }
  return turns;
}

/** Flow in y and x, one beside the other, in rows of `stride` pixels: none outside, and a frame of one pixel around all. */
function framed({ width, height, y: flowY, x: flowX }: FlowField, inside: Uint8Array, stride: number): Float32Array {
  const flows = new Float32Array(2 * stride * (height + 2));
  for (let row = 0, i = 0; row < height; row++) {
    for (let to = 2 * ((row + 1) * stride + 1), end = to + 2 * width; to < end; to += 2, i++) {
      if (inside[i] === 0) continue;
      flows[to] = flowY[i];
      flows[to + 1] = flowX[i];
    }
  }
  return flows;
}

/** The original's: room around the picture for windows, half a window, pixels that make a seed, and those that belong to one. */
const room = 20;
const reach = 5;
const seedCount = 10;
const memberCount = 2;
/** Share of the picture above which a label is the background. */
const mostShare = 0.4;

/** For each pixel the number of its cell, 0 for none; numbers from 1 without gaps. */
export function gather(ends: Int32Array, inside: Uint8Array, width: number, height: number): Int32Array {
  const stride = width + 2 * room;
  const rows = height + 2 * room;
  const counts = new Int32Array(stride * rows);
  const place = (i: number) => (ends[i] + room) * stride + ends[i + 1] + room;
  for (let i = 0; i < ends.length; i += 2) counts[place(i)]++;
  const seeds = findSeeds(counts, stride, rows);
  const owner = new Int32Array(counts.length);
  // Larger gatherings come last and win.
  seeds.sort((a, b) => counts[a] - counts[b] || a - b);
  for (const [i, seed] of seeds.entries()) for (const at of grow(seed, counts, stride)) owner[at] = i + 1;
  const labels = new Int32Array(width * height);
  const areas = new Int32Array(seeds.length + 1);
  for (let i = 0, k = 0; i < labels.length; i++) {
    if (inside[i] === 0) continue;
    areas[(labels[i] = owner[place(k)])]++;
    k += 2;
  }
  const most = mostShare * labels.length;
  return renumber(labels, (label) => areas[label] <= most);
}

function findSeeds(counts: Int32Array, stride: number, rows: number): number[] {
  const seeds: number[] = [];
  for (let y = 2; y < rows - 2; y++) {
    for (let x = 2; x < stride - 2; x++) {
      const at = y * stride + x;
      if (counts[at] <= seedCount) continue;
      let isPeak = true;
      for (let dy = -2; dy <= 2 && isPeak; dy++) {
        for (let dx = -2; dx <= 2; dx++) if (counts[at + dy * stride + dx] > counts[at]) isPeak = false;
      }
      if (isPeak) seeds.push(at);
    }
  }
  return seeds;
}

/** The places around a seed, at most `reach` steps away over places that enough pixels ended in, which all of them are. */
function grow(seed: number, counts: Int32Array, stride: number): readonly number[] {
  const side = 2 * reach + 1;
  const isKnown = new Uint8Array(side * side);
  const members = [seed];
  isKnown[reach * side + reach] = 1;
  const corner = seed - reach * stride - reach;
  for (let step = 0, from = 0; step < reach; step++) {
    const end = members.length;
    for (; from < end; from++) {
      for (let dy = -1; dy <= 1; dy++) {
        for (let dx = -1; dx <= 1; dx++) {
          const near = members[from] + dy * stride + dx;
          const row = Math.trunc((near - corner) / stride);
          const place = row * side + (near - corner - row * stride);
          if (counts[near] <= memberCount || isKnown[place] === 1) continue;
          isKnown[place] = 1;
          members.push(near);
        }
      }
    }
  }
  return members;
}

/** Labels that are not kept become 0, the others 1, 2, ... in ascending order. */
export function renumber(labels: Int32Array, isKept: (label: number) => boolean): Int32Array {
  const numbers = new Int32Array(labels.reduce((most, label) => Math.max(most, label), 0) + 1);
  for (let i = 0; i < labels.length; i++) numbers[labels[i]] = 1;
  numbers[0] = 0;
  let known = 0;
  for (let label = 1; label < numbers.length; label++) {
    numbers[label] = numbers[label] === 1 && isKept(label) ? ++known : 0;
  }
  const renumbered = new Int32Array(labels.length);
  for (let i = 0; i < labels.length; i++) renumbered[i] = numbers[labels[i]];
  return renumbered;
}
