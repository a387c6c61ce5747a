/** The table as text: quoting, numbers, columns and their order, units. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  checkScale,
  csvLine,
  measurementColumns,
  type MeasurementRow,
  measurementsToCsv,
  unitName,
} from '@shared/measure';

/** RFC 4180, strictly. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/y;
  while (cell.lastIndex < text.length) {
    const at = cell.lastIndex;
    const match = cell.exec(text);
    if (!match) throw new Error(`no CSV at ${at}: ${text.slice(at, at + 20)}`);
    row.push(match[1] === undefined ? match[2] : match[1].replace(/""/g, '"'));
    if (match[3] === ',') continue;
    rows.push(row);
    row = [];
  }
  return rows;
}

const row = (fields: Partial<MeasurementRow> = {}): MeasurementRow => ({
  image: 'a.png',
  annotationId: 3,
  category: 'cell',
  area: 4,
  centroid: [2, 3.5],
  bbox: [1, 2, 2, 3],
  perimeter: 4.25,
  equivalentDiameter: 2.5,
  intensities: [],
  ...fields,
});
const stats = { mean: 2.5, std: 0.1, min: 2, max: 3, integrated: 10 };
const table = (...args: Parameters<typeof measurementsToCsv>) => [...measurementsToCsv(...args)].join('');
const headerOf = (text: string) => text.slice(0, text.indexOf('\r\n')).split(',');

const pixelHeader =
  'image,annotation_id,category,area_px,centroid_x_px,centroid_y_px,bbox_x_px,bbox_y_px,bbox_width_px,bbox_height_px,perimeter_px,equivalent_diameter_px';

it('a name that a spreadsheet would take for a formula is told to be text', () => {
  expect(csvLine(['=1+1', '+a', '-a', '@x', '="a"', -5, 'a=b'])).toBe(`'=1+1,'+a,'-a,'@x,"'=""a""",-5,a=b\r\n`);
});

describe('a line', () => {
  it('quotes what needs it and nothing else', () => {
    const cells = ['plain', 'a,b', 'say "x"', 'two\nlines', 'cr\r', ' led', 'ü µ', '', null, 1e21, 0.1, -0.5, 'a=1'];
    expect(csvLine(cells)).toBe('plain,"a,b","say ""x""","two\nlines","cr\r"," led",ü µ,,,1e+21,0.1,-0.5,a=1\r\n');
  });

  it('is read back as it was', () => {
    const text = fc
      .string({ unit: fc.constantFrom('a', '"', ',', '\r', '\n', ' ', 'é', ';') })
      .filter((cell) => !cell.startsWith('\r'));
    fc.assert(
      fc.property(fc.array(fc.array(text, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 4 }), (rows) => {
        expect(parseCsv(rows.map(csvLine).join(''))).toEqual(rows);
      }),
    );
  });
});

describe('a table', () => {
  it('has geometry in pixels, and the header even without rows', () => {
    expect(table([])).toBe(`${pixelHeader}\r\n`);
    expect(table([row()])).toBe(`${pixelHeader}\r\na.png,3,cell,4,2,3.5,1,2,2,3,4.25,2.5\r\n`);
  });

  it('has the channels that occur, always in the same order, and empty cells where a row has none', () => {
    const color = (['blue', 'red', 'green'] as const).map((channel) => ({ channel, ...stats }));
    const rows = [row({ intensities: color }), row({ intensities: [{ channel: 'gray', ...stats }] }), row()];
    const text = table(rows);
    const names = ['gray', 'red', 'green', 'blue'].flatMap((channel) =>
      ['mean', 'std', 'min', 'max', 'integrated'].map((key) => `${channel}_${key}`),
    );
    expect(headerOf(text)).toEqual([...pixelHeader.split(','), ...names]);
    const [, first, second, third] = parseCsv(text).map((cells) => cells.slice(12));
    const filled = ['2.5', '0.1', '2', '3', '10'];
    expect(first).toEqual([...Array(5).fill(''), ...filled, ...filled, ...filled]);
    expect(second).toEqual([...filled, ...Array(15).fill('')]);
    expect(third).toEqual(Array(20).fill(''));
    expect(headerOf(table(rows.slice(1, 2)))).toEqual([...pixelHeader.split(','), ...names.slice(0, 5)]);
  });

  it('repeats geometry in the unit: lengths times the pixel size, areas times its square', () => {
    const [header, cells] = parseCsv(table([row()], { scale: { pixelSize: 0.5, unit: 'µm' } }));
    const value = (name: string) => Number(cells[header.indexOf(name)]);
    expect(header.slice(12)).toEqual([
      'area_um2',
      'centroid_x_um',
      'centroid_y_um',
      'bbox_x_um',
      'bbox_y_um',
      'bbox_width_um',
      'bbox_height_um',
      'perimeter_um',
      'equivalent_diameter_um',
    ]);
    expect(value('area_px')).toBe(4);
    expect(value('area_um2')).toBe(1);
    expect(value('centroid_y_um')).toBe(1.75);
    expect(value('bbox_height_um')).toBe(1.5);
    expect(value('perimeter_um')).toBe(2.125);
    expect(value('equivalent_diameter_um')).toBe(1.25);
  });

  it('leaves what was not measured empty and 0 a 0', () => {
    const unmeasured = row({ area: null, centroid: null, bbox: null, perimeter: 0, equivalentDiameter: null });
    expect(parseCsv(table([unmeasured], { scale: { pixelSize: 2, unit: 'mm' } }))[1].slice(3)).toEqual([
      ...Array(7).fill(''),
      '0',
      '',
      ...Array(7).fill(''),
      '0',
      '',
    ]);
  });

  it('comes in pieces', () => {
    const rows = Array.from({ length: 5000 }, (_, i) => row({ annotationId: i }));
    const pieces = [...measurementsToCsv(rows)];
    expect(pieces.length).toBeGreaterThan(2);
    expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThan(70_000);
    expect(parseCsv(pieces.join('')).map((cells) => cells[1])).toEqual([
      'annotation_id',
      ...rows.map(({ annotationId }) => String(annotationId)),
    ]);
  });

  it('has a meaning for every column, and no two of the same name', () => {
    const columns = measurementColumns({
      scale: { pixelSize: 1, unit: 'um' },
      channels: ['gray', 'red', 'green', 'blue'],
    });
    expect(new Set(columns.map(({ name }) => name)).size).toBe(columns.length);
    for (const { name, meaning } of columns) {
      expect(name).toMatch(/^[a-z][a-z0-9_]*$/);
      expect(meaning).not.toBe('');
    }
  });
});

describe('a unit', () => {
  it.each([
    ['um', 'um'],
    ['\u00b5m', 'um'],
    ['\u03bcm', 'um'],
    [' nm ', 'nm'],
    ['Mm', 'Mm'],
    ['arc sec', 'arc_sec'],
    ['%', ''],
  ])('%j names columns as %j', (unit, name) => expect(unitName(unit)).toBe(name));

  it.each([
    [{ pixelSize: 0, unit: 'um' }, /pixel size is 0/],
    [{ pixelSize: Infinity, unit: 'um' }, /pixel size is Infinity/],
    [{ pixelSize: 1, unit: '%' }, /'%' is no unit/],
    [{ pixelSize: 1, unit: 'px' }, /cannot be pixels/],
  ])('%j is refused', (scale, sentence) => expect(() => checkScale(scale)).toThrow(sentence));
});
