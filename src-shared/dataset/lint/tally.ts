/** Findings by kind: all are counted, and of each kind so many are kept that nobody misses the rest. */
import type { Finding, FindingCode } from '../finding';
import { findingKinds } from './kinds';

/** Of one kind, more are counted only. */
const keptOfAKind = 1000;

export interface KindCount {
  readonly code: FindingCode;
  readonly severity: Finding['severity'];
  readonly count: number;
}

export class FindingTally {
  readonly #kinds = new Map<FindingCode, { severity: Finding['severity']; count: number; readonly kept: Finding[] }>();

  add(finding: Finding): void {
    const code = finding.code ?? 'more';
    let kind = this.#kinds.get(code);
    if (!kind) this.#kinds.set(code, (kind = { severity: finding.severity, count: 0, kept: [] }));
    kind.count++;
    if (kind.kept.length < keptOfAKind) kind.kept.push(finding);
  }

  /** Errors first, the most frequent before the others. */
  kinds(): KindCount[] {
    return [...this.#kinds]
      .map(([code, { severity, count }]) => ({ code, severity, count }))
      .sort((a, b) => a.severity.localeCompare(b.severity) || b.count - a.count);
  }

  /** Kind by kind as `kinds` has them. */
  kept(): Finding[] {
    return this.kinds().flatMap(({ code }) => this.#kinds.get(code)!.kept);
  }

  /** Of that severity, or all. */
  count(severity?: Finding['severity']): number {
    return this.kinds().reduce((sum, kind) => sum + (severity && kind.severity !== severity ? 0 : kind.count), 0);
  }

  get fixable(): number {
    return this.kinds().reduce((sum, { code, count }) => sum + (findingKinds[code].fix === null ? 0 : count), 0);
  }
}
