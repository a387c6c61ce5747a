import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cityscapesFormat } from '@shared/formats/cityscapes/format';
import { centreRing, centreRingWithHoles, drawnPolygon } from '@shared/formats/cityscapes/drawn';
import { MemoryDataset } from '@shared/formats/memoryDataset';
import { readMap } from '@shared/formats/png/maskPng';
import { decode, encode, equals, fromParts, trace } from '@shared/mask';
import { DatasetFolder } from '../../../../src-main/dataset/datasetFolder';
import { Random } from '../../../support/datasetFuzz';
import { writeToMemory } from '../../../support/formatFiles';

const root = join(import.meta.dirname, '..', '..', '..');

describe('polygons of Cityscapes', () => {
  it('have the pixels that Pillow draws', () => {
    // scripts/goldens/cityscapesPolygons.py
    const golden = JSON.parse(readFileSync(join(root, 'golden', 'cityscapes-polygons.json'), 'utf8')) as {
      readonly polygons: readonly { size: [number, number]; ring: [number, number][]; pixels: string }[];
    };
    expect(golden.polygons).toHaveLength(150);
    for (const { size, ring, pixels } of golden.polygons)
      expect([...decode(drawnPolygon(ring.flat(), size))].join(''), JSON.stringify(ring)).toBe(pixels);
    // Far corners and no corners are no fault.
    expect(decode(drawnPolygon([-1e9, -1e9, 1e9, -1e9, 1e9, 1e9, -1e9, 1e9], [2, 2]))).toEqual(
      new Uint8Array(4).fill(1),
    );
    expect(decode(drawnPolygon([], [1, 2]))).toEqual(new Uint8Array(2));
  });

  it('go through the centres of the border pixels, and so fill any mask exactly', () => {
    const random = new Random(3);
    let holed = 0;
    for (let round = 0; round < 300; round++) {
      const [w, h] = [1 + Math.floor(12 * random.next()), 1 + Math.floor(12 * random.next())];
      const fill = [3, 5, 7, 9][round % 4];
      const bits = Uint8Array.from({ length: w * h }, () => (10 * random.next() < fill ? 1 : 0));
      for (const part of trace(encode(bits, h, w))) {
        const { outer } = part;
        const ring = centreRing(outer);
        expect(ring.length).toBeGreaterThanOrEqual(6);
        expect(equals(drawnPolygon(ring, [h, w]), fromParts([{ outer, holes: [] }], h, w)), ring.join()).toBe(true);
        if (part.holes.length === 0) continue;
        holed++;
        const joined = centreRingWithHoles(part, [h, w]) ?? [];
        expect(equals(drawnPolygon(joined, [h, w]), fromParts([part], h, w)), joined.join()).toBe(true);
      }
    }
    expect(holed).toBeGreaterThan(50);
  });

  it('give the maps that cityscapesScripts made of them', async () => {
    const source = new DatasetFolder(join(root, 'fixtures', 'formats', 'cityscapes'));
    const dataset = new MemoryDataset('cityscapes', 'cityscapes');
    await cityscapesFormat.read!(source, dataset, { objects: 'polygons' });
    const { files } = writeToMemory(dataset.view('x'), cityscapesFormat);
    for (const ending of ['labelIds', 'instanceIds']) {
      const name = `gtFine/train/aachen/aachen_000000_000019_gtFine_${ending}.png`;
      expect(readMap(files.get(name) as Uint8Array).values, name).toEqual(readMap(await source.bytes(name)).values);
    }
  });
});
