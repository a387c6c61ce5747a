/** Formats that are one file: further files of the kind in a folder are other datasets, and are named. */
import type { DatasetSink } from '../dataset/records';
import type { DatasetSource } from './format';

/** Files looked into for it: a folder may be full of others. */
const lookedAt = 200;

/** `isOne` says whether a head is that of such a file. */
export async function tellLeftFiles(
  source: DatasetSource,
  taken: string,
  { isCandidate, isOne }: { isCandidate: (name: string) => boolean; isOne: (head: string) => boolean },
  sink: DatasetSink,
): Promise<void> {
  if (source.entry !== null) return;
  const others: string[] = [];
  for (const name of (await source.names()).filter((one) => one !== taken && isCandidate(one)).slice(0, lookedAt)) {
    if (isOne(await source.head(name))) others.push(name);
  }
  if (others.length === 0) return;
  const names = others.slice(0, 5).join(', ') + (others.length > 5 ? ` and ${others.length - 5} more` : '');
  const message = `only ${taken} was read: ${names} ${others.length === 1 ? 'is another dataset' : 'are other datasets'}; open each by itself`;
  sink.issue(
    { code: 'file-left-out', severity: 'warning', pointer: '', message },
    { file: source.fullName(taken), pointer: '' },
  );
}
