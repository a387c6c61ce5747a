/** An unfinished split line, with what it is to cut. */
import { z } from 'zod';
import { keepsDrafts, pointsSchema } from '../drafts';
import { findAnnotation, type ToolStep } from '../tool';
import type { SplitState } from './splitTool';

interface SplitDraft {
  readonly points: readonly number[];
  readonly ids: readonly number[];
}

const schema: z.ZodType<SplitDraft> = z.object({ points: pointsSchema.min(4), ids: z.array(z.number().int()) });

export const splitDrafts = keepsDrafts(schema, {
  save: (state: SplitState) =>
    state.kind === 'idle' || state.points.length < 4 ? null : { points: state.points, ids: state.ids },
  describe: ({ points }) => `split line, ${points.length / 2} points`,
  resume({ points, ids }, { snapshot }): ToolStep<SplitState> {
    const left = ids.filter((id) => findAnnotation(snapshot, id));
    if (left.length === 0) return { state: { kind: 'idle' }, notice: 'What this line was to split is gone' };
    const hover = { x: points[points.length - 2], y: points[points.length - 1] };
    return { state: { kind: 'drawing', points, hover, ids: left }, selection: left };
  },
});
