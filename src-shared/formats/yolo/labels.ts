/** Lines of a YOLO label file: `class x1 y1 x2 y2 ...` or `class cx cy w h`, in shares of the image's sides. */
import type { AnnotationContent } from '../../dataset/records';
import type { Issue } from '../../dataset/finding';

export interface LabelLine {
  readonly classIndex: number;
  readonly content: AnnotationContent;
  /** The line without its end. */
  readonly text: string;
  /** From 1. */
  readonly line: number;
}

/** Sides of the image in pixels. Lines that cannot be read are issues, and left out. */
export function parseLabels(text: string, width: number, height: number, issues: Issue[]): LabelLine[] {
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
    const isBox = rest.length === 4 || rest.length === 5;
    if (!isBox && (rest.length < 6 || rest.length % 2 !== 0)) {
      return skip('ring-short', `${rest.length} values are neither a box (4) nor at least 3 points`);
    }
    const shares = isBox ? rest.slice(0, 4) : rest;
    if (shares.some((share) => share > 1 || share < 0)) {
      const message = `a coordinate is ${shares.find((share) => share > 1 || share < 0)}, outside 0 to 1`;
      issues.push({ code: 'coordinates', severity: 'warning', pointer, message });
    }
    const base = { area: null, isCrowd: false, score: isBox ? (rest[4] ?? null) : null, extra: {} };
    if (isBox) {
      const [cx, cy, w, h] = shares;
      const bbox = [(cx - w / 2) * width, (cy - h / 2) * height, w * width, h * height] as const;
      lines.push({ classIndex, content: { ...base, segmentation: null, bbox }, text: raw, line: index + 1 });
      return;
    }
    const outer = shares.map((share, i) => share * (i % 2 === 0 ? width : height));
    const segmentation = { kind: 'polygons' as const, parts: [{ outer, holes: [] }] };
    lines.push({ classIndex, content: { ...base, segmentation, bbox: null }, text: raw, line: index + 1 });
  });
  return lines;
}

/** Six decimals: a hundredth of a pixel in an image of 10,000. */
export function share(value: number, side: number): string {
  return String(Number((value / side).toFixed(6)));
}
