/** `maskwright import`: a COCO file becomes a project. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { checkOutputFile } from '../files/outputs';
import { openStore } from './engine';
import { reportFindings } from './findings';
import { withProgress } from './progress';
import { counted } from './words';
import type { RunCommand, Session } from './session';

interface ImportOptions {
  readonly images: string;
  readonly project: string;
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
  const { project, findings } = await withProgress(session, (onProgress) =>
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
  reportFindings(findings, session);
  const { imageCount, annotationCount, categories } = project;
  const categoryText = `${categories.length} categor${categories.length === 1 ? 'y' : 'ies'}`;
  session.io.out(
    `${project.file}: ${counted(imageCount, 'image')}, ${counted(annotationCount, 'annotation')}, ${categoryText}\n`,
  );
}
