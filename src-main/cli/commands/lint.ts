/** `maskwright lint`: what would break training or evaluation, before it does. */
import type { Command } from 'commander';
import type { Finding } from '@shared/dataset/finding';
import { AppError } from '@shared/errors/appError';
import { formats, idsOf } from '@shared/formats/registry';
import { countFindings, describeFinding } from '../lib/findings';
import { lintPath } from '../lib/lintDataset';
import type { RunCommand, Session } from '../lib/session';

interface LintOptions {
  readonly from?: string;
  readonly images?: string;
  readonly json?: boolean;
}

/** Of one kind, more are counted only. */
const listed = 10;

export function addLint(program: Command, run: RunCommand): void {
  program
    .command('lint')
    .summary('find what would break training')
    .description(
      'Lists everything in a dataset or a project that trainers and evaluators stumble over; nothing is changed.',
    )
    .argument('<path>', 'a dataset (file or folder) or a project')
    .option('--from <format>', `its format where that cannot be seen: ${idsOf(formats.readable)}`)
    .option('--images <folder>', 'look into the images there too')
    .option('--json', 'one line of JSON with every finding')
    .addHelpText(
      'after',
      '\nExit code 3 where there are errors; warnings alone are 0.\n\nExample:\n  maskwright lint instances.json --images photos\n',
    )
    .action((path: string, options: LintOptions) => run((session) => lint(path, options, session)));
}

async function lint(path: string, { from, images, json }: LintOptions, session: Session): Promise<void> {
  const { format, findings } = await lintPath(path, { format: from, images }, session);
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  if (json)
    session.io.out(`${JSON.stringify({ path, format, errors, warnings: findings.length - errors, findings })}\n`);
  else session.io.out(textOf(path, format, findings));
  if (errors === 0) return;
  throw new AppError('bad-input', `${path} has ${countFindings(findings)}`, { place: { file: path } });
}

/** By kind, errors first, the most frequent before the others. */
function textOf(path: string, format: string | null, findings: readonly Finding[]): string {
  const kinds = new Map<string, Finding[]>();
  for (const finding of findings) {
    const key = `${finding.severity} ${finding.code ?? ''}`;
    const list = kinds.get(key);
    if (list) list.push(finding);
    else kinds.set(key, [finding]);
  }
  const sorted = [...kinds].sort(
    ([a, x], [b, y]) => a.split(' ')[0].localeCompare(b.split(' ')[0]) || y.length - x.length,
  );
  const lines = [`${path}: ${format === null ? 'Maskwright project' : format}, ${countFindings(findings)}`];
  for (const [kind, list] of sorted) {
    lines.push(`${kind} (${list.length})`);
    for (const finding of list.slice(0, listed)) {
      // The dataset itself need not be named in each line.
      lines.push(`  ${describeFinding({ ...finding, file: finding.file === path ? undefined : finding.file })}`);
    }
    if (list.length > listed) lines.push(`  and ${list.length - listed} more`);
  }
  return `${lines.join('\n')}\n`;
}
