/** A record's `segmentation` value -> rings or a mask, and what is wrong with it. Masks are checked, rings not rasterised. */
import type { Issue, IssueCode } from '../../dataset/finding';
import { fromCompressed, fromUncompressed, MaskError } from '../../mask';
import {
  beyond,
  describe,
  describeNumber,
  type Fields,
  isFar,
  isFiniteNumber,
  issue,
  type RecordSource,
} from './fields';
import type { CocoSegmentation } from './types';

/** null: none, an empty one, or one that cannot be read, which an issue then says. */
export function readSegmentation(value: unknown, source: RecordSource, issues: Issue[]): CocoSegmentation | null {
  if (value === undefined || value === null) return null;
  if (Array.isArray(value)) return readRings(value, source, issues);
  if (typeof value !== 'object') {
    issues.push(
      issue(
        'error',
        'segmentation-type',
        source,
        ['segmentation'],
        `segmentation is ${describe(value)}, expected rings or a mask`,
      ),
    );
    return null;
  }
  const { size, counts } = value as Fields;
  const [height, width] = Array.isArray(size) ? (size as unknown[]) : [];
  const isSide = (side: unknown) => typeof side === 'number' && Number.isSafeInteger(side) && side >= 0;
  if (!Array.isArray(size) || size.length !== 2 || !isSide(height) || !isSide(width)) {
    issues.push(
      issue(
        'error',
        'rle-size',
        source,
        ['segmentation', 'size'],
        `size is ${describe(size)}, expected [height, width]`,
      ),
    );
    return null;
  }
  if (typeof counts !== 'string' && !Array.isArray(counts)) {
    issues.push(
      issue(
        'error',
        'rle-counts',
        source,
        ['segmentation', 'counts'],
        `counts is ${describe(counts)}, expected a string or a list`,
      ),
    );
    return null;
  }
  const bytes = typeof counts === 'string' ? bytesLiteral(counts) : null;
  try {
    if (typeof counts === 'string') fromCompressed(bytes ?? counts, size as [number, number]);
    else {
      const bad = counts.findIndex((run) => !isFiniteNumber(run));
      if (bad >= 0) throw new MaskError(`Run ${bad} is ${describeNumber(counts[bad])} when a number was expected`);
      fromUncompressed(counts as number[], size as [number, number]);
    }
  } catch (error) {
    if (!(error instanceof MaskError)) throw error;
    issues.push(issue('error', 'rle-sum', source, ['segmentation', 'counts'], error.message));
    return null;
  }
  if (bytes === null) return value as CocoSegmentation;
  const message = "counts is Python bytes text (b'...'): read as what is between the quotes";
  issues.push(issue('warning', 'rle-bytes-text', source, ['segmentation', 'counts'], message));
  return { size: size as [number, number], counts: bytes };
}

/** What str() of Python bytes holds, or null: a quote is no letter of compressed counts, so the meaning is certain. */
function bytesLiteral(counts: string): string | null {
  const literal = /^b(['"])(.*)\1$/s.exec(counts);
  return literal && literal[2].replace(/\\\\/g, '\\');
}

function readRings(value: readonly unknown[], source: RecordSource, issues: Issue[]): number[][] | null {
  if (value.length === 0) return null;
  let rings = value;
  if (isFiniteNumber(value[0])) {
    const path = ['segmentation'] as const;
    if (!value.every(isFiniteNumber) || value.length < 6 || value.length % 2 === 1) {
      const message = `segmentation is a flat list of ${value.length} values, expected rings: [[x, y, x, y, x, y, ...]]`;
      issues.push(issue('error', 'ring-type', source, path, message));
      return null;
    }
    const message = 'segmentation is a flat list of numbers: read as one ring, [[x, y, ...]]';
    issues.push(issue('warning', 'ring-flat', source, path, message));
    rings = [value];
  }
  if (!checkRings(rings, source, issues)) return null;
  // Programs that know points only write [[]].
  return rings.some((ring) => ring.length > 0) ? (rings as number[][]) : null;
}

function checkRings(rings: readonly unknown[], source: RecordSource, issues: Issue[]): rings is readonly number[][] {
  const say = (severity: Issue['severity'], code: IssueCode, path: readonly (string | number)[], message: string) =>
    void issues.push(issue(severity, code, source, ['segmentation', ...path], message));
  for (let r = 0; r < rings.length; r++) {
    const ring = rings[r];
    if (!Array.isArray(ring)) {
      say('error', 'ring-type', [r], `a ring is ${describe(ring)}, expected a list of coordinates`);
      return false;
    }
    let far = -1;
    for (let i = 0; i < ring.length; i++) {
      if (!isFiniteNumber(ring[i])) {
        say('error', 'ring-type', [r, i], `a coordinate is ${describeNumber(ring[i])}, expected a number`);
        return false;
      }
      if (far < 0 && isFar(ring[i] as number)) far = i;
    }
    if (ring.length % 2 === 1) {
      say('error', 'ring-odd', [r], `a ring has ${ring.length} numbers, expected pairs of x and y`);
      return false;
    }
    if (ring.length < 6) say('warning', 'ring-short', [r], `a ring has ${ring.length / 2} points, expected at least 3`);
    if (far >= 0) say('warning', 'ring-far', [r, far], `a coordinate is ${String(ring[far])}${beyond}`);
  }
  return true;
}
