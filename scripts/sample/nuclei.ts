// Draws a fluorescence-microscopy scene: stained nuclei through a point spread function onto a noisy camera.
import { type Field, blur, fractalNoise, makeField } from './field';
import { type NucleusShape, forEachPixel, outlineRadius, randomShape } from './nucleusShape';
import { Random } from './random';
import { type Scene, toByte } from './scene';

export interface NucleiStyle {
  seed: number;
  count: number;
  /** Equal-area diameters, px. */
  diameter: { from: number; to: number };
  /** Smallest minor-to-major axis ratio. */
  aspectFrom: number;
  /** Share of nuclei placed against another one. */
  touching: number;
  /** Grey levels above background; each nucleus draws its own. */
  brightness: { from: number; to: number };
  /** How far touching nuclei press into each other, as a share of the smaller radius. */
  pressing: number;
  /** Specks of stained debris: seen, but no nucleus. */
  debris: number;
  /** Strength of the chromatin pattern inside. */
  texture: number;
  /** Standard deviation of the point spread function, px, for nuclei in and out of the focal plane. */
  focus: { sharp: number; soft: number; softShare: number };
  background: { level: number; unevenness: number };
  /** Photons a grey level (fewer = noisier) and read noise in grey levels. */
  camera: { photonsPerLevel: number; readNoise: number };
}

const SIZE = { width: 512, height: 512 };
/** Two nuclei that do not touch stay this far apart, px. */
const GAP_PX = 3;

export function drawNuclei(style: NucleiStyle): Scene {
  const random = new Random(style.seed);
  const labels = new Uint16Array(SIZE.width * SIZE.height);
  const shapes = placeNuclei(random, style, labels);
  const light = illuminate(random, style, shapes, labels);
  return {
    ...SIZE,
    channels: 1,
    pixels: expose(random, style, light),
    labels,
    objectCount: shapes.length,
  };
}

/** Puts nuclei one after another, some against earlier ones; fills `labels` with n for the n-th (from 1). */
function placeNuclei(random: Random, style: NucleiStyle, labels: Uint16Array): NucleusShape[] {
  const placed: NucleusShape[] = [];
  const ratios = new Float32Array(labels.length);
  for (let attempt = 0; placed.length < style.count; attempt++) {
    if (attempt > 200 * style.count) throw new Error(`placed ${placed.length} of ${style.count} nuclei: no room left`);
    // Sizes of real populations lean to the small end.
    const diameter = style.diameter.from + (style.diameter.to - style.diameter.from) * random.next() ** 1.3;
    const shape = randomShape(random, diameter / 2, style.aspectFrom);
    const mayTouch = placed.length > 0 && random.next() < style.touching;
    if (mayTouch) putAgainst(random, shape, random.pick(placed), style.pressing);
    else Object.assign(shape, { x: random.uniform(0, SIZE.width), y: random.uniform(0, SIZE.height) });
    if (claim(shape, placed.length + 1, labels, ratios, mayTouch)) placed.push(shape);
  }
  return placed;
}

function putAgainst(random: Random, shape: NucleusShape, neighbour: NucleusShape, pressing: number): void {
  const angle = random.angle();
  const depth = random.uniform(0.02, pressing) * Math.min(shape.radius, neighbour.radius);
  const distance = outlineRadius(neighbour, angle) + outlineRadius(shape, angle + Math.PI) - depth;
  shape.x = neighbour.x + distance * Math.cos(angle);
  shape.y = neighbour.y + distance * Math.sin(angle);
}

/**
 * Gives the shape its pixels unless it would be mostly outside the image or press too far into others. Where two
 * nuclei press, a pixel belongs to the one whose centre is nearer in units of its outline: the border is flat.
 */
function claim(
  shape: NucleusShape,
  label: number,
  labels: Uint16Array,
  ratios: Float32Array,
  mayTouch: boolean,
): boolean {
  let isBlocked = false;
  let shared = 0;
  const own: { index: number; ratio: number }[] = [];
  forEachPixel(shape, SIZE, mayTouch ? 0 : GAP_PX, (index, ratio) => {
    const isOwned = labels[index] !== 0;
    if (isOwned && !mayTouch) isBlocked = true;
    if (isOwned) shared++;
    if (ratio <= 1 && (!isOwned || ratio < ratios[index])) own.push({ index, ratio });
  });
  const area = Math.PI * shape.radius ** 2;
  if (isBlocked || shared > 0.18 * area || own.length < Math.max(60, 0.4 * area)) return false;
  for (const { index, ratio } of own) {
    labels[index] = label;
    ratios[index] = ratio;
  }
  return true;
}

/** Fluorescence at the camera in grey levels: nuclei in two focal layers, their glow, and the background. */
function illuminate(random: Random, style: NucleiStyle, shapes: readonly NucleusShape[], labels: Uint16Array): Field {
  const sharp = makeField(SIZE.width, SIZE.height);
  const soft = makeField(SIZE.width, SIZE.height);
  const chromatin = fractalNoise(random, SIZE, { x: 7, y: 7 }, 3);
  shapes.forEach((shape, i) => {
    const layer = random.next() < style.focus.softShare ? soft : sharp;
    paintNucleus(random, style, shape, i + 1, labels, chromatin, layer);
  });
  for (let i = 0; i < style.debris; i++) paintSpeck(random, style, soft);
  const inFocus = blur(sharp, style.focus.sharp);
  const outOfFocus = blur(soft, style.focus.soft);
  const uneven = fractalNoise(random, SIZE, { x: 260, y: 260 }, 2);
  const all = makeField(SIZE.width, SIZE.height);
  for (let i = 0; i < all.values.length; i++) all.values[i] = inFocus.values[i] + outOfFocus.values[i];
  // Light scattered in the sample and from above and below the focal plane.
  const glow = blur(all, 9);
  for (let i = 0; i < all.values.length; i++) {
    const background = style.background.level * (1 + style.background.unevenness * uneven.values[i]);
    all.values[i] = 0.92 * all.values[i] + 0.08 * glow.values[i] + background;
  }
  return all;
}

function paintNucleus(
  random: Random,
  style: NucleiStyle,
  shape: NucleusShape,
  label: number,
  labels: Uint16Array,
  chromatin: Field,
  layer: Field,
): void {
  const brightness = style.brightness.from + (style.brightness.to - style.brightness.from) * random.next() ** 1.6;
  const spots = nuclearSpots(random, shape, style.texture);
  forEachPixel(shape, SIZE, 0, (index, ratio) => {
    if (labels[index] !== label) return;
    const x = (index % SIZE.width) + 0.5;
    const y = Math.floor(index / SIZE.width) + 0.5;
    // A flattened spheroid is thickest in the middle; its projection falls to about a half at the outline.
    let level = 0.5 + 0.5 * Math.sqrt(Math.max(0, 1 - ratio ** 3));
    level *= 1 + style.texture * chromatin.values[index];
    for (const spot of spots) {
      level += spot.strength * Math.exp(-((x - spot.x) ** 2 + (y - spot.y) ** 2) / (2 * spot.sigma ** 2));
    }
    layer.values[index] += brightness * Math.max(0.2, level);
  });
}

/** A fragment of a dead cell: a small smear, dimmer than most nuclei. */
function paintSpeck(random: Random, style: NucleiStyle, layer: Field): void {
  const cx = random.uniform(0, SIZE.width);
  const cy = random.uniform(0, SIZE.height);
  const sigma = random.uniform(0.9, 2.2);
  const level = style.brightness.from * random.uniform(0.25, 0.8);
  for (let y = Math.max(0, Math.floor(cy - 8)); y < Math.min(SIZE.height, cy + 8); y++) {
    for (let x = Math.max(0, Math.floor(cx - 8)); x < Math.min(SIZE.width, cx + 8); x++) {
      layer.values[y * SIZE.width + x] += level * Math.exp(-((x - cx) ** 2 + (y - cy) ** 2) / (2 * sigma ** 2));
    }
  }
}

/** Nucleoli (dark) and dense chromatin (bright). */
function nuclearSpots(random: Random, shape: NucleusShape, texture: number) {
  return Array.from({ length: random.integer(1, 5) }, () => {
    const angle = random.angle();
    const distance = outlineRadius(shape, angle) * 0.7 * Math.sqrt(random.next());
    return {
      x: shape.x + distance * Math.cos(angle),
      y: shape.y + distance * Math.sin(angle),
      sigma: shape.radius * random.uniform(0.09, 0.2),
      strength: texture * random.pick([-0.9, -0.7, 0.6, 0.9]),
    };
  });
}

/** Shot noise, read noise, eight bits. */
function expose(random: Random, style: NucleiStyle, light: Field): Uint8Array {
  const { photonsPerLevel, readNoise } = style.camera;
  const pixels = new Uint8Array(light.values.length);
  for (let i = 0; i < pixels.length; i++) {
    const photons = random.poisson(Math.max(0, light.values[i]) * photonsPerLevel);
    pixels[i] = toByte(photons / photonsPerLevel + readNoise * random.normal());
  }
  return pixels;
}
