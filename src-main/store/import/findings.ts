/** Collects findings without drowning anyone in them: a file with a fault has it a million times. */
import { counted } from '@shared/errors/counted';
import type { Finding } from '@shared/dataset/finding';

export class FindingList {
  readonly #limit: number;
  readonly #kept: Finding[] = [];
  #left = 0;

  constructor(limit = 500) {
    this.#limit = limit;
  }

  add(...findings: readonly Finding[]): void {
    for (const finding of findings) {
      if (this.#kept.length < this.#limit) this.#kept.push(finding);
      else this.#left++;
    }
  }

  /** All that were kept, and a last one that counts the others. */
  list(): Finding[] {
    if (this.#left === 0) return [...this.#kept];
    const message = `${counted(this.#left, 'more finding is', 'more findings are')} not listed`;
    return [...this.#kept, { severity: 'warning', code: 'more', message, count: this.#left }];
  }
}
