/** Unfinished work of a method: region, strokes and parameters; the result is computed again. */
import { counted } from '@shared/errors/counted';
import { CLASSICAL_METHODS } from '@shared/methods/params';
import type { Stroke } from '@shared/methods/strokes';
import { MAX_STROKE_LABEL } from '@shared/methods/strokes';
import type { MethodParams } from '@shared/methods/requests';
import { z } from 'zod';
import { keepsDrafts, paramsSchema, pointsSchema, scopeSchema, type ToolDrafts, withParams } from '../drafts';
import { type MethodState, type MethodToolSpec, startWork, type Working } from './methodState';
import { revivedScope, type Scope } from './scope';

interface MethodDraft {
  readonly scope: Scope;
  readonly strokes: readonly Stroke[];
  readonly label: number;
  readonly params: MethodParams;
}

const label = z.number().int().min(0).max(MAX_STROKE_LABEL);

const schema: z.ZodType<MethodDraft> = z.object({
  scope: scopeSchema,
  strokes: z.array(z.object({ label, radius: z.number().positive(), points: pointsSchema.min(2) })),
  label,
  params: paramsSchema,
});

export function methodDrafts(spec: MethodToolSpec): ToolDrafts<MethodState> {
  const draftOf = ({ scope, strokes, label, params }: Working): MethodDraft => ({ scope, strokes, label, params });
  return keepsDrafts(schema, {
    save(state: MethodState) {
      const working = state.kind === 'dragging' ? state.before : state.kind === 'working' ? state : null;
      return working && draftOf(working);
    },
    describe: ({ strokes }) => {
      const { title } = CLASSICAL_METHODS[spec.method];
      const count = strokes.length;
      return count === 0 ? `${title} result` : `${title}, ${counted(count, 'stroke')}`;
    },
    resume(draft, context) {
      const { scope, notice } = revivedScope(draft.scope, context);
      return { ...startWork(spec, scope, context, draft), notice, ...withParams(context, spec.method, draft.params) };
    },
  });
}
