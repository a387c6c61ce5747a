/** Work on polygons that may hold the window up: handed on as data, so that the shape worker does it. */
import type { Annotation } from '@shared/document/types';
import { countVertices } from '@shared/geometry/polygon';
import type { CommandContext } from './commands/command';
import type { Naming } from './shapeEdit';
import type { ShapeGoal } from './target';
import type { Outcome } from './tool';

export type ShapeTask =
  | { readonly kind: 'command'; readonly id: string }
  | { readonly kind: 'ring'; readonly ring: readonly number[]; readonly goal: ShapeGoal; readonly naming: Naming }
  | { readonly kind: 'split'; readonly line: readonly number[] };

export interface HeavyTask {
  readonly task: ShapeTask;
  /** All that it looks at: while one of them changes, the result is void. */
  readonly annotations: readonly Annotation[];
}

/** Clipping takes the window's thread about 10 ms for so many vertices in all, and more than linear from there. */
const MOST_VERTICES = 1500;

/** The outcome that hands the task on; null where it can be done at once, and in the worker. */
export function laterIfHeavy(
  { inWorker }: Pick<CommandContext, 'inWorker'>,
  task: ShapeTask,
  annotations: readonly Annotation[],
): Outcome | null {
  if (inWorker) return null;
  const vertices = annotations.reduce(
    (sum, { segmentation }) => sum + (segmentation?.kind === 'polygons' ? countVertices(segmentation.parts) : 0),
    0,
  );
  return vertices > MOST_VERTICES ? { heavy: { task, annotations } } : null;
}
