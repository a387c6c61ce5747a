/** Cellpose's two long loops, shortened, against themselves written plainly: every pixel's two hundred steps, and the heat of all cells in one plane. */
import { describe, expect, test } from 'vitest';
import { dropBadFlows } from '../../../src-main/inference/families/cellpose/flowError';
import { type FlowField, followFlows, gather } from '../../../src-main/inference/families/cellpose/flows';
import { randomFrom } from '@shared/dataset/random';

/** Round cells that may touch; their flow fades within `fade` pixels of the middle, and errs by `noise`. */
function cells(seed: number, width: number, height: number, fade: number, noise: number): FlowField {
  const random = randomFrom(seed);
  const middles = Array.from({ length: 6 }, () => [random() * width, random() * height, 4 + 7 * random()]);
  const planes = [0, 1, 2].map(() => new Float32Array(width * height));
  const [flowY, flowX, cell] = planes;
  for (let i = 0; i < width * height; i++) {
    const [x, y] = [i % width, Math.floor(i / width)];
    const near = middles.map(([cx, cy, r]) => [Math.hypot(x - cx, y - cy) / r, cx - x, cy - y] as const);
    const [depth, dx, dy] = near.reduce((best, one) => (one[0] < best[0] ? one : best));
    const length = Math.max(fade, Math.hypot(dx, dy)) || 1;
    flowY[i] = (5 * dy) / length + noise * (random() - 0.5);
    flowX[i] = (5 * dx) / length + noise * (random() - 0.5);
    cell[i] = depth < 1 ? 6 : -6;
  }
  return { width, height, y: flowY, x: flowX, cell };
}

const insideOf = ({ cell }: FlowField) => Uint8Array.from(cell, (value) => (value > 0 ? 1 : 0));

/**
 * dynamics.py: two hundred steps of five times less than the flow, sampled as `grid_sample` does with zeros around. In the program's
 * order of sums, cell by cell of a frame around all: where flows are wild a step's last digit decides where two hundred lead.
 */
function followPlainly({ width, height, y: flowY, x: flowX }: FlowField, inside: Uint8Array): number[] {
  const at = (plane: Float32Array, x: number, y: number) =>
    x < 0 || y < 0 || x >= width || y >= height ? 0 : inside[y * width + x] * plane[y * width + x];
  const [stretchX, stretchY] = [width, height].map((side) => side / Math.max(1, side - 1));
  const sample = (plane: Float32Array, x: number, y: number) => {
    const [px, py] = [x * stretchX + 0.5, y * stretchY + 0.5];
    const [left, top] = [Math.floor(px), Math.floor(py)];
    const [before, after] = [left + 1 - px, px - left];
    const [above, below] = [top + 1 - py, py - top];
    return (
      at(plane, left - 1, top - 1) * (before * above) +
      at(plane, left, top - 1) * (after * above) +
      at(plane, left - 1, top) * (before * below) +
      at(plane, left, top) * (after * below)
    );
  };
  return [...inside.keys()].flatMap((i) => {
    if (inside[i] === 0) return [];
    let [x, y] = [i % width, Math.floor(i / width)];
    for (let step = 0; step < 200; step++) {
      const [dx, dy] = [sample(flowX, x, y) / 5, sample(flowY, x, y) / 5];
      x = Math.min(Math.max(x + dx, 0), width - 1);
      y = Math.min(Math.max(y + dy, 0), height - 1);
    }
    return [Math.trunc(y), Math.trunc(x)];
  });
}

const fields = [
  [1, 40, 31, 0, 0],
  [2, 33, 47, 2, 0],
  [3, 52, 30, 1, 2],
  [4, 29, 29, 3, 5],
  [4, 29, 29, 3, 12],
  [5, 64, 20, 1.5, 3],
] as const;

describe.each(fields)('cells %i of %i x %i, fading within %d, noise %d', (...given) => {
  const field = cells(...given);
  const inside = insideOf(field);

  test('every pixel ends where two hundred steps lead it', () => {
    expect([...followFlows(field, inside)]).toEqual(followPlainly(field, inside));
  });

  test('the error of a flow is that of heat which spreads from the middle of its cell, of the others beside it too', () => {
    const labels = gather(followFlows(field, inside), inside, field.width, field.height);
    const errors = errorsPlainly(labels, field);
    expect(errors.length).toBeGreaterThan(1);
    // Just below and just above each error the cell goes or stays.
    for (const [label, error] of errors.entries()) {
      if (label === 0) continue;
      const kept = (most: number) => dropBadFlows(labels, field, most)[labels.indexOf(label)] > 0;
      expect([label, kept(error - 1e-9), kept(error + 1e-9)]).toEqual([label, false, true]);
    }
  });
});

/** Of every kind that `cells` can make: still, smooth, wild, and so wild that most steps lead out of the picture. */
function anyField(seed: number): FlowField {
  const random = randomFrom(seed);
  const side = () => 1 + Math.floor(random() ** 2 * 40);
  return cells(seed, side(), side(), 4 * random(), [0, 1, 5, 12, 60, 1e4, 1e9][Math.floor(random() * 7)]);
}

test('in many fields of any kind every pixel ends where two hundred steps lead it', () => {
  for (let seed = 100; seed < 250; seed++) {
    const field = anyField(seed);
    const inside = insideOf(field);
    expect([seed, ...followFlows(field, inside)]).toEqual([seed, ...followPlainly(field, inside)]);
  }
});

/** Mean squared difference of each label, by number: dynamics.py, masks_to_flows and utils of metrics. */
function errorsPlainly(labels: Int32Array, { width, height, y: flowY, x: flowX }: FlowField): number[] {
  const count = Math.max(...labels);
  const places = Array.from({ length: count + 1 }, (_, label) => [...labels.keys()].filter((i) => labels[i] === label));
  const spans = places.slice(1).map((list) => {
    const [xs, ys] = [list.map((i) => i % width), list.map((i) => Math.floor(i / width))];
    return Math.max(...xs) - Math.min(...xs) + 1 + (Math.max(...ys) - Math.min(...ys) + 1) + 2;
  });
  const even = (value: number) => (value % 1 === 0.5 ? 2 * Math.round(value / 2) : Math.round(value));
  const middles = places.slice(1).map((list) => {
    const [left, top] = [Math.min(...list.map((i) => i % width)), Math.floor(list[0] / width)];
    const mean = (of: (i: number) => number) => even(list.reduce((sum, i) => sum + of(i), 0) / list.length);
    const [x, y] = [mean((i) => (i % width) - left), mean((i) => Math.floor(i / width) - top)];
    const far = (i: number) => ((i % width) - left - x) ** 2 + (Math.floor(i / width) - top - y) ** 2;
    return list.reduce((best, i) => (far(i) < far(best) ? i : best));
  });
  const at = (plane: Float64Array, x: number, y: number) =>
    x < 0 || y < 0 || x >= width || y >= height ? 0 : plane[y * width + x];
  let heat = new Float64Array(labels.length);
  for (let round = 0; round < 2 * Math.max(...spans); round++) {
    for (const i of middles) heat[i]++;
    heat = heat.map((_, i) => {
      if (labels[i] === 0) return 0;
      let sum = 0;
      for (let dy = -1; dy <= 1; dy++) {
        for (let dx = -1; dx <= 1; dx++) {
          const [x, y] = [(i % width) + dx, Math.floor(i / width) + dy];
          const isOwn = x >= 0 && y >= 0 && x < width && y < height && labels[y * width + x] === labels[i];
          if (isOwn) sum += heat[y * width + x];
        }
      }
      return sum / 9;
    });
  }
  return places.map((list, label) => {
    if (label === 0) return 0;
    const squares = list.map((i) => {
      const [x, y] = [i % width, Math.floor(i / width)];
      const dy = at(heat, x, y + 1) - at(heat, x, y - 1);
      const dx = at(heat, x + 1, y) - at(heat, x - 1, y);
      const length = 1e-60 + Math.sqrt(dy * dy + dx * dx);
      return (dy / length - flowY[i] / 5) ** 2 + (dx / length - flowX[i] / 5) ** 2;
    });
    return squares.reduce((sum, one) => sum + one, 0) / list.length;
  });
}
