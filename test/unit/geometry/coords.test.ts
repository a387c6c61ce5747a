import fc from 'fast-check';
import { expect, test } from 'vitest';
import { imagePoint, imageToModel, imageToView, modelToImage, viewToImage } from '@shared/geometry/coords';

const number = fc.double({ min: -1e4, max: 1e4, noNaN: true });
const scale = fc.double({ min: 0.01, max: 100, noNaN: true });

test('image to view and back', () => {
  expect(imageToView(imagePoint(2, 3), { scale: 2, offsetX: 10, offsetY: -1 })).toEqual({ x: 14, y: 5 });
  fc.assert(
    fc.property(number, number, scale, number, number, (x, y, factor, offsetX, offsetY) => {
      const view = { scale: factor, offsetX, offsetY };
      const back = viewToImage(imageToView(imagePoint(x, y), view), view);
      expect(back.x).toBeCloseTo(x, 4);
      expect(back.y).toBeCloseTo(y, 4);
    }),
  );
});

test('image to model and back', () => {
  const transform = { scaleX: 2, scaleY: 4, offsetX: 1, offsetY: 0 };
  expect(imageToModel(imagePoint(3, 5), transform)).toEqual({ x: 7, y: 20 });
  fc.assert(
    fc.property(number, number, scale, scale, (x, y, scaleX, scaleY) => {
      const model = { scaleX, scaleY, offsetX: 3, offsetY: -7 };
      const back = modelToImage(imageToModel(imagePoint(x, y), model), model);
      expect(back.x).toBeCloseTo(x, 4);
      expect(back.y).toBeCloseTo(y, 4);
    }),
  );
});
