import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { afterAll, describe, expect, test } from 'vitest';
import { runInProcess as run } from '../../support/cliInProcess';

const root = mkdtempSync(join(tmpdir(), 'maskwright-lint-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

function write(name: string, content: string): string {
  const path = join(root, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}

async function picture(name: string, width: number, height: number): Promise<void> {
  mkdirSync(dirname(join(root, name)), { recursive: true });
  await sharp({ create: { width, height, channels: 3, background: 'navy' } })
    .png()
    .toFile(join(root, name));
}

interface Linted {
  readonly format: string | null;
  readonly errors: number;
  readonly findings: readonly {
    readonly code: string;
    readonly severity: string;
    readonly pointer?: string;
    readonly file?: string;
    readonly line?: number;
  }[];
}

async function lint(...args: string[]): Promise<Linted & { code: number; codes: string[] }> {
  const { code, stdout } = await run('lint', ...args, '--json');
  const linted = JSON.parse(stdout) as Linted;
  return { ...linted, code, codes: linted.findings.map((finding) => finding.code).sort() };
}

describe('lint', () => {
  test('YOLO: a class without a name, coordinates outside, too few points, each with file and line', async () => {
    await picture('yolo/images/train/a.png', 40, 20);
    write('yolo/data.yaml', 'train: images/train\nval: images/train\nnames: [cell]\n');
    write(
      'yolo/labels/train/a.txt',
      '0 0.1 0.1 0.5 0.1 0.5 0.5\n3 0.1 0.1 0.9 0.1 0.9 0.9\n0 0.1 0.1 1.2 0.1 0.5 0.9\n0 0.1 0.1\n',
    );
    const { code, codes, format, findings } = await lint(join(root, 'yolo'));
    expect(format).toBe('YOLO segmentation');
    expect(codes).toEqual(['class-unknown', 'coordinates', 'outside', 'ring-short']);
    expect(code).toBe(0);
    const short = findings.find((finding) => finding.code === 'ring-short')!;
    expect(short.file).toMatch(/labels.train.a\.txt$/);
    expect(short.line).toBe(4);

    write('yolo/labels/train/a.txt', '0 0.1 0.1 0.5 0.1 0.5 0.5\n');
    expect((await lint(join(root, 'yolo'))).codes).toEqual([]);
  });

  test('labelme: another size than the image has, and an image that is not there', async () => {
    await picture('labelme/a.png', 40, 20);
    const file = (image: string, height: number) =>
      JSON.stringify({
        version: '5.5.0',
        flags: {},
        shapes: [],
        imagePath: image,
        imageData: null,
        imageHeight: height,
        imageWidth: 40,
      });
    write('labelme/a.json', file('a.png', 30));
    write('labelme/b.json', file('b.png', 20));
    const { code, codes, errors } = await lint(join(root, 'labelme'));
    expect(codes).toEqual(['image-missing', 'image-size']);
    expect([code, errors]).toEqual([3, 2]);

    write('labelme/a.json', file('a.png', 20));
    rmSync(join(root, 'labelme/b.json'));
    expect(await lint(join(root, 'labelme'))).toMatchObject({ codes: [], code: 0 });
  });

  test('COCO and the project made of it say the same of an annotation, in the words of each', async () => {
    await picture('coco/images/a.png', 40, 20);
    const ring = [0, 0, 10, 0, 10, 10, 0, 10];
    const annotation = {
      image_id: 1,
      category_id: 1,
      segmentation: [ring],
      bbox: [0, 0, 10, 10],
      area: 55,
      iscrowd: 0,
    };
    const dataset = {
      images: [{ id: 1, file_name: 'a.png', width: 40, height: 20 }],
      categories: [{ id: 1, name: 'cell' }],
      annotations: [
        { id: 1, ...annotation },
        { id: 2, ...annotation, area: 100 },
      ],
    };
    const file = write('coco/instances.json', JSON.stringify(dataset));
    const ofFile = await lint(file);
    expect(ofFile.codes).toEqual(['duplicate', 'stale-area']);
    expect(ofFile.findings.find(({ code }) => code === 'stale-area')!.pointer).toBe('/annotations/0/area');
    const project = join(root, 'coco', 'p.maskwright');
    await run('import', file, '--images', join(root, 'coco', 'images'), '--project', project);
    const ofProject = await lint(project);
    expect(ofProject.codes).toEqual(ofFile.codes);
    expect(ofProject.findings.find(({ code }) => code === 'stale-area')!.pointer).toBe('a.png, annotation 1');
    const { stdout, code } = await run('lint', project);
    expect(stdout).toContain('Maskwright project, 2 warnings');
    expect(code).toBe(0);
  });
});
