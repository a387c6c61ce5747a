import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  crowdName,
  NAME_HEIGHT_PX,
  NamePlaces,
  type PlacedName,
  shorterName,
  shownName,
} from '../../../../src-renderer/canvas/names';

const six = (text: string) => () => text.length * 6;

describe('names on the canvas', () => {
  it('stand at the corner of the object, or of what is seen of it', () => {
    const places = new NamePlaces([0, 0, 400, 300]);
    expect(places.place('cat', [100, 50, 200, 150], six('cat'))).toEqual({
      text: 'cat',
      left: 103,
      top: 53,
      width: 31,
    });
    expect(places.place('dog', [-500, -80, 90, 200], six('dog'))).toMatchObject({ left: 3, top: 3 });
  });

  it('are left out where they do not fit, are out of sight, or would cover another', () => {
    const places = new NamePlaces([0, 0, 400, 300]);
    expect(places.place('cat', [10, 10, 40, 100], six('cat'))).toBeNull();
    expect(places.place('cat', [10, 10, 100, 30], six('cat'))).toBeNull();
    expect(places.place('cat', [500, 10, 700, 100], six('cat'))).toBeNull();
    expect(places.place('cat', [10, -200, 100, 5], six('cat'))).toBeNull();
    expect(places.place('cat', [NaN, NaN, NaN, NaN], six('cat'))).toBeNull();
    expect(places.place('cat', [10, 10, 200, 200], six('cat'))).not.toBeNull();
    expect(places.place('dog', [20, 18, 200, 200], six('dog'))).toBeNull();
    expect(places.place('dog', [20, 40, 200, 200], six('dog'))).not.toBeNull();
  });

  it('never cover each other, however many there are', () => {
    const box = fc.tuple(
      fc.integer({ min: -50, max: 800 }),
      fc.integer({ min: -50, max: 600 }),
      fc.nat(300),
      fc.nat(300),
    );
    fc.assert(
      fc.property(fc.array(box, { maxLength: 120 }), (boxes) => {
        const places = new NamePlaces([0, 0, 800, 600]);
        const placed = boxes
          .map(([x, y, w, h]) => places.place('name', [x, y, x + w, y + h], six('name')))
          .filter((name): name is PlacedName => name !== null);
        placed.forEach((a, at) => {
          for (const b of placed.slice(at + 1)) {
            const apartX = a.left + a.width <= b.left || b.left + b.width <= a.left;
            expect(apartX || Math.abs(a.top - b.top) >= NAME_HEIGHT_PX).toBe(true);
          }
          expect(a.left >= 0 && a.left + a.width <= 800 && a.top >= 0 && a.top + NAME_HEIGHT_PX <= 600).toBe(true);
        });
      }),
    );
  });

  it('of crowds say at least that', () => {
    expect([crowdName('cat'), crowdName('')]).toEqual(['cat · crowd', 'crowd']);
    expect([shorterName('cat · crowd'), shorterName('crowd'), shorterName('cat')]).toEqual(['crowd', null, null]);
  });

  it('are shortened between characters, whatever the script', () => {
    expect(shownName('traffic light')).toBe('traffic light');
    expect(shownName('x'.repeat(40))).toBe(`${'x'.repeat(27)}…`);
    expect([...shownName('😀'.repeat(40))]).toHaveLength(28);
  });
});
