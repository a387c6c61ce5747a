/** Findings by kind: all are counted, and of each kind so many are kept that nobody misses the rest. */
import type { Finding, FindingCode } from '../finding';

/** Of one kind, more are counted only. */
const keptOfAKind = 1000;

export interface KindCount {
  readonly code: FindingCode;
  readonly severity: Finding['severity'];
  readonly count: number;
  /** How many of them are about an annotation, and on how many images all of them are; absent where nobody knows images by id. */
  readonly annotations?: number;
  readonly images?: number;
}

interface Kind {
  readonly severity: Finding['severity'];
  count: number;
  annotations: number;
  readonly images: Set<number>;
  readonly kept: Finding[];
}

export class FindingTally {
  readonly #kinds = new Map<FindingCode, Kind>();
  readonly #images = new Set<number>();

  add(finding: Finding): void {
    const code = finding.code ?? 'more';
    let kind = this.#kinds.get(code);
    if (!kind) {
      kind = { severity: finding.severity, count: 0, annotations: 0, images: new Set(), kept: [] };
      this.#kinds.set(code, kind);
    }
    kind.count++;
    if (finding.annotationId !== undefined) kind.annotations++;
    if (finding.imageId !== undefined) {
      kind.images.add(finding.imageId);
      this.#images.add(finding.imageId);
    }
    if (kind.kept.length < keptOfAKind) kind.kept.push(finding);
  }

  /** Errors first, the most frequent before the others. */
  kinds(): KindCount[] {
    return [...this.#kinds]
      .map(([code, { severity, count, annotations, images }]) => ({
        code,
        severity,
        count,
        ...(images.size > 0 ? { annotations, images: images.size } : {}),
      }))
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

  /** How many images anything is wrong with; of those that are known by id. */
  get images(): number {
    return this.#images.size;
  }
}
