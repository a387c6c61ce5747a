/** Drives a tool as the window does: events in, patches applied, selection kept; and per-pixel references. */
import { expect } from 'vitest';
import { applyPatch, invertPatch } from '@shared/document/patch';
import { createAnnotation, rleToSegmentation, segmentationToRle } from '@shared/document/segmentation';
import type { Annotation, DocumentSnapshot, Patch, Segmentation } from '@shared/document/types';
import type { PolygonPart } from '@shared/geometry/polygon';
import { imagePoint } from '@shared/geometry/coords';
import { encode, type Rle } from '@shared/mask';
import type { HeavyTask } from '../../../../src-renderer/tools/heavy';
import type { Modifiers, ToolPointerEvent } from '../../../../src-renderer/tools/preview';
import { selectorOf } from '../../../../src-renderer/tools/target';
import {
  DEFAULT_TOOL_SETTINGS,
  type Outcome,
  type Tool,
  type ToolContext,
  type ToolEvent,
  type ToolSettings,
  type ToolState,
  type ToolStep,
} from '../../../../src-renderer/tools/tool';

export const SIZE = [48, 64] as const;
const [H, W] = SIZE;

type Keys = Partial<Modifiers>;

export class ToolScript<S extends ToolState> {
  readonly tool: Tool<S>;
  snapshot: DocumentSnapshot;
  selection: number[] = [];
  selectedByTool: string | null = null;
  settings: ToolSettings = DEFAULT_TOOL_SETTINGS;
  categoryId: number | null = 1;
  hidden = new Set<number>();
  scale = 1;
  freeIds = Array.from({ length: 64 }, (_, i) => 1000 + i);
  state: S;
  /** What the last step handed on to the worker. */
  heavy: HeavyTask | null = null;
  readonly notices: string[] = [];
  readonly gestures: string[] = [];
  readonly patches: Patch[] = [];
  /** What a step that was not taken asked for. */
  idsNeeded = 0;
  #held: (() => ToolStep<S>) | null = null;
  readonly #first: DocumentSnapshot;

  constructor(tool: Tool<S>, annotations: readonly Annotation[] = [], selection: readonly number[] = []) {
    this.tool = tool;
    this.snapshot = this.#first = { imageId: 7, size: SIZE, annotations };
    this.selection = [...selection];
    this.state = tool.initial;
  }

  get context(): ToolContext {
    const { snapshot, selectedByTool, categoryId, settings, hidden, scale, freeIds } = this;
    return {
      snapshot,
      selection: new Set(this.selection),
      selectedByTool,
      categoryId,
      freeIds,
      settings,
      hidden,
      scale,
      hit: ({ x, y }) => topmostAt(this.snapshot, hidden, x, y),
    };
  }

  down(x: number, y: number, keys: Keys = {}): this {
    return this.#pointer('down', x, y, keys, { button: 0, buttons: 1 });
  }

  /** Moves through the points, one event each. */
  move(points: readonly (readonly [number, number])[], keys: Keys = {}): this {
    for (const [x, y] of points) this.#pointer('move', x, y, keys, { button: -1, buttons: 1 });
    return this;
  }

  /** One event for all the points, as a browser coalesces a fast stroke. */
  rush(points: readonly (readonly [number, number])[], keys: Keys = {}): this {
    const [x, y] = points[points.length - 1];
    return this.#pointer('move', x, y, keys, {
      button: -1,
      buttons: 1,
      coalesced: points.map(([a, b]) => imagePoint(a, b)),
    });
  }

  up(x: number, y: number, keys: Keys = {}): this {
    return this.#pointer('up', x, y, keys, { button: 0, buttons: 0 });
  }

  click(x: number, y: number, keys: Keys = {}): this {
    return this.down(x, y, keys).up(x, y, keys);
  }

  drag(from: readonly [number, number], to: readonly [number, number], keys: Keys = {}): this {
    const middle = [(from[0] + to[0]) / 2, (from[1] + to[1]) / 2] as const;
    return this.down(...from, keys)
      .move([middle, to], keys)
      .up(...to, keys);
  }

  /** A drag with a button of one's choice. */
  stroke(
    from: readonly [number, number],
    to: readonly [number, number],
    held: Pick<ToolPointerEvent, 'button' | 'buttons'>,
  ): this {
    return this.#pointer('down', ...from, {}, held)
      .#pointer('move', ...to, {}, { ...held, button: -1 })
      .#pointer('up', ...to, {}, { ...held, buttons: 0 });
  }

  doubleClick(x: number, y: number): this {
    this.click(x, y).click(x, y);
    return this.#pointer('double', x, y, {}, { button: 0, buttons: 0 });
  }

  key(key: string, keys: Keys = {}): this {
    return this.send({ type: 'key', key, modifiers: modifiers(keys) });
  }

  cancel(): this {
    return this.send({ type: 'cancel' });
  }

  /** Changes the document from outside, as an undo does. */
  replace(annotations: readonly Annotation[]): this {
    this.snapshot = { ...this.snapshot, annotations };
    return this.send({ type: 'context' });
  }

  send(event: ToolEvent): this {
    return this.attempt(() => this.tool.reduce(this.state, event, this.context));
  }

  /** As the host does: of a step that needs more ids nothing is taken. */
  attempt(work: () => ToolStep<S>): this {
    const step = work();
    if (!step.idsNeeded) return this.step(step);
    this.idsNeeded = step.idsNeeded;
    this.#held = work;
    return this;
  }

  /** The ids are there: the step that waited for them is made again. */
  reserved(ids: readonly number[]): this {
    this.freeIds = [...ids];
    const work = this.#held!;
    this.#held = null;
    return this.attempt(work);
  }

  step(step: ToolStep<S>): this {
    this.state = step.state;
    this.take(step);
    // Both must work in every state that a script passes through.
    this.tool.preview(this.state, this.context);
    expect(this.tool.hint(this.state, this.context).text).not.toBe('');
    return this;
  }

  apply(outcome: Outcome): this {
    this.take(outcome);
    return this;
  }

  annotation(id: number): Annotation {
    const found = this.snapshot.annotations.find((annotation) => annotation.id === id);
    if (!found) throw new Error(`No annotation ${id}`);
    return found;
  }

  /** Idle and nothing done: what every cancel must lead to. */
  expectUntouched(): this {
    expect(this.state.kind).toBe('idle');
    expect(this.patches).toEqual([]);
    expect(this.snapshot).toBe(this.#first);
    return this;
  }

  /** Undoes everything to the very document of the start, then redoes to the very bits. */
  expectUndoRedo(): this {
    expect(this.patches.length).toBeGreaterThan(0);
    const end = this.snapshot;
    const undone = [...this.patches]
      .reverse()
      .reduce((snapshot, patch) => applyPatch(snapshot, invertPatch(patch)), end);
    expect(undone).toEqual(this.#first);
    const redone = this.patches.reduce(applyPatch, undone);
    expect(redone).toEqual(end);
    expect(redone.annotations.map(pixelsOf)).toEqual(end.annotations.map(pixelsOf));
    return this;
  }

  #pointer(
    type: ToolPointerEvent['type'],
    x: number,
    y: number,
    keys: Keys,
    rest: Pick<ToolPointerEvent, 'button' | 'buttons'> & Partial<ToolPointerEvent>,
  ): this {
    const point = imagePoint(x, y);
    return this.send({
      type,
      point,
      coalesced: [point],
      modifiers: modifiers(keys),
      pressure: 0.5,
      pointer: 'mouse',
      scale: this.scale,
      ...rest,
    });
  }

  protected take({ patch, gesture, selection, notice, heavy }: Outcome): void {
    this.heavy = heavy ?? null;
    expect(patch === undefined).toBe(gesture === undefined);
    if (patch) {
      this.snapshot = applyPatch(this.snapshot, patch);
      this.patches.push(patch);
      this.gestures.push(gesture!);
      const used = new Set(patch.added.map(({ id }) => id));
      this.freeIds = this.freeIds.filter((id) => !used.has(id));
      for (const annotation of this.snapshot.annotations) expectConsistent(annotation);
    }
    if (selection) {
      this.selectedByTool = selectorOf(this.tool.id, { patch, selection }, this);
      this.selection = [...selection];
    }
    if (notice) this.notices.push(notice);
  }
}

function modifiers({ shift = false, alt = false, ctrl = false }: Keys): Modifiers {
  return { shift, alt, ctrl };
}

/** Area and bbox of the pixels, counted one by one. */
function expectConsistent(annotation: Annotation): void {
  if (!annotation.segmentation || annotation.provenance === null) return;
  const pixels = pixelsOf(annotation);
  const set = [...pixels.keys()].filter((i) => pixels[i] === 1);
  const xs = set.map((i) => i % W);
  const ys = set.map((i) => Math.floor(i / W));
  const [x, y] = [Math.min(...xs), Math.min(...ys)];
  expect(annotation.area).toBe(set.length);
  expect(annotation.bbox).toEqual(
    set.length === 0 ? [0, 0, 0, 0] : columnBox(annotation, [x, y, Math.max(...xs) - x + 1, Math.max(...ys) - y + 1]),
  );
}

/** The reference gives a mask with a run over a column end its full height. */
function columnBox(annotation: Annotation, [x, y, w, h]: [number, number, number, number]): number[] {
  const { counts } = segmentationToRle(annotation.segmentation!, SIZE);
  let end = 0;
  for (let i = 1; i < counts.length; i += 2) {
    const start = end + counts[i - 1];
    end = start + counts[i];
    if (Math.floor(start / H) < Math.floor((end - 1) / H)) return [x, 0, w, H];
  }
  return [x, y, w, h];
}

/** Row-major 0/1 pixels of an annotation, read run by run. */
export function pixelsOf(annotation: Annotation): Uint8Array {
  const out = new Uint8Array(H * W);
  if (!annotation.segmentation) return out;
  const { counts } = segmentationToRle(annotation.segmentation, SIZE);
  let position = 0;
  counts.forEach((run, i) => {
    for (let k = 0; k < run; k++, position++) out[(position % H) * W + Math.floor(position / H)] = i % 2;
  });
  return out;
}

/** Row-major 0/1 pixels from a rule for pixel (x, y). */
export function pixels(rule: (x: number, y: number) => boolean): Uint8Array {
  const out = new Uint8Array(H * W);
  for (let y = 0; y < H; y++) for (let x = 0; x < W; x++) out[y * W + x] = rule(x, y) ? 1 : 0;
  return out;
}

export function rect(x0: number, y0: number, w: number, h: number): (x: number, y: number) => boolean {
  return (x, y) => x >= x0 && x < x0 + w && y >= y0 && y < y0 + h;
}

export function rectRing(x: number, y: number, w: number, h: number): number[] {
  return [x, y, x + w, y, x + w, y + h, x, y + h];
}

export function maskFrom(rule: (x: number, y: number) => boolean): Rle {
  return encode(pixels(rule), H, W);
}

export function rleAnnotation(
  id: number,
  rule: (x: number, y: number) => boolean,
  more: Partial<Annotation> = {},
): Annotation {
  return annotationOf(id, rleToSegmentation(maskFrom(rule)), more);
}

export function polygonAnnotation(
  id: number,
  parts: readonly PolygonPart[],
  more: Partial<Annotation> = {},
): Annotation {
  return annotationOf(id, { kind: 'polygons', parts }, more);
}

export function annotationOf(
  id: number,
  segmentation: Segmentation | null,
  more: Partial<Annotation> = {},
): Annotation {
  const fields = { id, imageId: 7, categoryId: 3, segmentation, zOrder: id };
  return { ...createAnnotation({ ...fields, provenance: { tool: 'import', edits: 0 } }, SIZE), ...more };
}

function topmostAt(snapshot: DocumentSnapshot, hidden: ReadonlySet<number>, x: number, y: number): number | null {
  if (x < 0 || y < 0 || x >= W || y >= H) return null;
  const under = snapshot.annotations.filter(
    (annotation) =>
      !annotation.locked && !hidden.has(annotation.id) && pixelsOf(annotation)[Math.floor(y) * W + Math.floor(x)] === 1,
  );
  return under.length > 0 ? under[under.length - 1].id : null;
}
