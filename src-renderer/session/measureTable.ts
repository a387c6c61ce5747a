/** The table of measurements: its rows in an order, and its text in pieces. */
import { type Column, type MeasurementRow, measurementsToCsv, type PixelScale } from '@shared/measure';

/** An id is a name, not an amount. */
const idColumn = 'annotation_id';

export interface SortBy {
  /** Name of the column. */
  readonly column: string;
  readonly descending: boolean;
}

/** A new list; empty cells come last in either direction, equal cells keep their order. */
export function sortRows(
  rows: readonly MeasurementRow[],
  columns: readonly Column[],
  { column: name, descending }: SortBy,
): MeasurementRow[] {
  const column = columns.find((candidate) => candidate.name === name);
  if (!column) return [...rows];
  const sign = descending ? -1 : 1;
  // A collator of its own: localeCompare would make one for each pair.
  const { compare: compareNames } = new Intl.Collator('en', { numeric: true });
  const compare = (a: string | number | null, b: string | number | null): number => {
    if (a === null || b === null) return Number(a === null) - Number(b === null);
    if (typeof a === 'number' && typeof b === 'number') return sign * (a - b);
    return sign * compareNames(String(a), String(b));
  };
  return rows
    .map((row) => ({ row, cell: column.value(row) }))
    .sort((a, b) => compare(a.cell, b.cell))
    .map(({ row }) => row);
}

/** As shown in the column: an id as it is, other whole numbers with separators, the rest to four significant digits; the file has every digit. */
export function showCell(cell: string | number | null, column: string): string {
  if (cell === null) return '';
  if (typeof cell === 'string' || column === idColumn) return String(cell);
  if (Number.isInteger(cell) || Math.abs(cell) >= 10_000) return Math.round(cell).toLocaleString('en');
  return cell.toPrecision(4);
}

/** A column's name as a heading: `area_um2` is `Area (µm²)`; the file keeps the name itself. */
export function columnLabel(name: string): string {
  if (name === idColumn) return 'ID';
  const [, words, unit] = /^(.*?)(?:_(px|[a-zµ]*m2?))?$/.exec(name)!;
  const text = words.replace(/_/g, ' ');
  const shown = unit?.replace(/^um/, 'µm').replace(/2$/, '²');
  return `${text[0].toUpperCase()}${text.slice(1)}${shown ? ` (${shown})` : ''}`;
}

const sliceMs = 20;

/** The CSV text, written in slices so that the window stays at hand. */
export async function csvPieces(rows: readonly MeasurementRow[], scale: PixelScale | null): Promise<string[]> {
  const pieces: string[] = [];
  let start = performance.now();
  for (const piece of measurementsToCsv(rows, scale ? { scale } : {})) {
    pieces.push(piece);
    if (performance.now() - start < sliceMs) continue;
    await new Promise((resume) => setTimeout(resume));
    start = performance.now();
  }
  return pieces;
}
