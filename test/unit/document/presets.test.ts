import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { categoryPresets } from '@shared/document/presets';
import { sharedPath } from '../../support/shared';

const preset = (id: string) => categoryPresets.find((candidate) => candidate.id === id)!.categories;

describe('category presets', () => {
  it('have distinct ids and names', () => {
    for (const { categories } of categoryPresets) {
      expect(new Set(categories.map(({ id }) => id)).size).toBe(categories.length);
      expect(new Set(categories.map(({ name }) => name)).size).toBe(categories.length);
    }
    expect(categoryPresets.map(({ categories }) => categories.length)).toEqual([80, 80, 91, 20, 21, 19, 133, 150]);
    expect(preset('coco-91').map(({ id }) => id)).toEqual(Array.from({ length: 91 }, (_, at) => at + 1));
    expect(preset('coco-91')[90].name).toBe('hair brush');
    expect(preset('coco-80')[79]).toMatchObject({ id: 80, name: 'toothbrush' });
    expect(preset('coco-panoptic').filter(({ isThing }) => isThing)).toHaveLength(80);
    expect(preset('coco-panoptic').at(-1)).toEqual({
      id: 200,
      name: 'rug-merged',
      supercategory: 'textile',
      color: '#fa8dff',
      isThing: false,
    });
    // The same things as in COCO's other files, with the same ids.
    expect(preset('coco-panoptic').slice(0, 80)).toMatchObject(preset('coco-80-ids'));
    expect(preset('ade20k').filter(({ isThing }) => isThing)).toHaveLength(100);
    expect(preset('ade20k').map(({ id }) => id)).toEqual(Array.from({ length: 150 }, (_, at) => at + 1));
    expect(preset('ade20k')[12]).toEqual({ id: 13, name: 'person', color: '#96053d', isThing: true });
    expect(preset('cityscapes').filter(({ isThing }) => isThing)).toHaveLength(8);
    // The colour table of the VOC development kit.
    expect(
      preset('voc-21')
        .map(({ color }) => color)
        .slice(0, 9),
    ).toEqual('#000000 #800000 #008000 #808000 #000080 #800080 #008080 #808080 #400000'.split(' '));
    expect(preset('voc-21')[20]).toMatchObject({ id: 20, name: 'tvmonitor', color: '#004080' });
    expect(preset('voc').map(({ name }) => name)).toEqual([...preset('voc').map(({ name }) => name)].sort());
  });

  const file = sharedPath('data/coco-mini/instances.json');
  it.skipIf(!file)('COCO 80 with original ids is what an official file says', () => {
    const { categories } = JSON.parse(readFileSync(file!, 'utf8')) as { categories: unknown };
    expect(preset('coco-80-ids')).toEqual(categories);
  });
});
