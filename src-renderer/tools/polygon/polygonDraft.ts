/** An unfinished polygon: its vertices so far. */
import { z } from 'zod';
import { goalSchema, keepsDrafts, pointsSchema, revivedGoal } from '../drafts';
import type { ShapeGoal } from '../target';
import type { ToolStep } from '../tool';
import { NOT_JOINED } from './polygonSnap';
import type { PolygonState } from './polygonTool';

interface PolygonDraft {
  readonly goal: ShapeGoal;
  readonly points: readonly number[];
}

const schema: z.ZodType<PolygonDraft> = z.object({ goal: goalSchema, points: pointsSchema.min(4) });

export const polygonDrafts = keepsDrafts(schema, {
  // A single point is as soon set again as it is gone on with.
  save: (state: PolygonState) =>
    state.kind === 'idle' || state.points.length < 4 ? null : { goal: state.goal, points: state.points },
  describe: ({ points }) => `polygon, ${points.length / 2} points`,
  isDear: ({ points }) => points.length >= 12,
  resume({ goal, points }, context): ToolStep<PolygonState> {
    const revived = revivedGoal(goal, context);
    const hover = { x: points[points.length - 2], y: points[points.length - 1] };
    return { state: { ...NOT_JOINED, kind: 'drawing', goal: revived.goal, points, hover }, notice: revived.notice };
  },
});
