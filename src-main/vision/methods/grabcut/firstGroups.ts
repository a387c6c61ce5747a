/**
 * The groups of colours that GrabCut's mixtures begin from: k-means with a k-means++ start, in the form of OpenCV's `kmeans` and with
 * its random numbers, so that the same colours give the same groups. For bytes it takes half of that one's time.
 */

/** Rounds of the k-means. */
const ROUNDS = 10;
/** Centres tried for each after the first; the best stays. */
const TRIALS = 3;
/** Centres that moved by less than this, squared, stand still. */
const STILL = (2 ** -23) ** 2;
/**
 * OpenCV compares distances as 32-bit floats: they are off by less than a millionth. Where two are closer to each other than this
 * part, its own arithmetic decides.
 */
const ALIKE = 1e-5;
/** A little less than a quarter: a colour this close, squared, to its centre as to the next one from there is nobody else's. */
const OWN_PART = 0.249;

/** OpenCV's random numbers, from the seed that `setRNGSeed(0)` sets. */
export class CvRandom {
  #state = 0xffffffffn;

  /** 0 .. 2^32 - 1. */
  next(): number {
    this.#state = (this.#state & 0xffffffffn) * 4164903690n + (this.#state >> 32n);
    return Number(this.#state & 0xffffffffn);
  }

  /** 0 .. 1. */
  unit(): number {
    const high = BigInt(this.next());
    return Number((high << 32n) | BigInt(this.next())) * 2 ** -64;
  }
}

/** The group, 0 .. `most` - 1, of each colour; `colours` are RGB interleaved. Takes from `random` what OpenCV would. */
export function firstGroups(colours: Uint8Array, most: number, random: CvRandom): Uint8Array {
  const count = colours.length / 3;
  const groups = new Uint8Array(count);
  if (count === 0) return groups;
  const centres = firstCentres(colours, Math.min(most, count), random);
  const rounds = centres.length > 3 ? ROUNDS : 2;
  for (let round = 1; ; round++) {
    const sums = assign(colours, centres, groups);
    const moved = moveCentres(colours, centres, groups, sums);
    if (round === rounds - 1 || moved <= STILL) return groups;
  }
}

/** Centres among the colours: each is drawn with a chance that grows with its distance from those before it. */
function firstCentres(colours: Uint8Array, groups: number, random: CvRandom): Float32Array {
  const count = colours.length / 3;
  const centres = new Float32Array(groups * 3);
  const put = (group: number, i: number): void => centres.set(colours.subarray(i * 3, i * 3 + 3), group * 3);
  const first = random.next() % count;
  put(0, first);
  const far = new Int32Array(count).fill(3 * 255 * 255);
  let total = approach(colours, far, first);
  for (let group = 1; group < groups; group++) {
    const tried = Array.from({ length: TRIALS }, () => draw(far, random.unit() * total));
    const sums = sumsWith(colours, far, tried);
    const least = Math.min(...sums);
    const best = tried[sums.indexOf(least)];
    put(group, best);
    if (group < groups - 1) approach(colours, far, best);
    total = least;
  }
  return centres;
}

/** The first colour at which the distances before it, and its own, come to `share`. */
function draw(far: Int32Array, share: number): number {
  let rest = share;
  for (let i = 0; i < far.length - 1; i++) {
    rest -= far[i];
    if (rest <= 0) return i;
  }
  return far.length - 1;
}

/** What the distances would add up to with each of three more centres. */
function sumsWith(colours: Uint8Array, far: Int32Array, [a, b, c]: readonly number[]): [number, number, number] {
  const [ra, ga, ba] = colours.subarray(a * 3, a * 3 + 3);
  const [rb, gb, bb] = colours.subarray(b * 3, b * 3 + 3);
  const [rc, gc, bc] = colours.subarray(c * 3, c * 3 + 3);
  let withA = 0;
  let withB = 0;
  let withC = 0;
  for (let i = 0, p = 0; i < far.length; i++, p += 3) {
    const r = colours[p];
    const g = colours[p + 1];
    const b = colours[p + 2];
    const now = far[i];
    withA += Math.min(now, squared(r - ra, g - ga, b - ba));
    withB += Math.min(now, squared(r - rb, g - gb, b - bb));
    withC += Math.min(now, squared(r - rc, g - gc, b - bc));
  }
  return [withA, withB, withC];
}

/** Takes one more centre into the squared distances, in place; their sum. */
function approach(colours: Uint8Array, far: Int32Array, centre: number): number {
  const [r, g, b] = colours.subarray(centre * 3, centre * 3 + 3);
  let sum = 0;
  for (let i = 0, p = 0; i < far.length; i++, p += 3) {
    const to = squared(colours[p] - r, colours[p + 1] - g, colours[p + 2] - b);
    if (to < far[i]) far[i] = to;
    sum += far[i];
  }
  return sum;
}

const squared = (r: number, g: number, b: number): number => r * r + g * g + b * b;

interface GroupSums {
  readonly counts: Int32Array;
  /** Floats of 32 bits, as OpenCV adds them up. */
  readonly colours: Float32Array;
}

/** Gives each colour to the centre that is nearest, in place, and adds the groups up. */
function assign(colours: Uint8Array, centres: Float32Array, groups: Uint8Array): GroupSums {
  const most = centres.length / 3;
  const counts = new Int32Array(most);
  const sums = new Float32Array(most * 3);
  const own = ownReaches(centres);
  for (let i = 0, p = 0; i < groups.length; i++, p += 3) {
    const r = colours[p];
    const g = colours[p + 1];
    const b = colours[p + 2];
    let best = groups[i];
    let at = best * 3;
    let least = squared(r - centres[at], g - centres[at + 1], b - centres[at + 2]);
    if (least >= own[best]) {
      let next = Infinity;
      for (let k = 0, c = 0; k < most; k++, c += 3) {
        if (c === at) continue;
        const to = squared(r - centres[c], g - centres[c + 1], b - centres[c + 2]);
        if (to < least) {
          next = least;
          least = to;
          best = k;
        } else if (to < next) next = to;
      }
      if (next - least <= ALIKE * next) best = nearestByFloats(centres, r, g, b);
      groups[i] = best;
      at = best * 3;
    }
    counts[best]++;
    sums[at] += r;
    sums[at + 1] += g;
    sums[at + 2] += b;
  }
  return { counts, colours: sums };
}

/** How far from its centre, squared, a colour may be to be surely its own: within half of the way to the next centre. */
function ownReaches(centres: Float32Array): Float64Array {
  return Float64Array.from({ length: centres.length / 3 }, (_, k) => {
    let least = Infinity;
    for (let c = 0; c < centres.length; c += 3) {
      if (c === k * 3) continue;
      const [r, g, b] = [0, 1, 2].map((channel) => centres[k * 3 + channel] - centres[c + channel]);
      least = Math.min(least, squared(r, g, b));
    }
    return OWN_PART * least;
  });
}

/** The first of the nearest centres, by OpenCV's arithmetic. */
function nearestByFloats(centres: Float32Array, r: number, g: number, b: number): number {
  let best = 0;
  let least = Infinity;
  for (let k = 0, c = 0; c < centres.length; k++, c += 3) {
    const to = squaredByFloats(r - centres[c], g - centres[c + 1], b - centres[c + 2]);
    if (to >= least) continue;
    least = to;
    best = k;
  }
  return best;
}

function squaredByFloats(r: number, g: number, b: number): number {
  const { fround } = Math;
  const [x, y, z] = [fround(r), fround(g), fround(b)];
  return fround(fround(fround(x * x) + fround(y * y)) + fround(z * z));
}

/** Centres in the middle of their groups, in place; the furthest that one moved, squared. */
function moveCentres(colours: Uint8Array, centres: Float32Array, groups: Uint8Array, sums: GroupSums): number {
  const { counts } = sums;
  for (let k = 0; k < counts.length; k++) if (counts[k] === 0) fillGroup(colours, groups, sums, k);
  let furthest = 0;
  for (let k = 0; k < counts.length; k++) {
    const part = Math.fround(1 / counts[k]);
    let moved = 0;
    for (let c = k * 3; c < k * 3 + 3; c++) {
      const to = Math.fround(sums.colours[c] * part);
      moved += Math.fround(to - centres[c]) ** 2;
      centres[c] = to;
    }
    furthest = Math.max(furthest, moved);
  }
  return furthest;
}

/** A group that lost all its colours gets the one of the largest group that is furthest from that group's middle. */
function fillGroup(colours: Uint8Array, groups: Uint8Array, { counts, colours: sums }: GroupSums, empty: number): void {
  const largest = counts.indexOf(Math.max(...counts));
  const part = Math.fround(1 / counts[largest]);
  const [r, g, b] = sums.subarray(largest * 3, largest * 3 + 3).map((sum) => sum * part);
  let most = 0;
  let furthest = -1;
  for (let i = 0; i < groups.length; i++) {
    if (groups[i] !== largest) continue;
    const to = squaredByFloats(colours[i * 3] - r, colours[i * 3 + 1] - g, colours[i * 3 + 2] - b);
    if (to < most) continue;
    most = to;
    furthest = i;
  }
  counts[largest]--;
  counts[empty]++;
  groups[furthest] = empty;
  for (let c = 0; c < 3; c++) {
    sums[largest * 3 + c] -= colours[furthest * 3 + c];
    sums[empty * 3 + c] += colours[furthest * 3 + c];
  }
}
