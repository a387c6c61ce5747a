import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { afterAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { runInProcess as run } from '../../support/cliInProcess';

const root = mkdtempSync(join(tmpdir(), 'maskwright-lint-fix-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

function write(name: string, content: string): string {
  const path = join(root, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}

async function picture(name: string): Promise<void> {
  mkdirSync(dirname(join(root, name)), { recursive: true });
  const draw = sharp({ create: { width: 40, height: 20, channels: 3, background: 'navy' } });
  await draw.png().toFile(join(root, name));
}

const ring = [0, 0, 10, 0, 10, 10, 0, 10];
const annotation = { image_id: 1, category_id: 1, segmentation: [ring], bbox: [0, 0, 10, 10], iscrowd: 0, area: 100 };
const untouched = `{ "id":7,  "image_id" : 1, "category_id": 2, "segmentation": [[${ring}]], "area": 1.00e2, "bbox": [0, 0, 10, 10], "2":1, "1":2 }`;
const dataset = `{"info":  {"a":1}, "images": [{"id": 1, "file_name": "a.png", "width": 40, "height": 20}],
"annotations": [
${untouched},
${JSON.stringify({ id: 0, ...annotation, area: 55 })},
${JSON.stringify({ id: 9, ...annotation, segmentation: 'broken' })}
],
"categories": [{"id": 1, "name": "cell"}, {"id": 2, "name": "dot"}]}
`;

describe('lint --fix', () => {
  test('writes a mended copy, lists what was changed, and leaves the rest as it came', async () => {
    const file = write('coco/in.json', dataset);
    const out = join(root, 'coco', 'out.json');
    const { code, stdout } = await run('lint', file, '--fix', out, '--json');
    const { fixes, errors, warnings } = JSON.parse(stdout) as {
      fixes: { code: string; message: string; pointer: string; line: number }[];
      errors: number;
      warnings: number;
    };
    expect(code).toBe(0);
    expect([errors, warnings]).toEqual([0, 0]);
    expect(fixes.map((fix) => [fix.code, fix.pointer, fix.line, fix.message])).toEqual([
      ['segmentation-type', '/annotations/2', 5, 'the record was left out'],
      ['id-not-positive', '/annotations/1', 4, 'id 0 → 8'],
      ['stale-area', '/annotations/1', 4, 'area is 55, the mask has 100 pixels: the value of the mask is written'],
    ]);
    expect(readFileSync(file, 'utf8')).toBe(dataset);
    const written = readFileSync(out, 'utf8');
    expect(written).toContain(untouched);
    expect(written).toContain('"info": {"a":1}');
    const { annotations } = JSON.parse(written) as { annotations: { id: number; area: number }[] };
    expect(annotations.map(({ id, area }) => [id, area])).toEqual([
      [7, 100],
      [8, 100],
    ]);
  });

  test('never writes in place, over a file or into the dataset', async () => {
    const file = write('place/in.json', dataset);
    expect(await run('lint', file, '--fix', file)).toMatchObject({ code: 3 });
    expect(readFileSync(file, 'utf8')).toBe(dataset);
    await picture('yolo/images/train/a.png');
    write('yolo/data.yaml', 'train: images/train\nval: images/train\nnames: [cell]\n');
    write('yolo/labels/train/a.txt', '0 0.1 0.1 0.5 0.1 0.5 0.5\n');
    for (const out of ['yolo', 'yolo/fixed']) {
      const { code, stderr } = await run('lint', join(root, 'yolo'), '--fix', join(root, out));
      expect(code).toBe(3);
      expect(stderr).toMatch(/is not empty|lies in the dataset itself/);
    }
  });

  test('YOLO: mended with its images copied along, it has no findings left', async () => {
    await picture('y/images/train/a.png');
    write('y/data.yaml', '# mine\ntrain: images/train\nval: images/train\nnc: 1\nnames: [cell]\n');
    const sound = '0 0.1 0.1 0.5 0.1 0.5 0.5';
    write('y/labels/train/a.txt', `${sound}\n2 0.1 0.1 0.9 0.1 0.9 0.9\n0 0.1 0.1 1.2 0.1 0.5 0.9\n0 0.1 0.1\n`);
    const out = join(root, 'y-fixed');
    const { code, stdout } = await run('lint', join(root, 'y'), '--fix', out, '--copy-images');
    expect(stdout).toContain('left: no findings');
    expect(code).toBe(0);
    const yaml = readFileSync(join(out, 'data.yaml'), 'utf8');
    expect(yaml).toContain('# mine');
    expect(yaml).toContain('nc: 3');
    const lines = readFileSync(join(out, 'labels/train/a.txt'), 'utf8').trim().split('\n');
    expect(lines[0]).toBe(sound);
    expect(lines).toHaveLength(3);
    expect(readFileSync(join(out, 'images/train/a.png')).length).toBeGreaterThan(0);
  });

  test('without its images copied along, the copy is looked at with the names and sizes of the dataset', async () => {
    await picture('apart/images/train/a.png');
    write('apart/data.yaml', 'train: images/train\nval: images/train\nnames: [cell]\n');
    write('apart/labels/train/a.txt', '0 0.1 0.1 0.5 0.1 0.5 0.5\n0 0.1 0.1 1.2 0.1 0.5 0.9\n');
    const yolo = await run('lint', join(root, 'apart'), '--fix', join(root, 'apart-fixed'));
    expect([yolo.code, yolo.stdout]).toEqual([0, expect.stringContaining('left: no findings')]);

    for (const subset of ['train', 'val']) {
      await picture(`dm/images/${subset}/${subset}.png`);
      const box = (id: number, side: number) => ({
        ...{ id, type: 'polygon', label_id: 0, points: [0, 0, side, 0, side, 10, 0, 10], attributes: {}, group: 0 },
      });
      const image = { path: `${subset}.png`, size: [20, 40] };
      const item = { id: subset, annotations: [box(1, 10), box(2, 60)], attr: {}, image };
      const categories = { label: { labels: [{ name: 'cell', parent: '' }] } };
      write(`dm/annotations/${subset}.json`, JSON.stringify({ info: {}, categories, items: [item] }));
    }
    const datumaro = await run('lint', join(root, 'dm'), '--fix', join(root, 'dm-fixed'));
    expect([datumaro.code, datumaro.stdout]).toEqual([0, expect.stringContaining('left: no findings')]);
  });

  test('says what the format could not hold of the mended copy', async () => {
    // Cut at the border, two legs are left of it.
    await picture('legs/images/train/a.png');
    write('legs/data.yaml', 'train: images/train\nval: images/train\nnames: [cell]\n');
    write('legs/labels/train/a.txt', '0 0.1 0.1 0.3 0.1 0.3 1.2 0.6 1.2 0.6 0.1 0.8 0.1 0.8 1.4 0.1 1.4\n');
    const { stderr } = await run('lint', join(root, 'legs'), '--fix', join(root, 'legs-fixed'));
    expect(stderr).toContain('1 annotation of several parts is written as one outline');
    const { stdout } = await run('lint', join(root, 'legs'), '--fix', join(root, 'legs-again'), '--json');
    expect(JSON.parse(stdout)).toMatchObject({ losses: [{ code: 'parts-joined', count: 1 }] });
  });

  test('of COCO only what is the same in all it says is a repeat, and keypoints stay without a mask', async () => {
    const flat = { segmentation: [[5, 5, 5, 5, 5, 5]], bbox: [5, 5, 0, 0], area: 0 };
    const annotations = [
      {},
      {},
      { score: 0.5 },
      { track_id: 4 },
      { keypoints: [1, 1, 2] },
      { ...flat, keypoints: [1, 1, 2] },
      { ...flat, keypoints: [0, 0, 0] },
    ].map((more, index) => ({ id: index + 1, ...annotation, ...more }));
    const images = [{ id: 1, file_name: 'a.png', width: 40, height: 20 }];
    const file = write('same/in.json', JSON.stringify({ images, annotations, categories: [{ id: 1, name: 'cell' }] }));
    const out = join(root, 'same', 'out.json');
    expect((await run('lint', file, '--fix', out)).code).toBe(0);
    const left = JSON.parse(readFileSync(out, 'utf8')) as { annotations: { id: number }[] };
    expect(left.annotations.map(({ id }) => id)).toEqual([1, 3, 4, 5, 6]);
  });

  test('a project: the copy is mended in one step that can be undone', async () => {
    await picture('p/images/a.png');
    const file = write('p/in.json', dataset.replace('"broken"', `[[${ring}]]`));
    const project = join(root, 'p', 'p.maskwright');
    await run('import', file, '--images', join(root, 'p/images'), '--project', project);
    const before = (await run('lint', project)).stdout;
    const { stdout, code } = await run('lint', project, '--fix', join(root, 'p', 'fixed.maskwright'));
    // The second and the third repeat each other; the first is of another category.
    expect(stdout).toContain('2 annotations on 1 image mended');
    expect(stdout).toContain('left: no findings');
    expect(code).toBe(0);
    expect((await run('lint', project)).stdout).toBe(before);
    expect(before).toContain('warning stale-area (1), --fix can help');
  });
});

/** What SARIF 2.1.0 asks of the parts that are written (sarif-schema-2.1.0.json); strict, so that nothing else is. */
const text = z.strictObject({ text: z.string().min(1) });
const sarif = z.strictObject({
  $schema: z.url(),
  version: z.literal('2.1.0'),
  runs: z.array(
    z.strictObject({
      tool: z.strictObject({
        driver: z.strictObject({
          name: z.string(),
          version: z.string(),
          rules: z.array(
            z.strictObject({
              id: z.string(),
              shortDescription: text,
              help: text.optional(),
              defaultConfiguration: z.strictObject({ level: z.enum(['none', 'note', 'warning', 'error']) }),
            }),
          ),
        }),
      }),
      columnKind: z.enum(['utf16CodeUnits', 'unicodeCodePoints']),
      results: z.array(
        z.strictObject({
          ruleId: z.string(),
          ruleIndex: z.number().int().min(0),
          level: z.enum(['none', 'note', 'warning', 'error']),
          message: text,
          locations: z
            .array(
              z.strictObject({
                physicalLocation: z.strictObject({
                  artifactLocation: z.strictObject({ uri: z.string().regex(/^[\w\-.~:/?#[\]@!$&'()*+,;=%]+$/) }),
                  region: z.strictObject({ startLine: z.number().int().min(1) }).optional(),
                }),
                logicalLocations: z.array(z.strictObject({ fullyQualifiedName: z.string().min(1) })).optional(),
              }),
            )
            .optional(),
        }),
      ),
    }),
  ),
});

test('lint --sarif has the shape of SARIF 2.1.0, with file, line and record', async () => {
  const file = write('sarif ü/in.json', dataset);
  const { code, stdout } = await run('lint', file, '--images', root, '--sarif');
  expect(code).toBe(3);
  const [log] = sarif.parse(JSON.parse(stdout)).runs;
  for (const { ruleId, ruleIndex } of log.results) expect(log.tool.driver.rules[ruleIndex].id).toBe(ruleId);
  const stale = log.results.find(({ ruleId }) => ruleId === 'stale-area')!;
  expect(stale.locations![0].physicalLocation.artifactLocation.uri).toMatch(/sarif%20%C3%BC\/in\.json$/);
  expect(stale.locations![0].physicalLocation.region).toEqual({ startLine: 4 });
  expect(stale.locations![0].logicalLocations![0].fullyQualifiedName).toBe('/annotations/1/area');
});

test('lint --sarif gives each finding a place in a file, and tells each once', async () => {
  const images = ['a.png', 'a.png', './a.png', 'gone.png'].map((file_name, index) => ({
    ...{ id: index + 1, file_name, width: 40, height: 20 },
  }));
  const file = write('places/in.json', JSON.stringify({ images, annotations: [], categories: [] }));
  await picture('places/photos/a.png');
  const { stdout } = await run('lint', file, '--images', join(root, 'places/photos'), '--sarif');
  const { results } = sarif.parse(JSON.parse(stdout)).runs[0];
  const places = results.map(({ ruleId, locations }) => [
    ruleId,
    locations![0].physicalLocation.artifactLocation.uri.replace(/.*\//, ''),
    locations![0].logicalLocations?.[0].fullyQualifiedName,
  ]);
  expect(places).toEqual(
    expect.arrayContaining([
      ['same-file', 'in.json', '/images/1/file_name'],
      ['image-missing', 'in.json', '/images/3'],
    ]),
  );
  expect(places.every(([, uri]) => uri !== 'photos')).toBe(true);

  const twice = write(
    'places/two.json',
    JSON.stringify({ images: images.slice(0, 2), annotations: [], categories: [] }),
  );
  const told = await run('lint', twice, '--images', join(root, 'places/photos'), '--sarif');
  expect(sarif.parse(JSON.parse(told.stdout)).runs[0].results.map(({ ruleId }) => ruleId)).toEqual(['same-file']);
});
