/** Lines of a CSV file, each with the text it stands in: cells may be quoted, and hold commas, quotes and line ends. */

export interface CsvRow {
  readonly cells: readonly string[];
  /** With its line end. */
  readonly text: string;
}

export function csvRows(text: string): CsvRow[] {
  const rows: CsvRow[] = [];
  let cells: string[] = [];
  let cell = '';
  let start = text.startsWith('\ufeff') ? 1 : 0;
  let isQuoted = false;
  for (let at = start; at <= text.length; at++) {
    const char = text[at];
    if (isQuoted) {
      if (char === undefined) isQuoted = false;
      else if (char !== '"') cell += char;
      else if (text[at + 1] === '"') cell += text[++at];
      else isQuoted = false;
      if (char !== undefined) continue;
    }
    if (char === '"' && cell === '') isQuoted = true;
    else if (char === ',') {
      cells.push(cell);
      cell = '';
    } else if (char === '\n' || char === undefined) {
      cells.push(cell.replace(/\r$/, ''));
      const row = text.slice(start, at + 1);
      if (row.trim() !== '') rows.push({ cells, text: row });
      [cells, cell, start] = [[], '', at + 1];
    } else cell += char;
  }
  return rows;
}

export const quoted = (cell: string): string => `"${cell.replace(/"/g, '""')}"`;
