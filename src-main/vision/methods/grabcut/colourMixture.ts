/** A mixture of Gaussians over colours, as GrabCut learns one for the object and one for its surroundings. */

/** Gaussians of a mixture. */
export const COMPONENTS = 5;
/** Numbers that a mixture is stored in: weights, means, covariances, in OpenCV's order. */
const MIXTURE_LENGTH = COMPONENTS * 13;

/** A covariance that is flatter than this gets a little noise added. */
const FLATTEST = Number.EPSILON;
const NOISE = 0.01;
/** What is smaller than a sum by this natural logarithm changes no bit of it: a little more than that of 2^54. */
const LOST_BESIDE = 38;
/** Below it a Gaussian's value is 0 in a double. */
const SMALLEST_EXPONENT = -745.13;

export class ColourMixture {
  readonly #weights = new Float64Array(COMPONENTS);
  readonly #means = new Float64Array(COMPONENTS * 3);
  readonly #covariances = new Float64Array(COMPONENTS * 9);
  /** Upper triangles of the inverse covariances, halved and negated on the diagonal: see `exponent`. */
  readonly #inverses = new Float64Array(COMPONENTS * 6);
  readonly #scales = new Float64Array(COMPONENTS);
  readonly #logScales = new Float64Array(COMPONENTS);
  /** Weights times scales; 0 for a Gaussian that has nothing. */
  readonly #factors = new Float64Array(COMPONENTS);
  readonly #logFactors = new Float64Array(COMPONENTS);

  /** From `values()`. */
  static from(values: Float64Array): ColourMixture {
    const mixture = new ColourMixture();
    mixture.#weights.set(values.subarray(0, COMPONENTS));
    mixture.#means.set(values.subarray(COMPONENTS, COMPONENTS * 4));
    mixture.#covariances.set(values.subarray(COMPONENTS * 4, MIXTURE_LENGTH));
    for (let k = 0; k < COMPONENTS; k++) mixture.#prepare(k, 0);
    return mixture;
  }

  values(): Float64Array {
    const values = new Float64Array(MIXTURE_LENGTH);
    values.set(this.#weights);
    values.set(this.#means, COMPONENTS);
    values.set(this.#covariances, COMPONENTS * 4);
    return values;
  }

  /** -log of the density at a colour; large where it is 0. */
  cost(r: number, g: number, b: number): number {
    const factors = this.#factors;
    const logFactors = this.#logFactors;
    let sum = 0;
    let most = -Infinity;
    for (let k = 0; k < COMPONENTS; k++) {
      const factor = factors[k];
      if (factor === 0) continue;
      const exponent = this.#exponent(k, r, g, b);
      const log = exponent + logFactors[k];
      if (log < most - LOST_BESIDE) continue;
      sum += factor * Math.exp(exponent);
      if (log > most) most = log;
    }
    return sum > 1e-300 ? -Math.log(sum) : 690;
  }

  /** The Gaussian that has most of a colour, its weight left aside. */
  nearest(r: number, g: number, b: number): number {
    let best = 0;
    let most = -Infinity;
    for (let k = 0; k < COMPONENTS; k++) {
      if (this.#weights[k] === 0) continue;
      const exponent = this.#exponent(k, r, g, b);
      if (exponent < SMALLEST_EXPONENT) continue;
      const log = exponent + this.#logScales[k];
      if (log > most) {
        most = log;
        best = k;
      }
    }
    return best;
  }

  /** Learns anew from sums over the pixels of each Gaussian. */
  learn(sums: MixtureSums): void {
    let total = 0;
    for (let k = 0; k < COMPONENTS; k++) total += sums.counts[k];
    for (let k = 0; k < COMPONENTS; k++) {
      const n = sums.counts[k];
      this.#weights[k] = n === 0 ? 0 : n / total;
      this.#factors[k] = 0;
      if (n === 0) continue;
      const mean = this.#means.subarray(k * 3, k * 3 + 3);
      for (let c = 0; c < 3; c++) mean[c] = sums.sums[k * 3 + c] / n;
      for (let a = 0; a < 3; a++) {
        for (let c = 0; c < 3; c++) {
          const product = sums.products[k * 6 + TRIANGLE[a * 3 + c]];
          this.#covariances[k * 9 + a * 3 + c] = product / n - mean[a] * mean[c];
        }
      }
      this.#prepare(k, NOISE);
    }
  }

  #exponent(k: number, r: number, g: number, b: number): number {
    const m = k * 3;
    const i = k * 6;
    const x = r - this.#means[m];
    const y = g - this.#means[m + 1];
    const z = b - this.#means[m + 2];
    const inverse = this.#inverses;
    return (
      x * (x * inverse[i] + y * inverse[i + 1] + z * inverse[i + 2]) +
      y * (y * inverse[i + 3] + z * inverse[i + 4]) +
      z * z * inverse[i + 5]
    );
  }

  #prepare(k: number, noise: number): void {
    if (this.#weights[k] === 0) return;
    const c = this.#covariances.subarray(k * 9, k * 9 + 9);
    let determinant = determinantOf(c);
    if (determinant <= FLATTEST && noise > 0) {
      for (const i of [0, 4, 8]) c[i] += noise;
      determinant = determinantOf(c);
    }
    const half = -0.5 / determinant;
    this.#inverses.set(
      [
        half * (c[4] * c[8] - c[5] * c[7]),
        -2 * half * (c[1] * c[8] - c[2] * c[7]),
        2 * half * (c[1] * c[5] - c[2] * c[4]),
        half * (c[0] * c[8] - c[2] * c[6]),
        -2 * half * (c[0] * c[5] - c[2] * c[3]),
        half * (c[0] * c[4] - c[1] * c[3]),
      ],
      k * 6,
    );
    this.#scales[k] = 1 / Math.sqrt(determinant);
    this.#logScales[k] = -0.5 * Math.log(determinant);
    this.#factors[k] = this.#weights[k] * this.#scales[k];
    this.#logFactors[k] = Math.log(this.#factors[k]);
  }
}

/** Where a pair of channels stands in an upper triangle. */
const TRIANGLE = [0, 1, 2, 1, 3, 4, 2, 4, 5];

/** Counts, sums and sums of products of the colours of each Gaussian. */
export class MixtureSums {
  readonly counts = new Float64Array(COMPONENTS);
  readonly sums = new Float64Array(COMPONENTS * 3);
  readonly products = new Float64Array(COMPONENTS * 6);

  add(k: number, r: number, g: number, b: number, weight = 1): void {
    const i = k * 3;
    const j = k * 6;
    this.counts[k] += weight;
    this.sums[i] += r * weight;
    this.sums[i + 1] += g * weight;
    this.sums[i + 2] += b * weight;
    this.products[j] += r * r * weight;
    this.products[j + 1] += r * g * weight;
    this.products[j + 2] += r * b * weight;
    this.products[j + 3] += g * g * weight;
    this.products[j + 4] += g * b * weight;
    this.products[j + 5] += b * b * weight;
  }
}

function determinantOf(c: Float64Array): number {
  return c[0] * (c[4] * c[8] - c[5] * c[7]) - c[1] * (c[3] * c[8] - c[5] * c[6]) + c[2] * (c[3] * c[7] - c[4] * c[6]);
}
