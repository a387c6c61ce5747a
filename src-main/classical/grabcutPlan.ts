/** Where GrabCut works and what it starts from: the padded region, its resolution, and the first guess of the mask. */
import type { Box } from '@shared/document/types';
import { AppError } from '@shared/ipc/errors';
import { area, decodeRegion, type Rle, toBbox } from '@shared/mask';
import type { Mat, OpenCv, Rect } from './cv';
import { clipToImage } from './image';
import { type MatScope, withMats } from './matScope';
import type { Frame } from './paintStroke';

export interface GrabcutPlan extends Frame {
  /** A rectangle in the frame's pixels (beyond it is background for good), or GC_ values of every pixel of the frame. */
  readonly start:
    { readonly kind: 'rect'; readonly rect: Rect } | { readonly kind: 'mask'; readonly values: Uint8Array };
  /** Picture pixels an image pixel, at most 1. */
  readonly scale: number;
  readonly notes: readonly string[];
}

interface PlanParams {
  readonly padding: number;
  readonly maxSide: number;
}

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
  const scale = params.maxSide > 0 ? Math.min(1, params.maxSide / Math.max(roi[2], roi[3])) : 1;
  const width = Math.max(1, Math.round(roi[2] * scale));
  const height = Math.max(1, Math.round(roi[3] * scale));
  checkMemory(width, height);
  const notes: string[] = [];
  if (scale < 1) notes.push(`worked at ${width} x ${height} of ${roi[2]} x ${roi[3]} pixels`);
  if (framed) notes.push('the box fills the image: its outermost pixels were taken as background');
  const frame = { box: roi, width, height, scale, notes };
  const rect = scaleInside(inner, roi, width, height);
  if (!within) return { ...frame, start: { kind: 'rect', rect } };
  if (within.size[0] !== image.height || within.size[1] !== image.width) {
    const [h, w] = within.size;
    throw new AppError(
      'bad-input',
      `The mask is of ${w} x ${h} pixels when the image has ${image.width} x ${image.height}`,
    );
  }
  const values = withMats(cv, (scope) => guessFromMask(scope, within, frame, rect));
  return { ...frame, start: { kind: 'mask', values } };
}

/** OpenCV's graph takes about 210 bytes a pixel, and OpenCV.js ends at 1 GB. */
const MAX_GRAPH_PIXELS = 4_500_000;

function checkMemory(width: number, height: number): void {
  if (width * height <= MAX_GRAPH_PIXELS) return;
  throw new AppError(
    'bad-input',
    `GrabCut at ${width} x ${height} pixels needs more memory than OpenCV.js has (1 GB)`,
    {
      hint: `set maxSide to ${Math.floor(Math.sqrt(MAX_GRAPH_PIXELS))} or less, or draw a smaller box`,
    },
  );
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
  throw new AppError('bad-input', `The box of ${w} x ${h} pixels leaves no background around the object for GrabCut`);
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

/** Part of the object's side (the root of its area) that the user's outline may be off, on either side of it. */
const OUTLINE_DOUBT = 0.12;

/**
 * The user's mask as GC_ values: sure inside its core, probable up to its outline and a rim beyond, background after that and
 * outside the rectangle.
 */
function guessFromMask(scope: MatScope, mask: Rle, { box, width, height }: Frame, rect: Rect): Uint8Array {
  const { cv } = scope;
  const full = scope.own(new cv.Mat(box[3], box[2], cv.CV_8UC1));
  const bitmap = decodeRegion(mask, box);
  full.data.set(bitmap.map((value) => value * 255));
  const small = scope.mat();
  cv.resize(full, small, new cv.Size(width, height), 0, 0, cv.INTER_AREA);
  scope.free(full);
  cv.threshold(small, small, 127, 1, cv.THRESH_BINARY);
  const side = Math.sqrt(small.data.reduce((sum, value) => sum + value, 0));
  const reach = Math.max(2, Math.round(side * OUTLINE_DOUBT));
  const core = spread(scope, small, reach, 'erode').data.slice();
  const near = spread(scope, small, reach, 'dilate').data.slice();
  const object = small.data;
  const values = new Uint8Array(width * height).fill(cv.GC_BGD);
  for (let y = rect.y; y < rect.y + rect.height; y++) {
    for (let x = rect.x; x < rect.x + rect.width; x++) {
      const i = y * width + x;
      if (core[i] !== 0) values[i] = cv.GC_FGD;
      else if (object[i] !== 0) values[i] = cv.GC_PR_FGD;
      else if (near[i] !== 0) values[i] = cv.GC_PR_BGD;
    }
  }
  return values;
}

function spread(scope: MatScope, mask: Mat, reach: number, how: 'erode' | 'dilate'): Mat {
  const { cv } = scope;
  const kernel = scope.own(cv.getStructuringElement(cv.MORPH_ELLIPSE, new cv.Size(2 * reach + 1, 2 * reach + 1)));
  const out = scope.mat();
  cv[how](mask, out, kernel, new cv.Point(-1, -1), 1);
  return out;
}
