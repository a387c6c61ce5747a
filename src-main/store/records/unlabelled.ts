/** How many pixels of an image no annotation has: counted when somebody asks, and kept until its masks change. */
import { fittingMask } from '@shared/document/segmentation';
import { area, merge } from '@shared/mask';
import type { Sqlite } from '../database/database';
import { readAnnotations } from './annotations';

/** An answer is not waited for longer: gestures are stored in between. */
const ENOUGH_MS = 40;

/**
 * The number of each of the images, as far as one goes in a moment: of one at least, in the given order. `keep`: the project
 * can be written.
 */
export function countUnlabelled(
  db: Sqlite,
  imageIds: readonly number[],
  keep: boolean,
): (readonly [imageId: number, pixels: number])[] {
  const until = performance.now() + ENOUGH_MS;
  const counted: (readonly [number, number])[] = [];
  db.transaction(() => {
    for (const imageId of imageIds) {
      counted.push([imageId, unlabelledOf(db, imageId, keep)]);
      if (performance.now() > until) break;
    }
  });
  return counted;
}

/** The masks of these images have changed. */
export function forgetUnlabelled(db: Sqlite, imageIds: readonly number[]): void {
  db.run(
    'UPDATE images SET unlabelled = NULL WHERE unlabelled IS NOT NULL AND id IN (SELECT value FROM json_each(?))',
    JSON.stringify(imageIds),
  );
}

function unlabelledOf(db: Sqlite, imageId: number, keep: boolean): number {
  const row = db.row<readonly [number, number, number | null]>(
    'SELECT height, width, unlabelled FROM images WHERE id = ?',
    imageId,
  );
  if (!row) return 0;
  const [height, width, known] = row;
  if (known !== null) return known;
  const size = [height, width] as const;
  const masks = readAnnotations(db, imageId, size).flatMap((annotation) => fittingMask(annotation, size) ?? []);
  const pixels = height * width - (masks.length > 0 ? area(merge(masks)) : 0);
  if (keep) db.run('UPDATE images SET unlabelled = ? WHERE id = ?', pixels, imageId);
  return pixels;
}
