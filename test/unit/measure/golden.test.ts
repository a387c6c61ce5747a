/** Measurements against scikit-image's (scripts/goldens/measure.py). */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fromUncompressed } from '@shared/mask';
import { rleToSegmentation } from '@shared/document/segmentation';
import { measureObject } from '@shared/measure';
import { placedSamples, type SampleKind } from './samples';

interface Golden {
  readonly name: string;
  readonly size: [number, number];
  readonly counts: number[];
  readonly kind: SampleKind;
  readonly channels: number;
  readonly area: number;
  readonly centroid: number[];
  readonly bbox: number[];
  readonly perimeter: number;
  readonly equivalentDiameter: number;
  readonly mean: number[];
  readonly std: number[];
  readonly min: number[];
  readonly max: number[];
  readonly integrated: number[];
}

const goldens = JSON.parse(
  readFileSync(new URL('../../golden/measure.json', import.meta.url), 'utf8'),
) as readonly Golden[];

/** Equal but for the order of additions. */
function expectClose(found: number, expected: number): void {
  expect(Math.abs(found - expected)).toBeLessThanOrEqual(1e-11 * Math.max(1, Math.abs(expected)));
}

describe('as scikit-image measures it', () => {
  it('has every case', () => expect(goldens).toHaveLength(28));

  it.each(goldens)('$name ($kind, $channels channels)', (golden) => {
    const { size, kind, channels } = golden;
    const { row, problem } = measureObject(
      { id: 1, categoryName: 'a', segmentation: rleToSegmentation(fromUncompressed(golden.counts, size)) },
      { image: 'a.png', size, samples: placedSamples(kind, size[0], size[1], channels) },
    );
    expect(problem).toBeNull();
    expect(row.area).toBe(golden.area);
    expect(row.bbox).toEqual(golden.bbox);
    for (const axis of [0, 1]) expectClose(row.centroid![axis], golden.centroid[axis]);
    expectClose(row.perimeter!, golden.perimeter);
    expectClose(row.equivalentDiameter!, golden.equivalentDiameter);
    expect(row.intensities).toHaveLength(channels);
    for (const [c, intensity] of row.intensities.entries()) {
      expect(intensity.min).toBe(golden.min[c]);
      expect(intensity.max).toBe(golden.max[c]);
      if (kind !== 'float32') expect(intensity.integrated).toBe(golden.integrated[c]);
      for (const key of ['mean', 'std', 'integrated'] as const) expectClose(intensity[key], golden[key][c]);
    }
  });
});
