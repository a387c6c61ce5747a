/** Findings of a scan or an import as lines on stderr and as numbers. */
import type { IssueCode } from '@shared/dataset/finding';
import type { Finding } from '@shared/dataset/finding';
import { describeError } from '@shared/errors/appError';
import type { CocoFile } from './cocoReader';
import type { Session } from './session';

const listed = 20;

/** Errors first; at most twenty lines and how many more there are. */
export function reportFindings(findings: readonly Finding[], session: Session): void {
  const sorted = [...findings.filter(isError), ...findings.filter((finding) => !isError(finding))];
  for (const finding of sorted.slice(0, listed)) session.warn(`${finding.severity}: ${describeFinding(finding)}`);
  if (sorted.length > listed) session.warn(`and ${sorted.length - listed} more like these`);
}

export function describeFinding({ message, file, pointer }: Finding): string {
  return describeError({ code: 'bad-input', message, place: { file, pointer } });
}

/** What was read though it is written in a way of its own; the rest of the findings is for `info` and the import. */
const readings: ReadonlySet<IssueCode> = new Set(['ring-flat', 'rle-bytes-text']);

/** One line a kind. */
export function tellReadings({ file, issues }: CocoFile, session: Session): void {
  for (const code of readings) {
    const [first, ...more] = issues.filter((issue) => issue.code === code);
    if (!first) continue;
    const count = more.length > 0 ? ` (and ${more.length} more like this)` : '';
    session.warn(`${describeFinding({ ...first, file })}${count}`);
  }
}

const isError = ({ severity }: { readonly severity: Finding['severity'] }) => severity === 'error';
