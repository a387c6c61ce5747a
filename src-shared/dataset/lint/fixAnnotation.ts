/** What can be put right about an annotation without asking: its mask stays pixel for pixel. */
import { deepEqual } from '../../document/equal';
import { combinePolygons } from '../../document/polygonOperations';
import { maskFields, rleToSegmentation, segmentationToRle, withSegmentation } from '../../document/segmentation';
import type { Annotation, PolygonSegmentation, Segmentation } from '../../document/types';
import { equals, trace } from '../../mask';
import { isEmptyMask } from '../../mask/edit';
import type { FindingCode, IssueCode } from '../finding';
import { annotationFindings, boxToCompare, mayBeSame, type RecordFinding, ShapeInImage } from './annotationFindings';

type Size = readonly [height: number, width: number];

/** Kinds that a fix of an annotation knows; the other kinds with a fix are matters of a file's text. */
export const shapeFixes: ReadonlySet<IssueCode> = new Set([
  'mask-size',
  'outside',
  'crowd-polygons',
  'stale-area',
  'stale-bbox',
  'zero-area',
  'duplicate',
]);

export interface AnnotationFix {
  /** What was wrong. */
  readonly findings: readonly RecordFinding[];
  /** null: it is left out. */
  readonly to: Annotation | null;
}

/** Null: nothing is to be done. `size`: of the image; `of`: these kinds only. */
export function fixAnnotation(
  annotation: Annotation,
  size: Size,
  of: ReadonlySet<FindingCode> = shapeFixes,
): AnnotationFix | null {
  const findings: RecordFinding[] = [];
  const passed = new Set<FindingCode>();
  let to = annotation;
  // A fix may bring another fault to light (a mask of the right size covers no pixel); each kind is mended once.
  for (;;) {
    const finding = annotationFindings(to, new ShapeInImage(to.segmentation, size)).find(
      ({ code, repair }) =>
        shapeFixes.has(code) && of.has(code) && !passed.has(code) && (code !== 'mask-size' || repair),
    );
    if (!finding) break;
    passed.add(finding.code);
    const fixed = mend(to, finding, size);
    // Its keypoints count without a mask.
    if (fixed === null && hasKeypoints(to)) continue;
    findings.push(finding);
    if (fixed === null) return { findings, to: null };
    to = fixed;
  }
  return findings.length === 0 ? null : { findings, to };
}

/** One at least is marked: its third number is not 0. */
function hasKeypoints({ extra: { keypoints } }: Annotation): boolean {
  return Array.isArray(keypoints) && keypoints.some((value, place) => place % 3 === 2 && value !== 0);
}

function mend(annotation: Annotation, { code }: RecordFinding, size: Size): Annotation | null {
  const { segmentation } = annotation;
  if (code === 'zero-area' || !segmentation) return null;
  if (code === 'stale-area') return { ...annotation, area: maskFields(segmentation, size).area };
  if (code === 'stale-bbox') return { ...annotation, bbox: maskFields(segmentation, size).bbox };
  if (segmentation.kind === 'rle') {
    return withSegmentation(annotation, { ...segmentation, size: [size[0], size[1]] }, size);
  }
  if (code === 'crowd-polygons') {
    return withSegmentation(annotation, rleToSegmentation(segmentationToRle(segmentation, size)), size);
  }
  const cut = cutAtBorder(segmentation, size);
  return cut && withSegmentation(annotation, cut, size);
}

/** As a polygon where one says the same pixels; null: nothing of it lies in the image. */
function cutAtBorder(segmentation: PolygonSegmentation, size: Size): Segmentation | null {
  const mask = segmentationToRle(segmentation, size);
  if (isEmptyMask(mask)) return null;
  const [height, width] = size;
  const image: PolygonSegmentation = {
    kind: 'polygons',
    parts: [{ outer: [0, 0, width, 0, width, height, 0, height], holes: [] }],
  };
  const isSame = (polygons: PolygonSegmentation) => equals(segmentationToRle(polygons, size), mask);
  const isPlain = ({ parts }: PolygonSegmentation) => parts.every(({ holes }) => holes.length === 0);
  const hadHoles = !isPlain(segmentation);
  const cut = combinePolygons('intersect', [segmentation, image], size);
  if (cut && cut.parts.length > 0 && isInside(cut, size) && (hadHoles || isPlain(cut)) && isSame(cut)) return cut;
  const traced: PolygonSegmentation = { kind: 'polygons', parts: trace(mask) };
  return (hadHoles || isPlain(traced)) && isSame(traced) ? traced : rleToSegmentation(mask);
}

function isInside({ parts }: PolygonSegmentation, [height, width]: Size): boolean {
  const within = (value: number, i: number) => value >= 0 && value <= (i % 2 === 0 ? width : height);
  return parts.every(({ outer }) => outer.every(within));
}

/** Those of an image that an earlier one repeats pixel for pixel, in its category and with all else that is said of it. */
export function repeatedAnnotations(annotations: readonly Annotation[], size: Size): Annotation[] {
  const kept: { readonly annotation: Annotation; readonly box: ArrayLike<number> }[] = [];
  return annotations.filter((annotation) => {
    const box = boxToCompare(annotation, new ShapeInImage(annotation.segmentation, size));
    if (!box) return false;
    const isRepeat = kept.some(
      (earlier) =>
        saysTheSame(earlier.annotation, annotation) &&
        mayBeSame(earlier.box, box) &&
        equals(maskOf(earlier.annotation, size), maskOf(annotation, size)),
    );
    if (!isRepeat) kept.push({ annotation, box });
    return isRepeat;
  });
}

/** But for the mask: a score, a track or keypoints of its own make it another one. */
const saysTheSame = (a: Annotation, b: Annotation) =>
  a.categoryId === b.categoryId && a.score === b.score && deepEqual(a.extra, b.extra);

const maskOf = ({ segmentation }: Annotation, size: Size) => segmentationToRle(segmentation!, size);
