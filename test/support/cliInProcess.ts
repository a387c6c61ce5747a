/** The command line in the test's own process: as fast as a function call, and a defect shows its stack. */
import { runProgram } from '../../src-main/cli/program';
import { Session } from '../../src-main/cli/lib/session';

export interface CliOutcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export async function runInProcess(...args: readonly string[]): Promise<CliOutcome> {
  let stdout = '';
  let stderr = '';
  const session = new Session({
    out: (text) => void (stdout += text),
    err: (text) => void (stderr += text),
    isTerminal: false,
  });
  const code = await runProgram(args, session);
  return { code, stdout, stderr };
}
