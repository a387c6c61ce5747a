import { describe, expect, test } from 'vitest';
import type { SuperpixelMap } from '@shared/methods/requests';
import { cellWalls } from '@shared/methods/cells';
import { bitAt } from '@shared/mask/bitPlane';
import { CellPicks } from '../../../../src-renderer/tools/superpixels/cells';
import { superpixelsTool } from '../../../../src-renderer/tools/superpixels/superpixelsTool';
import { EngineScript } from './engineScript';
import { pixels, pixelsOf, rect } from './script';

/** 3 x 2 cells of 8 x 8 pixels from (10, 4). */
const labels = Int32Array.from({ length: 24 * 16 }, (_, i) => Math.floor((i % 24) / 8) + 3 * Math.floor(i / 24 / 8));
const map: SuperpixelMap = { box: [10, 4, 24, 16], ...cellWalls(labels, 24) };
const RIGHT = { button: 2, buttons: 2 } as const;

const celled = () => {
  const s = new EngineScript(superpixelsTool).drag([10, 4], [34, 20]);
  expect(s.waiting('cells')).toMatchObject({
    method: 'vision.superpixels',
    params: { box: [10, 4, 24, 16] },
  });
  return s.answer({ channel: 'cells', method: 'vision.superpixels', result: map });
};

describe('superpixels', () => {
  test('a quick stroke takes the cells between the places it is seen at', () => {
    const s = celled().stroke([12, 6], [33, 6], { button: 0, buttons: 1 }).key('Enter');
    expect(s.annotation(1000).provenance?.params).toMatchObject({ cells: '0,1,2' });
  });

  test('a click takes a cell, a stroke every cell it crosses, the right button or Alt lets go; Enter accepts', () => {
    const s = celled().click(12, 6).drag([12, 14], [32, 14]).stroke([22, 14], [23, 14], RIGHT).key('Enter');
    const expected = (x: number, y: number) =>
      rect(10, 4, 8, 8)(x, y) || rect(10, 12, 8, 8)(x, y) || rect(26, 12, 8, 8)(x, y);
    expect(pixelsOf(s.annotation(1000))).toEqual(pixels(expected));
    expect(s.annotation(1000).provenance).toMatchObject({
      tool: 'superpixels',
      params: { size: 24, compactness: 10, box: '10,4,24,16', cells: '0,3,5' },
    });
    s.expectUndoRedo();
  });

  test('Esc takes back one stroke at a time, also one that let go, then the region', () => {
    const s = celled().click(12, 6).click(12, 6, { alt: true }).key('Escape').key('Enter');
    expect(pixelsOf(s.annotation(1000))).toEqual(pixels(rect(10, 4, 8, 8)));
    const t = celled().click(12, 6).key('Escape').key('Enter');
    expect(t.notices).toEqual(['Click the cells that are the object first']);
    t.key('Escape').expectUntouched();
  });

  test('a draft has the cells of each stroke, and goes on when they are cut again', () => {
    const s = celled().drag([12, 14], [32, 14]).stroke([22, 14], [23, 14], RIGHT);
    const { drafts } = superpixelsTool;
    const data = JSON.parse(JSON.stringify(drafts!.save(s.state))) as unknown;
    expect(drafts!.describe(data)).toBe('superpixels, 2 strokes');
    const to = new EngineScript(superpixelsTool);
    to.attempt(() => drafts!.resume(data, to.context));
    // Also before its cells are there nothing of it is lost.
    expect(drafts!.save(to.state)).toEqual(data);
    to.answer({ channel: 'cells', method: 'vision.superpixels', result: map });
    to.key('Escape').key('Enter');
    s.key('Escape').key('Enter');
    expect(to.snapshot).toEqual(s.snapshot);
  });

  test('a box that is given up leaves the cells as they were', () => {
    const s = celled().click(12, 6);
    const before = superpixelsTool.drafts!.save(s.state);
    s.down(2, 2, { shift: true }).move([[30, 30]]);
    expect(superpixelsTool.drafts!.save(s.state)).toEqual(before);
    s.key('Escape').key('Enter');
    expect(pixelsOf(s.annotation(1000))).toEqual(pixels(rect(10, 4, 8, 8)));
  });

  test('outside the cells there is nothing to take; other parameters make other cells', () => {
    const s = celled()
      .click(2, 2)
      .set({ params: { superpixels: { size: 8 } } });
    expect(s.waiting('cells')).toMatchObject({ params: { params: { size: 8 } } });
    expect(s.state).toMatchObject({ picks: null, strokes: [] });
  });

  test('borders lie where the next pixel is of another cell', () => {
    const { borders } = new CellPicks(map);
    for (let y = 0; y < 16; y++) {
      for (let x = 0; x < 24; x++) expect(bitAt(borders, x, y)).toBe(x === 7 || x === 15 || y === 7);
    }
  });

  test('what is shown changes where cells were picked, and only there', () => {
    const s = celled();
    const shown = () => superpixelsTool.preview(s.state, s.context).filter(({ kind }) => kind === 'pixels');
    const [lines] = shown();
    expect(shown()).toEqual([lines]);
    s.click(12, 6);
    const [first, sameLines] = shown();
    expect(first).toMatchObject({ revision: 1, dirty: [10, 4, 8, 8] });
    expect(sameLines).toBe(lines);
    // Cells that were not picked cannot be let go.
    s.stroke([20, 6], [30, 14], RIGHT);
    expect(shown()[0]).toBe(first);
    s.key('Escape');
    expect(shown()[0]).toMatchObject({ revision: 2, dirty: [10, 4, 8, 8] });
  });
});
