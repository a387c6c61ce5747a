/** The batch queue, shards and merging, without an engine. */
import type { Issue } from '@shared/dataset/finding';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { BatchFailure, BatchJob } from '@shared/project/types';
import type { ProposalResult } from '@shared/document/proposalResult';
import { AppError, fromErrorData, toErrorData } from '@shared/errors/appError';
import { workError } from '@shared/errors/workFault';
import { describeBatchFailure } from '@shared/project/batchFault';
import { imageError } from '../../../src-main/images';
import { CancelSource } from '@shared/errors/cancellation';
import type { Progress } from '@shared/errors/work';
import { parseAnnotation, parseCategory, parseImage, type RecordSource } from '@shared/formats/coco';
import { mergeDatasets, type MergeFile } from '../../../src-main/dataset/mergeDatasets';
import { runBatch, type BatchSteps } from '../../../src-main/store/batch/runBatch';
import { isInShard, parseShard } from '../../../src-main/cli/lib/shard';

const result = (image: number): ProposalResult => ({
  size: [1, 1],
  proposals: [],
  provenance: { tool: `of ${image}`, edits: 0 },
  timings: {},
  notes: [],
});

class Recorder {
  readonly kept: number[] = [];
  readonly computed: number[] = [];
  noted: { next: number; failures: readonly BatchFailure[] } = { next: 0, failures: [] };
  readonly progress: Progress[] = [];
  readonly signal = new CancelSource();
  onCompute: (image: number) => void = () => undefined;

  readonly steps: BatchSteps = {
    compute: async (image) => {
      this.computed.push(image);
      this.onCompute(image);
      return result(image);
    },
    keep: async (image, { provenance }) => {
      expect(provenance.tool).toBe(`of ${image}`);
      this.kept.push(image);
    },
    note: async ({ next, failures }) => void (this.noted = { next, failures }),
    nameOf: (image) => `${image}.png`,
  };

  run(job: BatchJob, concurrency = 2): Promise<BatchJob> {
    const onProgress = (progress: Progress) => void this.progress.push(progress);
    return runBatch(job, this.steps, { signal: this.signal, concurrency, onProgress });
  }
}

const acrossProcesses = (error: AppError) => fromErrorData(structuredClone(toErrorData(error)));

const job = (imageIds: readonly number[], next = 0, failures: readonly BatchFailure[] = []): BatchJob => ({
  with: { kind: 'model', model: 'm' },
  imageIds,
  next,
  failures,
});

describe('running a batch', () => {
  test('every image is kept and noted, in order, with progress', async () => {
    const batch = new Recorder();
    expect(await batch.run(job([5, 3, 9]))).toMatchObject({ next: 3, failures: [] });
    expect(batch.kept).toEqual([5, 3, 9]);
    expect(batch.noted).toEqual({ next: 3, failures: [] });
    expect(batch.progress.map(({ done, total, text }) => [done, total, text])).toEqual([
      [0, 3, ''],
      [1, 3, '5.png'],
      [2, 3, '3.png'],
      [3, 3, '9.png'],
    ]);
  });

  test('an image that fails is listed and the others go on', async () => {
    const batch = new Recorder();
    batch.onCompute = (image) => {
      if (image === 3) throw acrossProcesses(imageError('/in/3.png', { code: 'cut-off', where: 'end' }));
      if (image === 9) throw workError('crashed', { code: 'process-ended', process: 'vision' });
      if (image === 2) throw new AppError('bad-input', 'The mask is damaged', { hint: 'draw another' });
      if (image === 8) throw new TypeError('x is no function');
    };
    const { failures } = await batch.run(job([5, 3, 9, 2, 8, 1]));
    expect(batch.kept).toEqual([5, 1]);
    expect(failures).toEqual([
      { imageId: 3, fileName: '3.png', fault: { code: 'cut-off', where: 'end' } },
      { imageId: 9, fileName: '9.png', fault: { code: 'process-ended', process: 'vision' } },
      { imageId: 2, fileName: '2.png', fault: { code: 'said', sentence: 'The mask is damaged: draw another' } },
      { imageId: 8, fileName: '8.png', fault: { code: 'defect', detail: 'x is no function' } },
    ]);
    expect(failures.map(describeBatchFailure)).toEqual([
      '3.png is cut off or damaged: its image data end too early',
      '9.png failed: The vision process ended unexpectedly and was restarted: nothing that was saved is lost; try again',
      '2.png failed: The mask is damaged: draw another',
      '8.png failed: x is no function',
    ]);
    expect(batch.noted).toEqual({ next: 6, failures });
    expect(batch.progress.map(({ failed }) => failed)).toEqual([0, 0, 1, 2, 3, 4, 4]);
  });

  test('property: paused anywhere and gone on with, every image is kept exactly as in one run', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.nat(50), { minLength: 1, maxLength: 8 }),
        fc.nat(7),
        fc.integer({ min: 1, max: 4 }),
        async (imageIds, pauseAt, concurrency) => {
          const first = new Recorder();
          first.onCompute = (image) => image === imageIds[pauseAt] && first.signal.abort();
          const paused = pauseAt < imageIds.length;
          if (paused) await expect(first.run(job(imageIds), concurrency)).rejects.toMatchObject({ code: 'cancelled' });
          else await first.run(job(imageIds), concurrency);
          // What was noted is what was kept: nothing counts as done that is not durable.
          expect(first.kept).toEqual(imageIds.slice(0, first.noted.next));
          const second = new Recorder();
          await second.run(job(imageIds, first.noted.next), concurrency);
          expect([...first.kept, ...second.kept]).toEqual(imageIds);
        },
      ),
    );
  });

  test.each([
    ['usage', 'kmeans has no parameter x'],
    ['bad-model', 'model.onnx does not exist'],
  ] as const)('what would meet every image alike ends the run: %s', async (code, message) => {
    const batch = new Recorder();
    batch.onCompute = () => {
      throw new AppError(code, message);
    };
    await expect(batch.run(job([1, 2]))).rejects.toThrow(message);
    expect(batch.noted).toEqual({ next: 0, failures: [] });
  });
});

describe('shards', () => {
  test('property: every name is in exactly one shard, whatever else there is', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 20 }), (name, count) => {
        const holding = Array.from({ length: count }, (_, i) => i + 1).filter((index) =>
          isInShard(name, { index, count }),
        );
        expect(holding).toHaveLength(1);
      }),
    );
  });

  test('numbered names spread evenly', () => {
    const names = Array.from({ length: 4000 }, (_, i) => `image_${String(i).padStart(6, '0')}.jpg`);
    for (let index = 1; index <= 8; index++) {
      const size = names.filter((name) => isInShard(name, { index, count: 8 })).length;
      expect(size).toBeGreaterThan(430);
      expect(size).toBeLessThan(570);
    }
  });

  test('i/n with i from 1 to n, nothing else', () => {
    expect(parseShard(' 2/8 ')).toEqual({ index: 2, count: 8 });
    for (const text of ['0/8', '9/8', '8', '1/0', 'a/b', '1/8/2', '-1/8', '']) {
      expect(() => parseShard(text)).toThrow('i/n was expected');
    }
  });
});

describe('merging', () => {
  const file = (name: string, text: string): MergeFile => {
    const json = JSON.parse(text) as Record<string, unknown>;
    const records = <T>(kind: string, parse: (source: RecordSource, issues: Issue[]) => T | null) =>
      ((json[kind] ?? []) as object[]).map((record, i) => {
        const source = { json: record, text: JSON.stringify(record), pointer: `/${kind}/${i}` };
        return { ...parse(source, [])!, text: source.text, pointer: source.pointer };
      });
    const isList = (key: string) => ['images', 'annotations', 'categories'].includes(key);
    return {
      file: name,
      parts: new Map(Object.entries(json).map(([key, value]) => [key, isList(key) ? null : JSON.stringify(value)])),
      images: records('images', parseImage),
      categories: records('categories', parseCategory),
      annotations: records('annotations', parseAnnotation),
    };
  };
  const part = (name: string, images: [number, string][], categories: string[], annotations: number[][]) =>
    file(
      name,
      JSON.stringify({
        info: { description: 'd' },
        images: images.map(([id, file_name]) => ({ id, file_name, width: 4, height: 4, note: `n${id}` })),
        annotations: annotations.map(([image_id, category_id], i) => ({
          id: i + 1,
          image_id,
          category_id,
          score: 0.5,
        })),
        categories: categories.map((category, i) => ({ id: i + 1, name: category })),
      }),
    );
  const merge = (...files: MergeFile[]) => {
    const merged = mergeDatasets(files);
    const parse = (texts: readonly string[]) => texts.map((text) => JSON.parse(text) as { [key: string]: unknown });
    return {
      ...merged,
      images: parse(merged.images),
      annotations: parse(merged.annotations),
      categories: parse(merged.categories),
    };
  };

  test('images come in the order of the whole run, categories by name, counted annotations counted anew, other keys kept', () => {
    const merged = merge(
      part(
        'a',
        [
          [1, 'a.png'],
          [3, 'c.png'],
        ],
        ['cat'],
        [
          [1, 1],
          [3, 1],
          [3, 1],
        ],
      ),
      part(
        'b',
        [[2, 'b.png']],
        ['dog', 'cat'],
        [
          [2, 1],
          [2, 2],
        ],
      ),
    );
    expect(merged.images.map(({ id, file_name, note }) => [id, file_name, note])).toEqual([
      [1, 'a.png', 'n1'],
      [2, 'b.png', 'n2'],
      [3, 'c.png', 'n3'],
    ]);
    // The first file's ids stay; another file's category with an id that is taken gets the next free one.
    expect(merged.categories).toEqual([
      { id: 1, name: 'cat' },
      { id: 3, name: 'dog' },
    ]);
    expect(merged.annotations.map((one) => [one.id, one.image_id, one.category_id])).toEqual([
      [1, 1, 1],
      [2, 2, 3],
      [3, 2, 1],
      [4, 3, 1],
      [5, 3, 1],
    ]);
    expect([...merged.parts]).toEqual([
      ['info', '{"description":"d"}'],
      ['images', null],
      ['annotations', null],
      ['categories', null],
    ]);
    expect(merged.notes).toEqual(['4 annotations have a new id: they are counted from 1 again']);
  });

  test('two categories of one name in one file stay two, each that of the other files in its turn', () => {
    const merged = merge(
      part('a', [[1, 'a.png']], ['cell', 'cell'], [[1, 2]]),
      part(
        'b',
        [[2, 'b.png']],
        ['cell', 'cell'],
        [
          [2, 1],
          [2, 2],
        ],
      ),
    );
    expect(merged.categories).toEqual([
      { id: 1, name: 'cell' },
      { id: 2, name: 'cell' },
    ]);
    expect(merged.annotations.map(({ category_id }) => category_id)).toEqual([2, 1, 2]);
  });

  test('files that number their images alike: the later ones get new ids, told', () => {
    const merged = merge(part('a', [[1, 'a.png']], ['x'], [[1, 1]]), part('b', [[1, 'b.png']], ['x'], [[1, 1]]));
    expect(merged.images.map(({ id }) => id)).toEqual([1, 2]);
    expect(merged.annotations.map(({ image_id }) => image_id)).toEqual([1, 2]);
    expect(merged.notes).toEqual([
      '1 image has a new id, because another file uses the same',
      '1 annotation has a new id: they are counted from 1 again',
    ]);
  });

  test('licences of two files that share an id stay apart, and images keep theirs', () => {
    const licensed = (name: string, licence: string) =>
      file(
        `${name}.json`,
        `{"licenses":[{"id":3,"name":"${licence}"}],"images":[{"id":1,"file_name":"${name}.png","license":3}],"categories":[],"annotations":[]}`,
      );
    const merged = merge(licensed('a', 'CC'), licensed('b', 'MIT'), licensed('c', 'CC'));
    expect(JSON.parse(merged.parts.get('licenses')!)).toEqual([
      { id: 3, name: 'CC' },
      { id: 4, name: 'MIT' },
    ]);
    expect(merged.images.map(({ license }) => license)).toEqual([3, 4, 3]);
  });

  test('an image in two files, and a record that refers to nothing, are refused with their place', () => {
    const a = part('a.json', [[1, 'a.png']], ['x'], [[1, 1]]);
    expect(() => merge(a, { ...a, file: 'b.json' })).toThrow('The image a.png is in a.json and in b.json');
    expect(() => merge(part('a.json', [[1, 'a.png']], ['x'], [[7, 1]]))).toThrow('no record for image_id 7');
    expect(() => merge(part('a.json', [[1, 'a.png']], ['x'], [[1, 9]]))).toThrow('no record for category_id 9');
  });
});
