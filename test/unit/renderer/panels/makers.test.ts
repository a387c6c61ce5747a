/** The order in which models and methods are offered. */
import { expect, test } from 'vitest';
import type { ModelSummary } from '@shared/models/types';
import { groupsOf, makersOf, scoreFloor } from '../../../../src-renderer/panels/makers';

const model = (id: string): ModelSummary => ({
  ...{
    id,
    name: id,
    family: 'any',
    use: 'objects',
    boxes: null,
    folder: '',
    licence: '',
    purpose: null,
    picture: null,
  },
  categories: [],
  namesPixels: false,
  defaultScore: 0.5,
});
const makers = makersOf(['main-object', 'nuclei-maskrcnn', 'photo-objects'].map(model));
const titles = (kind: Parameters<typeof groupsOf>[1], of = makers) =>
  groupsOf(of, kind).map(
    ({ title, items }) => `${title}: ${items.filter(({ method }) => !method).map(({ label }) => label)}`,
  );

test('what fits the image comes first, under the guess; all others stay, once', () => {
  expect(titles('microscope')[0]).toBe('Looks like a microscope image: nuclei-maskrcnn');
  expect(titles('microscope')[1]).toBe('Other models: main-object,photo-objects');
  expect(titles('photograph')[0]).toBe('Looks like a photograph: photo-objects');
  for (const kind of ['microscope', 'photograph', null] as const) {
    const listed = groupsOf(makers, kind).flatMap(({ items }) => items.map(({ value }) => value));
    expect(listed.sort()).toEqual(makers.map(({ value }) => value).sort());
  }
});

test('without a guess, or without the model for it, there is no such heading', () => {
  expect(titles(null)[0]).toBe('Models: main-object,nuclei-maskrcnn,photo-objects');
  expect(titles('photograph', makersOf([model('main-object')]))[0]).toBe('Models: main-object');
});

test('a mask for each box is asked for only where the score is worth a look', () => {
  expect(scoreFloor(model('nuclei'))).toBe(0.05);
  expect(scoreFloor({ ...model('photo-objects'), family: 'boxes-to-masks', defaultScore: 0.3 })).toBe(0.15);
});
