/** The steps that make a black-and-white picture of a colour one: channel, blur, threshold, side, morphology. */
import type { ParamsOf } from '@shared/methods/params';
import type { Mat } from '../../opencv/cv';
import type { MatScope } from '../../opencv/matScope';
import { otsuLevel } from './otsu';
import { clearOutside, visitBorder, type WorkScope } from '../workScope';

export type BinarizeParams = Pick<ParamsOf<'threshold'>, 'channel' | 'blur' | 'mode' | 'value' | 'invert'>;

export interface Binarized {
  /** CV_8UC1: the channel before the blur. */
  readonly channel: Mat;
  /** CV_8UC1: 255 = foreground. */
  readonly binary: Mat;
  readonly inverted: boolean;
  /** What was chosen automatically, e.g. `Threshold 112 (automatic), dark objects`. */
  readonly note: string;
}

/** One channel of a CV_8UC3 RGB matrix as CV_8UC1; `l`, `a`, `b_` are OpenCV's 8-bit LAB. Owned by the scope. */
export function extractChannel(scope: MatScope, rgb: Mat, name: BinarizeParams['channel']): Mat {
  const { cv } = scope;
  const out = scope.mat();
  if (name === 'gray') {
    cv.cvtColor(rgb, out, cv.COLOR_RGB2GRAY);
    return out;
  }
  const isLab = name === 'l' || name === 'a' || name === 'b_';
  if (isLab) cv.cvtColor(rgb, out, cv.COLOR_RGB2Lab);
  const planes = scope.vector();
  cv.split(isLab ? out : rgb, planes);
  const channel = scope.own(planes.get((isLab ? ['l', 'a', 'b_'] : ['r', 'g', 'b']).indexOf(name)));
  scope.free(planes);
  scope.free(out);
  return channel;
}

/**
 * Channel, Gaussian blur, threshold and the choice of the foreground's side. In a mask Otsu's threshold is that of the pixels
 * inside, and nothing outside is foreground. The matrices belong to the scope.
 */
export function binarize(scope: MatScope, rgb: Mat, params: BinarizeParams, work: WorkScope): Binarized {
  const { cv } = scope;
  const channel = extractChannel(scope, rgb, params.channel);
  let smooth = channel;
  if (params.blur > 1) {
    smooth = scope.mat();
    cv.GaussianBlur(channel, smooth, new cv.Size(params.blur, params.blur), 0);
  }
  const otsu = params.mode === 'otsu';
  const binary = scope.mat();
  const own = otsu && work.inside ? otsuLevel(smooth.data, work.inside) : null;
  const type = cv.THRESH_BINARY + (otsu && own === null ? cv.THRESH_OTSU : 0);
  const level = cv.threshold(smooth, binary, own ?? params.value, 255, type);
  const inverted = params.invert === 'auto' ? mostOfBorderIsSet(binary, work) : params.invert === 1;
  if (inverted) cv.threshold(smooth, binary, level, 255, cv.THRESH_BINARY_INV);
  if (smooth !== channel) scope.free(smooth);
  clearOutside(work, binary.data);
  const note = `Threshold ${level}${otsu ? ' (automatic)' : ''}, ${inverted ? 'dark' : 'bright'} objects`;
  return { channel, binary, inverted, note };
}

/** Openings and then closings with an elliptic kernel, in place. */
export function openAndClose(
  scope: MatScope,
  binary: Mat,
  params: { readonly open: number; readonly close: number; readonly kernel: number },
): void {
  const { cv } = scope;
  const kernel = scope.own(cv.getStructuringElement(cv.MORPH_ELLIPSE, new cv.Size(params.kernel, params.kernel)));
  const centre = new cv.Point(-1, -1);
  if (params.open > 0) cv.morphologyEx(binary, binary, cv.MORPH_OPEN, kernel, centre, params.open);
  if (params.close > 0) cv.morphologyEx(binary, binary, cv.MORPH_CLOSE, kernel, centre, params.close);
  scope.free(kernel);
}

/** The object rarely fills the border: the side that touches it less is the foreground. */
function mostOfBorderIsSet(binary: Mat, work: WorkScope): boolean {
  const { data } = binary;
  let set = 0;
  let total = 0;
  visitBorder(work, (index) => {
    total++;
    if (data[index] !== 0) set++;
  });
  return 2 * set > total;
}
