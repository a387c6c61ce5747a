/** A list of records that are JSON text already, as pieces of a file. */

/** One record a line; pieces are a thousand of them. */
export function* jsonList(records: readonly string[]): Generator<string> {
  const perPiece = 1000;
  yield '[';
  for (let i = 0; i < records.length; i += perPiece) {
    yield `${i > 0 ? ',' : ''}\n${records.slice(i, i + perPiece).join(',\n')}`;
  }
  yield records.length > 0 ? '\n]' : ']';
}
