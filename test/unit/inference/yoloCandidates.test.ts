/** Which candidates of YOLO are read: all of at least the score, whatever their number is a multiple of. */
import { expect, test } from 'vitest';
import { readYolo } from '../../../src-main/inference/families/yoloDetections';
import type { DecodeContext } from '../../../src-main/inference/families/imagePredictor';
import { randomFrom } from '@shared/dataset/random';

/** [1, 4 + 3 classes + 2 coefficients, n] */
const [classes, coefficients] = [3, 2];

test.each([1, 7, 8, 13, 64, 100])(
  'the %i candidates of at least the score are found, each with its first best class',
  (n) => {
    const random = randomFrom(n);
    // Few values, so that some are equal to each other and to the score.
    const data = Float32Array.from({ length: (4 + classes + coefficients) * n }, (_, at) => {
      const row = Math.floor(at / n);
      if (row < 2) return 100 * random();
      if (row < 4) return 5 + random();
      return random() < 0.1 ? NaN : Math.floor(random() * 5) / 4;
    });
    const at = (row: number, i: number) => data[row * n + i];
    const categories = ['a', 'b', 'c'].map((name, i) => ({ id: i + 1, name }));
    for (const score of [0, 0.5, 0.75, 1]) {
      const context = { score, head: { categories, defaults: { nms: 1 } } } as unknown as DecodeContext;
      const tensor = { dims: [1, 4 + classes + coefficients, n], data };
      const { found, coefficientsOf } = readYolo(tensor, 'classes', coefficients, context);
      const expected = Array.from({ length: n }, (_, i) => i).flatMap((i) => {
        let best = 0;
        for (let c = 1; c < classes; c++) {
          if (at(4 + c, i) > at(4 + best, i) || (Number.isNaN(at(4 + best, i)) && at(4 + c, i) >= 0)) best = c;
        }
        const most = at(4 + best, i);
        return most >= score ? [[categories[best].name, most, at(4 + classes, i), at(5 + classes, i)]] : [];
      });
      const seen = found.map((one) => [one.categoryName, one.score, ...coefficientsOf(one)]);
      const sorted = (rows: unknown[][]) => rows.map((row) => row.join()).sort();
      expect(sorted(seen)).toEqual(sorted(expected));
    }
  },
);
