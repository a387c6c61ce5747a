/** Putting one row of a list to another place, also where only some of the rows are shown. */

/** `ids` with `id` moved into the gap above the shown row `gap` (`shown.length`: below the last shown one). */
export function movedTo(ids: readonly number[], shown: readonly number[], id: number, gap: number): readonly number[] {
  const rest = ids.filter((other) => other !== id);
  const below = shown.slice(gap).find((other) => other !== id);
  const above = shown
    .slice(0, gap)
    .reverse()
    .find((other) => other !== id);
  if (below === undefined && above === undefined) return ids;
  const at = below === undefined ? rest.indexOf(above!) + 1 : rest.indexOf(below);
  return [...rest.slice(0, at), id, ...rest.slice(at)];
}

/** `ids` with `id` moved up or down past its neighbour among the shown ones; the same where there is none. */
export function movedBy(ids: readonly number[], shown: readonly number[], id: number, by: 1 | -1): readonly number[] {
  const at = shown.indexOf(id);
  if (at < 0 || at + by < 0 || at + by >= shown.length) return ids;
  return movedTo(ids, shown, id, by === 1 ? at + 2 : at - 1);
}
