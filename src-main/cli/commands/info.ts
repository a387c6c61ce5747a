/** `maskwright info`: what is in a project or a dataset. */
import type { Command } from 'commander';
import { formatInfo } from '../lib/datasetInfo';
import { describeCoco } from '../lib/describeCoco';
import { describeProject } from '../lib/describeProject';
import { isProjectFile } from '../lib/fileKind';
import type { RunCommand, Session } from '../lib/session';

export function addInfo(program: Command, run: RunCommand): void {
  program
    .command('info')
    .summary('what is in a project or a dataset')
    .description('Counts, categories, image sizes and findings of a project or a dataset; nothing is changed.')
    .argument('<path>', 'a project, or a dataset (file or folder)')
    .option('--json', 'one line of JSON')
    .addHelpText('after', '\nExample:\n  maskwright info instances.json\n')
    .action((file: string, options: { json?: boolean }) =>
      run((session) => info(file, options.json === true, session)),
    );
}

async function info(file: string, json: boolean, session: Session): Promise<void> {
  const described = (await isProjectFile(file)) ? describeProject(file) : await describeCoco(file, session);
  session.io.out(json ? `${JSON.stringify(described)}\n` : formatInfo(described));
}
