/** `maskwright import`: a dataset becomes a project. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { formats, idsOf } from '@shared/formats/registry';
import { checkOutputFile } from '../../files/outputs';
import { openStore } from '../lib/engine';
import { reportFindings } from '../lib/findings';
import { withProgress } from '../lib/progress';
import { componentsOption, fromOption, readerOptions, resizeHint, resizeOption } from '../lib/readerOptions';
import { withOptions } from '../lib/remedies';
import { counted } from '@shared/errors/counted';
import type { RunCommand, Session } from '../lib/session';

interface ImportOptions {
  readonly from?: string;
  readonly images?: string;
  readonly project: string;
  readonly fromOption?: Readonly<Record<string, string>>;
  readonly components?: boolean;
  readonly resize?: string;
  readonly swapMaskSizes?: boolean;
  readonly repair?: boolean;
  readonly force?: boolean;
}

export function addImport(program: Command, run: RunCommand): void {
  program
    .command('import')
    .summary('make a project from a dataset')
    .description(
      'Makes a project from a dataset, a file or a folder, and its images; the dataset itself is never changed.',
    )
    .argument('<dataset>', 'the file or folder')
    .option('--from <format>', `its format where that cannot be seen: ${idsOf(formats.readable)}`)
    .option('--images <folder>', 'where its images are, if not beside it')
    .addOption(fromOption())
    .addOption(componentsOption())
    .addOption(resizeOption())
    .requiredOption('--project <file>', 'the project to make')
    .option('--swap-mask-sizes', 'put masks right whose size is [width, height] of their image')
    .option('--repair', 'leave out records that cannot be read, put right what is certain, and list both')
    .option('--force', 'replace an existing project')
    .addHelpText(
      'after',
      '\nExample:\n  maskwright import instances.json --images photos --project photos/work.maskwright\n',
    )
    .action((file: string, options: ImportOptions) =>
      run((session) => withOptions(importDataset(file, options, session), resizeHint)),
    );
}

async function importDataset(file: string, options: ImportOptions, session: Session): Promise<void> {
  await checkOutputFile(options.project, { force: options.force === true, isProject: true });
  const store = openStore(session, 'refuse');
  const { project, findings: found } = await withProgress(session, (onProgress) =>
    store.call(
      'project.import',
      {
        path: resolve(file),
        format: options.from,
        options: readerOptions(options),
        imagesFolder: options.images === undefined ? undefined : resolve(options.images),
        file: resolve(options.project),
        replace: options.force === true,
        repair: options.repair === true,
      },
      { signal: session.signal, onProgress },
    ),
  );
  let findings = found;
  if (options.swapMaskSizes === true) {
    const { annotations } = await store.call('project.swapMaskSizes', { openImageId: null });
    session.warn(`sizes of ${counted(annotations, 'mask')} swapped to [height, width]`);
    findings = findings.filter(({ repair }) => repair !== 'swap-mask-sizes');
  }
  reportFindings(findings, session);
  if (findings.some(({ repair }) => repair === 'swap-mask-sizes')) {
    session.warn('import with --swap-mask-sizes to put those masks right');
  }
  const { imageCount, annotationCount, categories } = project;
  session.io.out(
    `${project.file}: ${counted(imageCount, 'image')}, ${counted(annotationCount, 'annotation')}, ${counted(categories.length, 'category')}\n`,
  );
}
