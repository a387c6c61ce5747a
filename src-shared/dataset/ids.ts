/** Finding records by the ids they refer to each other with, also where one side writes 7 and the other "7". */
import type { IdRef } from './records';

/** The same id as another program spells it: the number 7 for the text "7", and the other way round; null where it has none. */
function otherSpelling(ref: IdRef): IdRef | null {
  if (typeof ref === 'number') return JSON.stringify(String(ref));
  const digits = /^"(0|-?[1-9]\d*)"$/.exec(ref);
  const value = digits ? Number(digits[1]) : Number.NaN;
  return Number.isSafeInteger(value) ? value : null;
}

/** What belongs to the id as it is spelled, else to its other spelling; nothing belongs to a missing one. */
export function lookUp<T>(map: ReadonlyMap<IdRef, T>, ref: IdRef | null): T | undefined {
  if (ref === null) return undefined;
  const exact = map.get(ref);
  if (exact !== undefined) return exact;
  const other = otherSpelling(ref);
  return other === null ? undefined : map.get(other);
}

/** A text id without its JSON quotes, a number as the file spells it: what people type and read. */
export function idText(ref: IdRef): string {
  return typeof ref === 'string' && ref.startsWith('"') ? (JSON.parse(ref) as string) : String(ref);
}

/** Ids above this are kept but not counted on from, so that there is always room for new ones. */
export const maxCountedId = 2 ** 52;
