/** `maskwright lint`: what would break training or evaluation, before it does; and a copy of the dataset with what can safely be fixed. */
import { relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Command } from 'commander';
import { leadsOut } from '../../files/leadsOut';
import { version } from '../../../package.json';
import type { Finding } from '@shared/dataset/finding';
import { exportSentences } from '@shared/dataset/lossWords';
import { findingKinds } from '@shared/dataset/lint/kinds';
import { toSarif } from '@shared/dataset/lint/sarif';
import { AppError } from '@shared/errors/appError';
import { describeFinding } from '../lib/findings';
import { type FixedCopy, fixPath } from '../lib/fixPath';
import { type Linted, lintPath } from '../lib/lintPath';
import { formatHint, formatOption } from '../lib/readerOptions';
import { withOptions } from '../lib/remedies';
import { type RunCommand, type Session, usageError } from '../lib/session';
import { counted } from '@shared/errors/counted';

interface LintOptions {
  readonly from?: string;
  readonly images?: string;
  readonly fix?: string;
  readonly copyImages?: boolean;
  readonly json?: boolean;
  readonly sarif?: boolean;
}

/** Of one kind, more are counted only. */
const listed = 10;

export function addLint(program: Command, run: RunCommand): void {
  program
    .command('lint')
    .summary('find what would break training')
    .description(
      'Lists everything in a dataset or a project that trainers and evaluators stumble over. With --fix it writes a copy in which what is certain is put right; the dataset itself is never changed.',
    )
    .argument('<path>', 'a dataset (file or folder) or a project')
    .addOption(formatOption())
    .option('--images <folder>', 'look into the images there too')
    .option('--fix <out>', 'write a mended copy there, in the same format, and list what was changed')
    .option('--copy-images', 'with --fix: copy the images along')
    .option('--json', 'one line of JSON: up to 1,000 findings of each kind, and how many there are')
    .option('--sarif', 'the same as SARIF 2.1.0, for code hosts and editors')
    .addHelpText('after', helpAfter)
    .action((path: string, options: LintOptions) =>
      run((session) => withOptions(lint(path, options, session), formatHint())),
    );
}

const helpAfter = `
Every finding is explained in docs/lint.md. Exit code 3 where there are errors (with --fix: where some are left); warnings alone
are 0.

Examples:
  maskwright lint instances.json --images photos
  maskwright lint instances.json --fix fixed.json
  maskwright lint yolo-folder --fix fixed --copy-images --sarif > lint.sarif
`;

async function lint(path: string, options: LintOptions, session: Session): Promise<void> {
  const { from: format, images, fix: out, copyImages, json, sarif } = options;
  if (json && sarif) throw usageError('--json and --sarif exclude each other', 'lint');
  if (copyImages && out === undefined) throw usageError('--copy-images is for --fix', 'lint');
  if (out === undefined) {
    const linted = await lintPath(path, { format, images }, session);
    tell(linted, null, options, session);
    return failOnErrors(path, linted);
  }
  const copy = await fixPath(path, out, { format, images, copyImages }, session);
  // What is left is what the copy says.
  const left = await lintPath(out, { format, images: copy.images, pictures: copy.pictures }, session);
  if (!json) for (const sentence of copy.report ? exportSentences(copy.report) : []) session.warn(sentence);
  tell(left, copy, options, session);
  failOnErrors(out, left);
}

function tell(linted: Linted, copy: FixedCopy | null, { json, sarif }: LintOptions, session: Session): void {
  const { path, format, kinds, findings } = linted;
  const fixes = copy?.fixes ?? null;
  const what = format?.title ?? null;
  if (sarif) {
    session.io.out(`${JSON.stringify(toSarif(findings, { version, dataset: path, uriOf }), null, 2)}\n`);
  } else if (json) {
    const [errors, warnings] = [countOf(linted, 'error'), countOf(linted, 'warning')];
    const { losses, notCopied } = copy?.report ?? {};
    const fixed = fixes ? { fixes, losses, notCopied } : {};
    session.io.out(`${JSON.stringify({ path, format: what, errors, warnings, kinds, findings, ...fixed })}\n`);
  } else {
    const name = what ?? 'Maskwright project';
    const lines = fixes ? [`${path}: ${counted(fixes.length, 'change')}`, ...listOf(fixes, path, 'fixed ')] : [];
    lines.push(`${path}: ${name}, ${fixes ? 'left: ' : ''}${sumOf(linted)}`);
    for (const { code, severity, count } of kinds) {
      lines.push(`${severity} ${code} (${count})${findingKinds[code].fix === null || fixes ? '' : ', --fix can help'}`);
      const some = findings.filter((finding) => finding.code === code).slice(0, listed);
      lines.push(...linesOf(some, count, path));
    }
    session.io.out(`${lines.join('\n')}\n`);
  }
}

/** Kind by kind. */
function listOf(fixes: readonly Finding[], path: string, prefix: string): string[] {
  const kinds = new Map<string, Finding[]>();
  for (const fix of fixes) kinds.set(fix.code ?? 'annotations', [...(kinds.get(fix.code ?? 'annotations') ?? []), fix]);
  return [...kinds].flatMap(([code, list]) => [
    `${prefix}${code} (${list.length})`,
    ...linesOf(list.slice(0, listed), list.length, path),
  ]);
}

function linesOf(findings: readonly Finding[], count: number, path: string): string[] {
  // The dataset itself need not be named in each line.
  const lines = findings.map(
    (finding) =>
      `  ${describeFinding({ ...finding, file: finding.file && resolve(finding.file) === resolve(path) ? undefined : finding.file })}`,
  );
  return count > findings.length ? [...lines, `  and ${count - findings.length} more`] : lines;
}

const countOf = ({ kinds }: Linted, severity: Finding['severity']) =>
  kinds.reduce((sum, kind) => sum + (kind.severity === severity ? kind.count : 0), 0);

function sumOf(linted: Linted): string {
  const [errors, warnings] = [countOf(linted, 'error'), countOf(linted, 'warning')];
  const parts = [errors > 0 ? counted(errors, 'error') : '', warnings > 0 ? counted(warnings, 'warning') : ''];
  return parts.filter((part) => part !== '').join(', ') || 'no findings';
}

function failOnErrors(path: string, linted: Linted): void {
  if (countOf(linted, 'error') === 0) return;
  throw new AppError('bad-input', `${path} has ${sumOf(linted)}`, { place: { file: path } });
}

/** Below the working folder as a relative address, as code hosts expect it. */
function uriOf(file: string): string {
  const way = relative(process.cwd(), resolve(file));
  if (leadsOut(way)) return pathToFileURL(resolve(file)).href;
  return way.split(/[\\/]/).map(encodeURIComponent).join('/');
}
