/** What a command is about to change in a dataset that it writes over, on stderr before it does. */
import { besideSentences, diffLines, diffSentences, whyNotCompared } from '@shared/dataset/diffWords';
import type { ExportChanges } from '@shared/project/types';
import type { Session } from './session';

const nothingChanges = 'no image, category, mask or class in it changes';

/** `found`: null where nothing is there. `isDryRun`: no report follows that tells what else is there. */
export function tellChanges(path: string, found: ExportChanges | null, session: Session, isDryRun = false): void {
  if (!found) return;
  if (found.changes) {
    const sentences = diffSentences(found.changes);
    session.warn(`${path} (${found.format}) is replaced: ${sentences.join(', ') || nothingChanges}`);
    for (const line of diffLines(found.changes)) session.warn(`  ${line}`);
  } else if (found.why === 'other-format') session.warn(`${path}: ${whyNotCompared(found)}`);
  else if (found.why !== 'nothing-there') session.warn(`${path} is replaced. ${whyNotCompared(found)}`);
  const { changedSince } = found;
  for (const sentence of besideSentences(isDryRun ? found : { changedSince })) session.warn(sentence);
}
