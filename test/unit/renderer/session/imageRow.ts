/** A row of the image list as the store would give it, for tests of what shows or opens it. */
import type { ImageRow } from '@shared/project/types';

export function imageRow(id: number, more: Partial<ImageRow> = {}): ImageRow {
  return {
    id,
    fileName: `${id}.png`,
    width: 1,
    height: 1,
    orientation: 'exif',
    status: 'new',
    reason: null,
    annotationCount: 0,
    proposalCount: 0,
    problem: null,
    missing: false,
    ...more,
  };
}
