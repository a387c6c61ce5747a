/** A dataset as it goes out: in the frame of the format, with its augmented copies, and in the parts that are written apart. */
import { basename, join } from 'node:path';
import { LossReport } from '@shared/dataset/losses';
import { endingOf } from '@shared/dataset/outputNames';
import { splitsOf } from '@shared/dataset/selectView';
import { turnedView } from '@shared/dataset/turnedView';
import type { DatasetView } from '@shared/dataset/view';
import type { CallContext } from '@shared/errors/work';
import type { DatasetFormat } from '@shared/formats/format';
import { type AugmentedDataset, augmentDataset } from './augmentDataset';
import { sideTurns } from './storedFrames';
import type { WriteJob } from './writeDataset';

export type OutgoingJob = Pick<WriteJob, 'format' | 'pictureOf' | 'images' | 'augment'>;

/** What is written of a dataset, its augmented copies among it. */
export async function outgoingView(
  given: DatasetView,
  job: OutgoingJob,
  losses: LossReport,
  context: CallContext,
): Promise<{ readonly view: DatasetView; readonly augmented?: AugmentedDataset }> {
  const upright = await uprightFor(given, job, losses, context);
  const { augment, images } = job;
  const augmented = augment && images && (await augmentDataset(upright, augment, images, context));
  return augmented ? { view: augmented.view, augmented } : { view: upright };
}

/** In the frame that the tools of the format have; what came in the format stays as it came. */
async function uprightFor(
  view: DatasetView,
  { format, pictureOf }: OutgoingJob,
  losses: LossReport,
  { signal }: CallContext,
): Promise<DatasetView> {
  if (!format.isUpright || !pictureOf || view.textFormat === format.id) return view;
  const turns = await sideTurns(view, pictureOf, signal);
  for (const imageId of turns.keys()) losses.add('turned', { imageId });
  return turnedView(view, turns);
}

/** The parts that are written apart; undefined: all in one, a split the format has a place for included. */
export const partsOf = (format: DatasetFormat, view: DatasetView): readonly (string | undefined)[] =>
  format.splits === true ? [undefined] : splitsOf(view);

/** `instances.json` becomes `instances.train.json`; a folder gets one below it. */
export function splitPath(format: DatasetFormat, path: string, split: string): string {
  if (format.target === 'folder') return join(path, split);
  const ending = endingOf(basename(path));
  return `${path.slice(0, path.length - ending.length)}.${split}${ending}`;
}
