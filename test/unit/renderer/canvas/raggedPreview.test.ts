import { expect, test } from 'vitest';
import { splitRagged } from '../../../../src-renderer/canvas/raggedPreview';
import type { PreviewShape } from '../../../../src-renderer/tools/preview';

const mask = (runs: number): PreviewShape => ({ kind: 'mask', size: [100, 100], counts: new Uint32Array(runs) });
const box: PreviewShape = { kind: 'box', box: [0, 0, 5, 5] };

test('one mask of many runs, and many masks of few, are for the worker; a handful stays on the page', () => {
  const few = [box, mask(4000), mask(4000)];
  expect(splitRagged(few)).toEqual({ ragged: [], rest: few });
  expect(splitRagged(few).rest).toBe(few);
  const ragged = mask(8001);
  expect(splitRagged([ragged, box])).toEqual({ ragged: [ragged], rest: [box] });
  const many = Array.from({ length: 900 }, () => mask(9));
  expect(splitRagged([box, ...many])).toEqual({ ragged: many, rest: [box] });
});
