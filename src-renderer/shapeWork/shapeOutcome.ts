/** Computes a trial on shapes: the patch, what it would look like, and what it costs. */
import { emptyPatch } from '@shared/document/patch';
import type { Annotation, Patch } from '@shared/document/types';
import { area, iou } from '@shared/mask';
import {
  applySimplified,
  type CommandContext,
  dropFragmentsOf,
  simplifyPreview,
  simplifySelection,
  smoothOf,
} from '../tools/commands';
import { maxPolygonVertices } from '@shared/document/outline';
import type { Simplified } from '@shared/document/simplified';
import { maskOf } from '../tools/patches';
import type { Preview } from '../tools/preview';
import type { Outcome } from '../tools/tool';
import { borderOutcome } from './borderOutcome';
import { type ImageScope, isImageKind, type SelectionKind, type ShapeRequest, type ShapeResult } from './shapeProtocol';

/** Handles of more vertices would hide the outline, and cost more than they tell. */
const maxHandles = 4000;

const WHOLE_IMAGE: ImageScope = { selected: [], hidden: [], stuff: [], mending: 'upper', picture: [] };

export function shapeOutcome(
  { kind, value, imageId, size, scope }: Omit<ShapeRequest, 'annotations'>,
  annotations: readonly Annotation[],
  picture: Uint8Array | null = null,
): ShapeResult {
  if (isImageKind(kind)) {
    return borderOutcome(kind, value, { imageId, size, annotations }, scope ?? WHOLE_IMAGE, picture);
  }
  const context: CommandContext = {
    snapshot: { imageId, size, annotations },
    selection: new Set(annotations.map(({ id }) => id)),
    hidden: new Set(),
    freeIds: [],
  };
  return kind === 'simplify' ? simplified(context, value) : changed(context, kind, value);
}

function simplified(context: CommandContext, tolerance: number): ShapeResult {
  const candidates = simplifySelection(context, tolerance);
  if ('notice' in candidates) return nothing(candidates.notice);
  const traced = candidates.filter(({ annotation }) => annotation.segmentation?.kind === 'rle');
  const most = traced.reduce((n, { vertexCount }) => Math.max(n, vertexCount), 0);
  if (most > maxPolygonVertices) {
    const kept = `${most.toLocaleString('en')} vertices would be left`;
    return nothing(`${kept}, more than can be edited: raise the tolerance, or smooth the mask first`);
  }
  const outcome = applySimplified(context, candidates);
  const preview = simplifyPreview(candidates);
  const sum = (of: (candidate: Simplified) => number) => candidates.reduce((n, each) => n + of(each), 0);
  const after = sum(({ vertexCount }) => vertexCount);
  return {
    ...measured(outcome, context),
    preview: after > maxHandles ? preview.filter((shape) => shape.kind !== 'handles') : preview,
    iou: candidates.reduce((least, candidate) => Math.min(least, candidate.iou), 1),
    vertices: { before: sum(({ vertexCountBefore }) => vertexCountBefore), after },
  };
}

function changed(context: CommandContext, kind: Exclude<SelectionKind, 'simplify'>, value: number): ShapeResult {
  return measured(kind === 'smooth' ? smoothOf(context, value) : dropFragmentsOf(context, value), context);
}

function measured({ patch, gesture, notice }: Outcome, { snapshot }: CommandContext): ShapeResult {
  const { size } = snapshot;
  const { updated, removed } = patch ?? emptyPatch;
  const before = [...updated.map(([from]) => from), ...removed].map((annotation) => maskOf(annotation, size));
  const after = updated.map(([, to]) => maskOf(to, size));
  const overlaps = after.map((mask, at) => iou([mask], [before[at]], [false])[0]);
  const pixels = (masks: typeof before) => masks.reduce((sum, mask) => sum + area(mask), 0);
  return {
    patch: patch ?? null,
    gesture: gesture ?? '',
    notice: notice ?? null,
    preview: pixelPreview(patch ?? emptyPatch, size),
    iou: removed.length > 0 ? 0 : overlaps.reduce((least, each) => Math.min(least, each), 1),
    vertices: null,
    pixels: { before: pixels(before), after: pixels(after) },
  };
}

function pixelPreview({ updated, removed }: Patch, size: readonly [number, number]): Preview {
  const mask = (annotation: Annotation, tone: 'add' | 'cut') => {
    const { counts, size: own } = maskOf(annotation, size);
    return { kind: 'mask' as const, size: own, counts, tone, fillAlpha: 0.45 };
  };
  return [...updated.map(([, to]) => mask(to, 'add')), ...removed.map((annotation) => mask(annotation, 'cut'))];
}

function nothing(notice: string): ShapeResult {
  const pixels = { before: 0, after: 0 };
  return { patch: null, gesture: '', notice, preview: [], iou: 1, vertices: null, pixels };
}
