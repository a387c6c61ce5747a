/** What the window makes of a path whose format is not certain. */
import type { RecognisedFormat } from '@shared/project/types';
import type { Notices } from './notices.svelte';
import { fileNameOf } from './wording';

/** Text files of one dataset each: nothing about them is asked, and a long one is not looked at twice. */
export const isJson = (path: string): boolean => /\.(geo)?json$/i.test(path);

/** The user says which one it is. */
export function offerFormats(
  notices: Notices,
  path: string,
  formats: readonly RecognisedFormat[],
  open: (format: string) => void,
): void {
  for (const { id, title, why } of formats) {
    const said = `${fileNameOf(path)} may be ${title}: ${why}`;
    notices.show('warning', said, [], { label: `Open as ${title}`, run: () => open(id) });
  }
}
