/** Computes one step in a worker: the methods as they are, and what the tools of the window ask beside. */
import type { ParamsOf } from '@shared/classical/params';
import { parseStrokes } from '@shared/classical/strokes';
import type { RawProposal } from '@shared/ipc/contract';
import { area, iou, majority, merge, toBbox, toCompressed } from '@shared/mask';
import { channelHistogram } from './channelHistogram';
import { colourGroups, elbowOf } from './colourGroups';
import type { OpenCv } from './cv';
import { grabcut, grabcutResult } from './grabcut';
import { planGrabcut } from './grabcutPlan';
import { runGrabcut } from './grabcutRun';
import { fillLab } from './labPlane';
import { toRle } from './methodRequest';
import { runMethod } from './methods';
import type { MethodResult } from './regions';
import { superpixelMap } from './superpixels';
import { runOnView } from './viewMethod';
import { viewOf } from './viewPicture';
import { wireField } from './wireField';
import type { StepName, Steps } from './workerProtocol';

/** Longer side and rounds of grabcut's first mask, and rounds of a stroke's. */
const PREVIEW_SIDE = 320;
const PREVIEW_ITERATIONS = 2;
const STROKE_ITERATIONS = 1;

type StepTable = { readonly [K in StepName]: (cv: OpenCv, input: Steps[K]['input']) => Steps[K]['result'] };

export const steps: StepTable = {
  method(cv, { method, image, params, box, within, lab, joined, grabcutStart }) {
    const start = performance.now();
    if (method === 'grabcut') {
      const result = grabcut(cv, image, params as ParamsOf<'grabcut'>, box, within, grabcutStart);
      return { ...toResult(result, start), grabcutStart: result.start };
    }
    const result = runMethod(cv, method, image, params, box, within, lab);
    return toResult(joined ? asOne(result) : result, start);
  },

  viewMethod(cv, { view, image, method, params, box, within }) {
    const start = performance.now();
    const picture = view ?? viewOf(image, box, within);
    return { ...toResult(runOnView(cv, picture, image, method, params, within), start), view: picture };
  },

  grabcutPreview(cv, { image, params, box, within, from, taken }) {
    const start = performance.now();
    const maxSide = Math.min(params.maxSide || PREVIEW_SIDE, PREVIEW_SIDE);
    const plan = planGrabcut(cv, image, { padding: params.padding, maxSide }, box, within);
    const strokes = parseStrokes(params.strokes);
    const first = Math.min(params.iterations, PREVIEW_ITERATIONS);
    const begun = from ?? runGrabcut(cv, image, plan, { from, strokes: [], iterations: first, take: 'continue' }).state;
    const rest = {
      from: begun,
      strokes: strokes.slice(taken),
      iterations: STROKE_ITERATIONS,
      take: 'continue',
    } as const;
    const { state } = runGrabcut(cv, image, plan, rest);
    return { ...toResult(grabcutResult(cv, image, plan, state, { strokes, refine: false }), start), state };
  },

  histogram(cv, { view, image, box, within }) {
    const picture = view ?? viewOf(image, box, within);
    return { histogram: channelHistogram(cv, picture, within), view: picture };
  },

  elbow(cv, { view, image, box, within, params }) {
    const picture = view ?? viewOf(image, box, within);
    return { curve: elbowOf(cv, picture, params, within), view: picture };
  },

  clusters(cv, { view, image, box, within, params, full }) {
    const picture = full ? null : (view ?? viewOf(image, box, within));
    return { ...colourGroups(cv, image, params, { box, within }, picture), view: picture };
  },

  superpixels: (_cv, { image, box, within, params }) => superpixelMap(image, params, { box, within }),

  agreement(_cv, { masks }) {
    const rles = masks.map(toRle);
    const consensus = majority(rles);
    return rles.map((rle) => iou([rle], [consensus])[0]);
  },

  lab(_cv, { image, lab }) {
    fillLab(image.data, lab, 0, image.width * image.height);
    return null;
  },

  wireField: (_cv, { image, from, level }) => wireField(image, from, level),
};

function asOne({ masks, notes }: MethodResult): MethodResult {
  return masks.length < 2
    ? { masks, notes }
    : { masks: [{ rle: merge(masks.map(({ rle }) => rle)), score: 1 }], notes };
}

function toResult({ masks, notes }: MethodResult, start: number) {
  const proposals = masks.map(toProposal);
  return { proposals, notes, computeMs: performance.now() - start };
}

function toProposal({ rle, score, outline }: MethodResult['masks'][number]): RawProposal {
  return {
    ...(outline ? { outline } : {}),
    segmentation: { kind: 'rle', size: rle.size, counts: toCompressed(rle) },
    bbox: toBbox(rle),
    area: area(rle),
    score,
    categoryName: null,
  };
}
