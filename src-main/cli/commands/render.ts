/** `maskwright render`: a dataset drawn over its images. */
import { join } from 'node:path';
import type { Command } from 'commander';
import { lookUp } from '@shared/dataset/ids';
import type { ParsedAnnotation } from '@shared/formats/coco/parse';
import { AppError, describeError } from '@shared/errors/appError';
import { throwIfCancelled } from '@shared/errors/cancellation';
import { categoryColors } from '@shared/document/palette';
import { checkOutputFolder } from '../../files/outputs';
import { decodeRgb } from '../../images';
import { drawOverlay, type OverlayShape } from '../../render/overlay';
import { createTextRenderer } from '../../render/text';
import { checkMaskSize, maskOf } from '../lib/cocoMask';
import type { At, CocoFile } from '../lib/cocoReader';
import { imagesFolderOf, readDataset as readAny } from '../lib/datasetReader';
import { findDatasetImages } from '../lib/datasetImage';
import { tellReadings } from '../lib/findings';
import { overlayNames } from '@shared/dataset/outputNames';
import { pictureFailure, writePicture } from '../lib/pictures';
import { startProgress } from '../lib/progress';
import { counted } from '@shared/errors/counted';
import { formatHint, formatOption } from '../lib/readerOptions';
import { withOptions } from '../lib/remedies';
import { positionsById } from '../lib/recordIds';
import type { RunCommand, Session } from '../lib/session';

interface RenderOptions {
  readonly from?: string;
  readonly images?: string;
  readonly out: string;
  /** `--no-labels` makes it false. */
  readonly labels: boolean;
  readonly force?: boolean;
}

export function addRender(program: Command, run: RunCommand): void {
  program
    .command('render')
    .summary("draw a dataset's masks over its images")
    .description("Draws a dataset's masks, with category colours and names, over its images; one PNG an image.")
    .argument('<dataset>', 'the file or folder')
    .addOption(formatOption())
    .option('--images <folder>', 'where its images are (a folder knows its own)')
    .requiredOption('--out <folder>', 'where the pictures go')
    .option('--no-labels', 'leave out names and scores')
    .option('--force', 'write into a folder that is not empty')
    .addHelpText('after', '\nExample:\n  maskwright render instances.json --images photos --out drawn\n')
    .action((file: string, options: RenderOptions) =>
      run((session) => withOptions(render(file, options, session), formatHint())),
    );
}

async function render(file: string, options: RenderOptions, session: Session): Promise<void> {
  await checkOutputFolder(options.out, { force: options.force === true });
  const folder = await imagesFolderOf(file, options.images, 'render', session);
  const dataset = await readDataset(file, options.from, folder, session);
  const { images } = dataset;
  const files = await findDatasetImages(folder, images, session);
  const targets = overlayNames(images.map(({ fileName }) => fileName)).map((name) => join(options.out, name));
  session.inputs.add(file);
  await session.inputs.checkOutputs(targets);
  const drawing = prepareDrawing(dataset);
  const text = options.labels ? createTextRenderer() : null;

  const progress = startProgress(session, images.length, 'images');
  let failed = 0;
  try {
    for (const [i, { fileName }] of images.entries()) {
      throwIfCancelled(session.signal);
      try {
        const pixels = await decodeRgb(await files.source(i));
        await drawOverlay(pixels, drawing.shapesOf(i, [pixels.height, pixels.width]), text);
        await writePicture(targets[i], pixels);
      } catch (error) {
        session.warn(`${fileName} left out: ${describeError(pictureFailure(error))}`);
        failed++;
      }
      progress.update(i + 1, fileName);
    }
  } finally {
    progress.stop();
  }
  if (failed === images.length) {
    const hint = files.paths.every((path) => path === null) ? `are they in ${folder}?` : 'see above';
    throw new AppError('bad-input', `No image of ${file} could be drawn`, { hint });
  }
  session.io.out(`${options.out}: ${counted(images.length - failed, 'picture')}\n`);
}

async function readDataset(
  file: string,
  format: string | undefined,
  images: string,
  session: Session,
): Promise<CocoFile> {
  const dataset = await readAny(file, { format, signal: session.signal, images, inputs: session.inputs });
  if (dataset.images.length === 0) throw new AppError('bad-input', `${file} has no images`, { place: { file } });
  tellReadings(dataset, session);
  checkMaskSizes(dataset);
  return dataset;
}

/** Before anything is drawn: a mask of another size than its image cannot be. */
function checkMaskSizes({ file, images, annotations }: CocoFile): void {
  const positions = positionsById(images);
  for (const { imageId, segmentation, pointer } of annotations) {
    const position = lookUp(positions, imageId);
    if (position === undefined || !segmentation || Array.isArray(segmentation)) continue;
    const image = images[position];
    if (image.height === null || image.width === null) continue;
    checkMaskSize(segmentation.size, [image.height, image.width], { file, pointer });
  }
}

function prepareDrawing({ file, images, categories, annotations }: CocoFile) {
  const categoryOf = positionsById(categories);
  const colors = categoryColors(categories.map((_, id) => ({ id })));
  const imageOf = positionsById(images);
  const perImage = images.map((): At<ParsedAnnotation>[] => []);
  for (const annotation of annotations) {
    const position = lookUp(imageOf, annotation.imageId);
    if (position !== undefined) perImage[position].push(annotation);
  }
  return {
    /** In painter's order: as in the file, and the most certain detections last. */
    shapesOf(position: number, size: readonly [number, number]): OverlayShape[] {
      const records = [...perImage[position]];
      records.sort((a, b) => (a.score ?? 1) - (b.score ?? 1));
      return records.map((record) => {
        const category = lookUp(categoryOf, record.categoryId);
        const place = { file, pointer: record.pointer };
        const mask = record.segmentation && maskOf(record.segmentation, size, place);
        if (mask) checkMaskSize(mask.size, size, place);
        return {
          mask,
          box: record.bbox ?? [0, 0, 0, 0],
          color: (category === undefined ? undefined : colors.get(category)) ?? '#ffffff',
          categoryName: category === undefined ? '?' : categories[category].name,
          score: record.score,
        };
      });
    },
  };
}
