/** What Smart select has been told about one object, and the masks that were answered. */
import { isOnlyBox } from '@shared/document/boxes';
import { maskFields, rleToSegmentation, segmentationToRle } from '@shared/document/segmentation';
import type { Annotation, Provenance, RleSegmentation } from '@shared/document/types';
import { type Box, boxesIntersect } from '@shared/geometry/box';
import type { PromptAnswer, PromptCandidate, PromptRequest } from '@shared/models/types';
import type { RawProposal } from '@shared/document/proposalResult';
import type { ImagePoint } from '@shared/geometry/coords';
import { merge, subtract, type Rle } from '@shared/mask';
import { isEmptyMask, pixelAt } from '@shared/mask/edit';
import type { Scope } from '../method/scope';
import { maskOf } from '../patches';
import { findAnnotation, type ToolContext } from '../tool';

export interface Click {
  readonly x: number;
  readonly y: number;
  readonly isInside: boolean;
}

/** What was said up to one click or box; the answer comes later. */
export interface Said {
  readonly clicks: readonly Click[];
  readonly box: Box | null;
  /** Of the step before: its answer is where this one goes on from. */
  readonly prior: number | null;
  /** null until it is there. */
  readonly answer: PromptAnswer | null;
  /** Which of the answer's masks is taken. */
  readonly chosen: number;
}

export interface SmartWorking {
  readonly kind: 'working';
  /** `annotation`: its mask is corrected. */
  readonly scope: Extract<Scope, { kind: 'image' | 'annotation' }>;
  /** One a click or box, the latest last; never empty. */
  readonly steps: readonly Said[];
  /** Enter was pressed before the answer was there. */
  readonly accepting: boolean;
  /** The last question got no answer, and nothing is awaited. */
  readonly isFailed: boolean;
  /** What was shown under the pointer that clicked first: it stays in sight until the answer is there. */
  readonly ahead: PromptCandidate | null;
}

export type SmartState =
  /** `ahead`: what a click under the pointer would take. */
  | { readonly kind: 'idle'; readonly ahead: PromptCandidate | null }
  | {
      readonly kind: 'pressing';
      readonly from: ImagePoint;
      readonly to: ImagePoint;
      readonly isInside: boolean;
      /** Shift or Alt with nothing in hand: about the selected annotation. */
      readonly corrects: boolean;
      readonly before: SmartWorking | null;
      /** What was shown under the pointer. */
      readonly ahead: PromptCandidate | null;
    }
  | SmartWorking;

/** What is in hand, also while the button is down; null: nothing. */
export const workingIn = (state: SmartState): SmartWorking | null =>
  state.kind === 'pressing' ? state.before : state.kind === 'working' ? state : null;

export const lastOf = ({ steps }: SmartWorking): Said => steps[steps.length - 1];

export function candidateOf(state: SmartWorking): PromptCandidate | null {
  const { answer, chosen } = lastOf(state);
  return answer?.candidates[chosen] ?? null;
}

/** The pixels that the annotation in hand has of its own: those of a box say nothing about its object. */
function ownPixels({ scope }: SmartWorking, { snapshot }: ToolContext): RleSegmentation | null {
  if (scope.kind !== 'annotation') return null;
  const annotation = findAnnotation(snapshot, scope.id);
  return annotation && isOnlyBox(annotation) ? null : scope.within;
}

export function requestOf(state: SmartWorking, context: ToolContext): PromptRequest {
  const { clicks, box, prior } = lastOf(state);
  const own = ownPixels(state, context);
  // A box says it anew.
  const corrects = own !== null && box === null;
  // The model forgets answers after a while: what is corrected may not be lost with them.
  const mask = prior === null ? own : corrects ? answeredMask(state, prior) : null;
  return {
    points: clicks,
    ...(box ? { box } : {}),
    ...(prior !== null ? { prior } : {}),
    ...(mask ? { mask } : {}),
    ...(corrects ? { corrects } : {}),
    finish: { rim: context.settings.refinesRim },
  };
}

function answeredMask({ steps }: SmartWorking, id: number): RleSegmentation | null {
  const candidates = steps.flatMap(({ answer }) => answer?.candidates ?? []);
  return candidates.find((one) => one.id === id)?.segmentation ?? null;
}

/** What is said where the answer has no mask. */
export const nothingFor = ({ scope }: SmartWorking): string =>
  scope.kind === 'annotation' ? 'Nothing to change was found here' : 'Nothing was found here';

const masks = new WeakMap<PromptCandidate, Rle>();

/** The candidate's own pixels; remembered, so that what did not change is not drawn anew. */
export function ownMask(candidate: PromptCandidate): Rle {
  let mask = masks.get(candidate);
  if (!mask) {
    const { segmentation } = candidate;
    masks.set(candidate, (mask = segmentationToRle(segmentation, segmentation.size)));
  }
  return mask;
}

/** What the pointer showed, where it is still on it: a quick click may be about another object. */
export function aheadAt({ x, y }: { x: number; y: number }, ahead: PromptCandidate | null): PromptCandidate | null {
  return ahead && pixelAt(ownMask(ahead), Math.floor(x), Math.floor(y)) ? ahead : null;
}

interface Spared {
  readonly annotations: readonly Annotation[];
  readonly mask: Rle | null;
}

const spared = new WeakMap<PromptCandidate, Spared>();
const sparedAhead = new WeakMap<PromptCandidate, Spared>();

/** What is under the pointer is worked out between two of its movements: with more than this in the mask's box it is shown whole. */
const MOST_NEAR = 16;
const MOST_NEAR_COST = 20_000;

/** The pixels that are taken: those of other annotations are left alone where the setting says so. Null: nothing is left. */
export function takenMask(candidate: PromptCandidate, scope: Scope, context: ToolContext): Rle | null {
  return without(candidate, context, spared, (annotations) =>
    annotations.filter(({ id, segmentation }) => segmentation && !(scope.kind === 'annotation' && scope.id === id)),
  );
}

/** As `takenMask`, of something new under the pointer, as far as that is quick to say. */
export function aheadMask(candidate: PromptCandidate, context: ToolContext): Rle | null {
  return without(candidate, context, sparedAhead, (annotations) => {
    const near = annotations.filter(({ segmentation, bbox }) => segmentation && boxesIntersect(bbox, candidate.bbox));
    const cost = near.length > MOST_NEAR ? Infinity : near.reduce((sum, one) => sum + costOf(one), 0);
    return cost > MOST_NEAR_COST ? [] : near;
  });
}

/** Of getting at an annotation's mask and going through it, about its runs. */
function costOf({ segmentation, bbox: [, , width] }: Annotation): number {
  return segmentation?.kind === 'rle' ? segmentation.counts.length / 2 : 2 * width;
}

function without(
  candidate: PromptCandidate,
  { settings, snapshot: { annotations, size } }: ToolContext,
  remembered: WeakMap<PromptCandidate, Spared>,
  othersOf: (annotations: readonly Annotation[]) => readonly Annotation[],
): Rle | null {
  const own = ownMask(candidate);
  if (!settings.sparesNeighbours) return own;
  const known = remembered.get(candidate);
  if (known?.annotations === annotations) return known.mask;
  const others = othersOf(annotations);
  const rest = others.length > 0 ? subtract(own, merge(others.map((other) => maskOf(other, size)))) : own;
  const mask = isEmptyMask(rest) ? null : rest;
  remembered.set(candidate, { annotations, mask });
  return mask;
}

/** What is accepted, as a method's result. */
export function resultOf(state: SmartWorking, context: ToolContext) {
  const candidate = candidateOf(state);
  const { answer, clicks, box } = lastOf(state);
  const mask = candidate && takenMask(candidate, state.scope, context);
  const provenance: Provenance = {
    tool: 'smart-select',
    ...(answer ? { model: answer.model } : {}),
    params: {
      ...(clicks.length > 0 ? { points: clicks.map(({ x, y, isInside }) => `${x},${y},${+isInside}`).join(';') } : {}),
      ...(box ? { box: box.join(',') } : {}),
      ...(candidate?.isRimRefined ? { rim: 'refined' } : {}),
    },
    ms: state.steps.reduce((sum, step) => sum + (step.answer?.ms ?? 0), 0),
    edits: 0,
  };
  if (!mask) return { proposals: [], provenance };
  const segmentation = rleToSegmentation(mask);
  const proposal: RawProposal = {
    segmentation,
    ...maskFields(segmentation, context.snapshot.size),
    score: 1,
    categoryName: null,
  };
  return { proposals: [proposal], provenance };
}
