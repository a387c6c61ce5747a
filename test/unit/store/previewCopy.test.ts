/** Augmented copies as the window makes them: the preview is a copy of the export, and the saved recipe does the same on the command line. */
import { readdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { parseRecipe } from '@shared/dataset/augment/recipe';
import { changes, draftOf, firstDraft, recipeOf } from '../../../src-renderer/session/augmentDraft';
import { runInProcess as run } from '../../support/cliInProcess';
import { openStore, scratch, writeImage } from './support';

async function dataset(names: readonly string[] = ['a.png', 'b.png', 'c.png']): Promise<string> {
  const folder = scratch();
  for (const name of names) await writeImage(join(folder, name), 60, 40);
  const images = names.map((file_name, place) => ({ id: place + 1, file_name, width: 60, height: 40 }));
  const annotations = images.map(({ id }) => ({
    ...{ id, image_id: id, category_id: 1, iscrowd: 0, area: 48, bbox: [4, 4, 8, 6] },
    segmentation: [[4, 4, 12, 4, 12, 10, 4, 10]],
  }));
  writeFileSync(
    join(folder, 'data.json'),
    JSON.stringify({ images, annotations, categories: [{ id: 1, name: 'cell' }] }),
  );
  return folder;
}

it('one image is shown as the export makes it, pasted objects and seed included', async () => {
  const folder = await dataset();
  const draft = { ...firstDraft, copies: 2, seed: 7, crop: 100, rotate: 60, paste: 80 };
  const augment = recipeOf(draft, null)!;
  const store = openStore();
  await store.call('project.openDataset', { path: join(folder, 'data.json') });
  const job = { format: 'yolo-seg', options: {}, overwrite: 'refuse', images: 'copy', augment } as const;
  const out = join(scratch(), 'window');
  await store.call('project.export', { ...job, path: out });
  const recipe = join(scratch(), 'recipe.json');
  writeFileSync(recipe, `${JSON.stringify(augment, null, 2)}\n`);
  const other = join(scratch(), 'cli');
  const told = await run(
    'convert',
    '--from',
    join(folder, 'data.json'),
    '--to',
    other,
    '--to-format',
    'yolo-seg',
    '--copy-images',
    '--augment',
    recipe,
  );
  expect([told.code, told.stderr]).toEqual([0, expect.not.stringContaining('no recipe')]);
  const files = (root: string) =>
    readdirSync(root, { recursive: true, withFileTypes: true })
      .flatMap((entry) => (entry.isFile() && !entry.name.startsWith('.') ? [join(entry.parentPath, entry.name)] : []))
      .sort();
  expect(files(out).map((file) => file.slice(out.length))).toEqual(
    files(other).map((file) => file.slice(other.length)),
  );
  for (const [place, file] of files(out).entries())
    expect(readFileSync(file)).toEqual(readFileSync(files(other)[place]));

  const written = new Set(files(out).map((file) => file.split('/').at(-1)));
  let seen = 0;
  for (const imageId of [1, 2, 3])
    for (const number of [1, 2]) {
      const copy = await store.call('project.previewCopy', { imageId, number, augment });
      if ('none' in copy) continue;
      seen++;
      expect(written).toContain(copy.fileName);
      const made = await sharp(join(out, 'images', 'train', copy.fileName)).metadata();
      expect([copy.width, copy.height]).toEqual([made.width, made.height]);
      const text = readFileSync(join(out, 'labels', 'train', copy.fileName.replace(/png$/, 'txt')), 'utf8');
      expect(text.split('\n').filter((line) => line !== '')).toHaveLength(copy.annotations);
      expect((await sharp(copy.png).metadata()).width).toBe(made.width);
    }
  expect(seen).toBe(files(out).filter((file) => /_aug\d.*\.png$/.test(file)).length);
});

it('a name that looks like that of a copy does not say which copy it is', async () => {
  const folder = await dataset(['a_aug2_old.png']);
  const augment = parseRecipe({ copies: 2, seed: 7, brightness: { probability: 1, range: [0.5, 0.9] } }, 'recipe.json');
  const store = openStore();
  await store.call('project.openDataset', { path: join(folder, 'data.json') });
  const [first, second] = await Promise.all(
    [1, 2].map((number) => store.call('project.previewCopy', { imageId: 1, number, augment })),
  );
  expect([first, second].map((copy) => 'fileName' in copy && copy.fileName)).toEqual([
    expect.stringContaining('_old_aug1_'),
    expect.stringContaining('_old_aug2_'),
  ]);
});

it('only what the export makes copies of is shown, each part for itself', async () => {
  const names = ['a.png', 'b.png', 'c.png', 'd.png', 'e.png', 'f.png'];
  const folder = await dataset(names);
  const augment = recipeOf({ ...firstDraft, seed: 7, flipHorizontal: 100, crop: 0, paste: 100 }, null)!;
  const selection = { split: { shares: [0.5, 0.5], seed: 0, stratify: true } };
  const store = openStore();
  await store.call('project.openDataset', { path: join(folder, 'data.json') });
  const path = join(scratch(), 'out');
  await store.call('project.export', {
    ...{ format: 'yolo-seg', options: {}, overwrite: 'refuse', images: 'copy' },
    ...{ augment, selection, path },
  });
  const made = readdirSync(join(path, 'images', 'train')).filter((name) => name.includes('_aug1'));
  expect(made).toHaveLength(3);
  const shown = await Promise.all(
    names.map((_, at) => store.call('project.previewCopy', { imageId: at + 1, number: 1, augment, selection })),
  );
  expect(shown.flatMap((copy) => ('none' in copy ? [] : [copy.fileName])).sort()).toEqual(made.sort());
  expect(shown.filter((copy) => 'none' in copy)).toEqual(Array(3).fill({ none: 'other-part', part: 'val' }));
  for (const copy of shown)
    if (!('none' in copy)) {
      const text = readFileSync(join(path, 'labels', 'train', copy.fileName.replace(/png$/, 'txt')), 'utf8');
      expect(text.trim().split('\n')).toHaveLength(copy.annotations);
    }
  const which = { imageId: 1, number: 1, augment };
  expect(await store.call('project.previewCopy', { ...which, selection: { onlyDone: true } })).toEqual({
    none: 'left-out',
  });
  unlinkSync(join(folder, 'a.png'));
  expect(await store.call('project.previewCopy', which)).toEqual({ none: 'no-picture' });
});

it('what the dialogue asks is a recipe that the command line reads, and what was opened keeps its ranges', () => {
  for (const [key] of changes) {
    const none = Object.fromEntries(changes.map(([other]) => [other, 0]));
    expect(recipeOf({ ...firstDraft, ...none }, null)).toBeNull();
    const draft = { ...firstDraft, ...none, [key]: 30, copies: 3, seed: 9 };
    const recipe = recipeOf(draft, null)!;
    expect(parseRecipe(JSON.parse(JSON.stringify(recipe)), 'recipe.json')).toEqual(recipe);
    expect(draftOf(recipe)).toEqual(draft);
  }
  const opened = parseRecipe(
    { splits: ['val'], crop: { range: [0.5, 0.6], minVisible: 0.4 }, paste: { categories: ['cell'] } },
    'recipe.json',
  );
  expect(recipeOf(draftOf(opened), opened)).toEqual(opened);
});
