/** Fill bucket: a click fills the hole under it, or the gap between the annotations around it. */
import type { Annotation } from '@shared/document/types';
import type { ImagePoint } from '@shared/geometry/coords';
import { emptyMask, invert, merge, type Rle, toBbox } from '@shared/mask';
import { backgroundAt, isEmptyMask, pixelAt } from '@shared/mask/edit';
import { maskOf } from '../patches';
import { finishMask, type Naming } from '../shapeEdit';
import { chooseGoal, type GoalChoice, type ShapeGoal } from '../target';
import {
  findAnnotation,
  NO_CATEGORY,
  type Outcome,
  type Tool,
  type ToolContext,
  type ToolEvent,
  type ToolHint,
  type ToolStep,
} from '../tool';

/** A click has no duration: the tool is never in the middle of anything. */
export interface FillState {
  readonly kind: 'idle';
}

const IDLE: FillState = { kind: 'idle' };
const NAMING: Naming = { tool: 'fill', gestures: { new: 'Fill gap', add: 'Fill hole', cut: 'Fill hole' } };
const GAP = { new: 'Fill gap', add: 'Fill gap', cut: 'Fill gap' };

export const fillTool: Tool<FillState> = {
  id: 'fill',
  label: 'Fill bucket',
  key: 'U',
  icon: 'paint-bucket',
  group: 'draw',
  line: 'Click a hole of the selected annotation, or a gap between annotations, to fill it.',
  initial: IDLE,
  reduce,
  preview: () => [],
  hint,
};

function reduce(state: FillState, event: ToolEvent, context: ToolContext): ToolStep<FillState> {
  return event.type === 'down' && event.button === 0 ? { state, ...fill(event.point, context) } : { state };
}

/**
 * With one annotation selected: adds the hole of its mask under the point, whatever lies in it; around the mask the gap under
 * the point, that is the connected region (through pixel sides) that no shown annotation covers. With none selected the gap
 * becomes a new annotation, and so it does beside what a tool has just drawn.
 */
function fill(point: ImagePoint, context: ToolContext): Outcome {
  const choice = choose(context);
  if ('notice' in choice) return choice;
  const [x, y] = [Math.floor(point.x), Math.floor(point.y)];
  const goal = settle(choice.goal, x, y, context);
  const hole = goal.kind === 'add' ? backgroundAt(selectedMask(context, goal.id), x, y) : null;
  if (hole && isEnclosed(hole)) return finishMask(context, hole, goal, NAMING);
  const isGap = goal.kind === 'new' || hole !== null;
  const around = isGap ? allShown(context) : selectedMask(context, (goal as { id: number }).id);
  const region = isGap ? backgroundAt(around, x, y) : null;
  if (region) return finishMask(context, region, goal, { ...NAMING, gestures: GAP });
  if (!pixelAt(around, x, y)) return { notice: 'Click inside the image' };
  return { notice: isGap ? 'An annotation covers this pixel' : 'The annotation has this pixel already' };
}

/** What no annotation of the image has, hidden ones too, as one annotation of the active category. */
export function fillUnlabelled(context: ToolContext): Outcome {
  if (context.categoryId === null) return NO_CATEGORY;
  const { snapshot } = context;
  const left = invert(unionOf(snapshot.annotations, snapshot.size));
  if (isEmptyMask(left)) return { notice: 'Every pixel has an annotation already' };
  const naming = { tool: 'fill', gestures: { ...NAMING.gestures, new: 'Fill everything unlabelled' } };
  return finishMask(context, left, { kind: 'new' }, naming);
}

/** Whichever tool has drawn what is selected, a hole in it can be filled. */
const choose = (context: ToolContext): GoalChoice => chooseGoal(context, 'paint', context.selectedByTool ?? undefined);

function settle(goal: ShapeGoal, x: number, y: number, context: ToolContext): ShapeGoal & { kind: 'new' | 'add' } {
  if (goal.kind !== 'touch') return goal.kind === 'add' ? goal : { kind: 'new' };
  const hole = backgroundAt(selectedMask(context, goal.id), x, y);
  return hole && isEnclosed(hole) ? { kind: 'add', id: goal.id } : { kind: 'new' };
}

/** It does not reach the border of the image. */
function isEnclosed(hole: Rle): boolean {
  const [height, width] = hole.size;
  const [left, top, w, h] = toBbox(hole);
  return left > 0 && top > 0 && left + w < width && top + h < height;
}

function selectedMask({ snapshot }: ToolContext, id: number): Rle {
  return maskOf(findAnnotation(snapshot, id)!, snapshot.size);
}

function allShown({ snapshot, hidden }: ToolContext): Rle {
  return unionOf(
    snapshot.annotations.filter(({ id }) => !hidden.has(id)),
    snapshot.size,
  );
}

function unionOf(annotations: readonly Annotation[], size: readonly [height: number, width: number]): Rle {
  return merge([emptyMask(size[0], size[1]), ...annotations.map((annotation) => maskOf(annotation, size))]);
}

function hint(_state: FillState, context: ToolContext): ToolHint {
  const choice = choose(context);
  if ('notice' in choice) return { cursor: 'not-allowed', text: choice.notice };
  const { goal } = choice;
  const cursor = 'crosshair';
  if (goal.kind === 'new') return { cursor, text: 'Click a gap between annotations to make it one' };
  const hole = `Click a hole in annotation ${goal.id} to fill it`;
  const gap = goal.kind === 'touch' ? 'or a gap between annotations to make it one' : 'or a gap to add it';
  return { cursor, text: `${hole}, ${gap}` };
}
