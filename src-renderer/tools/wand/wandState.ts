/** What the wand has picked so far: clicks with their results, and the mask they make together. */
import { formatPicks } from '@shared/methods/strokes';
import { maskFields, rleToSegmentation, segmentationToRle } from '@shared/document/segmentation';
import type { Provenance } from '@shared/document/types';
import type { MethodParams } from '@shared/methods/requests';
import type { ProposalResult } from '@shared/document/proposalResult';
import { merge, subtract, type Rle } from '@shared/mask';
import { isEmptyMask } from '@shared/mask/edit';
import { maskOf } from '../patches';
import { findAnnotation, type ToolContext } from '../tool';
import type { Scope } from '../method/scope';

/** One click. */
export interface WandPick {
  readonly mode: 'new' | 'add' | 'cut';
  readonly seed: readonly [x: number, y: number];
  readonly tolerance: number;
  /** null before the first answer. */
  readonly result: ProposalResult | null;
  readonly isFinal: boolean;
}

export interface WandWorking {
  readonly kind: 'working';
  /** `image`: a new annotation; `annotation`: the one that is added to or cut from. */
  readonly scope: Extract<Scope, { kind: 'image' | 'annotation' }>;
  readonly picks: readonly WandPick[];
  /** While the button is down: where it went down, view pixels to the right raise the tolerance from `base`. */
  readonly pressed: { readonly x: number; readonly base: number } | null;
  readonly params: MethodParams;
  readonly accepting: boolean;
}

export type WandState = { readonly kind: 'idle' } | WandWorking;

const masks = new WeakMap<readonly WandPick[], Rle | null>();

/** The mask of all answered picks; null where there is none. */
export function pickedMask({ picks, scope }: WandWorking, context: ToolContext): Rle | null {
  const known = masks.get(picks);
  if (known !== undefined) return known;
  const { size } = context.snapshot;
  const from = scope.kind === 'annotation' ? findAnnotation(context.snapshot, scope.id) : undefined;
  let mask: Rle | null = from ? maskOf(from, size) : null;
  for (const { mode, result } of picks) {
    const [found] = result?.proposals ?? [];
    if (!found) continue;
    const picked = segmentationToRle(found.segmentation, size);
    if (mode === 'cut') mask = mask && subtract(mask, picked);
    else mask = mask && mode === 'add' ? merge([mask, picked]) : picked;
  }
  if (mask && isEmptyMask(mask)) mask = null;
  masks.set(picks, mask);
  return mask;
}

/** The part of a result that an annotation is made of. */
export type PickedResult = Pick<ProposalResult, 'proposals' | 'provenance'>;

/** What is accepted: a single click's own result, or the mask of them all: its provenance has every click and what they began on. */
export function pickedResult(state: WandWorking, context: ToolContext): PickedResult {
  const { picks, scope } = state;
  const [first] = picks;
  if (picks.length === 1 && scope.kind === 'image' && first.result) return first.result;
  const mask = pickedMask(state, context);
  const results = picks.flatMap(({ result }) => result ?? []);
  const provenance: Provenance = {
    tool: 'wand',
    params: {
      ...results[0]?.provenance.params,
      picks: formatPicks(picks),
      ...(scope.kind === 'annotation' ? { base: scope.within.counts } : {}),
    },
    ms: results.reduce((sum, { provenance: { ms = 0 } }) => sum + ms, 0),
    edits: 0,
  };
  if (!mask) return { proposals: [], provenance };
  const segmentation = rleToSegmentation(mask);
  const fields = maskFields(segmentation, context.snapshot.size);
  return { proposals: [{ segmentation, ...fields, score: 1, categoryName: null }], provenance };
}
