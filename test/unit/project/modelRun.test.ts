/** What becomes of a model's classes in a project, and of what it found. */
import { describe, expect, it } from 'vitest';
import type { RawProposal } from '@shared/document/proposalResult';
import { asWished, classFates, minAreaOf, wishesOf } from '@shared/project/modelRun';
import { modelRunSchema } from '@shared/project/validate';

const found = (categoryName: string | null, area = 100): RawProposal => ({
  segmentation: { kind: 'rle', size: [1, 1], counts: '01' },
  bbox: [0, 0, 1, 1],
  area,
  score: 0.9,
  categoryName,
});

describe('classes of a model', () => {
  const classes = ['person', 'traffic light', 'dog', 'constructor'];

  it('are the categories of the project that have their name, whatever the capitals and what stands between words', () => {
    const fates = classFates(classes, ['Person', 'traffic_light', 'lamp']);
    expect(fates).toEqual([
      { name: 'person', becomes: 'Person', isKnown: true },
      { name: 'traffic light', becomes: 'traffic_light', isKnown: true },
      { name: 'dog', becomes: 'dog', isKnown: false },
      { name: 'constructor', becomes: 'constructor', isKnown: false },
    ]);
    // What is called as in the model needs no word.
    expect(wishesOf(fates)).toEqual([
      ['person', 'Person'],
      ['traffic light', 'traffic_light'],
    ]);
  });

  it('go by their very name before one that only sounds like it', () => {
    expect(classFates(['person'], ['Person', 'person'])[0].becomes).toBe('person');
    expect(classFates(['person'], ['PERSON', 'Person'])[0].becomes).toBe('PERSON');
  });

  it('become what somebody said, or are left out', () => {
    const fates = classFates(
      classes,
      ['Person', 'animal'],
      [
        ['person', 'person'],
        ['dog', 'animal'],
        ['traffic light', null],
      ],
    );
    expect(fates.map(({ becomes, isKnown }) => [becomes, isKnown])).toEqual([
      ['person', false],
      [null, false],
      ['animal', true],
      ['constructor', false],
    ]);
  });
});

describe('what a model found', () => {
  it('is called as in the project, without what is left out or too small; what has no class stays', () => {
    const all = [
      found('dog'),
      found('person', 99),
      found('person'),
      found(null),
      found('constructor'),
      found('__proto__'),
    ];
    const wished = asWished(all, {
      minArea: 100,
      classes: [
        ['dog', 'animal'],
        ['__proto__', null],
      ],
    });
    expect(wished.map(({ categoryName }) => categoryName)).toEqual(['animal', 'person', null, 'constructor']);
    expect(asWished(all, {})).toEqual(all);
  });
});

describe('a smallest area as it is typed', () => {
  it.each([Number.NaN, -5, 0, 0.4, 12.6, 1e13, Infinity])('can be kept: %d', (typed) => {
    const minArea = minAreaOf(typed);
    expect(modelRunSchema.parse({ minArea })).toEqual({ minArea });
    expect(minArea ?? 0).toBe(typed > 1e12 ? 1e12 : typed === 12.6 ? 13 : 0);
  });
});
