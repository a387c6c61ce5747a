/** Overlap of two masks, and semantic metrics, against numbers worked out by hand. */
import { describe, expect, it } from 'vitest';
import { emptyMask, fromBox } from '@shared/mask';
import { addToConfusion, bestOverlaps, emptyConfusion, maskDice, maskIou, semanticMetrics } from '@shared/metrics';

const box = (x: number, y: number, w: number, h: number) => fromBox([x, y, w, h], 20, 20);

describe('overlap of two masks', () => {
  it('IoU and Dice', () => {
    expect(maskIou(box(0, 0, 10, 10), box(5, 0, 10, 10))).toBeCloseTo(50 / 150, 12);
    expect(maskDice(box(0, 0, 10, 10), box(5, 0, 10, 10))).toBeCloseTo(0.5, 12);
    expect(maskIou(emptyMask(20, 20), emptyMask(20, 20))).toBe(0);
    expect(maskDice(emptyMask(20, 20), emptyMask(20, 20))).toBe(0);
  });

  it('bestOverlaps names the best reference of each candidate', () => {
    const references = [box(0, 0, 4, 4), box(10, 10, 4, 4)];
    expect(bestOverlaps([box(10, 10, 4, 2), box(18, 0, 1, 1), box(0, 0, 4, 4)], references)).toEqual([
      { index: 1, iou: 0.5 },
      { index: -1, iou: 0 },
      { index: 0, iou: 1 },
    ]);
  });
});

describe('semantic metrics', () => {
  const truth = [0, 0, 0, 0, 1, 1, 255, 1];
  const predicted = [0, 0, 0, 1, 1, 1, 1, 0];
  const matrix = addToConfusion(emptyConfusion(3), truth, predicted, { ignoreIndex: 255 });

  it('counts pixels by truth and prediction, the ignored left out', () => {
    expect([...matrix.counts]).toEqual([3, 1, 0, 1, 2, 0, 0, 0, 0]);
  });

  it('IoU, Dice and accuracies; a class that never occurs is left out of the means', () => {
    const { iou, dice, meanIou, meanDice, pixelAccuracy, meanAccuracy } = semanticMetrics(matrix);
    expect(iou).toEqual([3 / 5, 2 / 4, NaN]);
    expect(dice).toEqual([6 / 8, 4 / 6, NaN]);
    expect(meanIou).toBeCloseTo(0.55, 12);
    expect(meanDice).toBeCloseTo((3 / 4 + 2 / 3) / 2, 12);
    expect(pixelAccuracy).toBeCloseTo(5 / 7, 12);
    expect(meanAccuracy).toBeCloseTo((3 / 4 + 2 / 3) / 2, 12);
  });

  it('adds up over images without touching the first matrix', () => {
    const both = addToConfusion(matrix, [2], [2]);
    expect(both.counts[8]).toBe(1);
    expect(matrix.counts[8]).toBe(0);
    expect(semanticMetrics(both).iou[2]).toBe(1);
  });

  it('a class predicted but never true has IoU 0 and no accuracy', () => {
    const { iou, meanIou, meanAccuracy } = semanticMetrics(addToConfusion(emptyConfusion(2), [0, 0], [0, 1]));
    expect(iou).toEqual([0.5, 0]);
    expect(meanIou).toBe(0.25);
    expect(meanAccuracy).toBe(0.5);
  });

  it('nothing counted is not a number, not zero', () => {
    expect(semanticMetrics(emptyConfusion(2)).meanIou).toBeNaN();
    expect(semanticMetrics(emptyConfusion(2)).pixelAccuracy).toBeNaN();
  });

  it('says what is wrong', () => {
    expect(() => emptyConfusion(0)).toThrow('Number of classes is 0');
    expect(() => addToConfusion(emptyConfusion(2), [0], [0, 1])).toThrow('Predicted map has 2 pixels when 1');
    expect(() => addToConfusion(emptyConfusion(2), [0, 2], [0, 1])).toThrow('Pixel 1 has labels 2 and 1');
  });
});
