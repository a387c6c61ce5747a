/** Where GrabCut works and what it starts from: the padded region, its resolution, and the first guess of the mask. */
import type { Box } from '@shared/geometry/box';
import { AppError } from '@shared/errors/appError';
import { workError } from '@shared/errors/workFault';
import { area, decodeRegion, type Rle, toBbox } from '@shared/mask';
import type { Mat, OpenCv, Rect } from '../../opencv/cv';
import { isObject, LIKELY_BACKGROUND, LIKELY_OBJECT, SURE_BACKGROUND, SURE_OBJECT } from './grabcutCut';
import { clipToImage } from '../../opencv/image';
import { type MatScope, withMats } from '../../opencv/matScope';
import { toRle } from '../methodRequest';
import type { Frame } from '../paintStroke';

export interface GrabcutPlan extends Frame {
  /** What it starts from. */
  readonly kind: 'box' | 'mask';
  /** The box in the frame's pixels; beyond it is background for good. */
  readonly rect: Rect;
  /** First GC_ values of every pixel of the frame. */
  readonly values: Uint8Array;
  /** What speaks for the object beside the colours, a natural logarithm a pixel of the frame; null: nothing. */
  readonly bias: Float32Array | null;
  /** 1 for each pixel of other objects, which are background but do not teach its colours; null: all teach. */
  readonly mute: Uint8Array | null;
  /** Picture pixels an image pixel. */
  readonly scale: number;
  readonly notes: readonly string[];
}

interface PlanParams {
  readonly padding: number;
  readonly maxSide: number;
  readonly minSide: number;
  readonly shape: number;
  readonly avoid: string;
}

/** Longer than this many times its width a region is narrow; from the square of it on, it is worked on with a square's pixels. */
const NARROW = 4;

/** Enlarging further than this shows nothing new. */
const LARGEST_SCALE = 8;

/**
 * @throws AppError `usage` with neither box nor mask, `bad-input` for one that is outside the image or leaves nothing to tell apart.
 */
export function planGrabcut(
  cv: OpenCv,
  image: { width: number; height: number },
  params: PlanParams,
  box?: Box,
  within?: Rle,
): GrabcutPlan {
  if (!box && !within) {
    throw new AppError('usage', 'grabcut needs a box around the object (x,y,width,height), or a mask to start from');
  }
  if (within && area(within) === 0) throw new AppError('bad-input', 'The mask to start from is empty');
  const object = clipToImage(box ?? (within && toBbox(within)), image);
  const roi = pad(object, params.padding, image);
  const { inner, framed } = leaveBackground(object, roi);
  const scale = scaleOf(roi, params);
  const width = Math.max(1, Math.round(roi[2] * scale));
  const height = Math.max(1, Math.round(roi[3] * scale));
  checkMemory(width, height);
  const notes: string[] = [];
  if (scale < 1) notes.push('Computed at reduced size');
  if (framed) notes.push('The box fills the image: its outermost pixels count as background');
  const frame = { box: roi, width, height };
  const rect = scaleInside(inner, roi, width, height);
  const size = [image.height, image.width] as const;
  if (within && (within.size[0] !== size[0] || within.size[1] !== size[1])) {
    const [h, w] = within.size;
    throw new AppError(
      'bad-input',
      `The mask is of ${w} x ${h} pixels when the image has ${image.width} x ${image.height}`,
    );
  }
  const { values, mute } = withMats(cv, (scope) => {
    const first = within ? guessFromMask(scope, within, frame, rect) : guessFromBox(frame, rect);
    if (params.avoid === '') return { values: first, mute: null };
    const others = shrinkMask(scope, toRle({ kind: 'rle', size, counts: params.avoid }), frame).data.slice();
    const avoided = without(first, others);
    if (!avoided) notes.push('The other annotations cover the whole box: they were not taken as background');
    if (!avoided) return { values: first, mute: null };
    return { values: avoided, mute: leavesTeachers(avoided, others) ? others : null };
  });
  const bias = within || params.shape === 0 ? null : shapeBias(frame, rect, params.shape);
  return { ...frame, scale, notes, kind: within ? 'mask' : 'box', rect, values, bias, mute };
}

/**
 * Small regions are enlarged: their outline would be too long for their area, and the cut would shrink them to nothing. Narrow ones are
 * shrunk less than by their longer side, down to a square's number of pixels: else too few are left across, and the rim that is decided
 * at full resolution would be all of the region: 3 to 6 s of processor time for a box of 16,000 x 400 pixels, where 1.4 to 2 do now.
 */
function scaleOf([, , width, height]: Box, { maxSide, minSide }: PlanParams): number {
  if (maxSide === 0) return 1;
  const side = Math.max(width, height);
  const enlarged = Math.min(LARGEST_SCALE, Math.max(1, minSide / side));
  if (maxSide >= side) return Math.min(enlarged, maxSide / side);
  const aspect = side / Math.min(width, height);
  if (aspect <= NARROW) return maxSide / side;
  const pixels = maxSide ** 2 * Math.min(1, aspect / NARROW ** 2);
  return Math.min(1, Math.sqrt(pixels / (width * height)));
}

/** OpenCV's graph takes about 210 bytes a pixel, and OpenCV.js ends at 1 GB. */
const MAX_GRAPH_PIXELS = 4_500_000;

function checkMemory(width: number, height: number): void {
  if (width * height <= MAX_GRAPH_PIXELS) return;
  const mostSide = Math.floor(Math.sqrt(MAX_GRAPH_PIXELS));
  throw workError('bad-input', { code: 'grabcut-heap', size: [width, height], mostSide });
}

/** The box with its surroundings, clipped to the image. */
function pad([x, y, w, h]: Box, padding: number, image: { width: number; height: number }): Box {
  const dx = Math.round(w * padding);
  const dy = Math.round(h * padding);
  const left = Math.max(0, x - dx);
  const top = Math.max(0, y - dy);
  return [left, top, Math.min(image.width, x + w + dx) - left, Math.min(image.height, y + h + dy) - top];
}

/** GrabCut learns the background from outside the box: where the box fills the region, a frame of one pixel is given up. */
function leaveBackground(object: Box, roi: Box): { inner: Box; framed: boolean } {
  const [x, y, w, h] = object;
  if (w < roi[2] || h < roi[3]) return { inner: object, framed: false };
  const inner: Box = [w > 2 ? x + 1 : x, h > 2 ? y + 1 : y, w > 2 ? w - 2 : w, h > 2 ? h - 2 : h];
  if (inner[2] < w || inner[3] < h) return { inner, framed: true };
  throw workError('bad-input', { code: 'no-background', box: [w, h] });
}

/** The box in the coordinates of the (shrunk) region, edges outwards, but at least one pixel of background kept. */
function scaleInside(inner: Box, roi: Box, width: number, height: number): Rect {
  const fx = width / roi[2];
  const fy = height / roi[3];
  const left = Math.floor((inner[0] - roi[0]) * fx);
  const top = Math.floor((inner[1] - roi[1]) * fy);
  const right = Math.min(width, Math.ceil((inner[0] - roi[0] + inner[2]) * fx));
  const bottom = Math.min(height, Math.ceil((inner[1] - roi[1] + inner[3]) * fy));
  const frame = right - left === width && bottom - top === height ? 1 : 0;
  return { x: left + frame, y: top + frame, width: right - left - 2 * frame, height: bottom - top - 2 * frame };
}

function guessFromBox({ width, height }: Frame, rect: Rect): Uint8Array {
  const values = new Uint8Array(width * height).fill(SURE_BACKGROUND);
  for (let y = rect.y; y < rect.y + rect.height; y++) {
    values.fill(LIKELY_OBJECT, y * width + rect.x, y * width + rect.x + rect.width);
  }
  return values;
}

/** Part of a box's open pixels that must be left for the object. */
const LEAST_OPEN = 0.1;

/** The values with the mask's pixels as background, but not where they are surely the object; null where too few are left open. */
function without(values: Uint8Array, avoid: Uint8Array): Uint8Array | null {
  const rest = values.map((value, p) => (avoid[p] !== 0 && value !== SURE_OBJECT ? SURE_BACKGROUND : value));
  const open = (all: Uint8Array): number => all.reduce((sum, value) => sum + (value === SURE_BACKGROUND ? 0 : 1), 0);
  return open(rest) >= LEAST_OPEN * open(values) ? rest : null;
}

/** Part of the background that must be left to teach its colours when other objects do not. */
const LEAST_TEACHING = 0.1;

/** Whether enough of the background is none of the other objects. */
function leavesTeachers(values: Uint8Array, others: Uint8Array): boolean {
  let background = 0;
  let teaching = 0;
  for (let p = 0; p < values.length; p++) {
    if (isObject(values[p])) continue;
    background++;
    if (others[p] === 0) teaching++;
  }
  return teaching >= LEAST_TEACHING * background;
}

/** The middle of a box is more often the object than its corners: `weight` in the centre, 0 on the ellipse, less beyond. */
function shapeBias({ width, height }: Frame, rect: Rect, weight: number): Float32Array {
  const bias = new Float32Array(width * height);
  for (let y = rect.y; y < rect.y + rect.height; y++) {
    const v = (2 * (y - rect.y) + 1) / rect.height - 1;
    for (let x = rect.x; x < rect.x + rect.width; x++) {
      const u = (2 * (x - rect.x) + 1) / rect.width - 1;
      bias[y * width + x] = weight * (1 - Math.sqrt(u * u + v * v));
    }
  }
  return bias;
}

/** Part of the object's side (the root of its area) that the user's outline may be off, on either side of it. */
const OUTLINE_DOUBT = 0.12;

/**
 * The user's mask as GC_ values: sure inside its core, probable up to its outline and a rim beyond, background after that and
 * outside the rectangle.
 */
function guessFromMask(scope: MatScope, mask: Rle, frame: Frame, rect: Rect): Uint8Array {
  const { width, height } = frame;
  const small = shrinkMask(scope, mask, frame);
  const side = Math.sqrt(small.data.reduce((sum, value) => sum + value, 0));
  const reach = Math.max(2, Math.round(side * OUTLINE_DOUBT));
  const core = spread(scope, small, reach, 'erode').data.slice();
  const near = spread(scope, small, reach, 'dilate').data.slice();
  const object = small.data;
  const values = new Uint8Array(width * height).fill(SURE_BACKGROUND);
  for (let y = rect.y; y < rect.y + rect.height; y++) {
    for (let x = rect.x; x < rect.x + rect.width; x++) {
      const i = y * width + x;
      if (core[i] !== 0) values[i] = SURE_OBJECT;
      else if (object[i] !== 0) values[i] = LIKELY_OBJECT;
      else if (near[i] !== 0) values[i] = LIKELY_BACKGROUND;
    }
  }
  return values;
}

/** The mask at the frame's size: CV_8UC1 of 0 and 1. */
function shrinkMask(scope: MatScope, mask: Rle, { box, width, height }: Frame): Mat {
  const { cv } = scope;
  const full = scope.own(new cv.Mat(box[3], box[2], cv.CV_8UC1));
  full.data.set(decodeRegion(mask, box).map((value) => value * 255));
  const small = scope.mat();
  cv.resize(full, small, new cv.Size(width, height), 0, 0, cv.INTER_AREA);
  scope.free(full);
  cv.threshold(small, small, 127, 1, cv.THRESH_BINARY);
  return small;
}

/** A mask of 0 and 1, larger or smaller by so many pixels. */
export function spread(scope: MatScope, mask: Mat, reach: number, how: 'erode' | 'dilate'): Mat {
  const { cv } = scope;
  const kernel = scope.own(cv.getStructuringElement(cv.MORPH_ELLIPSE, new cv.Size(2 * reach + 1, 2 * reach + 1)));
  const out = scope.mat();
  cv[how](mask, out, kernel, new cv.Point(-1, -1), 1);
  return out;
}
