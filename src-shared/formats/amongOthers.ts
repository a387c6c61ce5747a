/** The elements of an image that is written again: what never became an annotation stays where it stood. */

export interface WrittenRecord {
  /** The elements it came from; none: it is new. */
  readonly sources: readonly string[];
  /** What is written of it. */
  readonly texts: readonly string[];
}

/** `elements`: those of the source, of which `isOther` says whether the reader left them out. `records`: in painter's order. */
export function amongOthers(
  elements: readonly string[],
  isOther: (element: string) => boolean,
  records: readonly WrittenRecord[],
): string[] {
  const bySource = new Map<string, WrittenRecord[]>();
  for (const record of records)
    for (const source of record.sources) bySource.set(source, [...(bySource.get(source) ?? []), record]);
  const first: string[] = [];
  const after = new Map<WrittenRecord, string[]>();
  let before: WrittenRecord | null = null;
  for (const element of elements) {
    if (!isOther(element)) before = bySource.get(element)?.shift() ?? before;
    else if (!before) first.push(element);
    else after.set(before, [...(after.get(before) ?? []), element]);
  }
  return [...first, ...records.flatMap((record) => [...record.texts, ...(after.get(record) ?? [])])];
}

/**
 * The depth of each shape of an image, in painter's order; `kept`: what shapes say that stay as they came, null: a new one.
 * Those that stay keep theirs unless they were moved below what lies above them.
 */
export function depths(kept: readonly (number | null)[]): number[] {
  let last: number | null = null;
  return kept.map((own, place) => {
    const above = kept.slice(place).find((depth): depth is number => depth !== null) ?? Infinity;
    if (own !== null) last = last === null ? own : Math.max(last, own);
    else last = last === null ? Math.min(0, above) : Math.max(last, Math.min(last + 1, above));
    return last;
  });
}

/** The text with its elements changed; `elements`: all of them as they stand in it, in their order. */
export function withElementsChanged(
  text: string,
  elements: readonly string[],
  change: (element: string) => string,
): string {
  let result = '';
  let at = 0;
  for (const element of elements) {
    const start = text.indexOf(element, at);
    result += text.slice(at, start) + change(element);
    at = start + element.length;
  }
  return result + text.slice(at);
}
