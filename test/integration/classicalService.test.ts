/** The vision service over its pool of built workers: results, cancellation, crashes, memory that runs out. */
import type { MethodParams } from '@shared/methods/requests';
import type { ProposalResult } from '@shared/document/proposalResult';
import type { VisionRequests } from '@shared/ipc/vision';
import type { Box } from '@shared/geometry/box';
import { AppError } from '@shared/errors/appError';
import { CancelSource } from '@shared/errors/cancellation';
import { connectLocal } from '@shared/ipc/rpc';
import type { Progress } from '@shared/errors/work';
import { area, fromCompressed, toBbox, toCompressed } from '@shared/mask';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { effectiveParams } from '@shared/methods/validateParams';
import { loadOpenCv } from '../../src-main/vision/opencv/cv';
import { runMethod } from '../../src-main/vision/methods/methods';
import { ClassicalPool, type PoolOptions } from '../../src-main/vision/pool/pool';
import { createVisionService, type VisionService } from '../../src-main/vision/service';
import type { WorkerJob } from '../../src-main/vision/pool/workerProtocol';
import { decodeRgba } from '../../src-main/images';

/** From `npm run build`. */
const workerFile = resolve(import.meta.dirname, '../../out/main/classicalWorker.cjs');
const coins = resolve(import.meta.dirname, '../../resources/sample/images/coins-01.jpg');

let folder: string;
let large: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'maskwright-classical-'));
  large = join(folder, 'large.png');
  const noise = { type: 'gaussian', mean: 100, sigma: 30 } as const;
  await sharp({ create: { width: 4000, height: 3000, channels: 3, background: '#444', noise } })
    .png({ compressionLevel: 1 })
    .toFile(large);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the vision service', () => {
  let service: VisionService;
  beforeAll(() => void (service = createVisionService({ workerFile, poolSize: 2 })));
  afterAll(() => service.dispose());

  function propose(
    method: string,
    options: {
      path?: string;
      params?: MethodParams;
      box?: Box;
      signal?: CancelSource;
      onProgress?: (p: Progress) => void;
    } = {},
  ): Promise<ProposalResult> {
    const { path = coins, params = {}, box, signal, onProgress } = options;
    const request = { source: { path, orientation: 'exif' }, method, params, box } as never;
    return connectLocal<VisionRequests>(service.handlers).call('vision.propose', request, { signal, onProgress });
  }

  it('answers with masks, provenance, times and notes', async () => {
    const steps: Progress[] = [];
    const result = await propose('watershed', {
      params: { local: 1, ratio: '0.45' },
      onProgress: (step) => steps.push(step),
    });
    expect(result.size).toEqual([480, 640]);
    expect(result.provenance).toMatchObject({ tool: 'watershed', edits: 0 });
    expect(result.provenance.params).toEqual(effectiveParams('watershed', { local: 1, ratio: 0.45 }));
    expect(result.provenance.ms).toBeGreaterThan(0);
    expect(Object.keys(result.timings)).toEqual(['decodeMs', 'computeMs']);
    expect(result.notes[0]).toMatch(/^Threshold \d+ \(automatic\), (dark|bright) objects$/);
    expect(steps.map(({ done, total }) => [done, total])).toEqual([
      [0, 2],
      [1, 2],
      [2, 2],
    ]);
    for (const proposal of result.proposals) {
      const rle = fromCompressed(proposal.segmentation.counts, [480, 640]);
      expect(proposal).toMatchObject({ bbox: toBbox(rle), area: area(rle), categoryName: null });
    }
  });

  it('gives what the method gives when called directly', async () => {
    const image = await decodeRgba({ path: coins, orientation: 'exif' });
    const cv = await loadOpenCv();
    for (const method of ['threshold', 'components', 'watershed', 'grabcut', 'kmeans'] as const) {
      const box: Box = [190, 4, 62, 62];
      const direct = runMethod(cv, method, image, effectiveParams(method, {}), box).masks;
      const { proposals } = await propose(method, { box });
      expect(proposals.map(({ segmentation }) => segmentation.counts)).toEqual(direct.map((m) => toCompressed(m.rle)));
      expect(proposals.map(({ score }) => score)).toEqual(direct.map(({ score }) => score));
    }
  });

  it.each([
    ['snakes', {}, 'usage', /no method 'snakes'; there are threshold, components/],
    ['threshold', { params: { blurr: 3 } }, 'usage', /no parameter 'blurr'; it has channel, blur/],
    ['grabcut', {}, 'usage', /needs a box/],
    ['grabcut', { box: [700, 0, 10, 10] as Box }, 'bad-input', /box 700,0,10,10 lies outside the image of 640 x 480/],
    ['kmeans', { params: { clusters: '9' } }, 'usage', /clusters names group 9/],
  ])('refuses %s with %j', async (method, options, code, message) => {
    await expect(propose(method, options)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  });

  it('passes on why an image cannot be read', async () => {
    const path = join(folder, 'broken.png');
    writeFileSync(path, 'not an image');
    await expect(propose('threshold', { path })).rejects.toMatchObject({ code: 'bad-input' });
  });

  it('works on 12 megapixels', async () => {
    const { proposals, notes } = await propose('grabcut', { path: large, box: [500, 400, 2600, 2200] });
    expect(notes[0]).toBe('Computed at reduced size');
    expect(Array.isArray(proposals)).toBe(true);
    expect((await propose('watershed', { path: large })).proposals.length).toBeGreaterThan(0);
  });

  it('runs more jobs than it has workers', async () => {
    const results = await Promise.all(Array.from({ length: 7 }, () => propose('threshold')));
    expect(new Set(results.map(({ proposals }) => proposals.length)).size).toBe(1);
  });

  it('does not wait for what it cancels, and serves the next request', async () => {
    const signal = new CancelSource();
    let started!: () => void;
    const computing = new Promise<void>((done) => (started = done));
    // Takes far longer than a test may.
    const job = propose('kmeans', {
      path: large,
      params: { attempts: 100, iterations: 1000, epsilon: 0 },
      signal,
      onProgress: ({ done }) => done === 1 && started(),
    });
    await computing;
    await propose('threshold');
    signal.abort();
    await expect(job).rejects.toMatchObject({ code: 'cancelled' });
    await propose('threshold');
  });

  it('serves decoding, thumbnails and PNGs', async () => {
    const client = connectLocal<VisionRequests>(service.handlers);
    const source = { path: coins, orientation: 'exif' } as const;
    const { width, height, rgba } = await client.call('vision.decode', { source });
    expect([width, height, rgba.length]).toEqual([640, 480, 640 * 480 * 4]);
    const { jpeg } = await client.call('vision.thumbnail', { source, side: 96 });
    expect(await sharp(jpeg).metadata()).toMatchObject({ format: 'jpeg', width: 96, height: 72 });
    const { png } = await client.call('vision.toPng', { source });
    expect(await sharp(png).metadata()).toMatchObject({ format: 'png', width: 640, height: 480 });
  });
});

describe('the pool', () => {
  const pools: ClassicalPool[] = [];
  const poolOf = (file: string, options: Partial<PoolOptions> = {}) => {
    const pool = new ClassicalPool({ workerFile: file, size: 1, ...options });
    pools.push(pool);
    return pool;
  };
  afterEach(() => Promise.all(pools.splice(0).map((pool) => pool.dispose())));

  /** A worker of the test's own: does what the job's parameter says. */
  function fakeWorker(): string {
    const file = join(folder, 'fake.cjs');
    const code = `
      const { parentPort } = require('node:worker_threads');
      const result = { proposals: [], notes: [], computeMs: 0 };
      parentPort.on('message', ({ params, image }) => {
        if (params.do === 'exit') process.exit(7);
        if (params.do === 'throw') throw new Error('broken');
        if (params.gate) Atomics.store(params.gate, 0, 1), Atomics.wait(params.gate, 0, 1);
        if (params.do === 'dead') return parentPort.postMessage({ type: 'error', unusable: true,
          error: { code: 'bad-input', message: 'no memory' } });
        result.notes = [String(require('node:worker_threads').threadId), String(image.data.length)];
        parentPort.postMessage({ type: 'result', result, heapBytes: params.do === 'grow' ? 2 ** 30 : 0 });
      });
      parentPort.postMessage({ type: 'ready' });`;
    writeFileSync(file, code);
    return file;
  }
  const job = (action: string, { data = new Uint8Array(4), gate = null as Int32Array | null } = {}) =>
    (() =>
      Promise.resolve({
        method: 'threshold',
        params: { do: action, gate },
        image: { width: 1, height: 1, data },
      })) as unknown as () => Promise<WorkerJob<'method'>>;

  /** A job that computes until it is let go, which may be never. */
  function gated() {
    const gate = new Int32Array(new SharedArrayBuffer(4));
    return {
      job: job('', { gate }),
      running: () => expect.poll(() => gate[0], { interval: 1, timeout: 20_000 }).toBe(1),
      letGo() {
        Atomics.store(gate, 0, 2);
        Atomics.notify(gate, 0);
      },
    };
  }

  it('gives the pixels away instead of copying them', async () => {
    const data = new Uint8Array(400);
    const { notes } = await poolOf(fakeWorker()).run(job('', { data }));
    expect(notes[1]).toBe('400');
    expect(data.length).toBe(0);
  });

  it('copies pixels that are part of a larger buffer', async () => {
    const all = new Uint8Array(400);
    const { notes } = await poolOf(fakeWorker()).run(job('', { data: all.subarray(0, 100) }));
    expect(notes[1]).toBe('100');
    expect(all.length).toBe(400);
  });

  it.each([
    ['exit', 'exit code 7'],
    ['throw', 'broken'],
  ])('replaces a worker that ends by %s, and its job fails with a sentence', async (action, reason) => {
    const pool = poolOf(fakeWorker());
    await expect(pool.run(job(action))).rejects.toMatchObject({
      code: 'crashed',
      message: `A worker for classical methods ended while it ran threshold (${reason}) and was replaced`,
    });
    await expect(pool.run(job(''))).resolves.toBeDefined();
  });

  // An error can overtake the worker's own messages: seen in 11 of 120 such starts when the pool listened for it.
  it('says what a worker was running, though it breaks as soon as it is there', async () => {
    const file = fakeWorker();
    const failing = Array.from({ length: 40 }, () =>
      poolOf(file)
        .run(job('throw'))
        .catch(({ message }: AppError) => message),
    );
    expect(new Set(await Promise.all(failing))).toEqual(
      new Set(['A worker for classical methods ended while it ran threshold (broken) and was replaced']),
    );
  });

  it('replaces a worker whose memory is used up or has grown large', async () => {
    const pool = poolOf(fakeWorker());
    await expect(pool.run(job('dead'))).rejects.toMatchObject({ code: 'bad-input', message: 'no memory' });
    const { notes: grown } = await pool.run(job('grow'));
    const { notes: next } = await pool.run(job(''));
    expect(next[0]).not.toBe(grown[0]);
  });

  it('keeps using a healthy worker', async () => {
    const pool = poolOf(fakeWorker());
    const threads = new Set<string>();
    for (let i = 0; i < 6; i++) threads.add((await pool.run(job(''))).notes[0]);
    expect(threads.size).toBeLessThanOrEqual(2);
  });

  it('cancels running and waiting jobs and goes on with the rest', async () => {
    const pool = poolOf(fakeWorker());
    const [first, second] = [new CancelSource(), new CancelSource()];
    const endless = gated();
    const hanging = pool.run(endless.job, first);
    const waiting = pool.run(job(''), second);
    const last = pool.run(job(''));
    second.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'cancelled' });
    await endless.running();
    first.abort();
    await expect(hanging).rejects.toMatchObject({ code: 'cancelled' });
    await expect(last).resolves.toBeDefined();
    await expect(pool.run(job(''), first)).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('lets a superseded job end that does so within the grace', async () => {
    const pool = poolOf(fakeWorker(), { graceMs: 20_000 });
    const threads = new Set<string>();
    // Each supersedes the one before while it runs, as previews do.
    for (let i = 0; i < 12; i++) {
      const signal = new CancelSource();
      const brief = gated();
      const superseded = pool.run(brief.job, signal, { urgent: true });
      await brief.running();
      signal.abort();
      await expect(superseded).rejects.toMatchObject({ code: 'cancelled' });
      brief.letGo();
      threads.add((await pool.run(job(''), undefined, { urgent: true })).notes[0]);
    }
    expect(threads.size).toBeLessThanOrEqual(3);
  });

  it('ends a superseded job that does not, and goes on', async () => {
    const pool = poolOf(fakeWorker());
    const signal = new CancelSource();
    const endless = gated();
    const hanging = pool.run(endless.job, signal);
    await endless.running();
    signal.abort();
    await expect(hanging).rejects.toMatchObject({ code: 'cancelled' });
    for (let i = 0; i < 4; i++) await pool.run(job(''));
  });

  it('does not let an urgent job wait for a long one, and takes it before others that wait', async () => {
    const pool = poolOf(fakeWorker());
    const signal = new CancelSource();
    const long = pool.run(gated().job, signal);
    const order: string[] = [];
    const waiting = pool.run(job('')).then(() => order.push('waiting'));
    const urgent = () => pool.run(job(''), undefined, { urgent: true }).then(() => order.push('urgent'));
    await urgent();
    await Promise.all([urgent(), urgent()]);
    signal.abort();
    await expect(long).rejects.toMatchObject({ code: 'cancelled' });
    await waiting;
    expect(order).toEqual(['urgent', 'urgent', 'urgent', 'waiting']);
  });

  it('fails the job, not the pool, when its pixels cannot be had', async () => {
    const pool = poolOf(fakeWorker());
    const broken = () => Promise.reject(new AppError('bad-input', 'no such file'));
    await expect(pool.run(broken)).rejects.toMatchObject({ message: 'no such file' });
    await expect(pool.run(job(''))).resolves.toBeDefined();
  });

  it('says so when the worker cannot be started', async () => {
    const missing = poolOf(join(folder, 'absent.cjs'));
    await expect(missing.run(job(''))).rejects.toMatchObject({ code: 'crashed', message: /ended before it began/ });
  });

  it('cancels everything when it is disposed', async () => {
    const pool = poolOf(fakeWorker());
    const jobs = [pool.run(gated().job), pool.run(job(''))].map((promise) =>
      promise.catch((error: AppError) => error.code),
    );
    await pool.dispose();
    expect(await Promise.all(jobs)).toEqual(['cancelled', 'cancelled']);
    await expect(pool.run(job(''))).rejects.toMatchObject({ code: 'cancelled' });
  });
});
