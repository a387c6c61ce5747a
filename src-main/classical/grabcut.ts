/** GrabCut from a box: works on the padded box at bounded resolution, then refines the rim at full resolution. */
import type { ParamsOf } from '@shared/classical/params';
import type { Box } from '@shared/document/types';
import { AppError } from '@shared/ipc/errors';
import type { Mat, OpenCv } from './cv';
import { refineRim } from './grabcutRim';
import { clipToImage, cropRgb, type RgbaImage, shrinkRgb } from './image';
import { type MatScope, withMats } from './matScope';
import { type MethodResult, type Region, regionToRle } from './regions';

/**
 * The object in the box as one mask (of several parts where the colours say so), score 1; none where everything in the box
 * looks like its surroundings. Source: Rother, Kolmogorov, Blake (2004), "GrabCut", in OpenCV's form.
 * @throws AppError `usage` without a box, `bad-input` for a box that is outside the image or leaves nothing to tell apart.
 */
export function grabcut(cv: OpenCv, image: RgbaImage, params: ParamsOf<'grabcut'>, box?: Box): MethodResult {
  if (!box) throw new AppError('usage', 'grabcut needs a box around the object (x,y,width,height)');
  const object = clipToImage(box, image);
  const roi = pad(object, params.padding, image);
  const { inner, framed } = leaveBackground(object, roi);
  return withMats(cv, (scope) => {
    const scale = params.maxSide > 0 ? Math.min(1, params.maxSide / Math.max(roi[2], roi[3])) : 1;
    const width = Math.max(1, Math.round(roi[2] * scale));
    const height = Math.max(1, Math.round(roi[3] * scale));
    checkMemory(width, height);
    const rgb = scale < 1 ? shrinkRgb(scope, image, roi, width, height) : cropRgb(scope, image, roi);
    const models = { background: scope.mat(), foreground: scope.mat() };
    const mask = scope.zeros(height, width, cv.CV_8UC1);
    cv.setRNGSeed(0);
    cv.grabCut(
      rgb,
      mask,
      scaleInside(cv, inner, roi, width, height),
      models.background,
      models.foreground,
      params.iterations,
      cv.GC_INIT_WITH_RECT,
    );
    scope.free(rgb);
    keepForeground(mask);
    let bitmap = enlarge(scope, mask, roi[2], roi[3]);
    if (scale < 1 && params.refine === 1) bitmap = refineRim(scope, image, roi, bitmap, mask, models);

    const notes: string[] = [];
    if (scale < 1) notes.push(`worked at ${width} x ${height} of ${roi[2]} x ${roi[3]} pixels`);
    if (framed) notes.push('the box fills the image: its outermost pixels were taken as background');
    const area = bitmap.reduce((sum, value) => sum + value, 0);
    if (area === 0) return { masks: [], notes: [...notes, 'nothing in the box differs from its surroundings'] };
    const region: Region = { x: 0, y: 0, width: roi[2], height: roi[3], bitmap, area };
    return { masks: [{ rle: regionToRle(region, roi, image), score: 1 }], notes };
  });
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
function pad([x, y, w, h]: Box, padding: number, image: RgbaImage): Box {
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
function scaleInside(cv: OpenCv, inner: Box, roi: Box, width: number, height: number) {
  const fx = width / roi[2];
  const fy = height / roi[3];
  const left = Math.floor((inner[0] - roi[0]) * fx);
  const top = Math.floor((inner[1] - roi[1]) * fy);
  const right = Math.min(width, Math.ceil((inner[0] - roi[0] + inner[2]) * fx));
  const bottom = Math.min(height, Math.ceil((inner[1] - roi[1] + inner[3]) * fy));
  const fills = right - left === width && bottom - top === height;
  const frame = fills ? 1 : 0;
  return new cv.Rect(left + frame, top + frame, right - left - 2 * frame, bottom - top - 2 * frame);
}

/** GC_FGD and GC_PR_FGD become 1, the rest 0: the odd ones of the four values. */
function keepForeground(mask: Mat): void {
  const { data } = mask;
  for (let i = 0; i < data.length; i++) data[i] &= 1;
}

/** The 0/1 mask at the region's size, as a bitmap in ordinary memory; the edge is that of the linearly enlarged mask. */
function enlarge(scope: MatScope, mask: Mat, width: number, height: number): Uint8Array {
  if (mask.cols === width && mask.rows === height) return mask.data.slice();
  const { cv } = scope;
  const soft = scope.mat();
  cv.threshold(mask, soft, 0, 255, cv.THRESH_BINARY);
  const large = scope.mat();
  cv.resize(soft, large, new cv.Size(width, height), 0, 0, cv.INTER_LINEAR);
  cv.threshold(large, large, 127, 1, cv.THRESH_BINARY);
  const bitmap = large.data.slice();
  scope.free(soft);
  scope.free(large);
  return bitmap;
}
