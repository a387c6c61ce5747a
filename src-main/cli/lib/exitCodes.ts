/** Exit codes of the command line and the errors they stand for. */
import type { AppErrorCode } from '@shared/errors/appError';

export const exitCodes = { ok: 0, usage: 2, badInput: 3, internal: 4, interrupted: 130 } as const;

export type ExitCode = number;

const byError: Readonly<Record<AppErrorCode, ExitCode>> = {
  usage: exitCodes.usage,
  'bad-input': exitCodes.badInput,
  'bad-model': exitCodes.badInput,
  'read-only': exitCodes.badInput,
  cancelled: exitCodes.interrupted,
  crashed: exitCodes.internal,
  internal: exitCodes.internal,
};

export function exitCodeOf(code: AppErrorCode): ExitCode {
  return byError[code];
}
