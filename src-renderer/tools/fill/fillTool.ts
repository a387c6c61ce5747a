/** Fill bucket: a click fills the hole under it, the gap between the annotations around it, or a superpixel cell. */
import type { Annotation } from '@shared/document/types';
import { imagePoint, type ImagePoint } from '@shared/geometry/coords';
import { dilate, emptyMask, invert, merge, type Rle, toBbox } from '@shared/mask';
import { backgroundAt, isEmptyMask, pixelAt } from '@shared/mask/edit';
import { drop, type Answer } from '../ask';
import { maskOf } from '../patches';
import type { Preview } from '../preview';
import { finishMask, type Naming } from '../shapeEdit';
import { chooseGoal, type GoalChoice, type ShapeGoal } from '../target';
import {
  findAnnotation,
  NO_CATEGORY,
  NO_PARAMS,
  type Outcome,
  type Tool,
  type ToolContext,
  type ToolEvent,
  type ToolHint,
  type ToolStep,
} from '../tool';
import { CELLS, type FillCells, forgetAsked, pointAt, takeCells } from './fillCells';

/** A click has no duration: the tool is never in the middle of anything. `cells`: where it fills those. */
export interface FillState {
  readonly kind: 'idle';
  readonly cells: FillCells | null;
}

const IDLE: FillState = { kind: 'idle', cells: null };
const NAMING: Naming = { tool: 'fill', gestures: { new: 'Fill gap', add: 'Fill hole', cut: 'Fill hole' } };
const CELL: Naming = { tool: 'fill', gestures: { new: 'Fill cell', add: 'Fill cell', cut: 'Fill cell' } };
const GAP = { new: 'Fill gap', add: 'Fill gap', cut: 'Fill gap' };

export const fillTool: Tool<FillState> = {
  id: 'fill',
  label: 'Fill bucket',
  key: 'U',
  icon: 'paint-bucket',
  group: 'draw',
  line: 'Click a hole of the selected annotation, or a gap between annotations, to fill it. Or fill superpixel cells.',
  options: 'fill',
  initial: IDLE,
  reduce,
  answer,
  preview,
  hint,
};

type Step = ToolStep<FillState>;

function reduce(state: FillState, event: ToolEvent, context: ToolContext): Step {
  // What has been cut already serves on: what ended may be a mere undo.
  if (event.type === 'cancel')
    return state.cells ? { state: { ...state, cells: forgetAsked(state.cells) } } : { state };
  if (context.settings.fillsCells) return reduceCells(state, event, context);
  if (state.cells) return { state: IDLE, asks: drop(CELLS) };
  return event.type === 'down' && event.button === 0 ? { state, ...fill(event.point, context) } : { state };
}

function reduceCells(state: FillState, event: ToolEvent, context: ToolContext): Step {
  const before = state.cells;
  switch (event.type) {
    case 'context': {
      // The size of the cells may be another one.
      const isOld = before && before.params !== (context.settings.params.superpixels ?? NO_PARAMS);
      return isOld ? point(before, before.at, context) : { state };
    }
    case 'move':
      return point(before, event.point, context);
    case 'down': {
      const step = point(before, event.point, context);
      return event.button === 0 ? { ...step, ...fillCell(step.state.cells!, context) } : step;
    }
    case 'leave':
      // Cells that are still being cut are not to show up afterwards either.
      return before ? point(before, imagePoint(-1, -1), context) : { state };
    default:
      return { state };
  }
}

function point(before: FillCells | null, at: ImagePoint, context: ToolContext): Step {
  const { cells, asks } = pointAt(before, at, context);
  return { state: { kind: 'idle', cells }, asks };
}

function answer(state: FillState, given: Answer, context: ToolContext): Step {
  if (!state.cells) return { state };
  const cells = takeCells(state.cells, given, context);
  return { state: { ...state, cells }, notice: cells.problem ?? undefined };
}

/** The cell below the pointer, whatever lies in it; beside what the bucket has just filled it goes on with that. */
function fillCell({ under, asked, problem }: FillCells, context: ToolContext): Outcome {
  const choice = choose(context);
  if ('notice' in choice) return choice;
  if (problem !== null) return { notice: problem };
  if (!under)
    return { notice: asked ? 'The cells are being computed: click again once one shows' : 'Click inside the image' };
  const { goal } = choice;
  if (goal.kind !== 'touch') return finishMask(context, under.mask, goal, CELL);
  const isBeside = !isEmptyMask(merge([dilate(selectedMask(context, goal.id), 1), under.mask], { intersect: true }));
  return finishMask(context, under.mask, isBeside ? { kind: 'add', id: goal.id } : { kind: 'new' }, CELL);
}

function preview({ cells }: FillState, context: ToolContext): Preview {
  if (!cells?.under || cells.imageId !== context.snapshot.imageId || !context.settings.fillsCells) return [];
  return [cells.under.shape];
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

function hint({ cells }: FillState, context: ToolContext): ToolHint {
  const choice = choose(context);
  if ('notice' in choice) return { cursor: 'not-allowed', text: choice.notice };
  const { goal } = choice;
  const cursor = 'crosshair';
  if (context.settings.fillsCells) {
    if (cells?.problem) return { cursor: 'not-allowed', text: cells.problem };
    if (cells?.asked) return { cursor: 'progress', text: 'Computing the cells around the pointer' };
    if (goal.kind === 'new') return { cursor, text: 'Click a cell to make it an annotation' };
    if (goal.kind === 'add') return { cursor, text: `Click a cell to add it to annotation ${goal.id}` };
    return { cursor, text: `Click a cell beside annotation ${goal.id} to add it, or another one to make it one` };
  }
  if (goal.kind === 'new') return { cursor, text: 'Click a gap between annotations to make it one' };
  const hole = `Click a hole in annotation ${goal.id} to fill it`;
  const gap = goal.kind === 'touch' ? 'or a gap between annotations to make it one' : 'or a gap to add it';
  return { cursor, text: `${hole}, ${gap}` };
}
