/** The batch that a project file keeps: what failed is a code with its facts, and whatever the file holds can be read. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { describeBatchFault } from '@shared/project/batchFault';
import type { BatchFailure } from '@shared/project/types';
import { Sqlite } from '../../../src-main/store/database/database';
import { failure, imageFolder, openStore, scratch } from './support';

const how = { kind: 'method', method: 'threshold', params: {}, categoryName: 'cell' } as const;
const image = (imageId: number) => ({ imageId, fileName: `${imageId}.png` });

/** A project with a batch on two images, and what the file says of it then. */
async function withBatch(): Promise<{ readonly file: string }> {
  const store = openStore();
  const { project } = await store.call('project.openFolder', {
    folder: await imageFolder(2),
    file: join(scratch(), 'p.maskwright'),
  });
  await store.call('batch.create', { with: how, imageIds: [1, 2] });
  await store.call('project.close', {});
  return { file: project.file };
}

function write(file: string, key: string, text: string): void {
  const db = new Sqlite(file, { mode: 'write' });
  db.run('UPDATE settings SET value = ? WHERE key = ?', text, key);
  db.close();
}

async function readAgain(file: string) {
  const store = openStore();
  await store.call('project.open', { file });
  return store.call('batch.read', {});
}

describe('what failed in a batch', () => {
  it('is kept as it was noted, whatever its code, without a sentence', async () => {
    const { file } = await withBatch();
    const store = openStore();
    await store.call('project.open', { file });
    const faults: BatchFailure['fault'][] = [
      { code: 'missing' },
      { code: 'cut-off', where: 'packing' },
      { code: 'damaged', detail: 'bad Huffman code' },
      { code: 'unsupported', what: 'float-bits', value: 24 },
      { code: 'memory', pixels: 9e8, bytes: 5e9, limit: 1e9 },
      { code: 'size', file: [44, 10], stated: [20, 10], by: 'file' },
      { code: 'process-ended', process: 'vision' },
      { code: 'worker-ended', during: null, reason: 'exit code 7' },
      { code: 'box-outside', box: [30, 0, 5, 5], image: [20, 10] },
      { code: 'no-background', box: [20, 10] },
      { code: 'method-heap', method: 'kmeans', size: [20_000, 20_000] },
      { code: 'grabcut-heap', size: [5000, 5000], mostSide: 2121 },
      { code: 'method-memory', method: 'wand', size: [30_000, 30_000], bytes: 9e9, limit: 2e9, fitsInPart: false },
      { code: 'model-input', image: [30_000, 30], input: [30_000, 32], megapixels: 64 },
      { code: 'defect', detail: 'x is no function' },
    ];
    const failures = faults.map((fault, i) => ({ ...image(i + 1), fault }));
    await store.call('batch.note', { next: 2, failures, found: 0 });
    await store.call('project.close', {});
    expect((await readAgain(file))?.failures).toEqual(failures);
    const db = new Sqlite(file, { mode: 'read' });
    const text = db.value<string>('SELECT value FROM settings WHERE key = ?', 'batch.place');
    db.close();
    for (const fault of faults.slice(0, -1)) expect(text).not.toContain(describeBatchFault(fault));
  });

  it('was a sentence in older projects: it is shown as it is', async () => {
    const { file } = await withBatch();
    const message = '/in/1.png is damaged: bad Huffman code';
    write(file, 'batch.place', JSON.stringify({ next: 1, failures: [{ ...image(1), message }] }));
    const job = await readAgain(file);
    expect(job).toMatchObject({ next: 1, failures: [{ ...image(1), fault: { code: 'said', sentence: message } }] });
    expect(describeBatchFault(job!.failures[0].fault)).toBe(message);
  });

  it('may have a code that only a later version knows', async () => {
    const { file } = await withBatch();
    const fault = { code: 'eclipse', of: 'the sun' };
    write(file, 'batch.place', JSON.stringify({ next: 1, failures: [{ ...image(1), fault }], mood: 'good' }));
    const failures = [{ ...image(1), fault: { code: 'said', sentence: 'It could not be done' } }];
    expect(await readAgain(file)).toMatchObject({ next: 1, failures });
  });

  it.each(['null', '{"next":-1,"failures":[]}', '{"next":0,"failures":[7]}', '{"next":0,"failures":{}}', '{', '[]'])(
    'of a file that says %s of it is no batch, and the project opens',
    async (text) => {
      const { file } = await withBatch();
      write(file, 'batch.place', text);
      expect(await readAgain(file)).toBeNull();
      write(file, 'batch.queue', text);
      expect(await readAgain(file)).toBeNull();
    },
  );

  it('is refused with its place where it is no fault at all', async () => {
    const { file } = await withBatch();
    const store = openStore();
    await store.call('project.open', { file });
    const note = (fault: unknown) =>
      failure(store.call('batch.note', { next: 1, failures: [{ ...image(1), fault }] as never }));
    for (const fault of [null, {}, { code: 'size' }, { code: 'damaged' }, { code: '__proto__' }, 'no'])
      expect(await note(fault), JSON.stringify(fault)).toMatchObject({ code: 'usage' });
    expect((await store.call('batch.read', {}))?.failures).toEqual([]);
  });
});
