/** `maskwright import`, `export`, `info` and `render` as child processes. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fromCompressed, fromPolygons, toCompressed } from '@shared/mask';
import { discPixels, listAll, repoRoot, runCli, startCli, temporaryFolder, writeImage, writeJson } from './cliRun';

const folder = temporaryFolder();
const at = (...parts: string[]) => join(folder.path, ...parts);
const width = 64;
const height = 48;
const pixels = discPixels(width, height, [{ x: 20, y: 20, radius: 9 }]);
const square = [12, 10, 40, 10, 40, 34, 12, 34];

/** Odd spacing, key order and keys that nobody interprets: all of it must come back. */
const annotationText = `{"score": 0.50, "id":11,"image_id":3 ,"category_id":7,"segmentation":[[${square.join(', ')}]],"area":672.0,"bbox":[12,10,28,24],"iscrowd":0,"10":1e3,"note":"kept"}`;
const datasetText = `{"info":{"year":2024},
 "images":[{"id":3,"file_name":"a.png","width":${width},"height":${height},"licence":5}, {"id":4,"file_name":"b.png","width":${width},"height":${height}}],
 "annotations":[${annotationText}],
 "categories":[{"id":7,"name":"thing <b>&","supercategory":"x"},{"id":9,"name":"unused"}]}
`;

beforeAll(async () => {
  await writeImage(at('images/a.png'), width, height, pixels);
  await writeImage(at('images/b.png'), width, height, pixels);
  writeFileSync(at('d.json'), datasetText);
});
afterAll(folder.remove);

describe('a project', () => {
  const project = at('p.maskwright');

  test('is made from a COCO file, told about, and exported as it came', async () => {
    const imported = await runCli('import', at('d.json'), '--images', at('images'), '--project', project);
    expect(imported).toEqual({
      code: 0,
      stdout: `${project}: 2 images, 1 annotation, 2 categories\n`,
      stderr: '',
    });

    const { stdout } = await runCli('info', project, '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      kind: 'project',
      images: 2,
      annotations: 1,
      imagesWithAnnotations: 1,
      categories: [
        { id: 7, name: 'thing <b>&', annotations: 1 },
        { id: 9, name: 'unused', annotations: 0 },
      ],
      sizes: [{ width, height, images: 2 }],
    });

    const out = at('export/out.json');
    expect(await runCli('export', project, '--out', out)).toEqual({
      code: 0,
      stdout: `${out}: 2 images, 1 annotation\n`,
      stderr: '',
    });
    expect(readFileSync(out, 'utf8')).toContain(annotationText);
    expect(JSON.parse(readFileSync(out, 'utf8'))).toEqual(JSON.parse(datasetText));
    expect(listAll(at('export'))).toEqual(['out.json']);
  });

  test('exports RLE and replaces a file only with --force', async () => {
    const out = at('export/out.json');
    const before = readFileSync(out, 'utf8');
    const refused = await runCli('export', project, '--out', out, '--rle');
    expect([refused.code, refused.stderr]).toEqual([3, expect.stringContaining('out.json exists already')]);
    expect(readFileSync(out, 'utf8')).toBe(before);
    expect((await runCli('export', project, '--out', out, '--rle', '--force')).code).toBe(0);
    const { annotations } = JSON.parse(readFileSync(out, 'utf8')) as {
      annotations: { segmentation: { size: [number, number]; counts: string }; note: string }[];
    };
    const [{ segmentation, note }] = annotations;
    expect(segmentation).toEqual({
      size: [height, width],
      counts: toCompressed(fromPolygons([square], height, width)),
    });
    expect(toCompressed(fromCompressed(segmentation.counts, segmentation.size))).toBe(segmentation.counts);
    expect(note).toBe('kept');
  });

  test('the file it was imported from is never replaced by accident', async () => {
    const { code } = await runCli('export', project, '--out', at('d.json'));
    expect(code).toBe(3);
    expect(readFileSync(at('d.json'), 'utf8')).toBe(datasetText);
  });

  test('is not replaced by another import without --force', async () => {
    const before = readFileSync(project);
    const args = ['import', at('d.json'), '--images', at('images'), '--project', project];
    const { code, stderr } = await runCli(...args);
    expect([code, stderr]).toEqual([3, expect.stringContaining('p.maskwright exists already')]);
    expect(readFileSync(project).equals(before)).toBe(true);
    expect((await runCli(...args, '--force')).code).toBe(0);
  });

  test.each([
    ['JSON cut in the middle', datasetText.slice(0, 300), /cut\.json stops in the middle \(.*byte 300\)/],
    [
      'RLE whose runs do not sum to h*w',
      JSON.stringify({
        images: [{ id: 3, file_name: 'a.png', width, height }],
        categories: [{ id: 7, name: 'thing' }],
        annotations: [{ id: 1, image_id: 3, category_id: 7, segmentation: { size: [height, width], counts: [5, 5] } }],
      }),
      /sum to 10 when 3072 .*\/annotations\/0\/segmentation\/counts/,
    ],
    ['no JSON at all', 'hello', /cut\.json is not a usable COCO file.*byte 0/],
  ])('is not made from %s', async (_, text, sentence) => {
    mkdirSync(at('bad'), { recursive: true });
    writeFileSync(at('cut.json'), text);
    const target = at('bad/p.maskwright');
    const { code, stdout, stderr } = await runCli(
      'import',
      at('cut.json'),
      '--images',
      at('images'),
      '--project',
      target,
    );
    expect(stderr).toMatch(sentence);
    expect([code, stdout]).toEqual([3, '']);
    expect(listAll(at('bad'))).toEqual([]);
  });

  test('that is none is refused', async () => {
    writeFileSync(at('text.maskwright'), 'hello');
    const { code, stderr } = await runCli('export', at('text.maskwright'), '--out', at('none.json'));
    expect([code, stderr]).toEqual([3, expect.stringContaining('text.maskwright')]);
    expect(existsSync(at('none.json'))).toBe(false);
  });
});

describe('info on a COCO file', () => {
  test('counts and prints', async () => {
    const { code, stdout } = await runCli('info', at('d.json'));
    expect(code).toBe(0);
    expect(stdout).toContain('images         2 (1 with annotations)');
    expect(stdout).toContain('7  thing <b>&  1');
    expect(stdout).toContain(`${width} x ${height}  2 images`);
    expect(stdout).toContain('no findings');
  });

  test('lists what is wrong, once a kind', async () => {
    const truth = JSON.parse(readFileSync(join(repoRoot, 'test/golden/coco-mini/instances.json'), 'utf8')) as {
      annotations: { image_id: number; id: number }[];
    };
    truth.annotations[4].image_id = 123;
    truth.annotations[5].image_id = 124;
    truth.annotations[6].id = truth.annotations[7].id;
    const { stdout } = await runCli('info', writeJson(at('faults.json'), truth), '--json');
    const { findings } = JSON.parse(stdout) as { findings: { severity: string; message: string; count: number }[] };
    expect(findings).toEqual([
      { severity: 'error', message: 'there is no image 123 (/annotations/4/image_id)', count: 2 },
      { severity: 'error', message: expect.stringContaining('is taken already (/annotations/7/id)'), count: 1 },
    ]);
  });

  test('a closed pipe is no error', async () => {
    const { child, result } = startCli(['info', at('d.json')]);
    child.stdout!.destroy();
    expect(await result).toMatchObject({ code: 0, stderr: '' });
  });
});

describe('render', () => {
  const read = (path: string) => sharp(path).removeAlpha().raw().toBuffer();

  test('draws fill, outline and label, the same on a machine without fonts', async () => {
    expect((await runCli('render', at('d.json'), '--images', at('images'), '--out', at('drawn'))).code).toBe(0);
    expect(listAll(at('drawn'))).toEqual(['a.png', 'b.png']);
    const drawn = await read(at('drawn/a.png'));
    const pixel = (data: Uint8Array, x: number, y: number) => [...data.subarray((y * width + x) * 3).subarray(0, 3)];
    // Orange at 0.35 inside, plain outside, and the image without annotations as it was.
    const mix = (under: number, over: number) => Math.round(under + (over - under) * 0.35);
    const [r, g, b] = pixel(pixels, 30, 30);
    expect(pixel(drawn, 30, 30)).toEqual([mix(r, 0xe6), mix(g, 0x9f), mix(b, 0x00)]);
    expect(pixel(drawn, 60, 40)).toEqual(pixel(pixels, 60, 40));
    expect((await read(at('drawn/b.png'))).equals(Buffer.from(pixels))).toBe(true);

    const noFonts = at('fonts.conf');
    writeFileSync(noFonts, '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig></fontconfig>');
    const bare = startCli(['render', at('d.json'), '--images', at('images'), '--out', at('bare')], {
      env: { FONTCONFIG_FILE: noFonts },
    });
    expect((await bare.result).code).toBe(0);
    expect((await read(at('bare/a.png'))).equals(drawn)).toBe(true);

    const plain = ['render', at('d.json'), '--images', at('images'), '--out', at('plain'), '--no-labels'];
    expect((await runCli(...plain)).code).toBe(0);
    expect((await read(at('plain/a.png'))).equals(drawn)).toBe(false);
  });

  test('reports a missing image and draws the others; without any image it is bad input', async () => {
    const dataset = JSON.parse(datasetText) as { images: { file_name: string }[] };
    dataset.images[1].file_name = 'gone.png';
    const file = writeJson(at('gone.json'), dataset);
    const some = await runCli('render', file, '--images', at('images'), '--out', at('some'));
    expect(some.code).toBe(0);
    expect(some.stderr).toContain(`gone.png left out: gone.png is not in ${at('images')}`);
    expect(listAll(at('some'))).toEqual(['a.png']);
    const none = await runCli('render', file, '--images', at('bad'), '--out', at('none'));
    expect([none.code, none.stderr]).toEqual([3, expect.stringContaining('No image of')]);
    expect(listAll(at('none'))).toEqual([]);
  });
});
