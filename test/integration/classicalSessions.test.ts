/** Sessions of the vision service: steps on pixels that stay, results equal to the batch's, cancellation, bounded memory. */
import type { Box } from '@shared/geometry/box';
import type { RleSegmentation } from '@shared/document/types';
import type { MethodRequest, Stage } from '@shared/methods/requests';
import type { ProposalResult } from '@shared/document/proposalResult';
import type { VisionRequests } from '@shared/ipc/vision';
import { CancelSource } from '@shared/errors/cancellation';
import { type Client, connectLocal, type Handlers } from '@shared/ipc/rpc';
import { latestWins } from '@shared/errors/latestWins';
import { formatStrokes } from '@shared/methods/strokes';
import { fromBox, fromCompressed, iou, merge, toCompressed } from '@shared/mask';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createVisionService, type VisionService } from '../../src-main/vision/service';
import { SessionImages } from '../../src-main/vision/sessions/sessionImages';

/** From `npm run build`. */
const workerFile = resolve(import.meta.dirname, '../../out/main/classicalWorker.cjs');
const coins = resolve(import.meta.dirname, '../../resources/sample/images/coins-01.jpg');

let folder: string;
const file = (name: string): string => join(folder, name);
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'maskwright-sessions-'));
  const noise = { type: 'gaussian', mean: 100, sigma: 30 } as const;
  const picture = (width: number, height: number, extra = {}) =>
    sharp({ create: { width, height, channels: 3, background: '#000', ...extra } });
  const disc = Buffer.from('<svg width="4000" height="3000"><circle cx="1600" cy="1400" r="900" fill="#c84"/></svg>');
  await picture(4000, 3000, { noise })
    .composite([{ input: disc }])
    .png({ compressionLevel: 1 })
    .toFile(file('large.png'));
  await picture(1, 1).png().toFile(file('pixel.png'));
  await picture(300, 200).png().toFile(file('black.png'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a session', () => {
  let service: VisionService;
  let client: Client<VisionRequests>;
  beforeAll(() => {
    service = createVisionService({ workerFile, poolSize: 1 });
    client = connectLocal<VisionRequests>(service.handlers as Handlers<VisionRequests>);
  });
  afterAll(() => service.dispose());

  const open = async (path: string) =>
    (await client.call('vision.openSession', { source: { path, orientation: 'exif' } })).session;
  const run = (session: number, stage: Stage, request: MethodRequest, signal?: CancelSource) =>
    client.call('vision.run', { session, stage, ...request }, { signal });
  const batch = (path: string, request: MethodRequest) =>
    client.call('vision.propose', { source: { path, orientation: 'exif' }, ...request });
  const counts = ({ proposals }: ProposalResult) => proposals.map(({ segmentation }) => segmentation.counts);
  const box: Box = [190, 4, 62, 62];
  const brush = (label: 0 | 1, x: number, y: number) => ({ label, radius: 4, points: [x, y, x + 6, y + 3] });

  const requests: MethodRequest[] = [
    { method: 'threshold', params: {} },
    { method: 'components', params: { connectivity: 4 }, box: [100, 50, 401, 333] },
    { method: 'watershed', params: { local: 1, ratio: 0.45 } },
    { method: 'watershed', params: { markers: '1:5 220,35; 2:5 120,140; 0:3 5,5 300,5' } },
    { method: 'grabcut', params: {}, box },
    { method: 'grabcut', params: { strokes: formatStrokes([brush(1, 220, 34), brush(0, 193, 8)]) }, box },
    { method: 'kmeans', params: { attempts: 2 }, box },
    { method: 'wand', params: { seed: '220,34', tolerance: 15 } },
    { method: 'wand', params: {}, box },
    { method: 'scissors', params: { seeds: '191,35 221,5 251,35 221,65' } },
    { method: 'superpixels', params: {}, box },
  ];

  it.each(requests.map((request) => [JSON.stringify(request), request] as const))(
    'gives at its final stage what a batch gives, with parameters that say so: %s',
    async (_, request) => {
      const session = await open(coins);
      // What was asked before must not matter.
      await run(session, 'preview', request);
      const final = await run(session, 'final', request);
      const { provenance, ...rest } = await batch(coins, request);
      expect(counts(final)).toEqual(counts({ provenance, ...rest }));
      expect(counts(await run(session, 'final', request))).toEqual(counts(final));
      expect(final.size).toEqual([480, 640]);
      expect(final.notes).toEqual(rest.notes);
      expect(final.provenance.params).toEqual(provenance.params);
      const { box: text, ...params } = final.provenance.params as Record<string, string>;
      const again = { ...request, params, box: text ? (text.split(',').map(Number) as unknown as Box) : undefined };
      expect(counts(await batch(coins, again))).toEqual(counts(final));
      await client.call('vision.closeSession', { session });
    },
  );

  it('joins what a method finds, and says how far masks agree', async () => {
    const session = await open(coins);
    const request = { method: 'threshold', params: {} } as const;
    const { proposals, size } = await run(session, 'final', request);
    const joined = await client.call('vision.run', { session, stage: 'final', joined: true, ...request });
    expect(proposals.length).toBeGreaterThan(1);
    const masks = proposals.map(({ segmentation }) => fromCompressed(segmentation.counts, [size[0], size[1]]));
    expect(joined.proposals.map(({ segmentation }) => segmentation.counts)).toEqual([toCompressed(merge(masks))]);
    expect(joined.provenance.params).toEqual((await run(session, 'final', request)).provenance.params);

    // Two of three agree on the whole: the part has its share of it.
    const [whole, part] = [joined.proposals[0], proposals[0]];
    const asked = [whole, part, whole].map(({ segmentation }) => segmentation);
    expect(await client.call('vision.agreement', { session, masks: asked })).toEqual([1, part.area / whole.area, 1]);
    // Three of one family that see the part do not outvote another one that sees the whole.
    const outvoted = [part, part, part, whole].map(({ segmentation }) => segmentation);
    const families = ['brightness', 'brightness', 'brightness', 'grabcut'];
    const share = part.area / whole.area;
    const weighed = { session, masks: outvoted, families };
    expect(await client.call('vision.agreement', weighed)).toEqual([share, share, share, 1]);
    await client.call('vision.closeSession', { session });
  });

  it('starts grabcut from a mask, and splits a mask by watershed', async () => {
    const session = await open(coins);
    const [cut] = (await run(session, 'final', { method: 'grabcut', params: {}, box })).proposals;
    const again = await run(session, 'preview', { method: 'grabcut', params: {}, within: cut.segmentation });
    const size = [480, 640] as [number, number];
    const rles = [cut, again.proposals[0]].map(({ segmentation }) => fromCompressed(segmentation.counts, size));
    expect(iou([rles[0]], [rles[1]])[0]).toBeGreaterThan(0.9);
    expect(again.provenance.params).toMatchObject({ within: cut.segmentation.counts });
    const split = await run(session, 'final', {
      method: 'watershed',
      params: { ratio: 0.9 },
      within: cut.segmentation,
    });
    const sum = split.proposals.reduce((area, proposal) => area + proposal.area, 0);
    expect(sum).toBe(cut.area);
    const damaged: RleSegmentation = { kind: 'rle', size, counts: 'zz' };
    await expect(run(session, 'final', { method: 'kmeans', params: {}, within: damaged })).rejects.toMatchObject({
      code: 'bad-input',
      message: /^The mask that was given is damaged/,
    });
  });

  it('adds strokes to what was there, and takes them back', async () => {
    const session = await open(coins);
    const strokes = [brush(1, 220, 34), brush(0, 193, 8), brush(0, 240, 60)];
    const shown: string[][] = [];
    for (let n = 0; n <= strokes.length; n++) {
      const params = { strokes: formatStrokes(strokes.slice(0, n)) };
      shown.push(counts(await run(session, 'preview', { method: 'grabcut', params, box })));
    }
    for (let n = strokes.length; n >= 0; n--) {
      const params = { strokes: formatStrokes(strokes.slice(0, n)) };
      expect(counts(await run(session, 'preview', { method: 'grabcut', params, box }))).toEqual(shown[n]);
    }
  });

  it('answers the panels: histogram, elbow, groups, cells, wire', async () => {
    const session = await open(file('large.png'));
    const { channels, total } = await client.call('vision.histogram', { session });
    expect(Object.keys(channels)).toEqual(['gray', 'r', 'g', 'b', 'l', 'a', 'b_']);
    for (const bins of Object.values(channels)) expect(bins.reduce((a, b) => a + b, 0)).toBe(total);
    expect(total).toBeLessThanOrEqual(1_000_000);

    const { points, suggested } = await client.call('vision.elbow', { session, params: {} });
    expect(points.map(({ k }) => k)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(points[0].compactness).toBeGreaterThan(points[7].compactness);
    expect(suggested).toBeGreaterThanOrEqual(2);

    const region: Box = [700, 500, 1400, 900];
    for (const stage of ['preview', 'final'] as const) {
      const { groups } = await client.call('vision.clusters', { session, params: { k: 3 }, box: region, stage });
      expect(groups.length).toBe(3);
      expect(groups.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 6);
      expect(groups.filter(({ chosen }) => !chosen).length).toBe(1);
      for (const { color } of groups) expect(color).toMatch(/^#[0-9a-f]{6}$/);
    }
    const map = await client.call('vision.superpixels', { session, params: {}, box: region });
    expect(map.box).toEqual(region);
    expect(map.right).toMatchObject({ width: 1400, height: 900 });
    expect(map.firsts.length).toBeGreaterThan(1000);

    const from = [700, 1400] as const;
    const wire = await client.call('vision.wire', { session, from, to: [1000, 700], params: {} });
    expect(wire.path.slice(0, 2)).toEqual([...wire.from]);
    expect(wire.path.slice(-2)).toEqual([...wire.to]);
  });

  it('previews 12 megapixels at bounded resolution, with masks of the full size', async () => {
    const session = await open(file('large.png'));
    const circle: Box = [650, 450, 1900, 1900];
    const preview = await run(session, 'preview', { method: 'grabcut', params: {}, box: circle });
    expect(preview.notes[0]).toBe('Computed at reduced size');
    const final = await run(session, 'final', { method: 'grabcut', params: {}, box: circle });
    const size = [3000, 4000] as [number, number];
    const [a, b] = [preview, final].map(({ proposals }) => fromCompressed(proposals[0].segmentation.counts, size));
    expect(iou([a], [b])[0]).toBeGreaterThan(0.95);
    const view = await run(session, 'preview', { method: 'threshold', params: { channel: 'r', minArea: 10000 } });
    expect(view.notes.at(-1)).toBe('Computed at reduced size');
    expect(view.proposals.length).toBeGreaterThan(0);
    expect(view.proposals[0].segmentation.size).toEqual([3000, 4000]);
  });

  it('does not wait for what it cancels, survives it, and goes on', async () => {
    const session = await open(file('large.png'));
    const strokes = formatStrokes([brush(1, 1600, 1400)]);
    const cut: MethodRequest = { method: 'grabcut', params: { strokes }, box: [650, 450, 1900, 1900] };
    const before = await run(session, 'preview', cut);
    // Takes far longer than a test may.
    const slow: MethodRequest = { method: 'kmeans', params: { attempts: 100, iterations: 1000, epsilon: 0 } };
    for (let i = 0; i < 4; i++) {
      const signal = new CancelSource();
      const job = run(session, 'final', slow, signal);
      // A preview does not wait for it: once its answer is here, the slow one is being computed.
      await run(session, 'preview', { method: 'threshold', params: {} });
      signal.abort();
      await expect(job).rejects.toMatchObject({ code: 'cancelled' });
      // States are the session's, not the worker's.
      expect(counts(await run(session, 'preview', cut))).toEqual(counts(before));
    }
  });

  it('lets only the newest of many superseded previews through', async () => {
    const session = await open(coins);
    const latest = latestWins((signal, tolerance: number) =>
      run(session, 'preview', { method: 'wand', params: { seed: '220,34', tolerance } }, signal),
    );
    const answers = await Promise.all(Array.from({ length: 60 }, (_, i) => latest.run(5 + i)));
    expect(answers.filter(Boolean).length).toBe(1);
    expect(answers.at(-1)?.provenance.params).toMatchObject({ tolerance: 64 });
  });

  it.each([
    [
      'a box outside',
      { method: 'threshold', params: {}, box: [700, 0, 10, 10] },
      /box 700,0,10,10 lies outside the image/,
    ],
    ['no box', { method: 'grabcut', params: {} }, /needs a box around the object .* or a mask/],
    ['a seed outside', { method: 'wand', params: { seed: '9999,3' } }, /the seed 9999,3 lies outside/],
    ['no such parameter', { method: 'wand', params: { tolerence: 3 } }, /no parameter 'tolerence'/],
    ['no such method', { method: 'snakes', params: {} }, /no method 'snakes'/],
    ['strokes that are none', { method: 'grabcut', params: { strokes: 'here' }, box: [0, 0, 9, 9] }, /strokes such as/],
  ])('refuses %s with a sentence', async (_, request, message) => {
    const session = await open(coins);
    await expect(run(session, 'preview', request as never)).rejects.toMatchObject({
      message: expect.stringMatching(message),
    });
  });

  it('has sound answers for one pixel and for an all-black picture', async () => {
    const pixel = await open(file('pixel.png'));
    const black = await open(file('black.png'));
    for (const session of [pixel, black]) {
      for (const method of ['threshold', 'watershed', 'kmeans', 'components'] as const) {
        expect((await run(session, 'preview', { method, params: {} })).proposals).toEqual([]);
      }
      expect((await run(session, 'preview', { method: 'wand', params: {} })).proposals.length).toBe(1);
      expect((await client.call('vision.histogram', { session })).channels.gray[0]).toBeGreaterThan(0);
      expect((await client.call('vision.elbow', { session, params: {} })).suggested).toBe(1);
      const wire = await client.call('vision.wire', { session, from: [0, 0], to: [900, 900], params: {} });
      expect(wire.path.length).toBeGreaterThanOrEqual(2);
      const { firsts } = await client.call('vision.superpixels', { session, params: {} });
      expect(firsts.length).toBeGreaterThanOrEqual(1);
    }
    await expect(run(pixel, 'preview', { method: 'grabcut', params: {}, box: [0, 0, 1, 1] })).rejects.toMatchObject({
      message: /leaves no background/,
    });
    const cut = await run(black, 'preview', { method: 'grabcut', params: {}, box: [50, 50, 80, 80] });
    expect(cut.proposals.length).toBeLessThanOrEqual(1);
  });

  it('is unknown after it was closed, or when the process began anew', async () => {
    const session = await open(coins);
    await client.call('vision.closeSession', { session });
    await expect(run(session, 'preview', { method: 'threshold', params: {} })).rejects.toMatchObject({
      code: 'crashed',
    });
    await expect(open(file('absent.png'))).rejects.toMatchObject({ code: 'bad-input' });
  });

  it('works on 100 megapixels', async () => {
    const path = file('huge.png');
    const disc = Buffer.from('<svg width="400" height="400"><circle cx="200" cy="200" r="150" fill="#c84"/></svg>');
    await sharp({ create: { width: 10_000, height: 10_000, channels: 3, background: '#246' } })
      .composite([{ input: disc, left: 5000, top: 5000 }])
      .png({ compressionLevel: 1 })
      .toFile(path);
    const session = await open(path);
    const size = [10_000, 10_000] as [number, number];
    const truth = fromBox([5050, 5050, 300, 300], ...size);
    const object: MethodRequest[] = [
      { method: 'grabcut', params: {}, box: [5030, 5030, 340, 340] },
      { method: 'wand', params: { seed: '5200,5200' } },
    ];
    for (const request of object) {
      const { proposals } = await run(session, 'preview', request);
      const rle = fromCompressed(proposals[0].segmentation.counts, size);
      // A disc fills pi / 4 of its square.
      expect(iou([rle], [truth])[0]).toBeCloseTo(Math.PI / 4, 1);
    }
    const { notes } = await run(session, 'preview', { method: 'threshold', params: {} });
    expect(notes.at(-1)).toBe('Computed at reduced size');
    const whole = await run(session, 'preview', { method: 'grabcut', params: {}, box: [100, 100, 9800, 9800] });
    expect(whole.size).toEqual(size);
    // What does not fit ends in a sentence, and the session goes on.
    await expect(run(session, 'final', { method: 'watershed', params: {} })).rejects.toMatchObject({
      code: 'bad-input',
      message: 'watershed on 10000 x 10000 pixels needs more memory than OpenCV.js has (about 1 GB)',
    });
    expect((await run(session, 'preview', object[1])).proposals.length).toBe(1);
    await client.call('vision.closeSession', { session });
  });
});

describe('the pixels of sessions', () => {
  it('stay within their bound: the least recently used are given up and read again', async () => {
    let reads = 0;
    const images = new SessionImages({
      decode: async () => {
        reads++;
        return { width: 10, height: 10, data: new Uint8Array(400) };
      },
      fillLab: async () => undefined,
      budget: 1000,
    });
    const [a, b, c] = ['a', 'b', 'c'].map((path) => images.add({ path, orientation: 'exif' }));
    for (const image of [a, b]) await images.pixels(image);
    expect([reads, images.bytes]).toEqual([2, 800]);
    await images.pixels(a);
    await images.pixels(c);
    expect([reads, images.bytes]).toEqual([3, 800]);
    await images.pixels(a);
    expect(reads).toBe(3);
    await images.pixels(b);
    expect([reads, images.bytes]).toEqual([4, 800]);
    // A plane counts as well, and is there once for all that wait for it.
    const [one, two] = await Promise.all([images.lab(b), images.lab(b)]);
    expect(one).toBe(two);
    expect(images.bytes).toBe(701);
    images.remove(b);
    expect(images.bytes).toBe(0);
  });

  it('are refused when the file has become another one', async () => {
    let width = 10;
    const images = new SessionImages({
      decode: async () => ({ width, height: 10, data: new Uint8Array(width * 40) }),
      fillLab: async () => undefined,
      budget: 0,
    });
    const image = images.add({ path: 'a.png', orientation: 'exif' });
    await images.pixels(image);
    image.forget();
    width = 12;
    await expect(images.pixels(image)).rejects.toMatchObject({
      message: 'a.png has 12 x 10 pixels now and had 10 x 10 when it was opened',
    });
  });
});
