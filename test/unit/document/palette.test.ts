/** The palette: distinct for colour-blind eyes, endless, inside sRGB. */
import { describe, expect, test } from 'vitest';
import { categoryColors, inkOn, newCategoryColors, paletteColor, parseHexColor } from '@shared/document/palette';

type Triple = readonly [number, number, number];

const linear = (hex: string): Triple =>
  parseHexColor(hex)!.map((value) =>
    value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4,
  ) as unknown as Triple;

/** Machado, Oliveira, Fernandes 2009, severity 1. */
const simulations: Record<string, readonly Triple[]> = {
  normal: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protan: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deutan: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
};

function oklab(rgb: Triple, matrix: readonly Triple[]): Triple {
  const [r, g, b] = matrix.map((row) => Math.min(1, Math.max(0, row[0] * rgb[0] + row[1] * rgb[1] + row[2] * rgb[2])));
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

describe('palette', () => {
  test.each(Object.entries(simulations))('the first ten colours differ under %s vision', (_, matrix) => {
    const colors = Array.from({ length: 10 }, (_, i) => oklab(linear(paletteColor(i)), matrix));
    for (let i = 0; i < 10; i++) {
      for (let j = 0; j < i; j++) {
        const distance = Math.hypot(...colors[i].map((value, k) => value - colors[j][k]));
        expect(distance, `${paletteColor(i)} and ${paletteColor(j)}`).toBeGreaterThan(0.07);
      }
    }
  });

  test('goes on without repeating itself', () => {
    const colors = Array.from({ length: 200 }, (_, i) => paletteColor(i));
    for (const color of colors) expect(color).toMatch(/^#[0-9a-f]{6}$/);
    expect(new Set(colors).size).toBe(200);
  });

  test("a category's own colour wins over its position's", () => {
    const colors = categoryColors([{ id: 7, color: null }, { id: 3, color: '#123456' }, { id: 9 }]);
    expect([...colors]).toEqual([
      [7, paletteColor(0)],
      [3, '#123456'],
      [9, paletteColor(2)],
    ]);
  });

  test('categories to come have the colours that they get when they are made one after the other', () => {
    const cat = { id: 1, name: 'cat', position: 0 };
    const names = ['dog', 'cat', 'cow', 'dog'];
    const shown = newCategoryColors([cat], names);
    expect([...shown.keys()]).toEqual(['dog', 'cow']);
    const made = categoryColors([cat, { id: 2, position: 1 }, { id: 3, position: 2 }]);
    expect([...shown.values()]).toEqual([made.get(2), made.get(3)]);
    // One made, the others keep theirs; also where one was deleted before them.
    const dog = { id: 2, name: 'dog', position: 1 };
    expect(newCategoryColors([cat, dog], names).get('cow')).toBe(shown.get('cow'));
    expect(newCategoryColors([dog], ['cow']).get('cow')).toBe(shown.get('cow'));
  });

  test('reads hex colours and picks readable ink', () => {
    expect(parseHexColor('#fa0')).toEqual([255, 170, 0]);
    expect(parseHexColor('#0072B2')).toEqual([0, 114, 178]);
    expect(parseHexColor('red')).toBeNull();
    expect(inkOn('#f0e442')).toBe('#000000');
    expect(inkOn('#882255')).toBe('#ffffff');
  });
});
