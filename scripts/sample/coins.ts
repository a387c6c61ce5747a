// Draws a scene of coin-like metal discs on a textured table under uneven light.
import { type Coin, placeCoins } from './coinLayout';
import { coinShade } from './coinSurface';
import { type Field, blur, makeField } from './field';
import { Random } from './random';
import { type Scene, toByte } from './scene';
import { type TableStyle, tableColours } from './table';

export interface CoinsStyle {
  seed: number;
  count: number;
  /** The radii of the denominations, px. */
  radii: readonly number[];
  /** How many pairs touch at least. */
  touchingPairs: number;
  table: TableStyle;
  light: LightStyle;
}

export interface LightStyle {
  /** Direction the light comes from, radians, 0 = right, y down. */
  azimuth: number;
  /** Brightest spot, as a share of width and height. */
  centre: { x: number; y: number };
  /** Brightness there and far from it, 1 = neutral. */
  bright: number;
  dim: number;
}

const SIZE = { width: 640, height: 480 };
/** Subpixels a side for the coin's outline. */
const SUBPIXELS = 4;

export function drawCoins(style: CoinsStyle): Scene {
  const random = new Random(style.seed);
  const coins = placeCoins(random, SIZE, style);
  const planes = tableColours(random, SIZE, style.table);
  castShadows(planes, coins, style.light);
  coins.forEach((coin) => paintCoin(random, planes, coin, style.light));
  lightUnevenly(planes, style.light);
  return {
    ...SIZE,
    channels: 3,
    pixels: photograph(random, planes),
    labels: labelDiscs(coins),
    objectCount: coins.length,
  };
}

/** A soft shadow on the side away from the light. */
function castShadows(planes: readonly Field[], coins: readonly Coin[], light: LightStyle): void {
  const shade = makeField(SIZE.width, SIZE.height);
  const dx = -2.6 * Math.cos(light.azimuth);
  const dy = -2.6 * Math.sin(light.azimuth);
  for (const coin of coins) {
    forEachPixel(coin.x + dx, coin.y + dy, coin.radius, (index, coverage) => {
      shade.values[index] = Math.max(shade.values[index], coverage);
    });
  }
  const soft = blur(shade, 2.2);
  for (const plane of planes) {
    for (let i = 0; i < plane.values.length; i++) plane.values[i] *= 1 - 0.5 * soft.values[i];
  }
}

function paintCoin(random: Random, planes: readonly Field[], coin: Coin, light: LightStyle): void {
  const shade = coinShade(random, coin, light.azimuth);
  forEachPixel(coin.x, coin.y, coin.radius, (index, coverage) => {
    const x = (index % SIZE.width) + 0.5 - coin.x;
    const y = Math.floor(index / SIZE.width) + 0.5 - coin.y;
    const colour = shade(x, y);
    planes.forEach((plane, c) => (plane.values[index] += coverage * (colour[c] - plane.values[index])));
  });
}

/** One lamp's pool of light over table and coins. */
function lightUnevenly(planes: readonly Field[], light: LightStyle): void {
  const reach = 0.75 * Math.hypot(SIZE.width, SIZE.height);
  for (let i = 0; i < planes[0].values.length; i++) {
    const dx = (i % SIZE.width) - light.centre.x * SIZE.width;
    const dy = Math.floor(i / SIZE.width) - light.centre.y * SIZE.height;
    const level = light.dim + (light.bright - light.dim) * Math.exp(-((Math.hypot(dx, dy) / reach) ** 2) * 2);
    for (const plane of planes) plane.values[i] *= level;
  }
}

/** Lens blur, sensor noise, eight bits. */
function photograph(random: Random, planes: readonly Field[]): Uint8Array {
  const seen = planes.map((plane) => blur(plane, 0.65));
  const pixels = new Uint8Array(SIZE.width * SIZE.height * 3);
  for (let i = 0; i < SIZE.width * SIZE.height; i++) {
    const grain = 1.3 * random.normal();
    seen.forEach((plane, c) => (pixels[3 * i + c] = toByte(plane.values[i] + grain + 0.9 * random.normal())));
  }
  return pixels;
}

/** Truth: the pixels whose centre lies in the disc. Discs do not overlap, so a pixel has at most one owner. */
function labelDiscs(coins: readonly Coin[]): Uint16Array {
  const labels = new Uint16Array(SIZE.width * SIZE.height);
  coins.forEach((coin, i) => {
    forEachPixel(coin.x, coin.y, coin.radius, (index) => {
      const dx = (index % SIZE.width) + 0.5 - coin.x;
      const dy = Math.floor(index / SIZE.width) + 0.5 - coin.y;
      if (Math.hypot(dx, dy) <= coin.radius) labels[index] = i + 1;
    });
  });
  return labels;
}

/** Visits the pixels that the disc covers, with the covered share of each. */
function forEachPixel(cx: number, cy: number, radius: number, visit: (index: number, coverage: number) => void): void {
  const yTo = Math.min(SIZE.height - 1, Math.ceil(cy + radius));
  const xTo = Math.min(SIZE.width - 1, Math.ceil(cx + radius));
  for (let y = Math.max(0, Math.floor(cy - radius)); y <= yTo; y++) {
    for (let x = Math.max(0, Math.floor(cx - radius)); x <= xTo; x++) {
      const coverage = discCoverage(x - cx, y - cy, radius);
      if (coverage > 0) visit(y * SIZE.width + x, coverage);
    }
  }
}

/** Share of the pixel with top-left corner (left, top), relative to the centre, that lies in the disc. */
function discCoverage(left: number, top: number, radius: number): number {
  const distance = Math.hypot(left + 0.5, top + 0.5);
  if (distance < radius - 1) return 1;
  if (distance > radius + 1) return 0;
  let inside = 0;
  for (let i = 0; i < SUBPIXELS; i++) {
    for (let j = 0; j < SUBPIXELS; j++) {
      if (Math.hypot(left + (i + 0.5) / SUBPIXELS, top + (j + 0.5) / SUBPIXELS) <= radius) inside++;
    }
  }
  return inside / SUBPIXELS ** 2;
}
