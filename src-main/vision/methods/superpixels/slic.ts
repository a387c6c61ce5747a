/** SLIC superpixels: k-means of colour and place in which each centre looks at its own surroundings only. */
import { LIGHTNESS_SCALE, type LabPlane } from '../labPlane';

export interface SlicOptions {
  /** Side of a cell, pixels. */
  readonly size: number;
  /** Weight of place against colour (CIE LAB units at a distance of one cell). */
  readonly compactness: number;
}

const MOST_ITERATIONS = 10;
/** Pixels that the centres move on average in the round after which nothing visible changes. */
const SETTLED_PX = 0.25;

/**
 * Cells of a LAB picture: row-major labels 0..count-1, each one 4-connected; -1 outside `inside` (1 = belongs). The same
 * picture gives the same cells. Source: Achanta et al. (2012), "SLIC Superpixels Compared to State-of-the-Art Superpixel
 * Methods". O(iterations * pixels).
 */
export function slic(
  lab: LabPlane,
  width: number,
  height: number,
  { size, compactness }: SlicOptions,
  inside: Uint8Array | null,
): { labels: Int32Array; count: number } {
  const centres = seedCentres(lab, width, height, size);
  const lightness = Float32Array.from({ length: 256 }, (_, v) => v / LIGHTNESS_SCALE);
  const labels = new Int32Array(width * height);
  const nearest = new Float32Array(width * height);
  const placeWeight = (compactness / size) ** 2;
  for (let i = 0, moved = Infinity; i < MOST_ITERATIONS && moved > SETTLED_PX; i++) {
    assign({ lab, width, height, lightness }, centres, size, placeWeight, labels, nearest);
    moved = update(lab, width, height, centres, labels);
  }
  if (inside) for (let p = 0; p < labels.length; p++) if (inside[p] === 0) labels[p] = -1;
  return connect(labels, width, (size * size) / 4);
}

/** l (0..100), a, b, x, y of each centre. */
type Centres = Float64Array;

/** On a regular grid, each moved to the flattest place of its 3 x 3 neighbourhood, away from edges and noise. */
function seedCentres(lab: LabPlane, width: number, height: number, size: number): Centres {
  const columns = Math.max(1, Math.round(width / size));
  const rows = Math.max(1, Math.round(height / size));
  const centres = new Float64Array(columns * rows * 5);
  let out = 0;
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++, out += 5) {
      const x0 = Math.floor(((c + 0.5) * width) / columns);
      const y0 = Math.floor(((r + 0.5) * height) / rows);
      let best = Infinity;
      for (let y = Math.max(1, y0 - 1); y <= Math.min(height - 2, y0 + 1); y++) {
        for (let x = Math.max(1, x0 - 1); x <= Math.min(width - 2, x0 + 1); x++) {
          const steepness = gradientAt(lab, width, x, y);
          if (steepness >= best) continue;
          best = steepness;
          setCentre(centres, out, lab, width, x, y);
        }
      }
      if (best === Infinity) setCentre(centres, out, lab, width, x0, y0);
    }
  }
  return centres;
}

function setCentre(centres: Centres, at: number, lab: LabPlane, width: number, x: number, y: number): void {
  const p = (y * width + x) * 3;
  centres[at] = lab[p] / LIGHTNESS_SCALE;
  centres[at + 1] = lab[p + 1];
  centres[at + 2] = lab[p + 2];
  centres[at + 3] = x;
  centres[at + 4] = y;
}

function gradientAt(lab: LabPlane, width: number, x: number, y: number): number {
  const p = (y * width + x) * 3;
  let sum = 0;
  for (let c = 0; c < 3; c++) {
    sum += (lab[p + 3 + c] - lab[p - 3 + c]) ** 2 + (lab[p + width * 3 + c] - lab[p - width * 3 + c]) ** 2;
  }
  return sum;
}

interface Picture {
  readonly lab: LabPlane;
  readonly width: number;
  readonly height: number;
  /** L of each byte value. */
  readonly lightness: Float32Array;
}

/** Each pixel gets the nearest centre of those within `size` in x and y; the first of equally near ones. */
function assign(
  { lab, width, height, lightness }: Picture,
  centres: Centres,
  size: number,
  placeWeight: number,
  labels: Int32Array,
  nearest: Float32Array,
): void {
  nearest.fill(Infinity);
  for (let k = 0, at = 0; at < centres.length; k++, at += 5) {
    const l = centres[at];
    const a = centres[at + 1];
    const b = centres[at + 2];
    const cx = centres[at + 3];
    const cy = centres[at + 4];
    const x0 = Math.max(0, Math.floor(cx - size));
    const x1 = Math.min(width - 1, Math.ceil(cx + size));
    const y1 = Math.min(height - 1, Math.ceil(cy + size));
    for (let y = Math.max(0, Math.floor(cy - size)); y <= y1; y++) {
      const far = placeWeight * (y - cy) * (y - cy);
      const line = y * width;
      for (let x = x0; x <= x1; x++) {
        const i = line + x;
        const dx = x - cx;
        // Most candidates are ruled out by their distance alone.
        const place = far + placeWeight * dx * dx;
        const best = nearest[i];
        if (place >= best) continue;
        const p = i * 3;
        const dl = lightness[lab[p]] - l;
        const da = lab[p + 1] - a;
        const db = lab[p + 2] - b;
        const d = place + dl * dl + da * da + db * db;
        if (d < best) {
          nearest[i] = d;
          labels[i] = k;
        }
      }
    }
  }
}

/** Moves each centre to the mean of its pixels; one without pixels stays. Answers how far they went, on average. */
function update(lab: LabPlane, width: number, height: number, centres: Centres, labels: Int32Array): number {
  const sums = new Float64Array(centres.length);
  const counts = new Uint32Array(centres.length / 5);
  for (let y = 0, i = 0, p = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++, p += 3) {
      const at = labels[i] * 5;
      counts[labels[i]]++;
      sums[at] += lab[p];
      sums[at + 1] += lab[p + 1];
      sums[at + 2] += lab[p + 2];
      sums[at + 3] += x;
      sums[at + 4] += y;
    }
  }
  let moved = 0;
  for (let k = 0; k < counts.length; k++) {
    if (counts[k] === 0) continue;
    const at = k * 5;
    moved += Math.hypot(sums[at + 3] / counts[k] - centres[at + 3], sums[at + 4] / counts[k] - centres[at + 4]);
    for (let c = 0; c < 5; c++) centres[at + c] = sums[at + c] / counts[k];
    centres[at] /= LIGHTNESS_SCALE;
  }
  return moved / counts.length;
}

/**
 * Gives each 4-connected part a label of its own, in reading order; a part smaller than `least` joins the part that was
 * met before it (left of or above its first pixel), where there is one.
 */
function connect(labels: Int32Array, width: number, least: number): { labels: Int32Array; count: number } {
  const out = new Int32Array(labels.length).fill(-1);
  const queue = new Int32Array(labels.length);
  let count = 0;
  for (let start = 0; start < labels.length; start++) {
    if (out[start] >= 0 || labels[start] < 0) continue;
    const wanted = labels[start];
    const before = neighbourBefore(out, start, width);
    queue[0] = start;
    out[start] = count;
    let end = 1;
    for (let head = 0; head < end; head++) {
      const i = queue[head];
      const x = i % width;
      const visit = (j: number): void => {
        if (out[j] >= 0 || labels[j] !== wanted) return;
        out[j] = count;
        queue[end++] = j;
      };
      if (x > 0) visit(i - 1);
      if (x < width - 1) visit(i + 1);
      if (i >= width) visit(i - width);
      if (i < labels.length - width) visit(i + width);
    }
    if (end < least && before >= 0) for (let j = 0; j < end; j++) out[queue[j]] = before;
    else count++;
  }
  return { labels: out, count };
}

function neighbourBefore(out: Int32Array, i: number, width: number): number {
  if (i % width > 0 && out[i - 1] >= 0) return out[i - 1];
  return i >= width ? out[i - width] : -1;
}
