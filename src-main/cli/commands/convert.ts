/** `maskwright convert`: a dataset or a project becomes a dataset of another format. */
import { statSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import type { Command } from 'commander';
import { selectView, splitFor } from '@shared/dataset/selectView';
import type { AugmentRecipe } from '@shared/dataset/augment/recipe';
import { formats, idsOf } from '@shared/formats/registry';
import { exportChanges } from '../../dataset/exportChanges';
import { derivedOnce } from '../../dataset/outgoing';
import { writableFormat } from '../../dataset/recognise';
import { writeDataset } from '../../dataset/writeDataset';
import { checkApart } from '../../files/outputs';
import { loadDataset } from '../lib/datasetReader';
import { isProjectFile } from '../lib/projectFile';
import { reportFindings } from '../lib/findings';
import { imagesJob, picturesOf } from '../lib/imagesJob';
import {
  componentsOption,
  formatHint,
  fromOption,
  type ReaderChoices,
  readerOptions,
  resizeHint,
  resizeOption,
} from '../lib/readerOptions';
import { withOptions } from '../lib/remedies';
import { type RunCommand, type Session, usageError } from '../lib/session';
import { addWriteOptions, imagesOf, selectionOf, tellUngrouped, tellUnknown } from '../lib/writeOptions';
import { checkTarget, compareAndWrite, tellWritten, type WriteJob, writeProject, type Written } from '../lib/writeOut';

interface ConvertOptions extends WriteJob, ReaderChoices {
  readonly from: string;
  readonly fromFormat?: string;
  readonly images?: string;
}

export function addConvert(program: Command, run: RunCommand): void {
  const command = program
    .command('convert')
    .summary('write a dataset or a project in another format')
    .description('Writes a dataset or a project in another format, and says what that format could not hold.')
    .requiredOption('--from <path>', 'a dataset (file or folder) or a project')
    .option('--from-format <format>', `what it is, where that cannot be seen: ${idsOf(formats.readable)}`)
    .addOption(fromOption())
    .addOption(componentsOption())
    .addOption(resizeOption())
    .requiredOption('--to <path>', 'the file or folder to write')
    .requiredOption('--to-format <format>', idsOf(formats.writable))
    .option('--images <folder>', 'where its images are, if not beside it');
  addWriteOptions(command)
    .addHelpText('after', helpAfter)
    .action((options: ConvertOptions) =>
      run((session) => withOptions(convert(options, session), { ...resizeHint, ...formatHint('--from-format') })),
    );
}

async function convert(options: ConvertOptions, session: Session): Promise<void> {
  const augment = await checkTarget(options, 'convert', session);
  const written = (await isProjectFile(options.from))
    ? await writeProject(options.from, options, augment, session)
    : await fromDataset(options, augment, session);
  tellWritten(options, written, session);
}

async function fromDataset(
  options: ConvertOptions,
  augment: AugmentRecipe | undefined,
  session: Session,
): Promise<Written> {
  const format = writableFormat(options.toFormat);
  if (format.target === 'folder' && !options.force && statSync(options.from, { throwIfNoEntry: false })?.isDirectory())
    await checkApart(options.from, options.to, 'give a folder beside it, or --force to write there all the same');
  const { dataset, recognised, root } = await loadDataset(
    options.from,
    { format: options.fromFormat, images: options.images, readOptions: readerOptions(options) },
    session,
  );
  if (recognised.why !== null && !options.json)
    session.warn(`${options.from} is ${recognised.format.title}: ${recognised.why}`);
  if (!options.json) {
    reportFindings(
      dataset.issues.map(({ issue, at }) => ({ ...issue, file: at.file })),
      session,
    );
  }
  if (options.onlyDone) throw usageError('--only-done needs a project: a dataset has no review', 'convert');
  session.inputs.add(resolve(options.from));
  if (options.from !== root) await session.inputs.checkOutputs([resolve(options.to)]);
  const whole = dataset.view(basename(resolve(options.from)));
  tellUnknown(options, whole.categories(), session);
  tellUngrouped(
    options,
    Array.from(whole.images(), ({ fileName }) => fileName),
    session,
  );
  const how = imagesOf(options);
  const records = dataset.images.map(({ record }) => record);
  const folder = options.images ?? root;
  const view = selectView(whole, splitFor({ selection: selectionOf(options), format, augment }, whole));
  const images = how && (await imagesJob(records, folder, how, session));
  const pictureOf = format.isUpright ? await picturesOf(records, folder, session) : undefined;
  const job = {
    format,
    options: options.option ?? {},
    path: resolve(options.to),
    images,
    pictureOf,
    augment,
    outgoing: derivedOnce(view, { format, images, pictureOf, augment }),
    inputs: session.inputs,
    replaces: options.force === true || options.dryRun === true,
  };
  const { signal } = session;
  return compareAndWrite(
    options,
    session,
    (progress) =>
      exportChanges(view, { ...job, imagesFolder: folder, isDryRun: options.dryRun === true }, { signal, progress }),
    (progress) => writeDataset(view, job, { signal, progress }),
  );
}

const helpAfter = () => `
Formats:
${formats.all.map(({ id, about, read, write }) => `  ${id.padEnd(14)}${about}${read ? '' : ' Written only.'}${write ? '' : ' Read only.'}`).join('\n')}

Records that nobody touched keep their text where the format stays the same.

Examples:
  maskwright convert --from instances.json --to yolo --to-format yolo-seg --images photos --copy-images --split 0.8,0.1,0.1
  maskwright convert --from labelme-folder --to instances.json --to-format coco
  maskwright convert --from photos/work.maskwright --to voc --to-format voc --only-done
`;
