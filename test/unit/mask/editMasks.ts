/** Masks for the property tests of the editor's mask operations. */
import fc from 'fast-check';
import { encode } from '@shared/mask';

/** Random masks of random small sizes, empty and full ones among them. */
export const anyMask = fc
  .tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 12 }), fc.constantFrom(0, 0.2, 0.5, 0.9, 1))
  .chain(([h, w, density]) =>
    fc
      .array(fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), { minLength: h * w, maxLength: h * w })
      .map((values) =>
        encode(
          Uint8Array.from(values, (value) => (value < density ? 1 : 0)),
          h,
          w,
        ),
      ),
  );
