/** Flags for the Electron executable in `dir`; throws one sentence where the sandbox is wanted and impossible. */
export function sandboxFlags(dir: string): string[];
