/** Unfinished work of a tool as data: what is kept when its image or the tool is left, or the program ends. */
import { ringSchema, rleSchema } from '@shared/document/validate';
import type { MethodName } from '@shared/methods/params';
import type { MethodParams } from '@shared/methods/requests';
import { AppError } from '@shared/errors/appError';
import { readWith } from '@shared/errors/readWith';
import { z } from 'zod';
import type { Scope } from './method/scope';
import { isGoalAlive } from './shapeEdit';
import type { ShapeGoal } from './target';
import type { Outcome, ToolContext, ToolState, ToolStep } from './tool';

/** Made of the state's own parts where it can be: the host compares it with the one before, and equal objects are quick to compare. */
export type DraftData = Readonly<Record<string, unknown>>;

/** How a tool keeps what it is in the middle of. */
export interface ToolDrafts<S extends ToolState = ToolState> {
  /** What of the state is worth keeping; null: nothing. Cheap: asked after every step. */
  save(state: S): DraftData | null;
  /** What it is, after "Unfinished": `polygon, 12 points`. @throws AppError `bad-input` for what is no draft of the tool. */
  describe(data: unknown): string;
  /** More work than one would like to do again: where a key drops it all at once, that is told, with a way back. */
  isDear(data: unknown): boolean;
  /**
   * Goes on with it. A state of which nothing is to be saved means that it cannot go on; the notice says why.
   * @throws AppError `bad-input` as above.
   */
  resume(data: unknown, context: ToolContext): ToolStep<S>;
}

/** What comes back from a file is looked at once, here. */
export function keepsDrafts<S extends ToolState, D extends object>(
  schema: z.ZodType<D>,
  how: {
    save(state: S): D | null;
    describe(data: D): string;
    isDear?(data: D): boolean;
    resume(data: D, context: ToolContext): ToolStep<S>;
  },
): ToolDrafts<S> {
  const read = (data: unknown): D => {
    const result = readWith(schema, data);
    if ('data' in result) return result.data;
    const { message, pointer } = result.fault;
    throw new AppError('bad-input', `The unfinished work cannot be read: ${message} (${pointer || '/'})`, {
      hint: 'another version of the program kept it; discard it, or go on there',
    });
  };
  return {
    save: (state) => how.save(state) as DraftData | null,
    describe: (data) => how.describe(read(data)),
    isDear: (data) => how.isDear?.(read(data)) ?? false,
    resume: (data, context) => how.resume(read(data), context),
  };
}

const id = z.number().int();
const side = z.number().int();

export const pointsSchema = ringSchema;
export const goalSchema: z.ZodType<ShapeGoal> = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('new') }),
  z.object({ kind: z.literal('add'), id }),
  z.object({ kind: z.literal('cut'), id }),
  z.object({ kind: z.literal('touch'), id }),
]);
export const scopeSchema: z.ZodType<Scope> = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('image') }),
  z.object({ kind: z.literal('box'), box: z.tuple([side, side, side, side]) }),
  z.object({ kind: z.literal('annotation'), id, within: rleSchema }),
]);
export const paramsSchema: z.ZodType<MethodParams> = z.record(z.string(), z.union([z.number(), z.string()]));

/** The goal where its annotation is still there, else something new, and the sentence that says so. */
export function revivedGoal(goal: ShapeGoal, context: ToolContext): { goal: ShapeGoal; notice?: string } {
  // What was just drawn then is not any more, unless it is still the selection.
  if (goal.kind === 'touch') return { goal: context.selection.has(goal.id) ? goal : { kind: 'new' } };
  if (goal.kind === 'new' || isGoalAlive(goal, context)) return { goal };
  const what = goal.kind === 'add' ? 'added to' : 'cut from';
  return { goal: { kind: 'new' }, notice: `Annotation ${goal.id}, which this ${what}, is gone: it makes a new one` };
}

/** The settings with these parameters of a method: a draft goes on with its own, not with those of today. */
export function withParams({ settings }: ToolContext, method: MethodName, params: MethodParams): Outcome {
  return { settings: { params: { ...settings.params, [method]: params } } };
}
