/** Which models wait for which while they load: one that would wait for itself is found before it does. */
export class Waits {
  /** By folder. */
  readonly #waits = new Map<string, string[]>();

  /** Whether loading `from` waits for `to` in the end; a model does so for itself. */
  reaches(from: string, to: string): boolean {
    const seen = new Set<string>();
    const visit = (folder: string): boolean => {
      if (folder === to) return true;
      if (seen.has(folder)) return false;
      seen.add(folder);
      return (this.#waits.get(folder) ?? []).some(visit);
    };
    return visit(from);
  }

  /** Runs `work`, for which the loading of `from` waits for that of `to`. */
  async during<T>(from: string, to: string, work: () => Promise<T>): Promise<T> {
    const list = this.#waits.get(from) ?? [];
    this.#waits.set(from, [...list, to]);
    try {
      return await work();
    } finally {
      const rest = [...(this.#waits.get(from) ?? [])];
      rest.splice(rest.indexOf(to), 1);
      if (rest.length > 0) this.#waits.set(from, rest);
      else this.#waits.delete(from);
    }
  }
}
