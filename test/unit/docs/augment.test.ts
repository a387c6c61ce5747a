/** docs/augment.md is the reference of what `convert --augment` reads: every key with its default, nothing else, and an example that works. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseRecipe, recipeSchema } from '@shared/dataset/augment/recipe';
import { schemaPaths } from '../../support/schemaPaths';

const page = readFileSync(join(import.meta.dirname, '../../../docs/augment.md'), 'utf8');

test('lists the keys of a recipe and their defaults', () => {
  const said = new Map([...page.matchAll(/^\| `([^`]+)` \|[^|]*\|([^|]*)\|$/gm)].map(([, key, value]) => [key, value]));
  const paths = schemaPaths(recipeSchema);
  const keyOf = (path: string) => path.replace(/\[\]$/, '');
  expect([...said.keys()].map(keyOf)).toEqual([...new Set(paths.map(({ path }) => keyOf(path)))]);
  const defaults = recipeSchema.parse({ rotate: {}, scale: {}, crop: {}, brightness: {}, paste: {} });
  for (const [key, value] of said) {
    const steps = keyOf(key).split('.');
    const fallback = steps.reduce<unknown>((at, step) => (at as Record<string, unknown>)[step], defaults);
    expect(value.trim().replace(/`/g, '').replace(/\s/g, ''), key).toBe(JSON.stringify(fallback) ?? '');
  }
});

test('its example is a recipe', () => {
  const [, example] = /```json\n([\s\S]*?)```/.exec(page)!;
  expect(parseRecipe(JSON.parse(example), 'example')).toMatchObject({ copies: 2, paste: { count: [1, 3] } });
});
