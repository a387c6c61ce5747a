import { mkdtempSync, readdirSync, rmSync, statSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { IdleQueue } from '../../../src-main/images/idleQueue';
import { ThumbnailCache } from '../../../src-main/images/thumbnailCache';
import { CancelSource } from '@shared/errors/cancellation';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'maskwright thumbnails '))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const picture = async (name: string, side: number) => {
  const path = join(folder, name);
  await sharp({ create: { width: side, height: side, channels: 3, background: '#446688' } }).toFile(path);
  return { path, orientation: 'exif' as const };
};
const filesIn = (cache: string) =>
  readdirSync(cache, { recursive: true }).filter((name) => String(name).endsWith('.jpg'));

describe('the thumbnail cache', () => {
  it('gives the same bytes again without the image being read, until the file changes', async () => {
    const source = await picture('a.png', 64);
    const cacheFolder = join(folder, 'cache');
    const first = new ThumbnailCache({ folder: cacheFolder });
    expect(await first.find(source, 32)).toBeNull();
    const made = await first.make(source, 32);
    expect((await sharp(made).metadata()).width).toBe(32);
    const second = new ThumbnailCache({ folder: cacheFolder, make: () => Promise.reject(new Error('not needed')) });
    expect(await second.find(source, 32)).toEqual(made);
    expect(await second.find(source, 16)).toBeNull();
    expect(await second.find({ ...source, orientation: 'stored' }, 32)).toBeNull();
    utimesSync(source.path, 1, 1);
    expect(await second.find(source, 32)).toBeNull();
    expect(filesIn(cacheFolder)).toHaveLength(1);
  });

  it('still makes pictures where it cannot keep them', async () => {
    const source = await picture('a.png', 8);
    const cache = new ThumbnailCache({ folder: join(source.path, 'no-folder') });
    expect((await cache.make(source, 8)).length).toBeGreaterThan(0);
    expect(await cache.find(source, 8)).toBeNull();
  });

  it('drops what was not looked at for longest when it grows too large', async () => {
    const cacheFolder = join(folder, 'cache');
    const sources = await Promise.all(['a.png', 'b.png', 'c.png'].map((name, at) => picture(name, 20 + at)));
    const filling = new ThumbnailCache({ folder: cacheFolder });
    for (const source of sources) await filling.make(source, 16);
    const bytes = filesIn(cacheFolder).map((name) => statSync(join(cacheFolder, String(name))).size);
    for (const name of filesIn(cacheFolder)) utimesSync(join(cacheFolder, String(name)), 1000, 1000);
    const small = new ThumbnailCache({ folder: cacheFolder, maxBytes: bytes.reduce((a, b) => a + b) - 1 });
    await small.find(sources[1], 16);
    await expect
      .poll(() => filesIn(cacheFolder).filter((name) => statSync(join(cacheFolder, String(name))).mtimeMs > 2e6))
      .toHaveLength(1);
    await small.prune();
    expect(await small.find(sources[1], 16)).not.toBeNull();
    expect(filesIn(cacheFolder).length).toBeLessThan(3);
  });
});

/** Work that ends when told, and what has been started. */
function jobs(queue: IdleQueue) {
  const started: string[] = [];
  const ends = new Map<string, () => void>();
  const job = (name: string) => () => {
    started.push(name);
    return new Promise<string>((done) => ends.set(name, () => done(name)));
  };
  const run = (name: string, signal?: CancelSource) => queue.run(job(name), signal);
  const urgent = (name: string) => queue.urgent(job(name));
  const end = async (name: string) => {
    ends.get(name)!();
    await new Promise((done) => setImmediate(done));
  };
  return { started, run, urgent, end };
}

describe('work that gives way', () => {
  it('starts the newest first, one at a time, and none while something urgent runs', async () => {
    const { started, run, urgent, end } = jobs(new IdleQueue({ atOnce: 1 }));
    const asked = urgent('grabcut');
    const all = [run('a'), run('b'), run('c')];
    expect(started).toEqual(['grabcut']);
    await end('grabcut');
    expect(await asked).toBe('grabcut');
    expect(started).toEqual(['grabcut', 'c']);
    await end('c');
    await end('b');
    await end('a');
    expect(started).toEqual(['grabcut', 'c', 'b', 'a']);
    expect(await Promise.all(all)).toEqual(['a', 'b', 'c']);
  });

  it('forgets what was cancelled and what too much newer work has overtaken', async () => {
    const { started, run, end } = jobs(new IdleQueue({ atOnce: 1, maxWaiting: 2 }));
    void run('running');
    const source = new CancelSource();
    const overtaken = run('overtaken');
    const cancelled = run('cancelled', source);
    source.abort();
    await expect(cancelled).rejects.toMatchObject({ code: 'cancelled' });
    void run('b');
    void run('c');
    await expect(overtaken).rejects.toMatchObject({ code: 'cancelled' });
    await end('running');
    await end('c');
    expect(started).toEqual(['running', 'c', 'b']);
  });

  it('is not kept waiting for ever', async () => {
    const { started, run, urgent } = jobs(new IdleQueue({ patienceMs: 1 }));
    void urgent('batch');
    void run('a');
    await expect.poll(() => started).toEqual(['batch', 'a']);
  });
});
