/** An unfinished lasso: the line so far, to be drawn on. */
import { z } from 'zod';
import { goalSchema, keepsDrafts, pointsSchema, revivedGoal } from '../drafts';
import type { ShapeGoal } from '../target';
import type { ToolStep } from '../tool';
import type { LassoState } from './lassoTool';

interface LassoDraft {
  readonly goal: ShapeGoal;
  readonly points: readonly number[];
}

/** Fewer points are no line that anybody would go on with. */
const LEAST_NUMBERS = 20;

const schema: z.ZodType<LassoDraft> = z.object({ goal: goalSchema, points: pointsSchema.min(4) });

export const lassoDrafts = keepsDrafts(schema, {
  save: (state: LassoState) =>
    state.kind === 'idle' || state.points.length < LEAST_NUMBERS ? null : { goal: state.goal, points: state.points },
  describe: () => 'lasso line',
  resume({ goal, points }, context): ToolStep<LassoState> {
    const revived = revivedGoal(goal, context);
    return { state: { kind: 'paused', goal: revived.goal, points }, notice: revived.notice };
  },
});
