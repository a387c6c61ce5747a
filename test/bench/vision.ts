/**
 * The interactive tools on 12-megapixel pictures, asked by the page of the real window, from the request to the mask.
 * MASKWRIGHT_BENCH_N sets the number of samples (200); where an interpreter has cv2, native OpenCV's time for the same step is
 * printed beside.
 */
import { rmSync } from 'node:fs';
import { formatPoints, formatStrokes, type Stroke } from '@shared/methods/strokes';
import type { Box } from '@shared/geometry/box';
import type { MethodRequest, Stage } from '@shared/methods/requests';
import { randomFrom } from './maskData';
import { runReference } from './maskReference';
import { quantile, type BenchCase, type BenchRow } from './types';
import { type BenchWindow, withWindow } from './windowApp';
import { makeScenes, type Scene, SCENE_HEIGHT, SCENE_WIDTH, type SceneObject } from './visionScene';

const SAMPLES = Number(process.env.MASKWRIGHT_BENCH_N ?? 200);
const SCENES = 4;
/** Steps that native OpenCV repeats. */
const REFERENCE_SAMPLES = 50;

interface World extends Pick<BenchWindow, 'timeCall' | 'timeCancel'> {
  readonly scenes: readonly Scene[];
  /** In the order of the scenes. */
  readonly sessions: readonly number[];
}

/** Runs `body` with the app's window on the scenes, a session each. */
async function withWorld<R>(body: (world: World) => Promise<R>): Promise<R> {
  const { folder, scenes } = await makeScenes(SCENES);
  try {
    return await withWindow(folder, async ({ app, timeCall, timeCancel }) => {
      const sessions: number[] = [];
      for (const { id } of await app.ask('image.list', {})) {
        sessions.push((await app.ask('app.openSession', { imageId: id })).session);
      }
      return body({ timeCall, timeCancel, scenes, sessions });
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** One sample: which scene and object, and random numbers of its own. */
interface Sample {
  readonly scene: number;
  readonly session: number;
  readonly object: SceneObject;
  readonly random: () => number;
}

function sampleOf(world: World, i: number): Sample {
  const scene = i % SCENES;
  const { objects } = world.scenes[scene];
  const object = objects[Math.floor(i / SCENES) % objects.length];
  return { scene, session: world.sessions[scene], object, random: randomFrom(i + 100) };
}

/** A box drawn by hand around the object: its edges are off by up to 6% of its side. */
function boxAround({ object: { cx, cy, rx, ry }, random }: Sample): Box {
  const left = Math.max(0, Math.round(cx - rx * (1 + 0.12 * random())));
  const top = Math.max(0, Math.round(cy - ry * (1 + 0.12 * random())));
  const right = Math.min(SCENE_WIDTH, Math.round(cx + rx * (1 + 0.12 * random())));
  const bottom = Math.min(SCENE_HEIGHT, Math.round(cy + ry * (1 + 0.12 * random())));
  return [left, top, right - left, bottom - top];
}

const run = (world: World, session: number, stage: Stage, request: MethodRequest) =>
  world.timeCall('vision.run', { session, stage, ...request });

interface Timed {
  readonly name: string;
  readonly reference?: string;
  /** What native OpenCV is to repeat, by the scene's file; see vision.py. */
  readonly referenceJob?: (sample: Sample) => Record<string, unknown>;
  /** Untimed preparation of a sample; its result goes to `step`. */
  readonly prepare?: (world: World, sample: Sample) => Promise<void>;
  /** What is timed; milliseconds. */
  readonly step: (world: World, sample: Sample) => Promise<number>;
}

function timed({ name, reference, referenceJob, prepare, step }: Timed): BenchCase {
  return {
    name,
    run: () =>
      withWorld(async (world): Promise<BenchRow> => {
        const times: number[] = [];
        // The first rounds load workers and derive what a session keeps; they are what opening a tool costs, once.
        for (let i = -SCENES * 2; i < SAMPLES; i++) {
          const sample = sampleOf(world, i < 0 ? i + SCENES * 2 + SAMPLES : i);
          await prepare?.(world, sample);
          const ms = await step(world, sample);
          if (i >= 0) times.push(ms);
        }
        const row = {
          name,
          n: times.length,
          p50: quantile(times, 0.5),
          p95: quantile(times, 0.95),
          unit: 'ms',
        } as const;
        const jobs = referenceJob
          ? Array.from({ length: Math.min(REFERENCE_SAMPLES, SAMPLES) }, (_, i) => {
              const sample = sampleOf(world, i);
              return { ...referenceJob(sample), file: world.scenes[sample.scene].file };
            })
          : [];
        const native = jobs.length > 0 ? runReference<number[]>('vision.py', jobs, ['numpy', 'cv2']) : null;
        if (!native) return row;
        const mine = times.slice(0, native.length).reduce((sum, ms) => sum + ms, 0);
        const theirs = native.reduce((sum, ms) => sum + ms, 0);
        const label = `native OpenCV ${reference}: ${(theirs / native.length).toFixed(1)} ms`;
        return { ...row, reference: label, ratio: mine / theirs };
      }),
  };
}

function strokeFor({ object: { cx, cy, rx, ry }, random }: Sample, label: 0 | 1): Stroke {
  const angle = random() * 2 * Math.PI;
  const reach = label === 1 ? 0.6 : 1.08;
  const points: number[] = [];
  for (let i = 0; i < 12; i++) {
    const a = angle + i * 0.05;
    points.push(cx + rx * reach * Math.cos(a), cy + ry * reach * Math.sin(a));
  }
  return { label, radius: 12, points };
}

/** The part of the picture on the screen: all of it, or down to a third of its sides. */
function viewBox({ random }: Sample): Box {
  const side = 0.33 + 0.67 * random();
  const width = Math.round(SCENE_WIDTH * side);
  const height = Math.round(SCENE_HEIGHT * side);
  return [Math.floor(random() * (SCENE_WIDTH - width)), Math.floor(random() * (SCENE_HEIGHT - height)), width, height];
}

/** Drawn anew for `prepare` and `step` of one sample: the same seed gives the same box. */
const same = (sample: Sample, seed: number): Sample => ({ ...sample, random: randomFrom(seed) });
const seedOf = ({ scene, object }: Sample): number => scene * 1000 + Math.round(object.rx);

const view = (name: string, method: 'kmeans' | 'watershed' | 'threshold', params = {}): BenchCase =>
  timed({
    name,
    reference: `${method} on the same region at the same size`,
    referenceJob: (sample) => ({ step: method, box: viewBox(sample), pixels: 1_000_000 }),
    step: (world, sample) => run(world, sample.session, 'preview', { method, params, box: viewBox(sample) }),
  });

export const rows: readonly BenchCase[] = [
  timed({
    name: 'grabcut-box',
    reference: 'grabCut on the same region at 320 px, 2 iterations',
    referenceJob: (sample) => ({ step: 'grabcut', box: boxAround(sample), maxSide: 320, iterations: 2, padding: 0.25 }),
    step: (world, sample) =>
      run(world, sample.session, 'preview', { method: 'grabcut', params: {}, box: boxAround(sample) }),
  }),
  timed({
    name: 'grabcut-stroke',
    reference: 'grabCut GC_EVAL on the same region at 320 px, 1 iteration',
    referenceJob: (sample) => ({
      step: 'grabcutStroke',
      box: boxAround(same(sample, seedOf(sample))),
      maxSide: 320,
      iterations: 2,
      padding: 0.25,
    }),
    prepare: async (world, sample) => {
      const box = boxAround(same(sample, seedOf(sample)));
      await run(world, sample.session, 'preview', { method: 'grabcut', params: {}, box });
    },
    step: (world, sample) => {
      const box = boxAround(same(sample, seedOf(sample)));
      const strokes = formatStrokes([strokeFor(sample, sample.random() < 0.5 ? 0 : 1)]);
      return run(world, sample.session, 'preview', { method: 'grabcut', params: { strokes }, box });
    },
  }),
  timed({
    name: 'grabcut-final',
    reference: 'grabCut on the same region at 480 px, 5 iterations (no rim at full resolution)',
    referenceJob: (sample) => ({ step: 'grabcut', box: boxAround(sample), maxSide: 480, iterations: 5, padding: 0.25 }),
    step: (world, sample) =>
      run(world, sample.session, 'final', { method: 'grabcut', params: {}, box: boxAround(sample) }),
  }),
  timed({
    name: 'wand',
    reference: 'floodFill on the whole LAB picture',
    referenceJob: ({ object: { cx, cy } }) => ({ step: 'floodFill', seed: [Math.round(cx), Math.round(cy)] }),
    step: (world, sample) => {
      const { cx, cy, rx, ry } = sample.object;
      const place = [cx + rx * (sample.random() - 0.5), cy + ry * (sample.random() - 0.5)];
      const tolerance = 12 + Math.floor(sample.random() * 20);
      return run(world, sample.session, 'preview', {
        method: 'wand',
        params: { seed: formatPoints(place), tolerance },
      });
    },
  }),
  timed({
    name: 'scissors-move',
    reference: 'IntelligentScissorsMB getContour, map built at 1024 px around the seed',
    referenceJob: ({ object: { cx, cy, rx } }) => ({ step: 'scissors', seed: [Math.round(cx - rx), Math.round(cy)] }),
    prepare: async (world, sample) => {
      const from = seedPlace(sample);
      await world.timeCall('vision.wire', { session: sample.session, from, to: from, params: {} });
    },
    step: (world, sample) => {
      const from = seedPlace(sample);
      const to = [
        Math.max(0, Math.min(SCENE_WIDTH, from[0] + (sample.random() - 0.5) * 960)),
        Math.max(0, Math.min(SCENE_HEIGHT, from[1] + (sample.random() - 0.5) * 960)),
      ] as const;
      return world.timeCall('vision.wire', { session: sample.session, from, to, params: {} });
    },
  }),
  timed({
    name: 'scissors-seed',
    step: (world, sample) => {
      const { object, random } = sample;
      const angle = random() * 2 * Math.PI;
      const from = [
        object.cx + object.rx * 0.9 * Math.cos(angle),
        object.cy + object.ry * 0.9 * Math.sin(angle),
      ] as const;
      return world.timeCall('vision.wire', { session: sample.session, from, to: from, params: {} });
    },
  }),
  view('kmeans-view', 'kmeans', { attempts: 3 }),
  view('watershed-view', 'watershed'),
  view('threshold-view', 'threshold'),
  timed({
    name: 'cancel',
    // Seconds of work, cancelled in the midst of it.
    step: ({ timeCancel }, { session, random }) => {
      const params = { attempts: 100, iterations: 1000, epsilon: 0 };
      return timeCancel('vision.run', { session, stage: 'final', method: 'kmeans', params }, 50 + 250 * random());
    },
  }),
];

function seedPlace({ object }: Sample): readonly [number, number] {
  return [object.cx - object.rx * 0.9, object.cy];
}
