/** `maskwright measure`: shape and intensity of every object, as a CSV table. */
import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import { throwIfCancelled } from '@shared/errors/cancellation';
import { counted } from '@shared/errors/counted';
import { mapOrdered } from '@shared/errors/mapOrdered';
import {
  checkScale,
  measurementColumns,
  type MeasurementRow,
  measurementsToCsv,
  type PixelScale,
} from '@shared/measure';
import { writeFileAtomic } from '../../files/atomicWrite';
import { checkOutputFile } from '../../files/outputs';
import { measureImage } from '../../vision/measure/measureImage';
import { imagesFolderOf } from '../lib/datasetReader';
import { isProjectFile } from '../lib/projectFile';
import { cocoTasks, type MeasureTask, projectTasks } from '../lib/measureInput';
import { formatHint, formatOption } from '../lib/readerOptions';
import { withOptions } from '../lib/remedies';
import { startProgress } from '../lib/progress';
import { type RunCommand, type Session, usageError } from '../lib/session';

interface MeasureOptions {
  readonly from?: string;
  readonly images?: string;
  readonly out: string;
  readonly pixelSize?: number;
  readonly unit?: string;
  readonly force?: boolean;
}

/** One image is decoded while the one before is measured. */
const imagesAtOnce = 2;

export function addMeasure(program: Command, run: RunCommand): void {
  program
    .command('measure')
    .summary('measure every object of a project or a dataset')
    .description(
      'Measures shape and intensity of every object of a project or a dataset and writes a CSV table, one row an annotation.',
    )
    .argument('<file>', 'a project or a dataset')
    .addOption(formatOption())
    .option('--images <folder>', 'where the images are (a project and a folder know their own)')
    .requiredOption('--out <file>', 'the CSV file to write')
    .option('--pixel-size <number>', 'length of a side of a pixel, in --unit', parsePixelSize)
    .option('--unit <name>', 'unit of --pixel-size, e.g. um')
    .option('--force', 'replace an existing file')
    .addHelpText('after', helpAfter)
    .action((file: string, options: MeasureOptions) =>
      run((session) => withOptions(measure(file, options, session), formatHint())),
    );
}

async function measure(file: string, options: MeasureOptions, session: Session): Promise<void> {
  const scale = readScale(options);
  await checkOutputFile(options.out, { force: options.force === true });
  const tasks = await listTasks(file, options, session);
  session.inputs.add(file);
  await session.inputs.checkOutputs([options.out]);
  const rows = await measureAll(tasks, session);
  await writeFileAtomic(options.out, measurementsToCsv(rows, { scale }));
  session.io.out(`${options.out}: ${counted(tasks.length, 'image')}, ${counted(rows.length, 'annotation')}\n`);
}

async function listTasks(file: string, { from, images }: MeasureOptions, session: Session): Promise<MeasureTask[]> {
  const isProject = await isProjectFile(file);
  if (isProject) return projectTasks(file, images, session);
  return cocoTasks(file, from, await imagesFolderOf(file, images, 'measure', session), session);
}

/** Rows of all images in their order. What cannot be measured is told, and its cells stay empty. */
async function measureAll(tasks: readonly MeasureTask[], session: Session): Promise<MeasurementRow[]> {
  const { signal } = session;
  const rows: MeasurementRow[] = [];
  const progress = startProgress(session, tasks.length, 'images');
  let done = 0;
  try {
    const work = async (task: MeasureTask) => {
      throwIfCancelled(signal);
      const { request, problem } = await task.load();
      const { rows: measured, problems } = await measureImage(request, { signal });
      return { measured, problems: problem === null ? problems : [problem, ...problems] };
    };
    for await (const { item, outcome } of mapOrdered(tasks, imagesAtOnce, work)) {
      if (outcome.status === 'rejected') throw outcome.reason;
      const { measured, problems } = outcome.value;
      for (const problem of problems) session.warn(`${item.image} is not fully measured: ${problem}`);
      for (const row of measured) rows.push(row);
      progress.update(++done, item.image);
    }
  } finally {
    progress.stop();
  }
  return rows;
}

function readScale({ pixelSize, unit }: MeasureOptions): PixelScale | undefined {
  if (pixelSize === undefined && unit === undefined) return undefined;
  if (pixelSize === undefined) throw usageError('--unit needs --pixel-size', 'measure');
  if (unit === undefined) throw usageError('--pixel-size needs --unit, e.g. --unit um', 'measure');
  const scale = { pixelSize, unit };
  checkScale(scale);
  return scale;
}

function parsePixelSize(text: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (!(value > 0 && value < Infinity)) throw new InvalidArgumentError('Expected a number above 0.');
  return value;
}

const columnHelp = () => {
  const pixelColumns = measurementColumns({ channels: ['gray'] });
  const width = Math.max(...pixelColumns.map(({ name }) => name.length));
  return pixelColumns.map(({ name, meaning }) => `  ${name.padEnd(width)}  ${meaning}`).join('\n');
};

const helpAfter = () => `
Columns:
${columnHelp()}

Colour images have red_, green_ and blue_ columns instead of gray_ ones, and a table of both kinds has all of them. With
--pixel-size all geometry columns follow once more in the unit, e.g. area_um2 and perimeter_um. Positions are in image
pixels from the top left corner; the centre of the first pixel is at 0.5, 0.5. Where an image cannot be read, geometry is
measured and the intensities stay empty.

Examples:
  maskwright measure instances.json --images photos --out objects.csv
  maskwright measure photos/work.maskwright --out objects.csv --pixel-size 0.65 --unit um
`;
