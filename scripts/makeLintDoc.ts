/** Writes docs/lint.md from the table of findings: `npx tsx scripts/makeLintDoc.ts`. A test compares. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { shapeFixes } from '@shared/dataset/lint/fixAnnotation';
import { findingKinds } from '@shared/dataset/lint/kinds';
import type { FindingCode, IssueCode } from '@shared/dataset/finding';

const root = fileURLToPath(new URL('..', import.meta.url));
export const docPath = join(root, 'docs', 'lint.md');

export function lintDoc(): string {
  const kinds = (Object.keys(findingKinds) as FindingCode[]).map((code) => ({ code, ...findingKinds[code] }));
  const cell = (text: string) => text.replace(/\|/g, '\\|');
  const fixOf = ({ code, fix }: (typeof kinds)[number]) =>
    fix === null ? 'by hand' : `${fix}${shapeFixes.has(code as IssueCode) ? ' (in the window too)' : ''}`;
  const rows = (severity: string) =>
    kinds
      .filter((kind) => kind.severity === severity)
      .map((kind) => `| \`${kind.code}\` | ${cell(kind.about)} | ${kind.of ?? 'all'} | ${cell(fixOf(kind))} |`);
  const table = (severity: string) => `| code | what it is | formats | what \`--fix\` does |
| --- | --- | --- | --- |
${rows(severity).join('\n')}`;
  return `# What lint finds

Made from the table of findings by \`scripts/makeLintDoc.ts\`; not edited by hand.

\`maskwright lint PATH\` lists what trainers and evaluators stumble over in a dataset or a project, each with its file and the
line, JSON pointer or annotation. \`--images FOLDER\` looks into the image files too. \`--json\` and \`--sarif\` are for programs; of
each kind the first 1,000 are listed and all are counted.

\`--fix OUT\` writes a copy in the same format, never in place, in which what is certain is put right: no mask changes by a pixel,
and records that nobody touched leave as their own text. Every change is listed. What only a person can know is left, and listed
as left.

## Errors

Readers crash, or every mask is wrong. Exit code 3.

${table('error')}

## Warnings

Programs go on, and train or score something else than you drew.

${table('warning')}
`;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) writeFileSync(docPath, lintDoc());
