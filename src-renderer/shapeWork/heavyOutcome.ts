/** Does a task that was too much for the window's thread. */
import type { Annotation, DocumentSnapshot, Patch } from '@shared/document/types';
import { commandById, type CommandContext } from '../tools/commands';
import type { ShapeTask } from '../tools/heavy';
import { finishRing } from '../tools/shapeEdit';
import { splitAlong } from '../tools/split/splitTool';
import type { Outcome } from '../tools/tool';

export interface HeavyRequest {
  readonly task: ShapeTask;
  readonly context: CommandContext;
}

export function heavyOutcome({ task, context: given }: HeavyRequest): Outcome {
  const context = { ...given, inWorker: true as const };
  switch (task.kind) {
    case 'command':
      return commandById(task.id)?.run(context) ?? {};
    case 'ring':
      return finishRing({ ...context, categoryId: null }, task.ring, task.goal, task.naming);
    case 'split':
      return splitAlong(task.line, context);
  }
}

/** The patch with the snapshot's own annotations for the copies that the worker was given. */
export function withOwn({ added, updated, removed }: Patch, { annotations }: DocumentSnapshot): Patch {
  const byId = new Map(annotations.map((annotation) => [annotation.id, annotation]));
  const own = (copy: Annotation) => byId.get(copy.id) ?? copy;
  return { added, updated: updated.map(([from, to]) => [own(from), to] as const), removed: removed.map(own) };
}
