/** Computes one step in a worker: the methods as they are, and what the tools of the window ask beside. */
import type { ParamsOf } from '@shared/methods/params';
import type { RawProposal } from '@shared/document/proposalResult';
import { area, iou, majority, merge, type Rle, toBbox, toCompressed } from '@shared/mask';
import { channelHistogram } from '../methods/threshold/channelHistogram';
import { colourGroups, elbowOf } from '../methods/kmeans/colourGroups';
import type { OpenCv } from '../opencv/cv';
import { grabcut } from '../methods/grabcut/grabcut';
import { fillLab } from '../methods/labPlane';
import { toRle } from '../methods/methodRequest';
import { runMethod } from '../methods/methods';
import type { MethodResult } from '../methods/regions';
import { superpixelMap } from '../methods/superpixels/superpixels';
import { runOnView } from '../methods/viewMethod';
import { viewOf } from '../methods/viewPicture';
import { wireField } from '../methods/scissors/wireField';
import type { StepName, Steps } from './workerProtocol';

/** Longer side and rounds of grabcut's first mask. */
const PREVIEW_SIDE = 320;
const PREVIEW_ITERATIONS = 2;

type StepTable = { readonly [K in StepName]: (cv: OpenCv, input: Steps[K]['input']) => Steps[K]['result'] };

export const steps: StepTable = {
  method(cv, { method, image, params, box, within, lab, joined, grabcutFrom }) {
    const start = performance.now();
    if (method === 'grabcut') {
      const result = grabcut(cv, image, params as ParamsOf<'grabcut'>, box, within, grabcutFrom);
      return { ...toResult(result, start), grabcutState: result.state };
    }
    const result = runMethod(cv, method, image, params, box, within, lab);
    return toResult(joined ? asOne(result) : result, start);
  },

  viewMethod(cv, { view, image, method, params, box, within }) {
    const start = performance.now();
    const picture = view ?? viewOf(image, box, within);
    return { ...toResult(runOnView(cv, picture, image, method, params, within), start), view: picture };
  },

  grabcutPreview(cv, { image, params, box, within, from }) {
    const start = performance.now();
    const maxSide = Math.min(params.maxSide || PREVIEW_SIDE, PREVIEW_SIDE);
    const iterations = Math.min(params.iterations, PREVIEW_ITERATIONS);
    const { state, ...result } = grabcut(cv, image, { ...params, maxSide, iterations, refine: 0 }, box, within, from);
    return { ...toResult(result, start), state };
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

  agreement(_cv, { masks, families }) {
    const rles = masks.map(toRle);
    const consensus = majority(votes(rles, families));
    return rles.map((rle) => iou([rle], [consensus])[0]);
  },

  lab(_cv, { image, lab }) {
    fillLab(image.data, lab, 0, image.width * image.height);
    return null;
  },

  wireField: (_cv, { image, from, level }) => wireField(image, from, level),
};

/** One mask a family: what most of the family agree on. */
function votes(masks: readonly Rle[], families?: readonly string[]): Rle[] {
  if (!families) return [...masks];
  return [...new Set(families)].map((family) => majority(masks.filter((_, i) => families[i] === family)));
}

/** The score is the mean of the parts', weighted by their pixels. */
function asOne({ masks, notes }: MethodResult): MethodResult {
  if (masks.length < 2) return { masks, notes };
  const pixels = masks.map(({ rle }) => area(rle));
  const total = pixels.reduce((sum, count) => sum + count, 0);
  const score = masks.reduce((sum, mask, i) => sum + mask.score * pixels[i], 0) / total;
  return { masks: [{ rle: merge(masks.map(({ rle }) => rle)), score }], notes };
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
