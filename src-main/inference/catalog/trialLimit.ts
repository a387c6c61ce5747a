/** How long a model may take on its trial picture before whoever asked ends the process that runs it. */
import { AppError } from '@shared/errors/appError';

/** A model that takes longer on one picture is of no use here, or it hangs. */
const mostSeconds = 120;

/** `end`: makes `run` fail, by ending the process; its failure then becomes the sentence about the time. */
export async function withinTrialTime<T>(
  run: () => Promise<T>,
  end: () => void,
  seconds: number = mostSeconds,
): Promise<T> {
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    end();
  }, seconds * 1000);
  try {
    return await run();
  } catch (error) {
    if (!isLate) throw error;
    throw new AppError('bad-model', `The model did not finish the trial picture within ${seconds} seconds`, {
      hint: 'export it with a smaller input, or look whether it hangs',
      cause: error,
    });
  } finally {
    clearTimeout(timer);
  }
}
