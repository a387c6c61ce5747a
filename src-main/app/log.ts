/** The log: details for a developer, one JSON line an event; the window shows sentences instead. */
import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

const maxBytes = 5_000_000;

export interface Log {
  readonly file: string;
  write(event: string, details: Record<string, unknown>): void;
}

/** Keeps the file below 5 MB by moving a full one to `.old`. A log that cannot be written never stops the app. */
export function openLog(file: string): Log {
  try {
    mkdirSync(dirname(file), { recursive: true });
    if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > maxBytes) renameSync(file, `${file}.old`);
  } catch {
    // Reported by the first write, on stderr.
  }
  return {
    file,
    write(event, details) {
      const line = JSON.stringify({ time: new Date().toISOString(), event, ...details });
      try {
        appendFileSync(file, `${line}\n`);
      } catch {
        console.error(line);
      }
    },
  };
}
