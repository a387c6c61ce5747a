import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encode, sampleRegion } from '@shared/mask';

test('property: is the bitmap at the middle of each block', () => {
  const [H, W] = [9, 11];
  const bitmap = fc.uint8Array({ minLength: H * W, maxLength: H * W, max: 1 });
  const region = fc.tuple(
    fc.integer({ min: 0, max: 5 }),
    fc.integer({ min: 0, max: 4 }),
    fc.integer({ min: 1, max: 6 }),
    fc.integer({ min: 1, max: 5 }),
  );
  fc.assert(
    fc.property(bitmap, region, fc.integer({ min: 1, max: 4 }), (pixels, [x, y, w, h], step) => {
      const columns = Math.ceil(w / step);
      const expected = Array.from({ length: columns * Math.ceil(h / step) }, (_, i) => {
        const px = x + (i % columns) * step + Math.floor(step / 2);
        const py = y + Math.floor(i / columns) * step + Math.floor(step / 2);
        return px < W && py < H ? pixels[py * W + px] : 0;
      });
      expect([...sampleRegion(encode(pixels, H, W), [x, y, w, h], step)]).toEqual(expected);
    }),
  );
});
