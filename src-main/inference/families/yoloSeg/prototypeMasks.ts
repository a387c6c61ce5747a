/** Masks from prototypes and coefficients, summed up only around each box. */
import type { Rle } from '@shared/mask';
import type { OutputTensor } from '../../graph/graph';
import { logitsToRle } from '../../image/logitsToRle';
import { cropPlane, resizePlane } from '../../image/planes';
import { type Corners, toImageCorners } from '../../image/postprocess';
import type { InputFrame } from '../../image/preprocess';

/** How the prototypes lie over the image. */
interface Layout {
  /** Of the prototypes. */
  readonly width: number;
  readonly height: number;
  /** Into how many a cell is split, so that the letterbox ends between two of them. */
  readonly finer: number;
  /** The image's part, in split cells. */
  readonly content: readonly [left: number, top: number, width: number, height: number];
}

/** Cells around a box that its border is mixed from. */
const margin = 2;

/**
 * Gives the mask of a box (input pixels) and its coefficients: the sum of `protos` [1,M,h,w] as logits at the image's size, cut to the
 * box, above 0; null where nothing is set. O(cells of the box * M).
 */
export function prototypeMasks(protos: OutputTensor, frame: InputFrame) {
  const [, , height, width] = protos.dims;
  const values = protos.data as Float32Array;
  const layout = layOut(width, height, frame);
  const size = [frame.imageHeight, frame.imageWidth] as const;
  return (box: Corners, coefficients: Float32Array): Rle | null => {
    const { grid, corners } = logitsAround(box, coefficients, values, layout, frame);
    const [x1, y1, x2, y2] = toImageCorners(box, frame.transform, size);
    // Ultralytics keeps the pixels whose upper left corner lies in the box.
    return logitsToRle(grid, corners, size, 0, [x1 + 0.5, y1 + 0.5, x2 + 0.5, y2 + 0.5]);
  };
}

/**
 * Where the letterbox ends inside a cell the cells are split first, so that what the padding looks like never reaches into the
 * picture.
 */
function layOut(
  width: number,
  height: number,
  { inputWidth, inputHeight, contentWidth, contentHeight, transform }: InputFrame,
): Layout {
  const [perX, perY] = [width / inputWidth, height / inputHeight];
  const sides = [transform.offsetX * perX, transform.offsetY * perY, contentWidth * perX, contentHeight * perY];
  const finer = [1, 2, 4].find((factor) => sides.every((side) => Number.isInteger(side * factor))) ?? 4;
  const [left, top, wide, high] = sides.map((side) => Math.round(side * finer));
  return { width, height, finer, content: [left, top, wide, high] };
}

/** The logits around a box, and where they lie over the image. */
function logitsAround(
  [x1, y1, x2, y2]: Corners,
  coefficients: Float32Array,
  protos: Float32Array,
  { width, height, finer, content }: Layout,
  { inputWidth, inputHeight, imageWidth, imageHeight }: InputFrame,
) {
  const [left, right] = cellsOf(x1, x2, width / inputWidth, width);
  const [top, bottom] = cellsOf(y1, y2, height / inputHeight, height);
  const [wide, high] = [right - left, bottom - top];
  const values = new Float32Array(wide * high);
  const plane = width * height;
  for (let y = 0; y < high; y++) {
    addWeighted(values.subarray(y * wide, (y + 1) * wide), coefficients, protos, (top + y) * width + left, plane);
  }
  const split = resizePlane({ values, width: wide, height: high }, wide * finer, high * finer);
  // What of it shows the image, in split cells of the whole plane.
  const start = (from: number, axis: 0 | 1) => Math.max(from * finer, content[axis]);
  const length = (from: number, to: number, axis: 0 | 1) =>
    Math.max(1, Math.min(to * finer, content[axis] + content[axis + 2]) - from);
  const [x, y] = [start(left, 0), start(top, 1)];
  const [shownWide, shownHigh] = [length(x, right, 0), length(y, bottom, 1)];
  const shown = cropPlane(split, [x - left * finer, y - top * finer, shownWide, shownHigh]);
  const toX = (cell: number) => ((cell - content[0]) * imageWidth) / content[2];
  const toY = (cell: number) => ((cell - content[1]) * imageHeight) / content[3];
  const corners = [toX(x), toY(y), toX(x + shownWide), toY(y + shownHigh)] as const;
  return { grid: { ...shown, offset: 0 }, corners };
}

/** Adds a row of each plane, one after the other; four are read at once, as each sum is rounded to the array's numbers. */
function addWeighted(
  sums: Float32Array,
  weights: Float32Array,
  planes: Float32Array,
  first: number,
  perPlane: number,
): void {
  let c = 0;
  for (; c + 4 <= weights.length; c += 4) {
    const [a, b, d, e] = [weights[c], weights[c + 1], weights[c + 2], weights[c + 3]];
    const from = first + c * perPlane;
    for (let x = 0, at = from; x < sums.length; x++, at++) {
      let sum = Math.fround(sums[x] + a * planes[at]);
      sum = Math.fround(sum + b * planes[at + perPlane]);
      sum = Math.fround(sum + d * planes[at + 2 * perPlane]);
      sums[x] = sum + e * planes[at + 3 * perPlane];
    }
  }
  for (; c < weights.length; c++) {
    const weight = weights[c];
    for (let x = 0, at = first + c * perPlane; x < sums.length; x++, at++) sums[x] += weight * planes[at];
  }
}

function cellsOf(low: number, high: number, perPx: number, cells: number): [from: number, to: number] {
  const from = Math.min(Math.max(Math.floor(low * perPx) - margin, 0), cells - 1);
  return [from, Math.max(from + 1, Math.min(Math.ceil(high * perPx) + margin, cells))];
}
