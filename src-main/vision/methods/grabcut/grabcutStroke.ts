/** How GrabCut takes up a stroke: what looks like it and hangs together with it changes sides, and nothing else. */
import type { Stroke } from '@shared/methods/strokes';
import {
  CutGraph,
  type CutPicture,
  isObject,
  learnMixtures,
  LIKELY_BACKGROUND,
  LIKELY_OBJECT,
  type Mixtures,
  SURE_BACKGROUND,
  SURE_OBJECT,
} from './grabcutCut';
import type { GrabcutPlan } from './grabcutPlan';
import { paintStroke } from '../paintStroke';

/** How far a stroke speaks over even ground, as a part of the frame's longer side: there its word has fallen to 1/e. */
const REACH = 0.1;
/** What a stroke says of the pixels beside it, a natural logarithm as the colours' words are. */
const WORD = 5;
/** Steps on even ground that a step over an edge of ordinary contrast is worth. */
const EDGE_STEPS = 4;
const ROUNDS = 2;
const LARGEST_REACH = 4;

/**
 * The mask after a stroke; the mixtures are learnt on, in place. A stroke of the object only adds, in one piece with the stroke: what was
 * right elsewhere stays. One of the background takes away in one piece with it; what it teaches may give back elsewhere what the first
 * cut took for background wrongly, but nothing that a stroke of the background took away: `lost` says which pixels these are.
 */
export function takeStroke(
  picture: CutPicture,
  plan: GrabcutPlan,
  {
    mask: before,
    lost,
    mixtures,
  }: { readonly mask: Uint8Array; readonly lost: Uint8Array | null; readonly mixtures: Mixtures },
  stroke: Stroke,
): { readonly mask: Uint8Array; readonly lost: Uint8Array | null } {
  const object = stroke.label === 1;
  const [sure, likely] = object ? [SURE_OBJECT, LIKELY_OBJECT] : [SURE_BACKGROUND, LIKELY_BACKGROUND];
  const painted = new Uint8Array(before.length);
  paintStroke(painted, plan, stroke, 1);
  const reach = REACH * Math.max(plan.width, plan.height);
  const far = walk(picture, painted, before, object ? SURE_BACKGROUND : SURE_OBJECT, reach);
  const bias = plan.bias?.slice() ?? new Float32Array(before.length);
  const mask = before.slice();
  for (let p = 0; p < mask.length; p++) {
    if (painted[p] !== 0) mask[p] = sure;
    if (far[p] === Infinity) continue;
    const near = Math.exp(-far[p] / reach);
    bias[p] += object ? WORD * near : -WORD * near;
    // What is near has to be learnt as the stroke's side, or the other side goes on explaining it.
    if (mask[p] >= LIKELY_BACKGROUND && near > 0.5) mask[p] = likely;
  }
  const graph = new CutGraph(picture, mask);
  for (let i = 0; i < ROUNDS; i++) {
    learnMixtures(picture, mask, mixtures);
    graph.cut(mask, mixtures, bias);
  }
  const changed = oneWithStroke(
    painted,
    picture.width,
    (p) => isObject(mask[p]) === object && isObject(before[p]) !== object,
  );
  const isWonBack = (p: number): boolean => !object && isObject(mask[p]) && !isObject(before[p]) && lost?.[p] !== 1;
  const after = mask.map((value, p) => (changed[p] !== 0 || isWonBack(p) ? value : before[p]));
  if (object) return { mask: after, lost };
  return {
    mask: after,
    lost: after.map((value, p) => (lost?.[p] === 1 || (isObject(before[p]) && !isObject(value)) ? 1 : 0)),
  };
}

/**
 * Length of the easiest way from the stroke to each pixel, Infinity beyond LARGEST_REACH times `reach`: a step on even ground is 1, and
 * contrast adds to it. It does not enter pixels of the value `closed`. Dijkstra's algorithm with buckets one wide.
 */
function walk(picture: CutPicture, painted: Uint8Array, mask: Uint8Array, closed: number, reach: number): Float32Array {
  const { rgb, width, beta } = picture;
  const weight = EDGE_STEPS * Math.sqrt(2 * beta);
  const far = new Float32Array(painted.length).fill(Infinity);
  const buckets: number[][] = Array.from({ length: Math.ceil(LARGEST_REACH * reach) + 1 }, () => []);
  for (let p = 0; p < painted.length; p++) {
    if (painted[p] === 0) continue;
    far[p] = 0;
    buckets[0].push(p);
  }
  const pixels = painted.length;
  for (const [at, bucket] of buckets.entries()) {
    // Steps are at least 1 long, so that a bucket does not grow while it is read.
    for (const p of bucket) {
      const begun = far[p];
      if (Math.floor(begun) !== at) continue;
      const x = p % width;
      const i = p * 3;
      const r = rgb[i];
      const g = rgb[i + 1];
      const b = rgb[i + 2];
      for (let d = 0; d < 4; d++) {
        const q = d === 0 ? p - 1 : d === 1 ? p + 1 : d === 2 ? p - width : p + width;
        if (d === 0 ? x === 0 : d === 1 ? x === width - 1 : q < 0 || q >= pixels) continue;
        if (mask[q] === closed) continue;
        const dr = r - rgb[q * 3];
        const dg = g - rgb[q * 3 + 1];
        const db = b - rgb[q * 3 + 2];
        // Rounded as it will be stored, so that it stands in the bucket that it is looked for in.
        const way = Math.fround(begun + 1 + weight * Math.sqrt(dr * dr + dg * dg + db * db));
        if (way >= far[q] || way >= buckets.length) continue;
        far[q] = way;
        buckets[Math.floor(way)].push(q);
      }
    }
  }
  return far;
}

/** 1 for the painted pixels and for those with `is` that hang together with them by sides. */
function oneWithStroke(painted: Uint8Array, width: number, is: (pixel: number) => boolean): Uint8Array {
  const marks = painted.slice();
  const stack: number[] = [];
  const take = (q: number): void => {
    if (marks[q] !== 0 || !is(q)) return;
    marks[q] = 1;
    stack.push(q);
  };
  for (let p = 0; p < painted.length; p++) if (painted[p] !== 0) eachNeighbour(p, width, painted.length, take);
  for (let p = stack.pop(); p !== undefined; p = stack.pop()) eachNeighbour(p, width, painted.length, take);
  return marks;
}

function eachNeighbour(p: number, width: number, pixels: number, visit: (neighbour: number) => void): void {
  const x = p % width;
  if (x > 0) visit(p - 1);
  if (x < width - 1) visit(p + 1);
  if (p >= width) visit(p - width);
  if (p + width < pixels) visit(p + width);
}
