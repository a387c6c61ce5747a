import { describe, expect, it } from 'vitest';
import { columnLabel, csvPieces, showCell, sortRows } from '../../../../src-renderer/session/measureTable';
import { measurementColumns, type MeasurementRow } from '@shared/measure';

const row = (annotationId: number, area: number | null, category = 'a'): MeasurementRow => ({
  image: 'x.png',
  annotationId,
  category,
  area,
  centroid: null,
  bbox: null,
  perimeter: null,
  equivalentDiameter: null,
  intensities: [],
});
const columns = measurementColumns({ channels: [] });

describe('the table of measurements', () => {
  it('sorts numbers as numbers and names as people do, empty cells last either way', () => {
    const rows = [row(1, 9), row(2, null), row(3, 10), row(4, 9)];
    const ids = (column: string, descending: boolean) =>
      sortRows(rows, columns, { column, descending }).map(({ annotationId }) => annotationId);
    expect(ids('area_px', false)).toEqual([1, 4, 3, 2]);
    expect(ids('area_px', true)).toEqual([3, 1, 4, 2]);
    const named = [row(1, 1, 'cell 10'), row(2, 1, 'cell 9')];
    expect(sortRows(named, columns, { column: 'category', descending: false })[0].annotationId).toBe(2);
  });

  it('shows four digits and writes all, in the order that is shown', async () => {
    expect(showCell(177_994, 'annotation_id')).toBe('177994');
    expect(showCell(177_994, 'area_px')).toBe('177,994');
    expect([null, 'a', 12, 12_345.6, 0.123456, -3.14159].map((cell) => showCell(cell, 'area_px'))).toEqual([
      '',
      'a',
      '12',
      '12,346',
      '0.1235',
      '-3.142',
    ]);
    const text = (await csvPieces([row(2, 1 / 3), row(1, 5)], { pixelSize: 2, unit: 'µm' })).join('');
    const [header, first, second] = text.split('\r\n').map((line) => line.split(','));
    expect(header).toContain('area_um2');
    expect([first[header.indexOf('area_px')], first[header.indexOf('area_um2')]]).toEqual([
      String(1 / 3),
      String(4 / 3),
    ]);
    expect(second[header.indexOf('annotation_id')]).toBe('1');
  });

  it('heads its columns in words', () => {
    expect(
      ['annotation_id', 'image', 'area_px', 'area_um2', 'bbox_width_mm', 'gray_mean', 'centroid_x_px'].map(columnLabel),
    ).toEqual(['ID', 'Image', 'Area (px)', 'Area (µm²)', 'Bbox width (mm)', 'Gray mean', 'Centroid x (px)']);
  });
});
