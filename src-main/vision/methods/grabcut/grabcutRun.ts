/** The steps of GrabCut at working resolution, and the state between them, which outlives the worker that computed it. */
import type { Stroke } from '@shared/methods/strokes';
import { ColourMixture } from './colourMixture';
import type { OpenCv } from '../../opencv/cv';
import {
  CutGraph,
  CutPicture,
  firstMixtures,
  isObject,
  learnMixtures,
  LIKELY_BACKGROUND,
  LIKELY_OBJECT,
  type Mixtures,
} from './grabcutCut';
import type { GrabcutPlan } from './grabcutPlan';
import { takeStroke } from './grabcutStroke';
import { cropRgb, type RgbaImage, shrinkRgb } from '../../opencv/image';
import { withMats } from '../../opencv/matScope';

/** All that a later step needs; ordinary memory. */
export interface GrabcutState {
  /** GC_ values, row-major, of the plan's frame. */
  readonly mask: Uint8Array;
  /** 1 for each pixel that a stroke of the background took away; null before the first one. */
  readonly lost: Uint8Array | null;
  /** OpenCV's colour models, 65 doubles each. */
  readonly background: Float64Array;
  readonly foreground: Float64Array;
  /** The colours found nothing: the mask began as the ellipse of the box, or is the one it started from. */
  readonly isGuess: boolean;
}

export interface GrabcutStep {
  /** null: start from the plan. */
  readonly from: GrabcutState | null;
  /** New strokes, taken up one after the other. */
  readonly strokes: readonly Stroke[];
  /** Rounds of the start. */
  readonly iterations: number;
}

/** Every random start has the same seed, and each stroke follows from what was there before it: the same steps give the same state. */
export function runGrabcut(
  cv: OpenCv,
  image: RgbaImage,
  plan: GrabcutPlan,
  { from, strokes, iterations }: GrabcutStep,
): GrabcutState {
  if (from && strokes.length === 0) return from;
  const picture = workingPicture(cv, image, plan);
  let state = from ?? firstCut(picture, plan, iterations);
  for (const stroke of strokes) {
    const mixtures = loadMixtures(state);
    const { mask, lost } = takeStroke(picture, plan, { mask: state.mask, lost: state.lost, mixtures }, stroke);
    state = { ...toState(mask, mixtures, state.isGuess), lost };
  }
  return state;
}

/** What the state learnt of the colours. */
export function loadMixtures(state: GrabcutState): Mixtures {
  return { background: ColourMixture.from(state.background), object: ColourMixture.from(state.foreground) };
}

function toState(mask: Uint8Array, { background, object }: Mixtures, isGuess: boolean): GrabcutState {
  return { mask, lost: null, background: background.values(), foreground: object.values(), isGuess };
}

function workingPicture(cv: OpenCv, image: RgbaImage, { box, width, height, scale, mute }: GrabcutPlan): CutPicture {
  return withMats(cv, (scope) => {
    const rgb = scale < 1 ? shrinkRgb(scope, image, box, width, height) : cropRgb(scope, image, box);
    if (scale <= 1) return new CutPicture(rgb.data.slice(), width, height, mute);
    const large = scope.mat();
    cv.resize(rgb, large, new cv.Size(width, height), 0, 0, cv.INTER_LINEAR);
    return new CutPicture(large.data.slice(), width, height, mute);
  });
}

/** An object smaller than this part of the box is nothing that anybody drew a box for. */
const LEAST_PART = 0.05;

function firstCut(picture: CutPicture, plan: GrabcutPlan, iterations: number): GrabcutState {
  const mask = plan.values.slice();
  const mixtures = firstMixtures(picture, mask);
  const graph = new CutGraph(picture, mask);
  for (let i = 0; i < iterations; i++) {
    learnMixtures(picture, mask, mixtures);
    graph.cut(mask, mixtures, plan.bias);
  }
  const found = mask.reduce((sum, value) => sum + (isObject(value) ? 1 : 0), 0);
  if (found >= LEAST_PART * plan.rect.width * plan.rect.height) return toState(mask, mixtures, false);
  const guess = plan.kind === 'box' ? ellipseOf(plan) : plan.values.slice();
  return toState(guess, firstMixtures(picture, guess), true);
}

/** The plan's values with the box's ellipse as the object, less what is sure to be background. */
function ellipseOf({ values, rect, width }: GrabcutPlan): Uint8Array {
  return values.map((value, p) => {
    if (value !== LIKELY_OBJECT && value !== LIKELY_BACKGROUND) return value;
    const y = Math.floor(p / width);
    const u = (2 * (p - y * width - rect.x) + 1) / rect.width - 1;
    const v = (2 * (y - rect.y) + 1) / rect.height - 1;
    return u * u + v * v <= 1 ? LIKELY_OBJECT : LIKELY_BACKGROUND;
  });
}
