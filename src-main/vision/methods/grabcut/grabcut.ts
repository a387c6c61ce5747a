/** GrabCut from a box or a mask: works on the padded region at bounded resolution, then refines the rim at full resolution. */
import { counted } from '@shared/errors/counted';
import type { ParamsOf } from '@shared/methods/params';
import { parseStrokes, type Stroke } from '@shared/methods/strokes';
import type { Box } from '@shared/geometry/box';
import { area, encodeRegion, type Rle } from '@shared/mask';
import type { OpenCv } from '../../opencv/cv';
import { enlargeMask } from './enlargeMask';
import { planGrabcut, type GrabcutPlan } from './grabcutPlan';
import { refineRim } from './grabcutRim';
import { type GrabcutState, loadMixtures, runGrabcut } from './grabcutRun';
import type { RgbaImage } from '../../opencv/image';
import { withMats } from '../../opencv/matScope';
import { type Frame, paintStroke } from '../paintStroke';
import type { MethodResult } from '../regions';

/** A state and how many of the strokes it has taken up already. */
export interface GrabcutProgress {
  readonly state: GrabcutState;
  readonly taken: number;
}

/**
 * The object in the box (or near the mask) as one mask, of several parts where the colours say so, score 1. Where everything
 * looks like its surroundings it is a guess, and a note says so. Source: Rother, Kolmogorov, Blake (2004), "GrabCut", in OpenCV's form.
 * @param from how far an earlier run with the same arguments came; saves its time and changes nothing.
 * @throws AppError `usage` without a box or mask, `bad-input` for one that is outside the image or leaves nothing to tell apart.
 */
export function grabcut(
  cv: OpenCv,
  image: RgbaImage,
  params: ParamsOf<'grabcut'>,
  box?: Box,
  within?: Rle,
  from: GrabcutProgress | null = null,
): MethodResult & { readonly state: GrabcutState } {
  const plan = planGrabcut(cv, image, params, box, within);
  const strokes = parseStrokes(params.strokes);
  const rest = strokes.slice(from?.taken ?? 0);
  const state = runGrabcut(cv, image, plan, {
    from: from?.state ?? null,
    strokes: rest,
    iterations: params.iterations,
  });
  return { ...grabcutResult(cv, image, plan, state, { strokes, refine: params.refine === 1 }), state };
}

/** The state as a mask of the image's size; `refine`: with the rim decided anew at full resolution. Strokes hold to the pixel. */
function grabcutResult(
  cv: OpenCv,
  image: RgbaImage,
  plan: GrabcutPlan,
  state: GrabcutState,
  options: { readonly strokes: readonly Stroke[]; readonly refine: boolean },
): MethodResult {
  const { box, scale } = plan;
  const object = state.mask.map((value) => value & 1);
  let bitmap = resize(cv, object, plan);
  if (scale < 1 && options.refine) {
    const drawn = drawStrokes(box, options.strokes);
    bitmap = refineRim(cv, image, box, bitmap, { ...plan, object }, loadMixtures(state), drawn);
  }
  if (scale !== 1) for (const stroke of options.strokes) paintStroke(bitmap, fullFrame(box), stroke, stroke.label);

  const guess = state.isGuess && options.strokes.length === 0 ? [GUESS[plan.kind]] : [];
  const notes = [...plan.notes, ...guess, ...strokeNotes(options.strokes, box)];
  const rle = encodeRegion(bitmap, box, [image.height, image.width]);
  if (area(rle) === 0) return { masks: [], notes: [...notes, 'The strokes leave nothing of the object'] };
  return { masks: [{ rle, score: 1 }], notes };
}

const GUESS = {
  box: 'The colours are too much like the surroundings: this is only the ellipse of the box. Draw strokes to correct it',
  mask: 'The colours are too much like the surroundings: the mask is as it was. Draw strokes to correct it',
} as const;

/** Row-major picture of the region: 1 = stroke of the object, 2 = of the background, 0 = none; null without strokes. */
function drawStrokes(box: Box, strokes: readonly Stroke[]): Uint8Array | null {
  if (strokes.length === 0) return null;
  const drawn = new Uint8Array(box[2] * box[3]);
  for (const stroke of strokes) paintStroke(drawn, fullFrame(box), stroke, stroke.label === 1 ? 1 : 2);
  return drawn;
}

const fullFrame = (box: Box): Frame => ({ box, width: box[2], height: box[3] });

function strokeNotes(strokes: readonly Stroke[], [x, y, w, h]: Box): string[] {
  const isOutside = ({ points }: Stroke): boolean =>
    points.every(
      (_, i) => i % 2 === 1 || points[i] < x || points[i] >= x + w || points[i + 1] < y || points[i + 1] >= y + h,
    );
  const outside = strokes.filter(isOutside).length;
  if (outside === 0) return [];
  return [`${counted(outside, 'stroke lies', 'strokes lie')} outside the box: draw a larger box`];
}

/** The 0/1 mask at the region's size; where the sizes differ, the edge is that of the linearly scaled mask. */
function resize(cv: OpenCv, mask: Uint8Array, { box, width, height }: GrabcutPlan): Uint8Array {
  const [, , toWidth, toHeight] = box;
  if (width === toWidth && height === toHeight) return mask;
  if (width <= toWidth && height <= toHeight) return enlargeMask(mask, width, toWidth, toHeight);
  return withMats(cv, (scope) => {
    const soft = scope.own(new cv.Mat(height, width, cv.CV_8UC1));
    soft.data.set(mask);
    cv.threshold(soft, soft, 0, 255, cv.THRESH_BINARY);
    const resized = scope.mat();
    const filter = width > toWidth ? cv.INTER_AREA : cv.INTER_LINEAR;
    cv.resize(soft, resized, new cv.Size(toWidth, toHeight), 0, 0, filter);
    cv.threshold(resized, resized, 127, 1, cv.THRESH_BINARY);
    return resized.data.slice();
  });
}
