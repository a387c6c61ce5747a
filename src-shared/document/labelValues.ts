/** What the values of a label map's file mean beside its classes: pixels that no annotation has, and those nobody is asked about. */
import { AppError } from '../errors/appError';

export interface LabelValues {
  /** Of pixels that are none of the classes. */
  readonly background: number;
  /** Of pixels that trainers and metrics leave out. */
  readonly ignore: number;
  /** Which of the two pixels without an annotation are. */
  readonly unlabelled: 'background' | 'ignore';
}

export const defaultLabelValues: LabelValues = { background: 0, ignore: 255, unlabelled: 'background' };

/** A 16-bit map holds no larger one. */
export const mostLabelValue = 65535;

/** A category that means "leave this out", by the names that datasets give it. */
export const isIgnored = (name: string): boolean => /^(ignored?|void|unlabell?ed)$/i.test(name.trim());

/** The value of pixels that nobody's annotation covers. */
export const unlabelledValue = ({ background, ignore, unlabelled }: LabelValues): number =>
  unlabelled === 'background' ? background : ignore;

/** Throws `usage` for values that no map can hold, or that cannot be told apart. */
export function checkLabelValues({ background, ignore }: LabelValues): void {
  for (const [name, value] of [
    ['background', background],
    ['ignore', ignore],
  ] as const) {
    if (Number.isInteger(value) && value >= 0 && value <= mostLabelValue) continue;
    throw new AppError('usage', `The ${name} value is ${value}: it must be a whole number from 0 to ${mostLabelValue}`);
  }
  if (background === ignore) {
    throw new AppError('usage', `Background and ignored pixels cannot both be ${ignore}`, {
      hint: 'give one of them another value',
    });
  }
}
