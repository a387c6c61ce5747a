/** Runs a proposer over images in order; an image that fails is reported and the others go on. */
import { join, relative } from 'node:path';
import type { ImageSource } from '@shared/images/source';
import type { ProposalResult, RawProposal } from '@shared/document/proposalResult';
import { AppError, describeError, meetsEveryImage, toErrorData } from '@shared/errors/appError';
import { throwIfCancelled } from '@shared/errors/cancellation';
import { mapOrdered } from '@shared/errors/mapOrdered';
import { fromCompressed } from '@shared/mask';
import { categoryColors } from '@shared/document/palette';
import { leadsOut } from '../../files/leadsOut';
import { decodeRgb, type ProbedImage } from '../../images';
import { cutOut } from '../../render/cutout';
import { drawOverlay } from '../../render/overlay';
import { createTextRenderer } from '../../render/text';
import { realPath } from '../../store/projects/location';
import { cutoutName, overlayNames } from '@shared/dataset/outputNames';
import { isPictureError, writePicture } from './pictures';
import { startProgress } from './progress';
import { type NumberedProposal, ProposalDataset } from './proposalDataset';
import type { Proposer } from './proposer';
import type { Session } from './session';

export interface ProposeAllOptions {
  readonly category?: string;
  readonly score?: number;
  readonly minArea?: number;
  readonly polygons?: boolean;
  readonly overlays?: string;
  readonly cutouts?: string;
}

/** An image of a folder, or of a project that may keep its own frame; `id`: the one it has in the dataset. */
export type ListedImage = Pick<ProbedImage, 'path' | 'fileName' | 'width' | 'height'> & {
  readonly id?: number;
  readonly orientation?: ImageSource['orientation'];
};

export async function proposeAll(
  images: readonly ListedImage[],
  proposer: Proposer,
  options: ProposeAllOptions,
  session: Session,
): Promise<{ readonly dataset: ProposalDataset; readonly failed: number }> {
  const dataset = new ProposalDataset({
    description: `Proposals by Maskwright (${String(proposer.source.method)})`,
    source: proposer.source,
    categories: proposer.categories,
    isthing: proposer.isthing,
    polygons: options.polygons === true,
  });
  const draw = createPictureWriter(images, options);
  await session.inputs.checkOutputs(draw?.targets ?? []);
  const progress = startProgress(session, images.length, 'images');
  const notes = new Map<string, number>();
  const failures: AppError[] = [];
  let done = 0;
  try {
    const results = mapOrdered(images, proposer.concurrency, (image) => proposer.propose(sourceOf(image)));
    for await (const { item: image, outcome } of results) {
      throwIfCancelled(session.signal);
      try {
        if (outcome.status === 'rejected') throw outcome.reason;
        const proposals = select(outcome.value, proposer, options);
        for (const note of outcome.value.notes) notes.set(note, (notes.get(note) ?? 0) + 1);
        const numbered = dataset.addImage(image, proposals);
        const problems = (await draw?.write(done, image, numbered, dataset.categories)) ?? [];
        for (const problem of problems) session.warn(`${image.fileName}: no picture: ${problem}`);
      } catch (error) {
        failures.push(imageFailure(error, image));
        session.warn(`${image.fileName} failed: ${describeError(toErrorData(error))}`);
      }
      progress.update(++done, image.fileName);
    }
  } finally {
    progress.stop();
  }
  warnOfAll(notes, images.length, session);
  if (failures.length > 0 && failures.length === images.length) throw allFailed(failures, images);
  return { dataset, failed: failures.length };
}

/** What was chosen for single images among many is of no interest; what holds for all of them is. */
export function warnOfAll(notes: ReadonlyMap<string, number>, images: number, session: Session): void {
  for (const [note, count] of notes) if (count === images) session.warn(`note: ${note}`);
}

const sourceOf = (image: ListedImage): ImageSource => ({
  path: image.path,
  orientation: image.orientation ?? 'exif',
});

function select(result: ProposalResult, proposer: Proposer, options: ProposeAllOptions) {
  const kept = (proposal: RawProposal) =>
    proposal.area > 0 && proposal.area >= (options.minArea ?? 0) && proposal.score >= (options.score ?? 0);
  return result.proposals.filter(kept).map((proposal) => ({
    ...proposal,
    categoryName: options.category ?? proposal.categoryName ?? proposer.fallbackCategory,
  }));
}

/** The error as one about this image; throws it instead where it would meet every other image too. */
function imageFailure(error: unknown, image: ListedImage): AppError {
  const data = toErrorData(error);
  const elsewhere = data.place?.file !== undefined && data.place.file !== image.path;
  if (meetsEveryImage(data.code) || elsewhere) throw error;
  return error instanceof AppError ? error : new AppError('internal', data.message, { cause: error });
}

function allFailed(failures: readonly AppError[], images: readonly ListedImage[]): AppError {
  const [first] = failures;
  if (images.length === 1) return first;
  const code = failures.every((failure) => failure.code === 'bad-input') ? 'bad-input' : 'internal';
  return new AppError(code, `None of the ${images.length} images could be used (see above)`);
}

interface PictureWriter {
  /** The pictures that may come, as far as their names are known before the proposals. */
  readonly targets: readonly string[];
  /** Sentences about pictures that could not be written because of their names. */
  write(
    place: number,
    image: ListedImage,
    proposals: readonly NumberedProposal[],
    categories: readonly string[],
  ): Promise<string[]>;
}

/** Draws what was asked for, or null when nothing was. */
function createPictureWriter(images: readonly ListedImage[], options: ProposeAllOptions): PictureWriter | null {
  const { overlays, cutouts } = options;
  if (overlays === undefined && cutouts === undefined) return null;
  const names = overlayNames(images.map(({ fileName }) => fileName));
  const text = createTextRenderer();
  const write: PictureWriter['write'] = async (place, image, proposals, categories) => {
    const problems: string[] = [];
    const put = async (path: string, picture: Parameters<typeof writePicture>[1]) => {
      try {
        await writePicture(path, picture);
      } catch (error) {
        if (!isPictureError(error)) throw error;
        problems.push(describeError(error));
      }
    };
    const pixels = await decodeRgb(sourceOf(image));
    const masks = proposals.map(({ proposal }) =>
      fromCompressed(proposal.segmentation.counts, proposal.segmentation.size),
    );
    if (cutouts !== undefined) {
      for (const [i, { annotationId, categoryName }] of proposals.entries()) {
        const picture = cutOut(pixels, masks[i]);
        if (picture) await put(join(cutouts, cutoutName(image.fileName, annotationId, categoryName)), picture);
      }
    }
    if (overlays !== undefined) {
      const colors = categoryColors(categories.map((_, id) => ({ id })));
      const shapes = proposals.map(({ proposal, categoryName }, i) => ({
        mask: masks[i],
        box: proposal.bbox,
        color: colors.get(categories.indexOf(categoryName)) ?? '#ffffff',
        categoryName,
        score: proposal.score,
      }));
      // The most certain ones are painted last.
      shapes.sort((a, b) => a.score - b.score);
      await drawOverlay(pixels, shapes, text);
      await put(join(overlays, names[place]), pixels);
    }
    return problems;
  };
  const targets = overlays === undefined ? [] : names.map((name) => join(overlays, name));
  if (cutouts !== undefined) for (const file of possibleCutouts(images, cutouts)) targets.push(file);
  return { targets, write };
}

/** Inputs in the folder of the cutouts whose names a cutout could have. */
function possibleCutouts(images: readonly ListedImage[], folder: string): string[] {
  const root = realPath(folder);
  return images
    .map(({ path }) => realPath(path))
    .filter((path) => !leadsOut(relative(root, path)) && /_\d+_[^/\\]*\.png$/i.test(path));
}
