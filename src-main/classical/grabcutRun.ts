/** The steps of GrabCut at working resolution, and the state between them, which outlives the worker that computed it. */
import type { Stroke } from '@shared/classical/strokes';
import type { ColourModels } from './grabcutRim';
import type { GrabcutPlan } from './grabcutPlan';
import { cropRgb, type RgbaImage, shrinkRgb } from './image';
import type { Mat, OpenCv } from './cv';
import { type MatScope, withMats } from './matScope';
import { paintStroke } from './paintStroke';

/** All that a later step needs; ordinary memory. */
export interface GrabcutState {
  /** GC_ values, row-major, of the plan's frame. */
  readonly mask: Uint8Array;
  /** OpenCV's colour models, 65 doubles each. */
  readonly background: Float64Array;
  readonly foreground: Float64Array;
}

export interface GrabcutStep {
  /** null: start from the plan's rectangle or mask. */
  readonly from: GrabcutState | null;
  /** New strokes; label 1 = object, others background. Later ones win over earlier ones. */
  readonly strokes: readonly Stroke[];
  /** Rounds of the start, and of the strokes. */
  readonly iterations: number;
  /**
   * How strokes are taken up: `restart` learns the models anew from the mask (GC_INIT_WITH_MASK), so that the result follows
   * from box and strokes alone; `continue` goes on with the models there are (GC_EVAL), which is quicker.
   */
  readonly take: 'restart' | 'continue';
}

const MODEL_LENGTH = 65;

/** `start`: the state before the strokes; `state`: after them. Every random start has the same seed. */
export function runGrabcut(
  cv: OpenCv,
  image: RgbaImage,
  plan: GrabcutPlan,
  { from, strokes, iterations, take }: GrabcutStep,
): { start: GrabcutState; state: GrabcutState } {
  return withMats(cv, (scope) => {
    if (from && strokes.length === 0) return { start: from, state: from };
    const rgb = workingPicture(scope, image, plan);
    const start = from ?? firstCut(scope, rgb, plan, iterations);
    if (strokes.length === 0) return { start, state: start };
    const painted = { ...start, mask: withStrokes(cv, start.mask, plan, strokes) };
    if (!hasBothSides(painted.mask)) return { start, state: painted };
    const models = take === 'continue' ? loadModels(scope, painted) : emptyModels(scope);
    const mode = take === 'continue' ? cv.GC_EVAL : cv.GC_INIT_WITH_MASK;
    return { start, state: cut(scope, rgb, loadMask(scope, painted.mask, plan), models, iterations, mode) };
  });
}

/** The colour models as matrices of the scope. */
export function loadModels(scope: MatScope, state: GrabcutState): ColourModels {
  const load = (values: Float64Array): Mat => {
    const mat = scope.own(new scope.cv.Mat(1, MODEL_LENGTH, scope.cv.CV_64FC1));
    mat.data64F.set(values);
    return mat;
  };
  return { background: load(state.background), foreground: load(state.foreground) };
}

function workingPicture(scope: MatScope, image: RgbaImage, { box, width, height, scale }: GrabcutPlan): Mat {
  return scale < 1 ? shrinkRgb(scope, image, box, width, height) : cropRgb(scope, image, box);
}

function firstCut(scope: MatScope, rgb: Mat, plan: GrabcutPlan, iterations: number): GrabcutState {
  const { cv } = scope;
  const { start, width, height } = plan;
  const mask = start.kind === 'mask' ? loadMask(scope, start.values, plan) : scope.zeros(height, width, cv.CV_8UC1);
  const mode = start.kind === 'mask' ? cv.GC_INIT_WITH_MASK : cv.GC_INIT_WITH_RECT;
  const rect = start.kind === 'rect' ? start.rect : undefined;
  return cut(scope, rgb, mask, emptyModels(scope), iterations, mode, rect);
}

function cut(
  scope: MatScope,
  rgb: Mat,
  mask: Mat,
  models: ColourModels,
  iterations: number,
  mode: number,
  rect = { x: 0, y: 0, width: 1, height: 1 },
): GrabcutState {
  const { cv } = scope;
  const { background, foreground } = models;
  cv.setRNGSeed(0);
  const { x, y, width, height } = rect;
  cv.grabCut(rgb, mask, new cv.Rect(x, y, width, height), background, foreground, iterations, mode);
  return { mask: mask.data.slice(), background: background.data64F.slice(), foreground: foreground.data64F.slice() };
}

const emptyModels = (scope: MatScope): ColourModels => ({ background: scope.mat(), foreground: scope.mat() });

function loadMask(scope: MatScope, values: Uint8Array, { width, height }: GrabcutPlan): Mat {
  const mask = scope.own(new scope.cv.Mat(height, width, scope.cv.CV_8UC1));
  mask.data.set(values);
  return mask;
}

function withStrokes(cv: OpenCv, mask: Uint8Array, plan: GrabcutPlan, strokes: readonly Stroke[]): Uint8Array {
  const painted = mask.slice();
  for (const stroke of strokes) paintStroke(painted, plan, stroke, stroke.label === 1 ? cv.GC_FGD : cv.GC_BGD);
  return painted;
}

/** OpenCV refuses to learn a side that has no pixel. The odd ones of the GC_ values are the object's. */
function hasBothSides(mask: Uint8Array): boolean {
  let object = 0;
  for (let i = 0; i < mask.length; i++) object += mask[i] & 1;
  return object > 0 && object < mask.length;
}
