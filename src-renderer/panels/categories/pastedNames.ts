/** The names in a pasted list of categories. */

/** As long as the field of one name takes. */
const longest = 200;

/**
 * One name a line (or a cell of a table: a tab, a semicolon), each once, in their order; a single line is split at its commas.
 */
export function namesOf(text: string): string[] {
  const lines = text.split(/[\r\n\t;]+/);
  const pieces = lines.length > 1 ? lines : text.split(',');
  const names = pieces.map((piece) => piece.trim().slice(0, longest)).filter((name) => name !== '');
  return [...new Set(names)];
}
