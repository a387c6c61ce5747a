/** `maskwright info`: what is in a project or a dataset. */
import type { Command } from 'commander';
import { formatInfo } from '../lib/datasetInfo';
import { describeCoco } from '../lib/describeCoco';
import { describeProject } from '../lib/describeProject';
import { isProjectFile } from '../lib/projectFile';
import { formatHint, formatOption } from '../lib/readerOptions';
import { withOptions } from '../lib/remedies';
import type { RunCommand, Session } from '../lib/session';

interface InfoOptions {
  readonly from?: string;
  readonly json?: boolean;
}

export function addInfo(program: Command, run: RunCommand): void {
  program
    .command('info')
    .summary('what is in a project or a dataset')
    .description('Counts, categories, image sizes and findings of a project or a dataset; nothing is changed.')
    .argument('<path>', 'a project, or a dataset (file or folder)')
    .addOption(formatOption())
    .option('--json', 'one line of JSON')
    .addHelpText('after', '\nExample:\n  maskwright info instances.json\n')
    .action((file: string, options: InfoOptions) =>
      run((session) => withOptions(info(file, options, session), formatHint())),
    );
}

async function info(file: string, { from, json }: InfoOptions, session: Session): Promise<void> {
  const described = (await isProjectFile(file)) ? describeProject(file) : await describeCoco(file, from, session);
  session.io.out(json ? `${JSON.stringify(described)}\n` : formatInfo(described));
}
