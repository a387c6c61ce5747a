// Table tops under the coins: wood, felt and slate, each three float colour planes.
import { type Field, fractalNoise, makeField } from './field';
import type { Random } from './random';

export type TableStyle = 'wood' | 'felt' | 'slate';

interface Size {
  width: number;
  height: number;
}

/** RGB planes, 0..255 under neutral light. */
export function tableColours(random: Random, size: Size, style: TableStyle): Field[] {
  switch (style) {
    case 'wood':
      return wood(random, size);
    case 'felt':
      return felt(random, size);
    case 'slate':
      return slate(random, size);
  }
}

/** Planks with long grain: a wavy ring pattern stretched along x, fine fibres, a dark seam between planks. */
function wood(random: Random, size: Size): Field[] {
  const bend = fractalNoise(random, size, { x: 340, y: 70 }, 3);
  const fibres = fractalNoise(random, size, { x: 60, y: 2.2 }, 2);
  const patches = fractalNoise(random, size, { x: 200, y: 30 }, 2);
  const plankHeight = size.height / 3.4;
  return colourPlanes(size, [86, 58, 40], (index) => {
    const y = Math.floor(index / size.width) + 24;
    const plank = Math.floor(y / plankHeight);
    const fromSeam = Math.min(y - plank * plankHeight, (plank + 1) * plankHeight - y);
    const rings = Math.sin(0.16 * y + 17 * plank + 9 * bend.values[index]);
    const seam = -0.55 * Math.exp(-((fromSeam / 1.2) ** 2));
    return (
      0.1 * rings + 0.16 * fibres.values[index] + 0.14 * patches.values[index] + 0.06 * Math.sin(plank * 2.4) + seam
    );
  });
}

/** Short matted fibres over a faint weave. */
function felt(random: Random, size: Size): Field[] {
  const fibres = fractalNoise(random, size, { x: 2.6, y: 2.6 }, 2);
  const matted = fractalNoise(random, size, { x: 16, y: 11 }, 3);
  return colourPlanes(size, [30, 66, 58], (index) => {
    const x = index % size.width;
    const y = Math.floor(index / size.width);
    const weave = 0.035 * Math.sin((x + y) * 1.15) * Math.sin((x - y) * 1.05);
    return 0.28 * fibres.values[index] + 0.16 * matted.values[index] + weave;
  });
}

/** Layered stone: broad clouds, a rough grain, a few pale veins. */
function slate(random: Random, size: Size): Field[] {
  const clouds = fractalNoise(random, size, { x: 120, y: 90 }, 4);
  const grain = fractalNoise(random, size, { x: 3.2, y: 2.4 }, 2);
  const veins = fractalNoise(random, size, { x: 180, y: 120 }, 3);
  return colourPlanes(size, [62, 66, 74], (index) => {
    const vein = 0.22 * Math.exp(-((veins.values[index] / 0.012) ** 2));
    return 0.22 * clouds.values[index] + 0.2 * grain.values[index] + vein;
  });
}

/** Each plane is the base colour times (1 + variation at the pixel). */
function colourPlanes(size: Size, base: readonly number[], variation: (index: number) => number): Field[] {
  const planes = base.map(() => makeField(size.width, size.height));
  for (let i = 0; i < size.width * size.height; i++) {
    const factor = 1 + variation(i);
    planes.forEach((plane, c) => (plane.values[i] = base[c] * factor));
  }
  return planes;
}
