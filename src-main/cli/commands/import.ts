/** `maskwright import`: a COCO file becomes a project. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { checkOutputFile } from '../../files/outputs';
import { openStore } from '../lib/engine';
import { reportFindings } from '../lib/findings';
import { withProgress } from '../lib/progress';
import { counted } from '../lib/words';
import type { RunCommand, Session } from '../lib/session';

interface ImportOptions {
  readonly images: string;
  readonly project: string;
  readonly swapMaskSizes?: boolean;
  readonly force?: boolean;
}

export function addImport(program: Command, run: RunCommand): void {
  program
    .command('import')
    .summary('make a project from a COCO file')
    .description(
      'Makes a project from a COCO file and the folder of its images; the COCO file itself is never changed.',
    )
    .argument('<coco.json>', 'the COCO file')
    .requiredOption('--images <folder>', 'where its images are')
    .requiredOption('--project <file>', 'the project to make')
    .option('--swap-mask-sizes', 'put masks right whose size is [width, height] of their image')
    .option('--force', 'replace an existing project')
    .addHelpText(
      'after',
      '\nExample:\n  maskwright import instances.json --images photos --project photos/work.maskwright\n',
    )
    .action((file: string, options: ImportOptions) => run((session) => importCoco(file, options, session)));
}

async function importCoco(file: string, options: ImportOptions, session: Session): Promise<void> {
  await checkOutputFile(options.project, { force: options.force === true });
  const store = openStore(session, 'refuse');
  const { project, findings: found } = await withProgress(session, (onProgress) =>
    store.call(
      'project.importCoco',
      {
        cocoFile: resolve(file),
        imagesFolder: resolve(options.images),
        file: resolve(options.project),
        replace: options.force === true,
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
  const categoryText = `${categories.length} categor${categories.length === 1 ? 'y' : 'ies'}`;
  session.io.out(
    `${project.file}: ${counted(imageCount, 'image')}, ${counted(annotationCount, 'annotation')}, ${categoryText}\n`,
  );
}
