/** Lines of a YOLO label file: `class x1 y1 x2 y2 ...` or `class cx cy w h`, in shares of the image's sides. */
import type { AnnotationContent } from '../../dataset/records';
import type { Issue } from '../../dataset/finding';
import { asList, asNumber } from '../values';
import type { Keypoints } from './dataset';

export interface LabelLine {
  readonly classIndex: number;
  readonly content: AnnotationContent;
  /** The line without its end. */
  readonly text: string;
  /** From 1. */
  readonly line: number;
}

/** Sides of the image in pixels; `keypoints`: what follows a box. Lines that cannot be read are issues, and left out. */
export function parseLabels(
  text: string,
  [width, height]: readonly [number, number],
  issues: Issue[],
  keypoints: Keypoints | null = null,
): LabelLine[] {
  const lines: LabelLine[] = [];
  text.split(/\r?\n/).forEach((raw, index) => {
    const line = raw.trim();
    if (line === '') return;
    const pointer = `line ${index + 1}`;
    const skip = (code: Issue['code'], message: string) =>
      void issues.push({ code, severity: 'warning', pointer, message: `${message}: the line is left out` });
    const values = line.split(/\s+/).map(Number);
    if (values.some((value) => !Number.isFinite(value))) return skip('line-values', 'not every value is a number');
    const [classIndex, ...rest] = values;
    if (!Number.isInteger(classIndex) || classIndex < 0) {
      return skip('class-unknown', `the class is ${classIndex}, not a whole number from 0`);
    }
    const isPose = keypoints !== null && rest.length === 4 + keypoints.count * keypoints.values;
    const isBox = isPose || rest.length === 4 || rest.length === 5;
    if (!isBox && (rest.length < 6 || rest.length % 2 !== 0)) {
      return skip('ring-short', `${rest.length} values are neither a box (4) nor at least 3 points`);
    }
    const shares = isBox ? rest.slice(0, 4) : rest;
    if (shares.some((share) => share > 1 || share < 0)) {
      const message = `a coordinate is ${shares.find((share) => share > 1 || share < 0)}, outside 0 to 1`;
      issues.push({ code: 'coordinates', severity: 'warning', pointer, message });
    }
    const base = { area: null, isCrowd: false, score: isBox && !isPose ? (rest[4] ?? null) : null };
    if (isBox) {
      const [cx, cy, w, h] = shares;
      const bbox = [(cx - w / 2) * width, (cy - h / 2) * height, w * width, h * height] as const;
      const extra = isPose ? keypointsOf(rest.slice(4), [width, height], keypoints) : {};
      lines.push({ classIndex, content: { ...base, segmentation: null, bbox, extra }, text: raw, line: index + 1 });
      return;
    }
    const outer = shares.map((share, i) => onSide(share, i % 2 === 0 ? width : height));
    const segmentation = { kind: 'polygons' as const, parts: [{ outer, holes: [] }] };
    lines.push({ classIndex, content: { ...base, segmentation, bbox: null, extra: {} }, text: raw, line: index + 1 });
  });
  return lines;
}

/** Pixels, without what the product of decimals adds far behind the point: 0.56 of 25 is 14. */
const onSide = (share: number, side: number) => Math.round(share * side * 1e9) / 1e9;

/** As COCO says them: x, y in pixels, and 0 not there, 1 hidden, 2 visible. */
function keypointsOf(
  shares: readonly number[],
  [width, height]: readonly [number, number],
  { count, values }: Keypoints,
) {
  const keypoints: number[] = [];
  for (let i = 0; i < count; i++) {
    const [x, y, seen] = shares.slice(i * values, (i + 1) * values);
    const visibility =
      values === 3 ? Math.min(2, Math.max(0, Math.round(seen))) : x < 0 || y < 0 || (x === 0 && y === 0) ? 0 : 2;
    keypoints.push(...(visibility === 0 ? [0, 0, 0] : [x * width, y * height, visibility]));
  }
  return { keypoints, num_keypoints: keypoints.filter((value, i) => i % 3 === 2 && value > 0).length };
}

/** What follows a box in a dataset of poses; zeros, which mean nothing, where the annotation has no such points. */
export function keypointShares(
  extra: Readonly<Record<string, unknown>>,
  width: number,
  height: number,
  { count, values }: Keypoints,
): string {
  const given = asList(extra.keypoints).map((value) => asNumber(value) ?? 0);
  const points = given.length === count * 3 ? given : new Array<number>(count * 3).fill(0);
  const parts: string[] = [];
  for (let i = 0; i < points.length; i += 3) {
    const [x, y] = [shareOf(points[i], width), shareOf(points[i + 1], height)];
    parts.push(String(x), String(y), ...(values === 3 ? [String(points[i + 2])] : []));
  }
  return parts.join(' ');
}

/** Six decimals: a hundredth of a pixel in an image of 10,000. */
export function shareOf(value: number, side: number): number {
  const ofSide = value / side;
  const millionths = ofSide * 1e6;
  const whole = Math.round(millionths);
  // Six decimals by way of a text are slow, and needed only where the next ones are nearly a half, or the number is huge.
  const isClear = Math.abs(millionths) < 1e9 && Math.abs(Math.abs(millionths - whole) - 0.5) > 1e-4;
  return isClear ? whole / 1e6 : Number(ofSide.toFixed(6));
}
