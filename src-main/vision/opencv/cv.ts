/** OpenCV.js: loads it once, and types the part of it that the classical methods use. */
import { createRequire } from 'node:module';

/** Anything that lives in OpenCV's own heap and must be freed by hand. */
export interface Deletable {
  delete(): void;
}

/**
 * A matrix in OpenCV's heap. `data...` are views of that heap, row-major and interleaved; every later allocation may grow the heap
 * and detach them, so they are read anew after each call and never kept.
 */
export interface Mat extends Deletable {
  readonly rows: number;
  readonly cols: number;
  readonly data: Uint8Array;
  readonly data32S: Int32Array;
  readonly data32F: Float32Array;
  readonly data64F: Float64Array;
  convertTo(dst: Mat, type: number): void;
}

export interface MatVector extends Deletable {
  size(): number;
  /** A new handle on the same pixels; freed on its own. */
  get(index: number): Mat;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}
export interface Size {
  readonly width: number;
  readonly height: number;
}
export interface Rect extends Point, Size {}
type Scalar = readonly [number, number, number, number];
interface TermCriteria {
  readonly type: number;
}

/** The functions of OpenCV.js 4.11 in use; meanings are those of the C++ functions of the same name. */
export interface OpenCv {
  readonly HEAPU8: Uint8Array;
  readonly Mat: { new (): Mat; new (rows: number, cols: number, type: number, fill?: Scalar): Mat };
  readonly MatVector: new () => MatVector;
  readonly Size: new (width: number, height: number) => Size;
  readonly Point: new (x: number, y: number) => Point;
  readonly Rect: new (x: number, y: number, width: number, height: number) => Rect;
  readonly TermCriteria: new (type: number, maxCount: number, epsilon: number) => TermCriteria;

  readonly CV_8UC1: number;
  readonly CV_8UC3: number;
  readonly CV_8UC4: number;
  readonly CV_32FC1: number;
  readonly CV_32SC1: number;
  readonly CV_64FC1: number;
  readonly CV_32F: number;
  readonly CV_32S: number;

  readonly COLOR_RGBA2RGB: number;
  readonly COLOR_RGB2GRAY: number;
  readonly COLOR_RGB2Lab: number;
  cvtColor(src: Mat, dst: Mat, code: number): void;
  split(src: Mat, channels: MatVector): void;

  readonly BORDER_DEFAULT: number;
  readonly BORDER_CONSTANT: number;
  GaussianBlur(src: Mat, dst: Mat, size: Size, sigmaX: number): void;

  readonly THRESH_BINARY: number;
  readonly THRESH_BINARY_INV: number;
  readonly THRESH_OTSU: number;
  threshold(src: Mat, dst: Mat, value: number, max: number, type: number): number;

  readonly MORPH_RECT: number;
  readonly MORPH_ELLIPSE: number;
  readonly MORPH_OPEN: number;
  readonly MORPH_CLOSE: number;
  getStructuringElement(shape: number, size: Size): Mat;
  morphologyEx(src: Mat, dst: Mat, op: number, kernel: Mat, anchor: Point, iterations: number): void;
  dilate(src: Mat, dst: Mat, kernel: Mat, anchor: Point, iterations: number): void;
  erode(src: Mat, dst: Mat, kernel: Mat, anchor: Point, iterations: number): void;

  readonly RETR_EXTERNAL: number;
  readonly RETR_CCOMP: number;
  readonly CHAIN_APPROX_NONE: number;
  readonly FILLED: number;
  readonly LINE_8: number;
  findContours(image: Mat, contours: MatVector, hierarchy: Mat, mode: number, method: number): void;
  boundingRect(points: Mat): Rect;
  drawContours(
    image: Mat,
    contours: MatVector,
    index: number,
    color: Scalar,
    thickness: number,
    lineType: number,
    hierarchy: Mat,
    maxLevel: number,
    offset: Point,
  ): void;

  connectedComponents(image: Mat, labels: Mat, connectivity: number, type: number): number;
  connectedComponentsWithStats(
    image: Mat,
    labels: Mat,
    stats: Mat,
    centroids: Mat,
    connectivity: number,
    type: number,
  ): number;

  readonly DIST_L2: number;
  readonly DIST_MASK_5: number;
  distanceTransform(src: Mat, dst: Mat, type: number, maskSize: number): void;
  watershed(image: Mat, markers: Mat): void;

  readonly GC_BGD: number;
  readonly GC_FGD: number;
  readonly GC_PR_BGD: number;
  readonly GC_PR_FGD: number;
  readonly GC_INIT_WITH_RECT: number;
  readonly GC_INIT_WITH_MASK: number;
  readonly GC_EVAL: number;
  readonly GC_EVAL_FREEZE_MODEL: number;
  grabCut(image: Mat, mask: Mat, rect: Rect, bgd: Mat, fgd: Mat, iterations: number, mode: number): void;

  readonly INTER_LINEAR: number;
  readonly INTER_AREA: number;
  resize(src: Mat, dst: Mat, size: Size, fx: number, fy: number, interpolation: number): void;

  readonly TermCriteria_EPS: number;
  readonly TermCriteria_MAX_ITER: number;
  readonly KMEANS_PP_CENTERS: number;
  /** Returns the compactness: the sum of squared distances of the rows to their centres. */
  kmeans(
    data: Mat,
    k: number,
    labels: Mat,
    criteria: TermCriteria,
    attempts: number,
    flags: number,
    centers: Mat,
  ): number;
  setRNGSeed(seed: number): void;

  exceptionFromPtr(pointer: number): { readonly code: number; readonly msg: string };
}

// The package exports a Promise. As an import it would be a module namespace with a `then` of its own, which module runners await.
const load = createRequire(__filename);

/** The library, compiled (about 0.3 s the first time, 120 MB); every call gives the same instance. */
export function loadOpenCv(): Promise<OpenCv> {
  return load('@techstark/opencv-js') as Promise<OpenCv>;
}
