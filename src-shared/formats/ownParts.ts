/** What a dataset says besides its records, where it is written again in the format it came in. */
import type { DatasetView } from '../dataset/view';

/** Texts of its parts by their keys; none of a dataset that came in another format. */
export const ownParts = (view: DatasetView, format: string): ReadonlyMap<string, string | null> =>
  new Map(view.textFormat === format ? view.parts() : []);
