import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, expect, test } from 'vitest';
import type { DatasetDiff } from '@shared/dataset/diff';
import { formats } from '@shared/formats/registry';
import type { ExportChanges, ExportReport } from '@shared/project/types';
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

test('convert and export say what changes in what they write over, before they do; a dry run writes nothing', async () => {
  write('old.json', [annotation, { ...annotation, id: 2, segmentation: [[0, 0, 8, 0, 8, 8]], category_id: 2 }]);
  write('new.json', [{ ...annotation, category_id: 2 }]);
  const to = ['--to', at('target.json'), '--to-format', 'coco'];
  const first = await run('convert', '--from', at('old.json'), ...to);
  expect([first.code, first.stderr]).not.toContain('is replaced');
  const written = readFileSync(at('target.json'), 'utf8');
  const dry = await run('convert', '--from', at('new.json'), ...to, '--dry-run');
  expect([dry.code, dry.stdout]).toEqual([0, `${at('target.json')}: nothing was written\n`]);
  expect(readFileSync(at('target.json'), 'utf8')).toBe(written);
  const forced = await run('convert', '--from', at('new.json'), ...to, '--force');
  for (const { stderr } of [dry, forced]) {
    expect(stderr).toContain('target.json (COCO) is replaced: 1 annotation removed, 1 annotation changed (category 1)');
    expect(stderr).toContain('a.png, annotation 1: category cell → leaf');
  }
  await run('import', at('old.json'), '--images', root, '--project', at('q.maskwright'));
  const exported = await run('export', at('q.maskwright'), '--out', at('target.json'), '--force');
  expect(exported.stderr).toContain('is replaced: 1 annotation added, 1 annotation changed (category 1)');
  const again = await run('export', at('q.maskwright'), '--out', at('target.json'), '--force');
  expect(again.stderr).toContain('is replaced: no image, category, mask or class in it changes');
  const json = await run('convert', '--from', at('new.json'), ...to, '--force', '--json');
  const { changes, annotations } = JSON.parse(json.stdout) as ExportReport & { changes: ExportChanges };
  expect([annotations, changes.changes?.annotations.removed.count]).toEqual([1, 1]);
});

test('a folder with a dataset of another format is refused; --no-compare writes into it', async () => {
  write('mixed.json', [annotation]);
  const to = (format: string, ...rest: string[]) =>
    run(
      ...(['convert', '--from', at('mixed.json'), '--images', root, '--to', at('mixed')] as const),
      ...['--to-format', format, ...rest],
    );
  expect((await to('voc')).code).toBe(0);
  for (const flag of ['--force', '--dry-run']) {
    const { code, stderr } = await to('label-map', flag);
    expect([code, stderr]).toEqual([3, expect.stringContaining('holds another dataset (PASCAL VOC)')]);
    expect(existsSync(at('mixed/classes.json'))).toBe(false);
  }
  expect((await to('label-map', '--force', '--no-compare')).code).toBe(0);
});

test('a dry run refuses what the run would', async () => {
  write('dry.json', [annotation]);
  mkdirSync(at('dry'));
  await sharp({ create: { width: 40, height: 20, channels: 3, background: 'white' } })
    .png()
    .toFile(at('dry/a.png'));
  const shared = ['--to', at('dry'), '--to-format', 'labelme', '--copy-images'];
  await run('import', at('dry.json'), '--images', root, '--project', at('dry.maskwright'));
  for (const from of [
    ['--from', at('dry.json'), '--images', root],
    ['--from', at('dry.maskwright')],
  ]) {
    for (const flag of ['--dry-run', '--force']) {
      const { code, stderr } = await run('convert', ...from, ...shared, flag);
      expect([code, stderr]).toEqual([3, expect.stringContaining('another picture is at')]);
    }
  }
});

test('export writes a project in any format, exactly as convert does', async () => {
  write('whole.json', [annotation, { ...annotation, id: 2, category_id: 2 }]);
  await run('import', at('whole.json'), '--images', root, '--project', at('whole.maskwright'));
  for (const { id, target } of formats.writable) {
    const ending = target === 'file' ? '/out.file' : '';
    const options = ['--drop-category', 'leaf', '--map', 'cell=nucleus', '--copy-images'];
    const exported = await run(
      ...['export', at('whole.maskwright'), '--out', at(`exported/${id}${ending}`), '--format', id, ...options],
    );
    const converted = await run(
      ...['convert', '--from', at('whole.maskwright'), '--to', at(`converted/${id}${ending}`), '--to-format', id],
      ...options,
    );
    expect([exported.code, exported.stderr], id).toEqual([0, converted.stderr]);
    expect(exported.stdout, id).toBe(converted.stdout.replace('converted', 'exported'));
    expect(filesBelow(at(`exported/${id}`)), id).toEqual(filesBelow(at(`converted/${id}`)));
  }
});

const filesBelow = (folder: string) =>
  new Map(
    readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry) => {
      const path = join(entry.parentPath, entry.name);
      // Its note of what it wrote tells when.
      return entry.isFile() && entry.name !== '.maskwright-export.json'
        ? [[path.slice(folder.length), readFileSync(path).toString('latin1')]]
        : [];
    }),
  );

test.each([
  [['--format', 'pascal'], /no format "pascal".*the formats are coco,/s],
  [['--format', 'via-3'], /VIA 3 can only be read/],
  [['--format', 'yolo-seg', '--rle'], /--rle is about COCO; the format is YOLO segmentation/],
  [['--polygons', '--option', 'masks=rle'], /--polygons and --option masks=rle exclude each other/],
  [['--option', 'masks=rel'], /masks.*(as-authored|polygons)/s],
  [['--copy-images', '--link-images'], /exclude each other.*maskwright export --help/s],
])('export %j is refused with a sentence, and nothing is written', async (options, says) => {
  const { code, stderr } = await run('export', at('whole.maskwright'), '--out', at('refused/out'), ...options);
  expect([code, stderr]).toEqual([2, expect.stringMatching(says)]);
  expect(existsSync(at('refused'))).toBe(false);
});

test('images that the groups of a split do not hold together are told, by convert and by export', async () => {
  const images = ['p1_a.png', 'p1_b.png', 'p2_a.png', 'other.png'].map((file_name, i) => ({ id: i + 1, file_name, width: 40, height: 20 })); // prettier-ignore
  writeFileSync(at('groups.json'), JSON.stringify({ images, annotations: [], categories: [{ id: 1, name: 'cell' }] }));
  await run('import', at('groups.json'), '--images', root, '--project', at('groups.maskwright'));
  const told = async (pattern: string) => {
    const options = ['--split', '0.5,0.5', '--group', pattern, '--force', '--no-compare'];
    const to = ['--to', at('groups/out.json'), '--to-format', 'coco'];
    const ways = [
      await run('convert', '--from', at('groups.json'), ...to, ...options),
      await run('convert', '--from', at('groups.maskwright'), ...to, ...options),
      await run('export', at('groups.maskwright'), '--out', at('groups/out.json'), ...options),
    ];
    expect(ways.map(({ code }) => code)).toEqual([0, 0, 0]);
    const lines = ways.map(({ stderr }) => /--group matches .*/.exec(stderr)?.[0] ?? null);
    expect(new Set(lines).size).toBe(1);
    return lines[0];
  };
  expect(await told('^(p\\d)|other')).toBeNull();
  expect(await told('^(p\\d)')).toMatch(/^--group matches all images but 1 image: .* other\.png, may go/);
  expect(await told('patient')).toMatch(/^--group matches no image: .* p1_a\.png, may go/);
  for (const useless of [['--group', 'p'], ['--stratify'], ['--stratify', '--split', 'kept']]) {
    const { code, stderr } = await run('export', at('groups.maskwright'), '--out', at('groups/x.json'), ...useless);
    expect([code, stderr]).toEqual([2, expect.stringContaining(`${useless[0]} needs the shares of a split`)]);
  }
});
