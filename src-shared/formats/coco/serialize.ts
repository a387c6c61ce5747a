/** Annotations and categories -> COCO record text: what was not changed keeps its source text, character by character. */
import { deepEqual } from '../../document/equal';
import { maskFields, segmentationToRle } from '../../document/segmentation';
import type { Annotation, Category, Segmentation } from '../../document/types';
import type { SegmentationStyle } from '../../document/types';
import { equals, fromPolygons, type Rle, toCompressed, trace } from '../../mask';
import { rawMember, replaceMembers } from '../json/jsonText';
import type { LossPlace, LossReport } from '../../dataset/losses';
import { annotationKeys } from './parse';

/** What an annotation's record is written from. */
export interface AnnotationContext {
  /** The image's `[height, width]`; null when the dataset has no such image. */
  readonly size: readonly [number, number] | null;
  readonly style: SegmentationStyle;
  /** The record as it came, and the annotation it stood for; null for a new one. */
  readonly source: { readonly text: string; readonly baseline: Annotation } | null;
  /** JSON text of the ids as the file spells them (the project's own ids may differ). */
  readonly imageId: string;
  readonly categoryId: string;
  readonly losses: LossReport;
}

/**
 * The annotation's record. Untouched: the source text (in a style other than `as-authored` with only the segmentation
 * rewritten). Edited: the source text with the changed keys' values replaced. New: canonical key order. Area and bbox of an
 * edited or new segmentation are its mask's.
 */
export function serializeAnnotation(annotation: Annotation, context: AnnotationContext): string {
  return context.source
    ? replaceMembers(context.source.text, changedMembers(annotation, context.source.baseline, context))
    : newRecord(annotation, context);
}

/** JSON text of a segmentation in a style; holes and inexact polygons become RLE and are noted. */
export function serializeSegmentation(
  segmentation: Segmentation,
  size: readonly [number, number],
  options: {
    readonly style: SegmentationStyle;
    readonly isCrowd: boolean;
    readonly losses: LossReport;
    /** Whose segmentation it is. */
    readonly of: LossPlace;
  },
): string {
  const { style, isCrowd, losses, of } = options;
  if (segmentation.kind === 'polygons' && style !== 'rle') {
    const { parts } = segmentation;
    if (parts.length > 0 && parts.every((part) => part.holes.length === 0)) {
      return JSON.stringify(parts.map((part) => part.outer));
    }
    losses.add('holes-as-rle', of);
  } else if (segmentation.kind === 'rle' && style === 'polygons') {
    if (isCrowd) losses.add('crowd-stays-rle', of);
    else {
      const rings = exactRings(segmentation, size);
      if (Array.isArray(rings)) return JSON.stringify(rings);
      losses.add(rings, of);
    }
  }
  return rleText(segmentationToRle(segmentation, size));
}

const rleText = (rle: Rle): string => JSON.stringify({ size: rle.size, counts: toCompressed(rle) });

/** Whether the runs of a record's mask are spelled otherwise: a list of numbers, as official crowds have it, or Python bytes. */
export function hasOtherCounts(text: string): boolean {
  const segmentation = rawMember(text, 'segmentation');
  if (!segmentation?.startsWith('{')) return false;
  return /^(\[|"b(['\\]))/.test(rawMember(segmentation, 'counts') ?? '');
}

/** Rings on pixel edges that give back the very same mask, or why there are none. */
function exactRings(
  segmentation: Segmentation,
  size: readonly [number, number],
): number[][] | 'holes-as-rle' | 'inexact-as-rle' {
  const rle = segmentationToRle(segmentation, size);
  const parts = trace(rle);
  if (parts.some((part) => part.holes.length > 0)) return 'holes-as-rle';
  const rings = parts.map((part) => Array.from(part.outer));
  return rings.length > 0 && equals(fromPolygons(rings, rle.size[0], rle.size[1]), rle) ? rings : 'inexact-as-rle';
}

function changedMembers(
  annotation: Annotation,
  baseline: Annotation,
  context: AnnotationContext,
): Map<string, string | null> {
  const { size, style, losses } = context;
  const { segmentation } = annotation;
  const of = { imageId: annotation.imageId, annotationId: annotation.id };
  const changes = new Map<string, string | null>();
  const redrawn = !deepEqual(baseline.segmentation, segmentation);
  const otherStyle = segmentation !== null && segmentation.kind !== (style === 'rle' ? 'rle' : 'polygons');
  if (segmentation && (redrawn || (style !== 'as-authored' && otherStyle))) {
    if (!redrawn && size && !hasSize(segmentation, size)) losses.add('mask-misfit', of);
    else if (size) {
      const options = { style, isCrowd: annotation.isCrowd, losses, of };
      changes.set('segmentation', serializeSegmentation(segmentation, size, options));
    } else losses.add('no-image', of);
  } else if (redrawn) changes.set('segmentation', null);
  else if (style === 'rle' && segmentation?.kind === 'rle' && hasOtherCounts(context.source!.text)) {
    // Loaders of tables want one type in all records; this needs no image.
    changes.set('segmentation', rleText(segmentationToRle(segmentation, segmentation.size)));
  }

  const { area, bbox } = redrawn && segmentation && size ? maskFields(segmentation, size) : annotation;
  if (redrawn || area !== baseline.area) changes.set('area', JSON.stringify(area));
  if (redrawn || !deepEqual(bbox, baseline.bbox)) changes.set('bbox', JSON.stringify(bbox));
  if (annotation.categoryId !== baseline.categoryId) changes.set('category_id', context.categoryId);
  if (annotation.isCrowd !== baseline.isCrowd) changes.set('iscrowd', annotation.isCrowd ? '1' : '0');
  if (annotation.score !== baseline.score) {
    changes.set('score', annotation.score === null ? null : JSON.stringify(annotation.score));
  }
  for (const [key, value] of extraEntries(annotation)) {
    if (!deepEqual(value, own(baseline.extra, key))) changes.set(key, JSON.stringify(value));
  }
  for (const [key] of extraEntries(baseline)) {
    if (own(annotation.extra, key) === undefined) changes.set(key, null);
  }
  return changes;
}

/** Polygons have any size; a mask has its own, and what it means in an image of another one nobody can tell. */
function hasSize(segmentation: Segmentation, size: readonly [number, number]): boolean {
  return segmentation.kind !== 'rle' || (segmentation.size[0] === size[0] && segmentation.size[1] === size[1]);
}

function newRecord(annotation: Annotation, context: AnnotationContext): string {
  const { segmentation, isCrowd, score } = annotation;
  const { size, style, losses } = context;
  const of = { imageId: annotation.imageId, annotationId: annotation.id };
  const { area, bbox } = segmentation && size ? maskFields(segmentation, size) : annotation;
  const members: [string, string][] = [
    ['id', String(annotation.id)],
    ['image_id', context.imageId],
    ['category_id', context.categoryId],
    [
      'segmentation',
      segmentation && size ? serializeSegmentation(segmentation, size, { style, isCrowd, losses, of }) : '[]',
    ],
    ['area', JSON.stringify(area)],
    ['bbox', JSON.stringify(bbox)],
    ['iscrowd', isCrowd ? '1' : '0'],
  ];
  if (score !== null) members.push(['score', JSON.stringify(score)]);
  for (const [key, value] of extraEntries(annotation)) members.push([key, JSON.stringify(value)]);
  return objectText(members);
}

/** What a category's record says; `isThing`: null or absent where nobody has said. */
export type CategoryText = Pick<Category, 'name' | 'supercategory'> & { readonly isThing?: boolean | null };

/** A category's record: its source text with what changed replaced, or a new record. */
export function serializeCategory(
  category: CategoryText,
  id: string,
  source: { readonly text: string; readonly baseline: CategoryText } | null,
): string {
  // Some trainers read supercategory without asking whether it is there.
  const supercategory = JSON.stringify(category.supercategory ?? '');
  const { isThing = null } = category;
  if (!source) {
    return objectText([
      ['id', id],
      ['name', JSON.stringify(category.name)],
      ['supercategory', supercategory],
      ...(isThing === null ? [] : [['isthing', isThing ? '1' : '0'] as const]),
    ]);
  }
  const changes = new Map<string, string | null>();
  if (category.name !== source.baseline.name) changes.set('name', JSON.stringify(category.name));
  if (category.supercategory !== source.baseline.supercategory) changes.set('supercategory', supercategory);
  if (isThing !== (source.baseline.isThing ?? null)) {
    changes.set('isthing', isThing === null ? null : isThing ? '1' : '0');
  }
  return changes.size > 0 ? replaceMembers(source.text, changes) : source.text;
}

/** The record of an image that came from no file. */
export function serializeNewImage(image: {
  readonly id: number;
  readonly fileName: string;
  readonly width: number;
  readonly height: number;
}): string {
  return objectText([
    ['id', String(image.id)],
    ['file_name', JSON.stringify(image.fileName)],
    ['width', String(image.width)],
    ['height', String(image.height)],
  ]);
}

const objectText = (members: readonly (readonly [string, string])[]) =>
  `{${members.map(([key, value]) => `${JSON.stringify(key)}:${value}`).join(',')}}`;

/** `extra` without keys that would appear twice in a record, and without absent values. */
const extraEntries = ({ extra }: Annotation) =>
  Object.entries(extra).filter(([key, value]) => value !== undefined && !annotationKeys.has(key));

const own = (object: Readonly<Record<string, unknown>>, key: string): unknown =>
  Object.prototype.hasOwnProperty.call(object, key) ? object[key] : undefined;
