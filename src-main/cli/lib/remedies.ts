/** Errors as the command line tells them: where the work offers a way out, the sentence names the options for it. */
import { AppError, type Remedy } from '@shared/errors/appError';

/** By remedy, the hint of a command that has options for it, or what becomes of the work's own. */
export type RemedyHints = Readonly<Partial<Record<Remedy, string | ((hint: string) => string)>>>;

/** The work's own result; an error with a remedy in `hints` has that hint. */
export async function withOptions<T>(work: Promise<T>, hints: RemedyHints): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const hint = error instanceof AppError && error.remedy ? hints[error.remedy] : undefined;
    if (!(error instanceof AppError) || hint === undefined) throw error;
    throw error.saying({ hint: typeof hint === 'string' ? hint : hint(error.hint ?? '') });
  }
}
