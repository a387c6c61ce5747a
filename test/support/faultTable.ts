/** What a test of faults did to the program and what became of it: a line for the table that `npm run faults` writes. */
import { appendFileSync } from 'node:fs';

export interface FaultRow {
  readonly fault: string;
  readonly times: number;
  /** Gestures that the user, or the process, was told are durable. */
  readonly acknowledged: number;
  /** null: the file itself was taken away; what counts is that nothing more was acknowledged. */
  readonly lost: number | null;
  readonly told: string;
}

/** Nowhere in `npm test`. */
export function noteFault(row: FaultRow): void {
  const file = process.env.MASKWRIGHT_FAULTS_TABLE;
  if (file) appendFileSync(file, `${JSON.stringify(row)}\n`);
}
