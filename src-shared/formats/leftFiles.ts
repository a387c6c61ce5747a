/** Formats that are one file: which one it is in a folder, where further ones of the kind are other datasets, and are named. */
import type { DatasetSink } from '../dataset/records';
import type { DatasetSource } from './format';

interface FileKind {
  isCandidate(name: string): boolean;
  /** Whether a head is that of such a file. */
  isOne(head: string): boolean;
}

/** Files looked into for the first one, and for others: a folder may be full of other things. */
const lookedFor = 20;
const lookedAt = 200;

/** The file itself where one was given, in a folder the first; null: it is of another kind, or there is none. */
export async function firstFile(source: DatasetSource, { isCandidate, isOne }: FileKind): Promise<string | null> {
  const names = source.entry === null ? (await source.names()).filter(isCandidate) : [source.entry];
  for (const name of names.slice(0, lookedFor)) if (isOne(await source.head(name))) return name;
  return null;
}

export async function tellLeftFiles(
  source: DatasetSource,
  taken: string,
  { isCandidate, isOne }: FileKind,
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
