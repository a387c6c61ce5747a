// The look of one coin: a relief (rim, lettering, a raised figure) shaded as metal under one lamp.
import type { Coin, Metal } from './coinLayout';
import { ramp } from './field';
import type { Random } from './random';

interface Stroke {
  x: number;
  y: number;
  angle: number;
  length: number;
  width: number;
  height: number;
}

/** Returns the colour at (dx, dy) px from the coin's centre, RGB 0..255 before uneven light. */
export function coinShade(random: Random, coin: Coin, azimuth: number): (dx: number, dy: number) => Metal {
  const height = relief(random);
  const turn = random.angle();
  const sheen = random.uniform(0.05, 0.1);
  const stains = Array.from({ length: 4 }, () => ({
    x: random.uniform(-0.8, 0.8),
    y: random.uniform(-0.8, 0.8),
    size: random.uniform(0.15, 0.45),
    depth: random.uniform(-0.07, 0.05),
  }));
  const lamp = { x: Math.cos(azimuth), y: Math.sin(azimuth) };
  return (dx, dy) => {
    const u = dx / coin.radius;
    const v = dy / coin.radius;
    const slope = gradient(height, u, v, turn, 0.7 / coin.radius);
    // The side of a bump that faces the lamp is bright, the other dark.
    const facing = -(slope.x * lamp.x + slope.y * lamp.y);
    let level = 1 + 0.27 * Math.tanh(1.5 * facing);
    // Turned metal reflects in two opposite sectors.
    level += sheen * Math.cos(2 * (Math.atan2(dy, dx) - azimuth));
    for (const stain of stains) {
      level += stain.depth * Math.exp(-((u - stain.x) ** 2 + (v - stain.y) ** 2) / (2 * stain.size ** 2));
    }
    const gloss = 46 * Math.max(0, Math.tanh(facing)) ** 3;
    const [r, g, b] = coin.metal;
    return [r * level + gloss, g * level + gloss, b * level + gloss];
  };
}

/** Relief in units of about a rim's height, over the unit disc. */
function relief(random: Random): (u: number, v: number) => number {
  const figure = figureStrokes(random);
  const letters = letterRing(random);
  return (u, v) => {
    const ratio = Math.hypot(u, v);
    const rim = 0.09 * ramp(ratio, 0.85, 0.9) * (1 - ramp(ratio, 0.97, 1.03));
    return rim + letters(ratio, Math.atan2(v, u)) + strokesHeight(figure, u, v);
  };
}

/** A raised head-and-shoulders or numeral: a large dome and a few strokes. */
function figureStrokes(random: Random): Stroke[] {
  const dome = { x: random.uniform(-0.1, 0.1), y: -0.12, angle: 1.4, length: 0.18, width: 0.3, height: 0.13 };
  const shoulders = { x: 0, y: 0.36, angle: 0.1, length: 0.26, width: 0.16, height: 0.1 };
  const details = Array.from({ length: 7 }, () => ({
    x: random.uniform(-0.35, 0.35),
    y: random.uniform(-0.4, 0.4),
    angle: random.angle(),
    length: random.uniform(0.06, 0.22),
    width: random.uniform(0.03, 0.06),
    height: random.uniform(0.02, 0.05),
  }));
  return [dome, shoulders, ...details];
}

function strokesHeight(strokes: readonly Stroke[], u: number, v: number): number {
  let height = 0;
  for (const stroke of strokes) {
    const dx = u - stroke.x;
    const dy = v - stroke.y;
    const along = dx * Math.cos(stroke.angle) + dy * Math.sin(stroke.angle);
    const across = dy * Math.cos(stroke.angle) - dx * Math.sin(stroke.angle);
    const beyond = Math.max(0, Math.abs(along) - stroke.length);
    height += stroke.height * Math.exp(-(beyond ** 2 + across ** 2) / (2 * (stroke.width * 0.6) ** 2));
  }
  return height;
}

/** Lettering: raised sectors of random length between two radii, over part of the circle. */
function letterRing(random: Random): (ratio: number, angle: number) => number {
  const slots = 44;
  const isRaised = Array.from({ length: slots }, (_, i) => i % 11 < 8 && random.next() < 0.62);
  return (ratio, angle) => {
    const band = ramp(ratio, 0.66, 0.69) * (1 - ramp(ratio, 0.78, 0.81));
    if (band === 0) return 0;
    const at = ((angle / (2 * Math.PI) + 1) % 1) * slots;
    const inSlot = at - Math.floor(at);
    const edge = ramp(inSlot, 0.05, 0.25) * (1 - ramp(inSlot, 0.75, 0.95));
    return isRaised[Math.floor(at) % slots] ? 0.035 * band * edge : 0;
  };
}

/** Slope of the relief turned by `turn`, by central differences of `step`. */
function gradient(height: (u: number, v: number) => number, u: number, v: number, turn: number, step: number) {
  const cos = Math.cos(turn);
  const sin = Math.sin(turn);
  const turned = (x: number, y: number) => height(x * cos + y * sin, y * cos - x * sin);
  return {
    x: (turned(u + step, v) - turned(u - step, v)) / (2 * step),
    y: (turned(u, v + step) - turned(u, v - step)) / (2 * step),
  };
}
