/** Images that a dataset describes as they lie in their files: for formats whose tools turn them upright first. */
import type { SideTurn } from '@shared/dataset/turnedView';
import type { DatasetView, ViewImage } from '@shared/dataset/view';
import type { AbortSignalLike } from '@shared/errors/cancellation';
import { throwIfCancelled } from '@shared/errors/cancellation';
import { probeImage } from '../images';
import { compareWithFile } from '../images/compareWithFile';

/** Files looked at together. */
const atOnce = 16;

/** How each such image is turned upright; `pathOf` is null for those that need no look, or have no file. */
export async function sideTurns(
  view: DatasetView,
  pathOf: (image: ViewImage) => string | null,
  signal?: AbortSignalLike,
): Promise<ReadonlyMap<number, SideTurn>> {
  const turns = new Map<number, SideTurn>();
  const look = async ({ id, width, height }: ViewImage, path: string) => {
    // Nothing is known of one without a size, and a square one has the same size either way.
    if (width === 0 || width === height) return;
    const file = await probeImage(path).catch(() => null);
    if (!file || file.exifOrientation < 5) return;
    if (compareWithFile({ width, height }, file).orientation === 'stored')
      turns.set(id, file.exifOrientation as SideTurn);
  };
  let waiting: Promise<void>[] = [];
  for (const image of view.images()) {
    const path = pathOf(image);
    if (path === null) continue;
    waiting.push(look(image, path));
    if (waiting.length < atOnce) continue;
    throwIfCancelled(signal);
    await Promise.all(waiting);
    waiting = [];
  }
  await Promise.all(waiting);
  return turns;
}
