/** What GrabCut computes by itself is OpenCV's own answer, bit for bit: the first groups of colours, and the enlarged mask. */
import { randomFrom } from '@shared/dataset/random';
import { describe, expect, it } from 'vitest';
import { enlargeMask } from '../../../src-main/vision/methods/grabcut/enlargeMask';
import { CvRandom, firstGroups } from '../../../src-main/vision/methods/grabcut/firstGroups';
import { loadOpenCv, type OpenCv } from '../../../src-main/vision/opencv/cv';
import { withMats } from '../../../src-main/vision/opencv/matScope';

function groupsOfOpenCv(cv: OpenCv, colours: Uint8Array, most: number): number[] {
  return withMats(cv, (scope) => {
    const count = colours.length / 3;
    const samples = scope.own(new cv.Mat(count, 3, cv.CV_32FC1));
    samples.data32F.set(colours);
    const labels = scope.mat();
    const stop = new cv.TermCriteria(cv.TermCriteria_MAX_ITER, 10, 0);
    cv.kmeans(samples, Math.min(most, count), labels, stop, 1, cv.KMEANS_PP_CENTERS, scope.mat());
    // A single row is read as three numbers.
    return [...labels.data32S].slice(0, count);
  });
}

/** `kinds` colours with noise around them; no noise makes many of them equal. */
function coloursFrom(seed: number, count: number, kinds: number, noise: number): Uint8Array {
  const random = randomFrom(seed);
  const middles = Array.from({ length: kinds * 3 }, () => random() * 255);
  return Uint8Array.from({ length: count * 3 }, (_, i) => {
    const kind = Math.floor(randomFrom(seed * 7919 + Math.floor(i / 3))() * kinds);
    return Math.max(0, Math.min(255, middles[kind * 3 + (i % 3)] + (random() - 0.5) * noise));
  });
}

describe('the first groups', () => {
  it.each([
    ['none', 0, 1, 0],
    ['one', 1, 1, 0],
    ['three, fewer than there are groups', 3, 3, 200],
    ['all alike', 50, 1, 0],
    ['of two kinds, so that groups run empty', 400, 2, 0],
    ['of four kinds, so that one runs empty', 600, 4, 0],
    ['a few with noise', 37, 3, 40],
    ['on a grid, with ties', 3000, 9, 3],
    ['many with noise', 20_000, 6, 60],
    ['without any order', 9000, 1, 510],
    ['light ones whose sums leave the whole numbers of a 32-bit float', 90_000, 1, 30],
  ])('are those of OpenCV: %s', async (_name, count, kinds, noise) => {
    const cv = await loadOpenCv();
    for (const seed of count > 5000 ? [1] : [1, 2, 3, 4, 5, 6, 7, 8]) {
      const first = coloursFrom(seed, count, kinds, noise).map((value) => (count === 90_000 ? 225 + value / 9 : value));
      const second = coloursFrom(seed + 100, Math.ceil(count / 2), kinds, noise);
      cv.setRNGSeed(0);
      const random = new CvRandom();
      // Twice from the same random numbers, as the two sides of a cut take them.
      for (const colours of [first, second]) {
        const expected = colours.length === 0 ? [] : groupsOfOpenCv(cv, colours, 5);
        expect([...firstGroups(colours, 5, random)]).toEqual(expected);
      }
    }
  });
});

describe('an enlarged mask', () => {
  it.each([
    [1, 1, 7, 5],
    [2, 3, 2, 3],
    [5, 4, 6, 4],
    [7, 9, 7, 31],
    [16, 12, 48, 36],
    [40, 30, 41, 30],
    [37, 23, 200, 124],
    [64, 48, 997, 741],
    [320, 213, 1333, 888],
  ])('is the one that OpenCV scales: %i x %i to %i x %i', async (columns, rows, width, height) => {
    const cv = await loadOpenCv();
    for (const share of [0, 0.03, 0.5, 0.97, 1]) {
      const random = randomFrom(columns * 31 + share * 100);
      const noise = Uint8Array.from({ length: columns * rows }, () => (random() < share ? 1 : 0));
      const disc = Uint8Array.from(noise, (value, p) => {
        const [u, v] = [(p % columns) / columns - 0.5, Math.floor(p / columns) / rows - 0.5];
        return u * u + v * v < 0.14 ? 1 - value : value;
      });
      const expected = withMats(cv, (scope) => {
        const soft = scope.own(new cv.Mat(rows, columns, cv.CV_8UC1));
        soft.data.set(disc.map((value) => value * 255));
        const large = scope.mat();
        cv.resize(soft, large, new cv.Size(width, height), 0, 0, cv.INTER_LINEAR);
        cv.threshold(large, large, 127, 1, cv.THRESH_BINARY);
        return Buffer.from(large.data);
      });
      expect(expected.equals(enlargeMask(disc, columns, width, height))).toBe(true);
    }
  });
});
