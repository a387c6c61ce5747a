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
    expect(categoryPresets.map(({ categories }) => categories.length)).toEqual([80, 80, 91, 20, 19]);
    expect(preset('coco-91').map(({ id }) => id)).toEqual(Array.from({ length: 91 }, (_, at) => at + 1));
    expect(preset('coco-91')[90].name).toBe('hair brush');
    expect(preset('coco-80')[79]).toMatchObject({ id: 80, name: 'toothbrush' });
    expect(preset('voc').map(({ name }) => name)).toEqual([...preset('voc').map(({ name }) => name)].sort());
  });

  const file = sharedPath('data/coco-mini/instances.json');
  it.skipIf(!file)('COCO 80 with original ids is what an official file says', () => {
    const { categories } = JSON.parse(readFileSync(file!, 'utf8')) as { categories: unknown };
    expect(preset('coco-80-ids')).toEqual(categories);
  });
});
