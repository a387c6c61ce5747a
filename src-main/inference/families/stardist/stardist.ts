/**
 * StarDist: for each cell of a grid how likely it lies in an object, probability [1,h,w,1] or [1,1,h,w], and the distances to the
 * object's border along rays, [1,h,w,R] or [1,R,h,w] (both may come as one tensor, the probability first). The input is grey, each
 * image stretched between its percentiles 1 and 99.8, padded to multiples of 16; the output has a cell every `grid` input pixels.
 * Objects are polygons, suppressed by how much of the smaller one they share; a pixel belongs to the likeliest.
 * Source: stardist, nms.py and lib/stardist2d_impl.cpp; geometry/geom2d.py.
 */
import { z } from 'zod';
import { imagePoint, modelPoint, modelToImage } from '@shared/geometry/coords';
import { area, encodeRegion, type Rle, subtract, toBbox } from '@shared/mask';
import type { RawProposal } from '@shared/document/proposalResult';
import { boxesIntersect } from '@shared/geometry/box';
import { AppError } from '@shared/errors/appError';
import type { OutputTensor } from '../../graph/graph';
import { type DecodeContext, imageFamily } from '../imagePredictor';
import { proposalOf } from '../predictions';
import { type Distances, type Star, suppressStars } from './starNms';
import { recognise } from './recognise';

const output = z.looseObject({ name: z.string(), layout: z.enum(['NCHW', 'NHWC']).default('NHWC') });
const outputs = z.object({
  probability: output,
  /** Absent where the probability's tensor holds the distances too. */
  distances: output.optional(),
  /** Input pixels from one cell to the next. */
  grid: z.number().int().positive().default(1),
});

/** As the original: objects whose middle is so near the border of the picture are not sought. */
const border = 2;
/** The original's least distance. Networks may give less than 0, and clipping what lies so across itself may never end. */
const least = 1e-3;
/** The original's for its trained models. */
const usualNms = 0.4;

export const stardist = imageFamily(
  'stardist',
  outputs,
  (tensors, plan, context) => {
    const { head, frame } = context;
    const first = toCells(tensors.probability, plan.probability.layout);
    const second = plan.distances && toCells(tensors.distances, plan.distances.layout);
    const { width, height } = first;
    if (second && (second.width !== width || second.height !== height)) throw unfit('distances', tensors.distances);
    // The probability comes before them where both are one tensor.
    const distances = second ?? first;
    const before = second ? 0 : 1;
    const rays = distances.channels - before;
    if (rays < 3) throw unfit('distances', tensors.distances ?? tensors.probability);

    // Cells of the padding are not of the picture.
    const columns = Math.min(width, Math.ceil(frame.contentWidth / plan.grid));
    const rows = Math.min(height, Math.ceil(frame.contentHeight / plan.grid));
    const cells: number[] = [];
    for (let y = border; y < rows - border; y++) {
      for (let cell = y * width + border; cell < y * width + columns - border; cell++) {
        if (first.data[cell * first.perCell] > context.score) cells.push(cell);
      }
    }
    // Those of the stars only, one star after the other.
    const values = new Float32Array(rays * cells.length);
    const stars: Star[] = [];
    for (let i = 0, at = 0; i < cells.length; i++) {
      const cell = cells[i];
      const [x, y] = [(cell % width) * plan.grid, Math.floor(cell / width) * plan.grid];
      stars.push({ x, y, score: first.data[cell * first.perCell], at });
      let from = cell * distances.perCell + before * distances.perChannel;
      for (const end = at + rays; at < end; at++, from += distances.perChannel) {
        values[at] = Math.max(least, distances.data[from]);
      }
    }
    stars.sort((a, b) => b.score - a.score);
    const found = { values, rays };
    const kept = suppressStars(stars, found, head.defaults.nms ?? usualNms);
    return {
      kind: 'instances',
      items: exclusive(
        kept.map((star) => ({ mask: rasterize(star, found, context), score: star.score })),
        context,
      ),
    };
  },
  { title: 'StarDist', recognise },
);

/** Each pixel to the first that has it. */
function exclusive(found: readonly { mask: Rle | null; score: number }[], { head }: DecodeContext): RawProposal[] {
  const items: RawProposal[] = [];
  const taken: { mask: Rle; box: ReturnType<typeof toBbox> }[] = [];
  for (const { mask: whole, score } of found) {
    if (!whole) continue;
    const box = toBbox(whole);
    const mask = taken.reduce(
      (rest, other) => (boxesIntersect(other.box, box) ? subtract(rest, other.mask) : rest),
      whole,
    );
    taken.push({ mask: whole, box });
    if (area(mask) > 0) items.push(proposalOf(mask, score, head.categories[0].name));
  }
  return items;
}

/** The pixels of the image whose centres lie in the star. */
function rasterize({ x, y, at }: Star, { values, rays }: Distances, { frame }: DecodeContext): Rle | null {
  const step = (2 * Math.PI) / rays;
  // Pixels are counted at their centres there.
  const ring = Array.from(values.subarray(at, at + rays), (radius, r) =>
    modelToImage(
      modelPoint(x + 0.5 + radius * Math.cos(r * step), y + 0.5 + radius * Math.sin(r * step)),
      frame.transform,
    ),
  );
  const low = imagePoint(Math.min(...ring.map((one) => one.x)), Math.min(...ring.map((one) => one.y)));
  const high = imagePoint(Math.max(...ring.map((one) => one.x)), Math.max(...ring.map((one) => one.y)));
  const left = Math.max(0, Math.floor(low.x));
  const top = Math.max(0, Math.floor(low.y));
  const right = Math.min(frame.imageWidth, Math.ceil(high.x));
  const bottom = Math.min(frame.imageHeight, Math.ceil(high.y));
  if (!(right > left && bottom > top)) return null;
  const width = right - left;
  const bitmap = new Uint8Array(width * (bottom - top));
  // Where the ring crosses the middle of each row: an edge is asked for those only that it crosses.
  const crossings = Array.from({ length: bottom - top }, (): number[] => []);
  for (let i = 0; i < ring.length; i++) {
    const a = ring[i];
    const b = ring[i + 1 < ring.length ? i + 1 : 0];
    const end = Math.min(bottom, Math.ceil(Math.max(a.y, b.y) - 0.5));
    for (let row = Math.max(top, Math.ceil(Math.min(a.y, b.y) - 0.5)); row < end; row++) {
      crossings[row - top].push(a.x + ((row + 0.5 - a.y) / (b.y - a.y)) * (b.x - a.x));
    }
  }
  crossings.forEach((across, row) => {
    across.sort((a, b) => a - b);
    for (let i = 0; i + 1 < across.length; i += 2) {
      const from = Math.max(left, Math.ceil(across[i] - 0.5));
      const to = Math.min(right, Math.ceil(across[i + 1] - 0.5));
      if (to > from) bitmap.fill(1, row * width + from - left, row * width + to - left);
    }
  });
  const mask = encodeRegion(bitmap, [left, top, width, bottom - top], [frame.imageHeight, frame.imageWidth]);
  return area(mask) > 0 ? mask : null;
}

/** Few cells are stars: what is asked of them is read where it lies. */
function toCells(tensor: OutputTensor, layout: 'NCHW' | 'NHWC') {
  const { dims, data } = tensor;
  if (dims.length !== 4 || !(data instanceof Float32Array)) throw unfit('probability', tensor);
  const [channels, height, width] = layout === 'NCHW' ? dims.slice(1) : [dims[3], dims[1], dims[2]];
  const [perChannel, perCell] = layout === 'NCHW' ? [width * height, 1] : [1, channels];
  return { data, channels, width, height, perChannel, perCell };
}

const unfit = (role: string, { dims }: OutputTensor) =>
  new AppError('bad-input', `The model's ${role} have the unexpected shape [${dims.join(', ')}]`, {
    place: { pointer: `/outputs/${role}` },
  });
