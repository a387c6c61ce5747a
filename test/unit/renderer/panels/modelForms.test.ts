/** The forms of the model dialog: pasted names, presets of values, kinds of sizes, and the picture of a trial. */
import { describe, expect, test } from 'vitest';
import { fromBox, toCompressed } from '@shared/mask';
import { namesIn } from '../../../../src-renderer/panels/models/categoryText';
import { kindOf, presetOf, resizeKinds, withKind } from '../../../../src-renderer/panels/models/preparation';
import { drawTrial } from '../../../../src-renderer/panels/models/trialPicture';

describe('pasted names', () => {
  test.each([
    ['lines', 'cat\n\n dog \r\ncow'],
    ['JSON', '["cat", "dog", "cow"]'],
    ['YAML', '- cat\n- dog\n- cow'],
    ['data.yaml', '  0: cat\n  1: dog\n  2: cow\n'],
    ['a Python dict', `{0: 'cat', 1: "dog", 2: 'cow'}`],
    ['lines of JSON', '[\n  "cat",\n  "dog",\n  "cow"\n]'],
  ])('%s', (_, text) => expect(namesIn(text)).toEqual(['cat', 'dog', 'cow']));

  test('a comma inside a line of several stays, and so do numbers that are names', () => {
    expect(namesIn('cat, small\n7')).toEqual(['cat, small', '7']);
  });
});

describe('values', () => {
  const imagenet = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] } as const;
  test('the same numbers are the same preset, however they are written', () => {
    expect(presetOf({ range: [0, 1], ...imagenet })).toBe('imagenet');
    const bytes = { mean: [123.675, 116.28, 103.53], std: [58.395, 57.12, 57.375] } as const;
    expect(presetOf({ range: [0, 255], ...bytes })).toBe('imagenet');
    expect(presetOf({ range: [0, 1], mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] })).toBe('signed');
    expect(presetOf({ range: [0, 255], ...imagenet })).toBe('own');
  });
});

test('every kind of size is what it is called, and keeps the size where it has one', () => {
  const fixed = { mode: 'fixed', width: 512, height: 384, keepAspect: false, centred: false } as const;
  for (const { value } of resizeKinds) expect(kindOf(withKind(fixed, value))).toBe(value);
  expect(withKind(fixed, 'longestSide')).toEqual({ mode: 'longestSide', side: 512 });
  expect(withKind({ mode: 'shortestSide', side: 800 }, 'centred')).toMatchObject({ width: 800, height: 800 });
});

test('a trial is drawn where its masks are, the first on top, large images reduced', () => {
  const size = [2000, 3000] as const;
  const proposal = (box: [number, number, number, number], categoryName: string) => {
    const mask = fromBox(box, ...size);
    const segmentation = { kind: 'rle' as const, size, counts: toCompressed(mask) };
    return { segmentation, bbox: box, area: box[2] * box[3], score: 1, categoryName };
  };
  const proposals = [proposal([1000, 1000, 500, 500], 'red'), proposal([1200, 1000, 1800, 1000], 'blue')];
  const colours = { red: '#ff0000', blue: '#0000ff' } as const;
  const drawn = drawTrial(size, proposals, ({ categoryName }) => colours[categoryName as 'red' | 'blue']);
  expect([drawn.width, drawn.height]).toEqual([600, 400]);
  const at = (x: number, y: number) => [...drawn.data.slice((y * drawn.width + x) * 4, (y * drawn.width + x) * 4 + 3)];
  expect(at(250, 250)).toEqual([255, 0, 0]);
  expect(at(350, 250)).toEqual([0, 0, 255]);
  // Both: the first one.
  expect(at(280, 250)).toEqual([255, 0, 0]);
  expect(drawn.data[(100 * drawn.width + 100) * 4 + 3]).toBe(0);
});
