/** A dataset as it goes out: in the frame of the format, with its augmented copies, and in the parts that are written apart. */
import { basename, join } from 'node:path';
import type { LossReport } from '@shared/dataset/losses';
import { endingOf } from '@shared/dataset/outputNames';
import { splitsOf } from '@shared/dataset/selectView';
import { turnedView } from '@shared/dataset/turnedView';
import type { DatasetView } from '@shared/dataset/view';
import type { CallContext } from '@shared/errors/work';
import type { DatasetFormat } from '@shared/formats/format';
import { type AugmentedDataset, augmentDataset } from './augmentDataset';
import { sideTurns } from './storedFrames';
import type { WriteJob } from './writeDataset';

export type OutgoingJob = Pick<WriteJob, 'format' | 'pictureOf' | 'images' | 'augment' | 'outgoing'>;

export interface Outgoing {
  readonly view: DatasetView;
  readonly augmented?: AugmentedDataset;
}

/** What is written of a dataset, its augmented copies among it. */
export async function outgoingView(
  given: DatasetView,
  job: OutgoingJob,
  losses: LossReport,
  context: CallContext,
): Promise<Outgoing> {
  const { turned, ...outgoing } = await (job.outgoing ?? derived(given, job))(context);
  for (const imageId of turned) losses.add('turned', { imageId });
  return outgoing;
}

/** For a job that is looked at before it is done: what takes long (a look at each picture, the copies) is done once. */
export function derivedOnce(given: DatasetView, job: OutgoingJob): NonNullable<WriteJob['outgoing']> {
  let kept: Promise<Outgoing & Turned> | null = null;
  return (context) => (kept ??= derived(given, job)(context));
}

export interface Turned {
  /** Ids of images that are described upright. */
  readonly turned: readonly number[];
}

const derived =
  (given: DatasetView, job: OutgoingJob) =>
  async (context: CallContext): Promise<Outgoing & Turned> => {
    const turns = await turnsFor(given, job, context);
    const upright = turns.size > 0 ? turnedView(given, turns) : given;
    const { augment, images } = job;
    const augmented = augment && images && (await augmentDataset(upright, augment, images, context));
    const turned = [...turns.keys()];
    return augmented ? { view: augmented.view, augmented, turned } : { view: upright, turned };
  };

/** Into the frame that the tools of the format have; what came in the format stays as it came. */
async function turnsFor(view: DatasetView, { format, pictureOf }: OutgoingJob, { signal }: CallContext) {
  if (!format.isUpright || !pictureOf || view.textFormat === format.id)
    return new Map() as Awaited<ReturnType<typeof sideTurns>>;
  return sideTurns(view, pictureOf, signal);
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
