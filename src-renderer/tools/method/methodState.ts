/** What a method tool is in the middle of, and the questions that follow from it. */
import { formatStrokes, type Stroke } from '@shared/methods/strokes';
import type { MethodName } from '@shared/methods/params';
import type { ImagePoint } from '@shared/geometry/coords';
import type { ElbowCurve, Histogram, MethodParams, Stage } from '@shared/methods/requests';
import type { ProposalResult } from '@shared/document/proposalResult';
import type { ToolManifest } from '../manifest';
import { drop, type Ask } from '../ask';
import { NO_PARAMS, type ToolContext } from '../tool';
import type { AcceptHow } from './acceptResult';
import { neighboursOf } from './neighbours';
import { scopeParams, type Scope } from './scope';

export interface Working {
  readonly kind: 'working';
  readonly scope: Scope;
  /** Done; the one being drawn is in `drawing`. */
  readonly strokes: readonly Stroke[];
  readonly drawing: Stroke | null;
  /** Label of the next stroke (left button). */
  readonly label: number;
  readonly hover: ImagePoint | null;
  /** The settings' own object, to see when it changed. */
  readonly params: MethodParams;
  /** Of GrabCut: the masks of other annotations in the region, compressed runs. */
  readonly avoid: string;
  /** The latest result, of whichever stage; null before the first. */
  readonly result: ProposalResult | null;
  /** `result` is what the full parameters give: what Enter accepts. */
  readonly isFinal: boolean;
  /** Enter was pressed: accept the final result when it is there. */
  readonly accepting: boolean;
  /** Why there is no result. */
  readonly problem: string | null;
  readonly histogram: Histogram | null;
  readonly elbow: ElbowCurve | null;
}

export type MethodState =
  | { readonly kind: 'idle'; readonly hover: ImagePoint | null }
  /** `before`: what the box, once it is one, takes the place of. */
  | { readonly kind: 'dragging'; readonly from: ImagePoint; readonly to: ImagePoint; readonly before: Working | null }
  | Working;

export const IDLE: MethodState = { kind: 'idle', hover: null };

/** How one method is a tool. */
export interface MethodToolSpec extends Pick<ToolManifest, 'key' | 'icon' | 'group' | 'line'> {
  readonly method: MethodName;
  /** Name of the gesture in the undo menu. */
  readonly gesture: string;
  readonly how: AcceptHow;
  /** The parameter that strokes are, and who they are for: one object, or one label an object. */
  readonly strokes?: { readonly param: 'strokes' | 'markers'; readonly labels: 'object' | 'objects' };
  /** Parameters that the panel shows first; absent: all. */
  readonly first?: readonly string[];
  /** What else its panel shows. */
  readonly side?: 'histogram' | 'elbow';
  /** What the status bar says before and while it works. */
  readonly hints: { readonly idle: string; readonly working: string };
}

export const PREVIEW = 'preview';
export const FINAL = 'final';
const SIDE = 'side';

/** Everything of the method's channels, for when its work is given up. */
export const DROP_ALL = drop(PREVIEW, FINAL, SIDE);

/** `kept`: what to go on with. */
export function startWork(
  spec: MethodToolSpec,
  scope: Scope,
  context: ToolContext,
  kept: Partial<Pick<Working, 'strokes' | 'label' | 'params'>> = {},
): { state: Working; asks: Ask[] } {
  const params = kept.params ?? context.settings.params[spec.method] ?? NO_PARAMS;
  const state: Working = {
    kind: 'working',
    scope,
    strokes: kept.strokes ?? [],
    drawing: null,
    label: kept.label ?? 1,
    hover: null,
    params,
    avoid: avoidOf(spec, scope, params, context),
    result: null,
    isFinal: false,
    accepting: false,
    problem: null,
    histogram: null,
    elbow: null,
  };
  const asked = askAgain(spec, state, {});
  return { state: asked.state, asks: [...asked.asks, ...askSide(spec, state)] };
}

/** What the method must keep off. */
export function avoidOf(spec: MethodToolSpec, scope: Scope, params: MethodParams, context: ToolContext): string {
  return spec.method === 'grabcut' ? neighboursOf(scope, params, context) : '';
}

/** The state with changes that call for another result, and the question for it; the result shown stays until it comes. */
export function askAgain(
  spec: MethodToolSpec,
  state: Working,
  changes: Partial<Working>,
): { state: Working; asks: Ask[] } {
  const next: Working = { ...state, ...changes, isFinal: false, problem: null };
  return { state: next, asks: [askRun(spec, next, 'preview'), ...drop(FINAL)] };
}

export function askRun(spec: MethodToolSpec, { scope, strokes, params, avoid }: Working, stage: Stage): Ask {
  const drawn = spec.strokes && strokes.length > 0 ? { [spec.strokes.param]: formatStrokes(strokes) } : {};
  return {
    channel: stage === 'preview' ? PREVIEW : FINAL,
    method: 'vision.run',
    params: {
      method: spec.method,
      params: { ...params, ...drawn, ...(avoid ? { avoid } : {}) },
      ...scopeParams(scope),
      stage,
    },
  };
}

function askSide(spec: MethodToolSpec, { scope, params }: Working): Ask[] {
  const region = scopeParams(scope);
  if (spec.side === 'histogram') return [{ channel: SIDE, method: 'vision.histogram', params: region }];
  if (spec.side === 'elbow') return [{ channel: SIDE, method: 'vision.elbow', params: { ...region, params } }];
  return [];
}
