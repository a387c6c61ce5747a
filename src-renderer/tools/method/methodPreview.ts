/** How a method tool looks: the region, the masks found, the strokes, and what the status bar says. */
import { segmentationToRle } from '@shared/document/segmentation';
import type { Rle } from '@shared/mask';
import { pixelAt } from '@shared/mask/edit';
import { paletteColor } from '@shared/document/palette';
import type { Stroke } from '@shared/methods/strokes';
import type { ProposalResult } from '@shared/document/proposalResult';
import type { Preview, PreviewShape } from '../preview';
import { selectedAnnotations, type ToolContext, type ToolHint } from '../tool';
import type { MethodState, MethodToolSpec, Working } from './methodState';
import { draggedBox, scopeShape } from './scope';

export function methodPreview(spec: MethodToolSpec, state: MethodState, context: ToolContext): Preview {
  const { size } = context.snapshot;
  if (state.kind === 'idle') return [];
  if (state.kind === 'dragging') {
    const box = draggedBox(state.from, state.to, size);
    return box ? [{ kind: 'box', box, dashed: true }] : [];
  }
  return [
    ...scopeShape(state.scope, size),
    ...(state.result ? resultShapes(spec, state.result, state.strokes) : []),
    ...[...state.strokes, ...(state.drawing ? [state.drawing] : [])].map((stroke) => strokeShape(spec, stroke)),
    ...cursorShape(spec, state, context),
  ];
}

interface Shown {
  readonly strokes: readonly Stroke[];
  readonly shapes: readonly PreviewShape[];
}

const shown = new WeakMap<ProposalResult, Shown>();

/**
 * One mask in the accent, several in colours of their own, that of the scribble it grew from where there is one; remembered
 * as long as the result lives and the strokes stay.
 */
function resultShapes(spec: MethodToolSpec, result: ProposalResult, strokes: readonly Stroke[]) {
  let known = shown.get(result);
  if (known?.strokes !== strokes) {
    const { proposals, size } = result;
    const shapes = proposals.map(({ segmentation }, index): PreviewShape => {
      const mask = segmentationToRle(segmentation, size);
      const marker = spec.strokes?.labels === 'objects' ? markerOf(mask, strokes) : undefined;
      const tone = proposals.length === 1 ? 'accent' : paletteColor(index);
      return { kind: 'mask', size, counts: mask.counts, tone: marker ? strokeTone(spec, marker.label) : tone };
    });
    shown.set(result, (known = { strokes, shapes }));
  }
  return known.shapes;
}

/** The scribble of an object that begins in the mask. */
function markerOf(mask: Rle, strokes: readonly Stroke[]): Stroke | undefined {
  return strokes.find(({ label, points: [x, y] }) => label > 0 && pixelAt(mask, Math.floor(x), Math.floor(y)));
}

function strokeShape(spec: MethodToolSpec, { label, radius, points }: Stroke): PreviewShape {
  return { kind: 'stroke', points, diameter: 2 * radius, tone: strokeTone(spec, label), fillAlpha: 0.7 };
}

/** Red takes away, green adds; of several objects each has its colour. */
export function strokeTone(spec: MethodToolSpec, label: number): string {
  if (label === 0) return 'cut';
  return spec.strokes?.labels === 'objects' ? paletteColor(label - 1) : 'add';
}

function cursorShape(spec: MethodToolSpec, state: Working, context: ToolContext): PreviewShape[] {
  if (!spec.strokes || !state.hover) return [];
  const label = state.drawing?.label ?? (spec.strokes.labels === 'objects' ? state.label : 1);
  const radius = context.settings.brushDiameter / 2;
  return [{ kind: 'circle', center: state.hover, radius, tone: strokeTone(spec, label) }];
}

export function methodHint(spec: MethodToolSpec, state: MethodState, context: ToolContext): ToolHint {
  const cursor = 'crosshair';
  if (state.kind === 'dragging') return { cursor, text: 'Release to run, Esc cancels' };
  if (state.kind === 'idle') return { cursor, text: idleText(spec, context) };
  if (state.problem) return { cursor, text: state.problem };
  if (!state.result) return { cursor: 'progress', text: 'Computing' };
  if (state.accepting) return { cursor: 'progress', text: 'Computing the full result' };
  const count = state.result.proposals.length;
  const found = count === 0 ? 'Nothing found' : spec.how === 'remake' ? '' : `${count} found`;
  return { cursor, text: found ? `${found}. ${spec.hints.working}` : spec.hints.working };
}

function idleText(spec: MethodToolSpec, context: ToolContext): string {
  if (context.selectedByTool === spec.method) return spec.hints.idle;
  if (selectedAnnotations(context).length === 1) return `${spec.hints.idle}; Enter starts from the selected annotation`;
  return spec.how === 'remake' ? spec.hints.idle : `${spec.hints.idle}; Enter takes the whole image`;
}
