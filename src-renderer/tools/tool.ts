/** What a tool is: a pure reducer over a tagged union, with its preview and its hint as functions of the state. */
import type { Annotation, DocumentSnapshot, Patch } from '@shared/document/types';
import type { ImagePoint } from '@shared/geometry/coords';
import type { MethodName } from '@shared/methods/params';
import type { MethodParams } from '@shared/methods/requests';
import type { Answer, Ask, ToolAction } from './ask';
import type { ToolDrafts } from './drafts';
import type { HeavyTask } from './heavy';
import type { ToolManifest } from './manifest';
import type { Modifiers, Preview, ToolPointerEvent } from './preview';

/** A key pressed while the canvas has focus; `key` as in DOM `KeyboardEvent.key`. */
export interface ToolKeyEvent {
  readonly type: 'key';
  readonly key: string;
  readonly modifiers: Modifiers;
}

/**
 * What a tool hears. `cancel` (also as a pointer event) drops everything in progress: another tool, another image, a lost
 * pointer. `leave`: the pointer has left the picture with no button held, and what is shown under it goes; what was begun stays.
 * `context` tells that the document, the selection or the settings changed under the tool.
 */
export type ToolEvent =
  | ToolPointerEvent
  | ToolKeyEvent
  | { readonly type: 'cancel' }
  | { readonly type: 'leave' }
  | { readonly type: 'context' };

/** What the user can set on the tools; never part of the document. */
export interface ToolSettings {
  /** Brush and eraser, whole image pixels, at least 1. */
  readonly brushDiameter: number;
  /** The right button erases with brush and lasso. */
  readonly rightErases: boolean;
  /** Smart select takes no pixels that another annotation has. */
  readonly sparesNeighbours: boolean;
  /** Smart select brings the rim of its masks to the edges of the image. */
  readonly refinesRim: boolean;
  /** A new outline snaps to those of other annotations; Ctrl holds it off. */
  readonly snapsToNeighbours: boolean;
  /** The bucket fills cells of superpixels, cut as that tool's parameters say, not gaps. */
  readonly fillsCells: boolean;
  /** How far a free-hand line may be from what the pointer drew, view pixels: zooming in draws finer. */
  readonly freehandToleranceViewPx: number;
  /** What the user changed of the classical methods' parameters; the rest have their defaults. */
  readonly params: Readonly<Partial<Record<MethodName, MethodParams>>>;
}

export const DEFAULT_TOOL_SETTINGS: ToolSettings = {
  brushDiameter: 20,
  rightErases: false,
  sparesNeighbours: false,
  refinesRim: true,
  snapsToNeighbours: true,
  fillsCells: false,
  freehandToleranceViewPx: 1,
  params: {},
};

/** The tool that picks what is there; every other one draws. */
export const SELECT_TOOL_ID = 'select';

/** One object for all: parameters are compared by identity. */
export const NO_PARAMS: MethodParams = {};

/** What a tool may look at. A new object for every change. */
export interface ToolContext {
  readonly snapshot: DocumentSnapshot;
  /** Ids in the order in which they were selected. */
  readonly selection: ReadonlySet<number>;
  /** Id of the tool that selected what it drew; null where the user made the selection. See target.ts. */
  readonly selectedByTool: string | null;
  /** Category of new annotations; null where the project has none yet. */
  readonly categoryId: number | null;
  /** Ids reserved for new annotations; a step uses them from the front and the host drops the used ones. */
  readonly freeIds: readonly number[];
  readonly settings: ToolSettings;
  /** Annotations that are not shown: no gesture reaches them. */
  readonly hidden: ReadonlySet<number>;
  /** Models that can be asked. */
  readonly models?: readonly { readonly id: string; readonly name: string }[];
  /** The project has polygons made of what Smart select finds. */
  readonly smartPolygons?: boolean;
  /** Set in the shape worker, where a task takes as long as it takes. */
  readonly inWorker?: true;
  /** View pixels (CSS) per image pixel. */
  readonly scale: number;
  /** Topmost annotation under the point that is shown and not locked. */
  hit(point: ImagePoint): number | null;
}

/** What a step asks of the host, besides the new state. Absent: nothing. */
export interface Outcome {
  /** One gesture, one patch. */
  readonly patch?: Patch;
  /** Name of the gesture in the undo menu: 'Draw polygon'. Present where `patch` is. */
  readonly gesture?: string;
  /** The selection from now on. */
  readonly selection?: readonly number[];
  /** One sentence for the status bar: why nothing happened, or what else did. */
  readonly notice?: string;
  /**
   * There must be a category first, as the notice says: the host takes nothing of this step, asks for one, and makes it again.
   * Tools find that out when they are done, never before: what was drawn waits for the name.
   */
  readonly isBlocked?: true;
  /** Questions to the engine; the answers come to the tool's `answer`. */
  readonly asks?: readonly Ask[];
  /** Settings that a gesture chose, for the next one. */
  readonly settings?: Partial<ToolSettings>;
  /** So many ids must be free first: the host takes nothing of this step, gets them, and makes it again. */
  readonly idsNeeded?: number;
  /** What it does is computed in the shape worker; the outcome comes when it is there. */
  readonly heavy?: HeavyTask;
}

/**
 * Result of one event. A key event that gives back the very same state and asks for nothing was not for the tool:
 * see {@link isUnhandled}.
 */
export interface ToolStep<S extends ToolState = ToolState> extends Outcome {
  readonly state: S;
}

/** States carry what is in progress and nothing that the context knows. `idle`: nothing is. */
export interface ToolState {
  readonly kind: string;
}

/** What the pointer looks like and what the status bar says. */
export interface ToolHint {
  /** CSS cursor. */
  readonly cursor: string;
  readonly text: string;
}

/**
 * A tool. Functions are pure but for one declared exception: a state may own a buffer that later steps write into
 * (a painted bitmap), so a state is not to be used again after the step that replaced it.
 */
export interface Tool<S extends ToolState = ToolState> extends ToolManifest {
  /** Its kind is `idle`; so is the kind after every cancel. */
  readonly initial: S;
  /** It paints with the brush of the settings: the wheel changes its size with Ctrl or Alt. */
  readonly brushSized?: true;
  reduce(state: S, event: ToolEvent, context: ToolContext): ToolStep<S>;
  preview(state: S, context: ToolContext): Preview;
  /** The annotation in whose place the preview is shown; null, or absent: none. */
  remade?(state: S): number | null;
  hint(state: S, context: ToolContext): ToolHint;
  /** Present on tools that can be in the middle of something for longer than a drag. */
  readonly drafts?: ToolDrafts<S>;
  /** Present on tools that ask: what an answer does. It may come in any state. */
  answer?(state: S, answer: Answer, context: ToolContext): ToolStep<S>;
  /** What tools that ask have looked at ahead of the first question; absent: the pixels. */
  readonly looksAhead?: 'prompts';
  /** Present on tools with a panel: what a press there does. */
  act?(state: S, action: ToolAction, context: ToolContext): ToolStep<S>;
}

/** True where a step changed nothing and asks for nothing: a key it got is free for the window's own shortcuts. */
export function isUnhandled(before: ToolState, step: ToolStep): boolean {
  return (
    step.state === before &&
    !step.patch &&
    !step.selection &&
    !step.notice &&
    !step.asks?.length &&
    !step.idsNeeded &&
    !step.isBlocked &&
    !step.heavy
  );
}

export function findAnnotation(snapshot: DocumentSnapshot, id: number): Annotation | undefined {
  return snapshot.annotations.find((annotation) => annotation.id === id);
}

/** Selected annotations in the order in which they were selected; ids that are gone are left out. */
export function selectedAnnotations(context: Pick<ToolContext, 'snapshot' | 'selection'>): Annotation[] {
  const byId = new Map<number, Annotation>();
  for (const annotation of context.snapshot.annotations) {
    if (context.selection.has(annotation.id)) byId.set(annotation.id, annotation);
  }
  return [...context.selection].flatMap((id) => byId.get(id) ?? []);
}

/** Why a gesture is not made, as what it does instead. */
export type Refusal = Required<Pick<Outcome, 'notice'>>;

/** What waits for the name of the first category in a project that has none yet. */
export const NO_CATEGORY = {
  notice: 'Name a category to finish this: every annotation belongs to one. Esc drops it',
  isBlocked: true,
} as const satisfies Outcome;

/** Distance of two image points in view pixels. */
export function viewDistance(a: ImagePoint, b: ImagePoint, scale: number): number {
  return Math.hypot(a.x - b.x, a.y - b.y) * scale;
}
