/** `maskwright evaluate` as a child process: the reference's numbers, matching, and what is said about bad input. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { sharedPath } from '../support/shared';
import { repoRoot, runCli, temporaryFolder, writeJson } from './cliRun';

const golden = join(repoRoot, 'test/golden');
const truthFile = join(golden, 'coco-mini/instances.json');
const { dt, stats } = JSON.parse(readFileSync(join(golden, 'eval.json'), 'utf8')) as {
  dt: { image_id: number; category_id: number; score: number; bbox?: number[]; segmentation?: unknown }[];
  stats: Record<'segm' | 'bbox', number[]>;
};

const folder = temporaryFolder();
afterAll(folder.remove);
const file = (name: string, value: unknown) => writeJson(join(folder.path, name), value);

async function evaluate(gt: string, detections: string, ...args: string[]) {
  const result = await runCli('evaluate', '--gt', gt, '--dt', detections, ...args);
  const json = result.code === 0 && args.includes('--json') ? JSON.parse(result.stdout) : null;
  return { ...result, json: json as { iouType: string; stats: number[]; perCategory: { name: string }[] } };
}

describe('the twelve numbers', () => {
  test.each(['segm', 'bbox'] as const)("%s equals pycocotools' to 1e-9", async (iouType) => {
    const { json, stdout, stderr } = await evaluate(truthFile, file('dt.json', dt), '--iou-type', iouType, '--json');
    expect(stderr).toBe('');
    expect(stdout.trimEnd()).not.toContain('\n');
    expect(Object.keys(json)).toEqual(['iouType', 'stats', 'perCategory']);
    expect(json.iouType).toBe(iouType);
    expect(json.stats).toHaveLength(12);
    json.stats.forEach((value, i) => expect(Math.abs(value - stats[iouType][i])).toBeLessThan(1e-9));
    expect(json.perCategory).toHaveLength(80);
  });

  test('are printed as pycocotools prints them', async () => {
    const { stdout } = await evaluate(truthFile, file('dt.json', dt));
    const lines = stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(12);
    expect(lines[0]).toBe(
      ` Average Precision  (AP) @[ IoU=0.50:0.95 | area=   all | maxDets=100 ] = ${stats.segm[0].toFixed(3)}`,
    );
  });

  test('boxes alone are enough for --iou-type bbox, and are taken as masks for segm', async () => {
    const boxes = dt.map(({ image_id, category_id, score, bbox }) => ({ image_id, category_id, score, bbox }));
    const results = file('boxes.json', boxes);
    const { json } = await evaluate(truthFile, results, '--iou-type', 'bbox', '--json');
    json.stats.forEach((value, i) => expect(Math.abs(value - stats.bbox[i])).toBeLessThan(1e-9));
    const segm = await evaluate(truthFile, results, '--json');
    expect([segm.code, segm.stderr]).toEqual([0, expect.stringContaining('their boxes are evaluated as masks')]);
  });

  test('a dataset of detections with other ids gives the same numbers, matched by names', async () => {
    const truth = JSON.parse(readFileSync(truthFile, 'utf8')) as {
      images: { id: number }[];
      categories: { id: number }[];
    };
    const imageId = new Map(truth.images.map(({ id }, i) => [id, 1000 - i]));
    const categoryId = new Map(truth.categories.map(({ id }, i) => [id, 500 + i]));
    const dataset = {
      images: truth.images.map((image) => ({ ...image, id: imageId.get(image.id) })),
      categories: [
        ...truth.categories.map((category) => ({ ...category, id: categoryId.get(category.id) })),
        { id: 7, name: 'unicorn' },
      ],
      annotations: [
        ...dt.map((record, i) => ({
          ...record,
          id: i + 1,
          image_id: imageId.get(record.image_id),
          category_id: categoryId.get(record.category_id),
        })),
        { id: 9999, image_id: 1000, category_id: 7, score: 0.9, bbox: [0, 0, 5, 5], segmentation: dt[0].segmentation },
      ],
    };
    const { json, stderr } = await evaluate(truthFile, file('dataset.json', dataset), '--json');
    json.stats.forEach((value, i) => expect(Math.abs(value - stats.segm[i])).toBeLessThan(1e-9));
    expect(stderr).toBe(
      'maskwright: 1 category of the detections not in the ground truth: unicorn; 1 detection left out\n',
    );
  });
});

describe('bad input is a sentence with its place', () => {
  const truth = {
    images: [{ id: 1, file_name: 'a.png', width: 4, height: 3 }],
    categories: [{ id: 1, name: 'thing' }],
    annotations: [
      {
        id: 1,
        image_id: 1,
        category_id: 1,
        bbox: [0, 0, 4, 3],
        area: 12,
        iscrowd: 0,
        segmentation: { size: [3, 4], counts: [0, 12] },
      },
    ],
  };
  const detection = {
    image_id: 1,
    category_id: 1,
    score: 0.5,
    bbox: [0, 0, 4, 3],
    segmentation: { size: [3, 4], counts: [0, 12] },
  };
  const refused = async (gt: unknown, detections: unknown, sentence: string) => {
    const gtFile = typeof gt === 'string' ? gt : file('gt.json', gt);
    const dtFile = typeof detections === 'string' ? detections : file('d.json', detections);
    const { code, stdout, stderr } = await evaluate(gtFile, dtFile);
    expect(stderr).toMatch(/^maskwright: [^\n]+\n$/);
    expect(stderr).toContain(sentence);
    expect([code, stdout]).toEqual([3, '']);
  };

  test('the same files without the fault are fine', async () => {
    const { json } = await evaluate(file('gt.json', truth), file('d.json', [detection]), '--json');
    expect(json.stats[0]).toBeCloseTo(1, 9);
  });

  test('JSON cut in the middle: file and offset', async () => {
    const cut = join(folder.path, 'cut.json');
    const text = JSON.stringify(truth);
    writeFileSync(cut, text.slice(0, text.length - 60));
    await refused(cut, [detection], `${cut} stops in the middle (/annotations/0, line 1, byte ${text.length - 60})`);
  });

  test('RLE whose runs do not sum to h*w: JSON pointer', async () => {
    const bad = { ...detection, segmentation: { size: [3, 4], counts: [0, 11] } };
    await refused(truth, [detection, bad], 'd.json: The mask');
    await refused(truth, [detection, bad], 'sum to 11 when 12 (3 x 4) was expected (/1/segmentation/counts)');
    const [annotation] = truth.annotations;
    const badTruth = { ...truth, annotations: [{ ...annotation, segmentation: { size: [3, 4], counts: '0;' } }] };
    await refused(badTruth, [detection], '(/annotations/0/segmentation/counts)');
  });

  test('a detection without a score, of an unknown image, or with a mask of another size', async () => {
    const { score: _, ...unscored } = detection;
    await refused(truth, [detection, unscored], 'the detection has no score (/1/score)');
    await refused(truth, [{ ...detection, image_id: 5 }], 'no image with the id 5 (/0/image_id)');
    const turned = { ...detection, segmentation: { size: [4, 3], counts: [0, 12] } };
    await refused(
      truth,
      [turned],
      'size is [w, h] of the image, [4, 3]: expected [h, w], [3, 4] (/0/segmentation/size)',
    );
  });

  test('files that are something else', async () => {
    await refused(file('list.json', [detection]), [detection], 'is a list of results, not a COCO dataset');
    await refused(join(folder.path, 'absent.json'), [detection], 'absent.json does not exist');
    await refused(file('other.json', { name: 'x' }), [detection], 'is not a COCO file: it has no "images"');
  });
});

const nuclei = sharedPath('data/nuclei');
describe.skipIf(!nuclei)('mask AP on the 34 held-out images of nuclei', () => {
  /** Proposes from the command line and evaluates as the model's card does. */
  async function averagePrecision(name: string, ...how: string[]): Promise<number> {
    const out = join(folder.path, `${name}.json`);
    const proposed = await runCli('propose', '--images', join(nuclei!, 'images'), ...how, '--out', out);
    expect(proposed.code, proposed.stderr).toBe(0);
    const { json } = await evaluate(join(nuclei!, 'instances.json'), out, '--max-dets', '1,100,400', '--json');
    return json.stats[0];
  }

  test("the embedded model's is that of its card; watershed's stands beside it", async () => {
    const card = JSON.parse(readFileSync(join(repoRoot, 'models/nuclei-maskrcnn/model.json'), 'utf8')) as {
      metrics: { dev34: { maskAP: number } };
    };
    const model = await averagePrecision('model', '--method', 'maskrcnn', '--score', '0.05');
    expect(Math.abs(model - card.metrics.dev34.maskAP)).toBeLessThan(0.01);

    // The defaults but for one: nuclei of a picture differ in size, so that each blob has a maximum of its own.
    const method = ['--method', 'watershed', '--param', 'local=1', '--category', 'nucleus'];
    const watershed = await averagePrecision('watershed', ...method);
    console.log(
      `Nuclei, 34 images, maxDets 400: mask AP ${watershed.toFixed(4)} by watershed, ${model.toFixed(4)} by the model`,
    );
    // 0.1857 when this was written.
    expect(watershed).toBeGreaterThan(0.18);
    expect(watershed).toBeLessThan(model);
  });
});
