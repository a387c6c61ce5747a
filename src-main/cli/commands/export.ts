/** `maskwright export`: a project becomes a COCO file. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { Option } from 'commander';
import { AppError } from '@shared/errors/appError';
import { lossSentence } from '@shared/dataset/lossWords';
import type { SegmentationStyle } from '@shared/document/types';
import { checkOutputFile } from '../../files/outputs';
import { openStore } from '../lib/engine';
import { isProjectFile } from '../lib/fileKind';
import { withProgress } from '../lib/progress';
import { tellChanges } from '../lib/tellChanges';
import { counted } from '@shared/errors/counted';
import type { RunCommand, Session } from '../lib/session';

interface ExportOptions {
  readonly out: string;
  readonly polygons?: boolean;
  readonly rle?: boolean;
  readonly asAuthored?: boolean;
  readonly force?: boolean;
}

export function addExport(program: Command, run: RunCommand): void {
  program
    .command('export')
    .summary('write a project as a COCO file')
    .description('Writes a project as a COCO file; records that nobody touched leave as they came.')
    .argument('<project>', 'the project file')
    .requiredOption('--out <file>', 'the COCO file to write')
    .addOption(
      new Option('--polygons', 'polygons where there are no holes, RLE elsewhere').conflicts(['rle', 'asAuthored']),
    )
    .addOption(new Option('--rle', 'compressed RLE for every mask').conflicts(['polygons', 'asAuthored']))
    .addOption(
      new Option('--as-authored', 'each mask as it was drawn or imported (default)').conflicts(['polygons', 'rle']),
    )
    .option(
      '--force',
      'replace an existing file, even the one that the project was imported from; what changes in it is said first',
    )
    .addHelpText(
      'after',
      '\nExample:\n  maskwright export photos/work.maskwright --out instances.json --rle\n\nOther formats: maskwright convert --from PROJECT --to-format FORMAT.\n',
    )
    .action((file: string, options: ExportOptions) => run((session) => exportProject(file, options, session)));
}

async function exportProject(file: string, options: ExportOptions, session: Session): Promise<void> {
  const force = options.force === true;
  await checkOutputFile(options.out, { force });
  if (!(await isProjectFile(file))) {
    throw new AppError('bad-input', `${file} is no Maskwright project`, {
      place: { file },
      hint: 'maskwright convert writes datasets in other formats',
    });
  }
  const store = openStore(session, 'read-only');
  await store.call('project.open', { file: resolve(file) }, { signal: session.signal });
  const style: SegmentationStyle = options.polygons ? 'polygons' : options.rle ? 'rle' : 'as-authored';
  const { signal } = session;
  const overwrite = force ? 'any' : 'refuse';
  const job = { path: resolve(options.out), format: 'coco', options: { masks: style }, overwrite } as const;
  const changes = await withProgress(session, (onProgress) =>
    store.call('project.exportChanges', job, { signal, onProgress }),
  );
  tellChanges(options.out, changes, session);
  const report = await withProgress(session, (onProgress) => store.call('project.export', job, { signal, onProgress }));
  for (const loss of report.losses) session.warn(lossSentence(loss));
  session.io.out(`${options.out}: ${counted(report.images, 'image')}, ${counted(report.annotations, 'annotation')}\n`);
}
