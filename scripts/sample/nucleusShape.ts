// The outline of a nucleus: an ellipse with a few low harmonics, as a distance ratio from its centre.
import type { Random } from './random';

export interface NucleusShape {
  x: number;
  y: number;
  /** Radius of the circle of equal area before perturbation, px. */
  radius: number;
  /** Minor over major axis. */
  aspect: number;
  tilt: number;
  harmonics: readonly { order: number; amplitude: number; phase: number }[];
}

export function randomShape(random: Random, radius: number, aspectFrom: number): NucleusShape {
  return {
    x: 0,
    y: 0,
    radius,
    aspect: random.uniform(aspectFrom, 0.98),
    tilt: random.angle(),
    harmonics: [2, 3, 4, 5].map((order) => ({
      order,
      amplitude: (0.075 / order) * random.normal(),
      phase: random.angle(),
    })),
  };
}

/** Distance from centre to outline in direction `angle`, px. */
export function outlineRadius(shape: NucleusShape, angle: number): number {
  const t = angle - shape.tilt;
  const root = Math.sqrt(shape.aspect);
  const ellipse = shape.radius / Math.hypot(Math.cos(t) * root, Math.sin(t) / root);
  let wobble = 1;
  for (const { order, amplitude, phase } of shape.harmonics) wobble += amplitude * Math.cos(order * t + phase);
  return ellipse * wobble;
}

/** Calls `visit(index, ratio)` for each pixel whose centre lies within the outline grown by `grow` px; ratio 1 = outline. */
export function forEachPixel(
  shape: NucleusShape,
  size: { width: number; height: number },
  grow: number,
  visit: (index: number, ratio: number) => void,
): void {
  const reach = shape.radius * 1.6 + grow + 1;
  const yTo = Math.min(size.height - 1, Math.ceil(shape.y + reach));
  const xTo = Math.min(size.width - 1, Math.ceil(shape.x + reach));
  for (let y = Math.max(0, Math.floor(shape.y - reach)); y <= yTo; y++) {
    for (let x = Math.max(0, Math.floor(shape.x - reach)); x <= xTo; x++) {
      const dx = x + 0.5 - shape.x;
      const dy = y + 0.5 - shape.y;
      const outline = outlineRadius(shape, Math.atan2(dy, dx));
      const distance = Math.hypot(dx, dy);
      if (distance <= outline + grow) visit(y * size.width + x, distance / outline);
    }
  }
}
