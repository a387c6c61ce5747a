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
import { copyRgb, cropRgb, type RgbaImage, shrinkRgb } from '../../opencv/image';
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
  /** The region's colours at working resolution, in memory that threads share; null where they are taken from the image anew. */
  readonly colours: Uint8Array | null;
  /** The colours found nothing: the mask began as the ellipse of the box, or is the one it started from. */
  readonly isGuess: boolean;
}

type Found = Omit<GrabcutState, 'colours'>;

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
  const { width, height, mute } = plan;
  const colours = from?.colours ?? workingColours(cv, image, plan);
  const picture = new CutPicture(colours, width, height, mute);
  let found: Found = from ?? firstCut(picture, plan, iterations);
  for (const stroke of strokes) {
    const mixtures = loadMixtures(found);
    const { mask, lost } = takeStroke(picture, plan, { mask: found.mask, lost: found.lost, mixtures }, stroke);
    found = { ...toFound(mask, mixtures, found.isGuess), lost };
  }
  return { ...found, colours: colours.buffer instanceof SharedArrayBuffer ? colours : null };
}

/** What the state learnt of the colours. */
export function loadMixtures(state: Found): Mixtures {
  return { background: ColourMixture.from(state.background), object: ColourMixture.from(state.foreground) };
}

function toFound(mask: Uint8Array, { background, object }: Mixtures, isGuess: boolean): Found {
  return { mask, lost: null, background: background.values(), foreground: object.values(), isGuess };
}

/** Of more pixels than this the colours are not kept: cutting takes far longer than scaling them again, and states are many. */
const MOST_KEPT = 2 ** 20;

/** RGB interleaved, row-major, of the plan's frame. What is scaled goes into shared memory: the next stroke begins with it. */
function workingColours(cv: OpenCv, image: RgbaImage, { box, width, height, scale }: GrabcutPlan): Uint8Array {
  if (scale === 1) return copyRgb(image, box);
  return withMats(cv, (scope) => {
    const scaled = scale < 1 ? shrinkRgb(scope, image, box, width, height) : scope.mat();
    if (scale > 1) {
      const size = new cv.Size(width, height);
      cv.resize(cropRgb(scope, image, box), scaled, size, 0, 0, cv.INTER_LINEAR);
    }
    if (width * height > MOST_KEPT) return scaled.data.slice();
    const colours = new Uint8Array(new SharedArrayBuffer(width * height * 3));
    colours.set(scaled.data);
    return colours;
  });
}

/** An object smaller than this part of the box is nothing that anybody drew a box for. */
const LEAST_PART = 0.05;

function firstCut(picture: CutPicture, plan: GrabcutPlan, iterations: number): Found {
  const mask = plan.values.slice();
  const mixtures = firstMixtures(picture, mask);
  const graph = new CutGraph(picture, mask);
  for (let i = 0; i < iterations; i++) {
    learnMixtures(picture, mask, mixtures);
    graph.cut(mask, mixtures, plan.bias);
  }
  const found = mask.reduce((sum, value) => sum + (isObject(value) ? 1 : 0), 0);
  if (found >= LEAST_PART * plan.rect.width * plan.rect.height) return toFound(mask, mixtures, false);
  const guess = plan.kind === 'box' ? ellipseOf(plan) : plan.values.slice();
  return toFound(guess, firstMixtures(picture, guess), true);
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
