/** Masks of grids that their original enlarges first: as if the large plane had been made. */
import { expect, test } from 'vitest';
import { resizePlane } from '../../../src-main/inference/image/planes';
import { logitsToRle } from '../../../src-main/inference/image/logitsToRle';
import { toImageMask } from '../../../src-main/inference/prompts/promptMask';
import { randomFrom } from '@shared/dataset/random';
import { area, xor } from '@shared/mask';

const side = 12;

test.each([1, 2, 3, 4, 5, 6])('enlarged %i times first, then to the picture', (times) => {
  const random = randomFrom(times);
  for (const pixels of [7, 40, 61, 300]) {
    const values = Float32Array.from({ length: side * side }, () => random() - 0.5);
    const large = resizePlane({ values, width: side, height: side }, side * times, side * times);
    const size = [pixels, pixels] as const;
    const truth = logitsToRle({ ...large, offset: 0 }, [0, 0, pixels, pixels], size, 0);
    const frame = {
      ...{ gridWidth: side, gridHeight: side, enlargement: times, corners: [0, 0, pixels, pixels] as const },
      features: { values: new Float32Array(0), channels: 0, width: 0, height: 0 },
    };
    const mask = toImageMask(values, frame, [0, 0, pixels, pixels], size);
    // Rounding may decide a pixel that lies on the border.
    expect(area(xor(mask!, truth!)) / pixels ** 2).toBeLessThan(0.002);
  }
});
