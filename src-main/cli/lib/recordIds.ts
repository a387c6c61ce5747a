/** Looking records up by the ids they refer to each other with. */
import type { IdRef } from '@shared/formats/coco/types';

interface WithId {
  readonly id: IdRef | null;
}

/** Position of each id in the list; where an id repeats the first record has it. */
export function positionsById(records: readonly WithId[]): Map<IdRef, number> {
  const positions = new Map<IdRef, number>();
  records.forEach(({ id }, position) => {
    if (id !== null && !positions.has(id)) positions.set(id, position);
  });
  return positions;
}

/** The records' own ids; where one is no number, all are counted from 1 in file order instead. */
export function numericIds(records: readonly WithId[]): number[] {
  const own = records.map(({ id }) => id);
  return own.every((id): id is number => typeof id === 'number') ? own : records.map((_, position) => position + 1);
}
