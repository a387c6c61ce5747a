/** `maskwright export`: a project becomes a COCO file, or a dataset of any other format. */
import type { Command } from 'commander';
import { Option } from 'commander';
import { AppError } from '@shared/errors/appError';
import { formats, idsOf } from '@shared/formats/registry';
import { writableFormat } from '../../dataset/recognise';
import { isProjectFile } from '../lib/projectFile';
import { type RunCommand, type Session, usageError } from '../lib/session';
import { addWriteOptions, type WriteOptions } from '../lib/writeOptions';
import { checkTarget, tellWritten, type WriteJob, writeProject } from '../lib/writeOut';

interface ExportOptions extends WriteOptions {
  readonly out: string;
  readonly format: string;
  readonly polygons?: boolean;
  readonly rle?: boolean;
  readonly asAuthored?: boolean;
}

export function addExport(program: Command, run: RunCommand): void {
  const command = program
    .command('export')
    .summary('write a project as a COCO file or in another format')
    .description(
      'Writes a project as a dataset, and says what its format could not hold; records that nobody touched leave as they came.',
    )
    .argument('<project>', 'the project file')
    .requiredOption('--out <path>', 'the file or folder to write')
    .option('--format <format>', idsOf(formats.writable), 'coco')
    .addOption(
      new Option('--polygons', 'COCO: polygons where there are no holes, RLE elsewhere').conflicts([
        'rle',
        'asAuthored',
      ]),
    )
    .addOption(new Option('--rle', 'COCO: compressed RLE for every mask').conflicts(['polygons', 'asAuthored']))
    .addOption(
      new Option('--as-authored', 'COCO: each mask as it was drawn or imported (default)').conflicts([
        'polygons',
        'rle',
      ]),
    );
  addWriteOptions(command)
    .addHelpText(
      'after',
      `
What the formats are is told by maskwright convert --help.

Examples:
  maskwright export photos/work.maskwright --out instances.json --rle
  maskwright export photos/work.maskwright --out yolo --format yolo-seg --copy-images --split 0.8,0.1,0.1
`,
    )
    .action((file: string, options: ExportOptions) => run((session) => exportProject(file, options, session)));
}

async function exportProject(file: string, options: ExportOptions, session: Session): Promise<void> {
  const job: WriteJob = { ...options, to: options.out, toFormat: options.format, option: formatOptionsOf(options) };
  const augment = await checkTarget(job, 'export', session);
  if (!(await isProjectFile(file))) {
    throw new AppError('bad-input', `${file} is no Maskwright project`, {
      place: { file },
      hint: 'maskwright convert writes datasets in other formats',
    });
  }
  tellWritten(job, await writeProject(file, job, augment, session), session);
}

/** The styles of masks are an option of COCO with names of their own. */
function formatOptionsOf({ format, option = {}, polygons, rle, asAuthored }: ExportOptions) {
  const style = polygons ? 'polygons' : rle ? 'rle' : asAuthored ? 'as-authored' : null;
  if (style === null) return option;
  const { id, title } = writableFormat(format);
  if (id !== 'coco') throw usageError(`--${style} is about COCO; the format is ${title}`, 'export');
  if (option.masks !== undefined && option.masks !== style)
    throw usageError(`--${style} and --option masks=${option.masks} exclude each other`, 'export');
  return { ...option, masks: style };
}
