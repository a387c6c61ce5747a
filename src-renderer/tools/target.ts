/**
 * Which annotation a gesture is about: the one place of the rule, which the guide tells as "What a stroke works on".
 *
 * - One annotation that the user selected: adding and cutting gestures work on it, wherever they are made.
 * - What a tool selected because it has just drawn it: cutting gestures, and those that ask for it with Shift or Alt, work on
 *   it. A stroke of the same tool goes on with it where it touches it; every other gesture begins a new annotation.
 * - Nothing: drawing begins a new annotation, cutting is refused.
 *
 * The same distinction tells what a digit and Backspace mean: see {@link keysMeanSelection}.
 */
import type { Annotation, Patch } from '@shared/document/types';
import { type Refusal, SELECT_TOOL_ID, selectedAnnotations, type ToolContext, type ToolState } from './tool';

/** Who selects the copies that a command makes; no tool has this id. */
const COMMAND = 'command';

/** Who made a selection: a tool's id, null for the user. */
type SelectedBy = Pick<ToolContext, 'selection' | 'selectedByTool'>;

/**
 * Who made the selection that a step of a tool, or a command (`toolId` null), gives back. What was there before and is
 * picked out was picked by the user; what the step itself has made was not.
 */
export function selectorOf(
  toolId: string | null,
  { patch, selection = [] }: { readonly patch?: Patch; readonly selection?: readonly number[] },
  before: { readonly selection: Iterable<number>; readonly selectedByTool: string | null },
): string | null {
  // Also where it was selected already: the user has pointed at it now.
  if (toolId === SELECT_TOOL_ID) return null;
  const selected = new Set(before.selection);
  const isSame = selected.size === selection.length && selection.every((id) => selected.has(id));
  if (isSame) return before.selectedByTool;
  if (toolId !== null) return toolId;
  return patch?.added.some(({ id }) => selection.includes(id)) ? COMMAND : null;
}

/**
 * True where a key that may mean the selection does mean it: a digit gives it a category, Backspace deletes it. While
 * something is being drawn, or while a drawing tool shows what it has just drawn, a digit means what is drawn next and
 * Backspace a vertex that is not there.
 */
export function keysMeanSelection(
  { selection, selectedByTool }: SelectedBy,
  toolId: string,
  state: ToolState,
): boolean {
  if (selection.size === 0 || state.kind !== 'idle') return false;
  return toolId === SELECT_TOOL_ID || selectedByTool === null;
}

/** Which annotation a drawing gesture is about. */
type EditTarget =
  | { readonly kind: 'new' }
  | { readonly kind: 'annotation'; readonly annotation: Annotation }
  /** A gesture now would be ambiguous or forbidden. */
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/** The one selected annotation, a new one where nothing is selected, or why neither. */
function editTarget(context: ToolContext): EditTarget {
  const selected = selectedAnnotations(context);
  if (selected.length === 0) return { kind: 'new' };
  if (selected.length > 1) {
    return refused(`${selected.length} annotations are selected: select one to change it`);
  }
  const [annotation] = selected;
  if (annotation.locked) return refused('The selected annotation is locked');
  if (context.hidden.has(annotation.id)) return refused('The selected annotation is hidden');
  return { kind: 'annotation', annotation };
}

function refused(notice: string): EditTarget {
  return { kind: 'refused', refusal: { notice } };
}

/** What is being drawn: something new, or more or less of an annotation. */
export type ShapeGoal =
  | { readonly kind: 'new' }
  | { readonly kind: 'add'; readonly id: number }
  | { readonly kind: 'cut'; readonly id: number }
  /** More of what the tool has just drawn where the gesture touches it, else something new: known when it ends. */
  | { readonly kind: 'touch'; readonly id: number };

/** What a gesture asks for: something new, more or less of the selected one, or paint, which is whichever fits. */
export type GoalMode = 'new' | 'add' | 'cut' | 'paint';

export type GoalChoice = { readonly goal: ShapeGoal } | Refusal;

/** `tool`: the id of the tool that paints; needed for that mode alone. */
export function chooseGoal(context: ToolContext, mode: GoalMode, tool?: string): GoalChoice {
  if (mode === 'new') return { goal: { kind: 'new' } };
  const target = editTarget(context);
  if (mode === 'paint' && context.selectedByTool !== null) {
    if (target.kind === 'annotation' && context.selectedByTool === tool) {
      return { goal: { kind: 'touch', id: target.annotation.id } };
    }
    return chooseGoal(context, 'new');
  }
  if (target.kind === 'refused') return target.refusal;
  if (target.kind === 'annotation') return { goal: { kind: mode === 'cut' ? 'cut' : 'add', id: target.annotation.id } };
  return mode === 'cut' ? { notice: 'Select the annotation to cut from first' } : { goal: { kind: 'new' } };
}

/** How an outcome that draws looks: the tone of its preview. */
export function toneOf(goal: ShapeGoal): 'accent' | 'add' | 'cut' {
  return goal.kind === 'new' || goal.kind === 'touch' ? 'accent' : goal.kind;
}
