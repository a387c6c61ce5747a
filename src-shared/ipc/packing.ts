/**
 * Annotations with their outlines as one block of numbers: between processes a hundred thousand small arrays take a
 * hundred times as long as one large one, and the thread that receives them can do nothing else meanwhile.
 */
import type { Annotation, Patch, PolygonSegmentation, Segmentation } from '../document/types';
import { AppError } from '../errors/appError';
import type { PolygonPart } from '../geometry/polygon';
import type { HistoryStep, OpenedImage } from '../project/types';

/** What polygons without parts were, in the order of their annotations. */
export interface PackedOutlines {
  /**
   * For each polygon segmentation its number of parts, or `SAME`; for each part its number of rings, then the length of each
   * ring.
   */
  readonly lengths: Uint32Array;
  /** The rings of all parts, outer rings before their holes. */
  readonly coordinates: Float64Array;
}

export interface PackedImage extends PackedOutlines {
  readonly opened: OpenedImage;
}

export interface PackedPatch extends PackedOutlines {
  readonly patch: Patch;
}

export interface PackedStep extends Omit<HistoryStep, 'patch'> {
  readonly packed: PackedPatch;
}

/** In place of a number of parts: an update leaves the segmentation as it was. */
const SAME = 0xffff_ffff;

/** O(coordinates); `opened` is not changed. */
export function packImage(opened: OpenedImage): PackedImage {
  const packer = new Packer();
  const annotations = opened.snapshot.annotations.map((annotation) => packer.take(annotation));
  return { opened: { ...opened, snapshot: { ...opened.snapshot, annotations } }, ...packer.outlines() };
}

/** What was packed, equal in every number. The outlines are put into `packed.opened` itself, which is given up by the caller. */
export function unpackImage({ opened, ...outlines }: PackedImage): OpenedImage {
  const unpacker = new Unpacker(outlines);
  for (const annotation of opened.snapshot.annotations) unpacker.fill(annotation);
  return opened;
}

/** O(coordinates); `patch` is not changed. */
export function packPatch({ added, updated, removed }: Patch): PackedPatch {
  const packer = new Packer();
  const take = (annotation: Annotation) => packer.take(annotation);
  const patch = {
    added: added.map(take),
    updated: updated.map(([from, to]) => [take(from), packer.take(to, from.segmentation)] as const),
    removed: removed.map(take),
  };
  return { patch, ...packer.outlines() };
}

/** As `unpackImage`. Throws `usage` for numbers that do not fit: what it holds besides is for the caller to check. */
export function unpackPatch({ patch, ...outlines }: PackedPatch): Patch {
  const unpacker = new Unpacker(outlines);
  for (const annotation of patch.added) unpacker.fill(annotation);
  for (const pair of patch.updated) {
    unpacker.fill(pair?.[0]);
    unpacker.fill(pair?.[1], pair?.[0]);
  }
  for (const annotation of patch.removed) unpacker.fill(annotation);
  return patch;
}

export function packStep({ patch, ...step }: HistoryStep): PackedStep {
  return { ...step, packed: packPatch(patch) };
}

export function unpackStep({ packed, ...step }: PackedStep): HistoryStep {
  return { ...step, patch: unpackPatch(packed) };
}

class Packer {
  readonly #lengths: number[] = [];
  readonly #rings: (readonly number[])[] = [];

  /** The annotation without its outlines; `before`: the segmentation of the one taken just before, which it may share. */
  take(annotation: Annotation, before: Segmentation | null = null): Annotation {
    const { segmentation } = annotation;
    if (segmentation?.kind !== 'polygons') return annotation;
    if (segmentation === before) this.#lengths.push(SAME);
    else this.#note(segmentation.parts);
    return { ...annotation, segmentation: WITHOUT_PARTS };
  }

  #note(parts: readonly PolygonPart[]): void {
    this.#lengths.push(parts.length);
    for (const { outer, holes } of parts) {
      this.#lengths.push(1 + holes.length);
      for (const ring of [outer, ...holes]) {
        this.#lengths.push(ring.length);
        this.#rings.push(ring);
      }
    }
  }

  outlines(): PackedOutlines {
    const coordinates = new Float64Array(this.#rings.reduce((sum, ring) => sum + ring.length, 0));
    let at = 0;
    for (const ring of this.#rings) {
      coordinates.set(ring, at);
      at += ring.length;
    }
    return { lengths: Uint32Array.from(this.#lengths), coordinates };
  }
}

class Unpacker {
  readonly #lengths: Uint32Array;
  readonly #coordinates: Float64Array;
  #atLength = 0;
  #at = 0;

  constructor({ lengths, coordinates }: PackedOutlines) {
    this.#lengths = lengths;
    this.#coordinates = coordinates;
  }

  /** Gives the annotation its outlines, or those of `before` where it shares them. */
  fill(annotation: Mutable<Annotation>, before?: Annotation): void {
    if (annotation?.segmentation?.kind !== 'polygons') return;
    if (this.#lengths[this.#atLength] === SAME && before?.segmentation) {
      this.#atLength++;
      annotation.segmentation = before.segmentation;
      return;
    }
    const parts = new Array<PolygonPart>(this.#length(this.#lengths.length));
    for (let i = 0; i < parts.length; i++) parts[i] = this.#part();
    annotation.segmentation = { kind: 'polygons', parts };
  }

  #part(): PolygonPart {
    const holeCount = this.#length(this.#lengths.length) - 1;
    const outer = this.#ring();
    return { outer, holes: Array.from({ length: holeCount }, () => this.#ring()) };
  }

  #ring(): number[] {
    // Of its final length from the start: growing half a million numbers takes ten times as long.
    const out = new Array<number>(this.#length(this.#coordinates.length - this.#at));
    for (let i = 0; i < out.length; i++) out[i] = this.#coordinates[this.#at++];
    return out;
  }

  #length(most: number): number {
    const length = this.#lengths[this.#atLength++];
    if (length <= most) return length;
    throw new AppError('usage', `Packed outlines say a length of ${String(length)} where at most ${most} is left`);
  }
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

const WITHOUT_PARTS: PolygonSegmentation = { kind: 'polygons', parts: [] };
