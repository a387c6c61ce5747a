// What the scripts say to the person: one-line notes on stderr, and errors as one sentence with an exit code.

/** An expected failure: its message is the whole output, no stack. */
export class StepError extends Error {
  constructor(message, exitCode = 1) {
    super(message);
    this.name = 'StepError';
    this.exitCode = exitCode;
  }
}

/** Prints one line on stderr; stdout belongs to the command that is being run. */
export function say(line) {
  process.stderr.write(`${line}\n`);
}

/** Runs a script's main function; its number becomes the exit code, a StepError becomes one sentence. */
export async function runMain(main) {
  try {
    process.exitCode = (await main()) ?? 0;
  } catch (error) {
    if (!(error instanceof StepError)) throw error;
    say(error.message);
    process.exitCode = error.exitCode;
  }
}
