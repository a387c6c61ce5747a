/** What a benchmark hands to the runner. */

/** One measured figure. Times in ms, ratios unitless, memory in MB; the runner adds the machine and prints one JSON line a row. */
export interface BenchRow {
  readonly name: string;
  /** Number of samples behind p50 and p95. */
  readonly n: number;
  readonly p50: number;
  readonly p95: number;
  readonly unit: 'ms' | 'ratio' | 'MB' | 'fps';
  /** What ran beside it on the same data, where it was found. */
  readonly reference?: string;
  /** Time of this code over time of the reference, over all samples. */
  readonly ratio?: number;
}

/** A named benchmark; `run` may take seconds and is called at most once a process. */
export interface BenchCase {
  readonly name: string;
  run(): BenchRow | Promise<BenchRow>;
}

/** The value below which the fraction `q` (0..1) of the samples lies (nearest rank). */
export function quantile(samples: ArrayLike<number>, q: number): number {
  const sorted = Float64Array.from(samples).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];
}
