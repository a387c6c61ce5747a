import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, expect, test } from 'vitest';
import type { DatasetDiff } from '@shared/dataset/diff';
import { runInProcess as run } from '../../support/cliInProcess';

const root = mkdtempSync(join(tmpdir(), 'maskwright-diff-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const at = (name: string) => join(root, name);

const ring = [10, 10, 30, 10, 30, 16, 10, 16];
const annotation = { id: 1, image_id: 1, category_id: 1, segmentation: [ring], bbox: [10, 10, 20, 6], area: 120 };
const write = (name: string, annotations: readonly object[]) =>
  writeFileSync(
    at(name),
    JSON.stringify({
      images: [{ id: 1, file_name: 'a.png', width: 40, height: 20 }],
      categories: [
        { id: 1, name: 'cell' },
        { id: 2, name: 'leaf' },
      ],
      annotations,
    }),
  );

test('diff compares files, formats and projects', async () => {
  await sharp({ create: { width: 40, height: 20, channels: 3, background: 'navy' } })
    .png()
    .toFile(at('a.png'));
  write('a.json', [annotation]);
  write('b.json', [
    { ...annotation, category_id: 2 },
    { ...annotation, id: 2, segmentation: [[0, 0, 8, 0, 8, 8]] },
  ]);
  const told = await run('diff', at('a.json'), at('b.json'));
  expect(told.code).toBe(0);
  expect(told.stdout).toContain('1 annotation added, 1 annotation changed (category 1)');
  expect(told.stdout).toContain('  a.png, annotation 2: cell');
  expect(told.stdout).toContain('  a.png, annotation 1: category cell → leaf');

  await run('import', at('a.json'), '--images', root, '--project', at('p.maskwright'));
  await run(
    'convert',
    '--from',
    at('a.json'),
    '--to',
    at('yolo'),
    '--to-format',
    'yolo-seg',
    '--images',
    root,
    '--copy-images',
  );
  for (const other of ['p.maskwright', 'yolo']) {
    const { stdout, stderr } = await run('diff', at('a.json'), at(other), '--json');
    expect(stderr).not.toMatch(/wrong|undefined/);
    const { annotations, images } = JSON.parse(stdout) as DatasetDiff;
    expect([other, annotations, images.same]).toEqual([other, { added: [], removed: [], changed: [], same: 1 }, 1]);
  }
  const { code, stderr } = await run('diff', at('a.json'), at('none.json'));
  expect(code).toBe(3);
  expect(stderr).toContain('none.json');
});
