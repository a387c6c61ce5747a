/** `maskwright rescale`: annotations of images that were scaled outside come to the size of their files. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { openStore } from '../lib/engine';
import { withProgress } from '../lib/progress';
import type { RunCommand, Session } from '../lib/session';
import { counted } from '@shared/errors/counted';

export function addRescale(program: Command, run: RunCommand): void {
  program
    .command('rescale')
    .summary('scale the annotations of images whose files have another size now')
    .description(
      'Looks at every image of a project. Where the file is the same picture at another size, its annotations are scaled to ' +
        'it: all in one step, which the window can undo. Images that were cut or turned stay as they are and are named.',
    )
    .argument('<project>', 'the project')
    .addHelpText('after', '\nExample:\n  maskwright rescale photos/work.maskwright\n')
    .action((file: string) => run((session) => rescale(file, session)));
}

async function rescale(file: string, session: Session): Promise<void> {
  const store = openStore(session, 'refuse');
  const { project } = await store.call('project.open', { file: resolve(file) });
  const report = await withProgress(session, (onProgress) =>
    store.call('project.rescale', { imageIds: null, openImageId: null }, { signal: session.signal, onProgress }),
  );
  if (report.proposals > 0) {
    session.warn(
      `${counted(report.proposals, 'proposal')} of the old size went, until scaling is undone in the window`,
    );
  }
  for (const name of report.otherShape) session.warn(`left as it is: ${name} was cut or turned, or is another picture`);
  session.io.out(
    `${project.file}: ${counted(report.annotations, 'annotation')} on ${counted(report.images, 'image')} scaled\n`,
  );
}
