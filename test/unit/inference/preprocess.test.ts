import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { randomFrom } from '@shared/dataset/random';
import { buildInput, planInput } from '../../../src-main/inference/image/preprocess';
import type { ModelInput } from '../../../src-main/inference/catalog/imageInput';
import { makeInput } from './manifest';

interface Golden {
  readonly resizes: readonly {
    readonly size: [number, number];
    readonly rgb: number[];
    readonly to: [number, number];
    readonly out: number[];
  }[];
}
const golden: Golden = JSON.parse(readFileSync(new URL('../../golden/inference.json', import.meta.url), 'utf8'));

const image = (width: number, height: number, rgb: number[]) => ({ width, height, data: Uint8Array.from(rgb) });
const plan = (width: number, height: number, resize: ModelInput['resize'], padTo = 1) =>
  planInput(width, height, makeInput({ resize, padTo }));

describe('planInput', () => {
  test('scale, limited by the longer side', () => {
    expect(plan(300, 200, { mode: 'scale', scale: 2, maxSide: 2048 }, 16)).toEqual({
      imageWidth: 300,
      imageHeight: 200,
      contentWidth: 600,
      contentHeight: 400,
      inputWidth: 608,
      inputHeight: 400,
      transform: { scaleX: 2, scaleY: 2, offsetX: 0, offsetY: 0 },
    });
    const limited = plan(4096, 1000, { mode: 'scale', scale: 2, maxSide: 2048 });
    expect(limited).toMatchObject({ contentWidth: 2048, contentHeight: 500, limitedFrom: 2 });
  });

  test('is refused where the input would be larger than memory is promised for, whatever asks for it', () => {
    const tooLarge = 'is too large for this model';
    expect(() => plan(30_000, 30_000, { mode: 'none' })).toThrow(tooLarge);
    expect(() => plan(9000, 300, { mode: 'shortestSide', side: 1000 })).not.toThrow();
    expect(() => plan(100_000, 100, { mode: 'shortestSide', side: 1000 })).toThrow(tooLarge);
    expect(() => plan(8000, 7000, { mode: 'none' }, 1024)).not.toThrow();
    expect(() => plan(8193, 7000, { mode: 'none' }, 1024)).toThrow('its input would be 9216 x 7168');
  });

  test('shortest side with a limit, as torchvision and Detectron2', () => {
    expect(plan(640, 480, { mode: 'shortestSide', side: 800, maxSide: 1333 })).toMatchObject({
      contentWidth: 1067,
      contentHeight: 800,
    });
    expect(plan(1920, 480, { mode: 'shortestSide', side: 800, maxSide: 1333 })).toMatchObject({
      contentWidth: 1333,
      contentHeight: 333,
    });
  });

  test('longest side, fixed with and without aspect, none', () => {
    expect(plan(100, 50, { mode: 'longestSide', side: 1024 })).toMatchObject({
      contentWidth: 1024,
      contentHeight: 512,
    });
    expect(plan(100, 50, { mode: 'fixed', width: 64, height: 64, keepAspect: true, centred: false })).toMatchObject({
      contentWidth: 64,
      contentHeight: 32,
      inputWidth: 64,
      inputHeight: 64,
    });
    expect(plan(100, 50, { mode: 'fixed', width: 64, height: 64, keepAspect: false, centred: false })).toMatchObject({
      contentWidth: 64,
      contentHeight: 64,
      transform: { scaleX: 0.64, scaleY: 1.28 },
    });
    expect(plan(5, 3, { mode: 'none' }, 4)).toMatchObject({
      contentWidth: 5,
      contentHeight: 3,
      inputWidth: 8,
      inputHeight: 4,
    });
  });

  test('a side never vanishes', () => {
    expect(plan(2000, 1, { mode: 'longestSide', side: 100 })).toMatchObject({ contentWidth: 100, contentHeight: 1 });
  });
});

describe('buildInput', () => {
  test.each(golden.resizes)('resizes $size to $to as the reference', ({ size, rgb, to, out }) => {
    const input = makeInput({
      layout: 'HWC',
      resize: { mode: 'fixed', height: to[0], width: to[1], keepAspect: false, centred: false },
    });
    const source = image(size[1], size[0], rgb);
    const { data, dims } = buildInput(source, input, planInput(size[1], size[0], input));
    expect(dims).toEqual([...to, 3]);
    expect(data.length).toBe(out.length);
    // OpenCV keeps the weights in 11 bits where it can: 1e-2 of 255 grey levels.
    data.forEach((value, i) => expect(Math.abs(value - out[i])).toBeLessThan(1e-2));
  });

  // From more than twice as many only those are read that count.
  test.each([90, 41, 40, 20, 7])('20 columns from %d, by the formula', (width) => {
    const input = makeInput({
      resize: { mode: 'fixed', width: 20, height: 2, keepAspect: false, centred: false },
      layout: 'HWC',
    });
    const rgb = Array.from({ length: width * 6 }, (_, i) => (i * 89) % 256);
    const { data } = buildInput(image(width, 2, rgb), input, planInput(width, 2, input));
    const expected = Array.from({ length: 120 }, (_, i) => {
      const [channel, x, y] = [i % 3, Math.floor(i / 3) % 20, Math.floor(i / 60)];
      const at = Math.max(0, ((x + 0.5) * width) / 20 - 0.5);
      const sample = (column: number) => rgb[(y * width + Math.min(column, width - 1)) * 3 + channel];
      const left = Math.floor(at);
      return sample(left) + (sample(left + 1) - sample(left)) * (at - left);
    });
    expected.forEach((value, i) => expect(data[i]).toBeCloseTo(value, 3));
  });

  test('by hand: 2 pixels to 4', () => {
    const input = makeInput({
      resize: { mode: 'fixed', width: 4, height: 1, keepAspect: false, centred: false },
      layout: 'CHW',
    });
    const { data } = buildInput(image(2, 1, [0, 0, 0, 100, 200, 40]), input, planInput(2, 1, input));
    expect([...data]).toEqual([0, 25, 75, 100, 0, 50, 150, 200, 0, 10, 30, 40]);
  });

  test('colour order, range, mean, std, layouts', () => {
    const pixel = image(1, 1, [255, 51, 0]);
    const frame = planInput(1, 1, makeInput());
    const values = (changes: Partial<ModelInput>) => buildInput(pixel, makeInput(changes), frame);
    expect(values({ range: [0, 1] }).dims).toEqual([1, 3, 1, 1]);
    expect(Array.from(values({ range: [0, 1] }).data, (v) => +v.toFixed(6))).toEqual([1, 0.2, 0]);
    expect([...values({ colour: 'BGR' }).data]).toEqual([0, 51, 255]);
    expect(values({ layout: 'NHWC' }).dims).toEqual([1, 1, 1, 3]);
    const normalised = values({ range: [0, 1], mean: [0.5, 0.2, 0.1], std: [0.5, 0.1, 0.2] }).data;
    expect(Array.from(normalised, (v) => +v.toFixed(5))).toEqual([1, 0, -0.5]);
    const bgr = values({ colour: 'BGR', mean: [1, 2, 3] }).data;
    expect([...bgr]).toEqual([-1, 49, 252]);
  });

  test('padding lies right and below and holds the pad value as it is', () => {
    const input = makeInput({ padTo: 2, padValue: -7, mean: [100, 100, 100] });
    const { data, dims } = buildInput(image(1, 1, [100, 110, 120]), input, planInput(1, 1, input));
    expect(dims).toEqual([1, 3, 2, 2]);
    expect([...data]).toEqual([0, -7, -7, -7, 10, -7, -7, -7, 20, -7, -7, -7]);
  });
});

test('a centred letterbox: the image in the middle, padding around it, the odd pixel at the end', () => {
  const input = makeInput({
    resize: { mode: 'fixed', width: 8, height: 7, keepAspect: true, centred: true },
    range: [0, 1],
    padValue: 0.5,
    layout: 'CHW',
  });
  const frame = planInput(4, 2, input);
  expect(frame).toMatchObject({ contentWidth: 8, contentHeight: 4, inputWidth: 8, inputHeight: 7 });
  expect(frame.transform).toEqual({ scaleX: 2, scaleY: 2, offsetX: 0, offsetY: 1 });
  const white = { width: 4, height: 2, data: new Uint8Array(24).fill(255) };
  const { data } = buildInput(white, input, frame);
  const rows = Array.from({ length: 7 }, (_row, y) => data[y * 8]);
  expect(rows).toEqual([0.5, 1, 1, 1, 1, 0.5, 0.5]);
});

test('white can be the brightest sample of the image', () => {
  const image = { width: 2, height: 1, data: Uint8Array.of(10, 20, 40, 0, 80, 8) };
  const input = makeInput({ white: 'image maximum', range: [0, 1], layout: 'HWC' });
  const { data } = buildInput(image, input, planInput(2, 1, input));
  expect([...data]).toEqual([10, 20, 40, 0, 80, 8].map((value) => Math.fround(value / 80)));
});

test.each([
  ['dark, brightest in its last row', 200, 13],
  ['white in its first row', 255, 0],
])('the brightest sample is that of the resized image: %s', (_what, brightest, row) => {
  const image = { width: 9, height: 14, data: new Uint8Array(9 * 14 * 3).map((_, i) => (i * 37) % 150) };
  image.data.fill(brightest, row * 27, row * 27 + 27);
  for (const interpolation of ['bilinear', 'antialiased'] as const) {
    const resize = { mode: 'fixed', width: 5, height: 6, keepAspect: false, centred: false } as const;
    const plain = makeInput({ resize, interpolation });
    const samples = buildInput(image, plain, planInput(9, 14, plain)).data;
    const stretched = makeInput({ resize, interpolation, white: 'image maximum', range: [0, 1] });
    const { data } = buildInput(image, stretched, planInput(9, 14, stretched));
    const greatest = Math.max(...samples);
    data.forEach((value, i) => expect(value).toBeCloseTo(samples[i] / greatest, 5));
  }
});

test('built in what another input was built in it is as built anew', () => {
  const picture = image(3, 2, [9, 8, 7, 6, 5, 4, 3, 2, 1, 10, 20, 30, 40, 50, 60, 70, 80, 90]);
  for (const padValue of [0, -7])
    for (const colour of ['RGB', 'BGR', 'grey', 'grey and zeros'] as const)
      for (const padTo of [1, 4])
        for (const layout of ['NCHW', 'HWC'] as const) {
          const input = makeInput({ padTo, padValue, colour, layout });
          const frame = planInput(3, 2, input);
          const anew = buildInput(picture, input, frame);
          const used = new Float32Array(anew.data.length).fill(99);
          const again = buildInput(picture, input, frame, used);
          expect(again.data).toBe(used);
          expect(again).toEqual(anew);
          // Of another size it is of no use.
          expect(buildInput(picture, input, frame, new Float32Array(5))).toEqual(anew);
        }
});

test('each sample as its definition has it: resized or not, in any layout and order of colours, grey too', () => {
  const random = randomFrom(3);
  const whole = (most: number) => 1 + Math.floor(random() * most);
  const taps = (from: number, to: number) =>
    Array.from({ length: to }, (_, i) => {
      const position = Math.max(0, ((i + 0.5) * from) / to - 0.5);
      const first = Math.min(Math.floor(position), from - 1);
      return { first, second: Math.min(first + 1, from - 1), share: Math.fround(position - first) };
    });
  const cases = (['RGB', 'BGR', 'grey'] as const).flatMap((colour) =>
    (['NCHW', 'HWC'] as const).flatMap((layout) =>
      Array.from({ length: 25 }, (_, i) => ({ colour, layout, same: i < 4 })),
    ),
  );
  for (const { colour, layout, same } of cases) {
    const [width, height] = [whole(30), whole(12)];
    const [toWidth, toHeight] = same ? [width, height] : [whole(40), whole(20)];
    const data = Uint8Array.from({ length: width * height * 3 }, () => random() * 256);
    const resize = { mode: 'fixed', width: toWidth, height: toHeight, keepAspect: false, centred: false } as const;
    const part = makeInput({ colour, layout, range: [0, 1], resize });
    const built = buildInput({ width, height, data }, part, planInput(width, height, part));
    const order = { RGB: [0, 1, 2], BGR: [2, 1, 0], grey: [0] }[colour];
    const rows = taps(height, toHeight);
    const columns = taps(width, toWidth);
    const at = (x: number, y: number, c: number) => data[(y * width + x) * 3 + c];
    const expected = new Float32Array(order.length * toWidth * toHeight);
    rows.forEach((row, y) =>
      columns.forEach((column, x) =>
        order.forEach((channel, c) => {
          const mixed = (place: number) => {
            const sample = (k: number) =>
              at(place, row.first, k) + (at(place, row.second, k) - at(place, row.first, k)) * row.share;
            return Math.fround(
              colour === 'grey' ? 0.299 * sample(0) + 0.587 * sample(1) + 0.114 * sample(2) : sample(channel),
            );
          };
          const value = mixed(column.first) + (mixed(column.second) - mixed(column.first)) * column.share;
          expected[layout === 'HWC' ? (y * toWidth + x) * order.length + c : (c * toHeight + y) * toWidth + x] =
            value / 255;
        }),
      ),
    );
    const farthest = built.data.reduce((most, value, i) => Math.max(most, Math.abs(value - expected[i])), 0);
    expect(farthest, `${colour} ${layout} ${width} x ${height} to ${toWidth} x ${toHeight}`).toBeLessThan(1e-6);
  }
});
