/** Tables as CSV text by RFC 4180: comma, CRLF, quotes where needed; a point as the decimal separator. */
import { channelsOf, measurementColumns } from './columns';
import type { MeasurementRow, PixelScale } from './types';

/** One line with its line break; null is an empty cell, numbers are written to their last digit. */
export function csvLine(cells: readonly (string | number | null)[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}

function csvCell(cell: string | number | null): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(cell);
  // A spreadsheet would run such a name as a formula.
  const text = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
}

/** About this much text a piece: a file gets few writes, and memory holds little of it. */
const pieceLength = 1 << 16;

/**
 * A table of the rows in their order, one an annotation, with a header; columns are those of `measurementColumns` for
 * the channels that occur.
 */
export function* measurementsToCsv(
  rows: readonly MeasurementRow[],
  options: { readonly scale?: PixelScale } = {},
): Generator<string> {
  const columns = measurementColumns({ scale: options.scale, channels: channelsOf(rows) });
  let piece = csvLine(columns.map(({ name }) => name));
  for (const row of rows) {
    piece += csvLine(columns.map((column) => column.value(row)));
    if (piece.length < pieceLength) continue;
    yield piece;
    piece = '';
  }
  if (piece !== '') yield piece;
}
