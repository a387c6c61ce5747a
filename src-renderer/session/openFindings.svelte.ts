/** What was found when the project was opened: one sentence with a line for each file, for as long as the user wants it there. */
import type { Finding } from '@shared/dataset/finding';
import { counted } from '@shared/errors/counted';
import { visibleText } from '@shared/errors/visibleText';
import type { OpenReport } from '@shared/project/types';
import type { NoticeAction } from './notices.svelte';
import { fileNameOf } from './wording';

export interface ToldFindings {
  readonly kind: 'error' | 'warning';
  readonly text: string;
  /** One a finding, the name of its file first. */
  readonly lines: readonly string[];
  /** How many there are; more than lines where some are only counted. */
  readonly total: number;
  readonly action?: NoticeAction;
}

export class OpenFindings {
  #told = $state.raw<ToldFindings | null>(null);

  /** null: nothing was found, or the user has seen it. */
  get told(): ToldFindings | null {
    return this.#told;
  }

  /** In place of what was told of the project before. `action`: what puts it right. */
  tell({ findings, project }: OpenReport, action?: NoticeAction): void {
    if (findings.length === 0) return this.dismiss();
    const [kind, text] = summaryOf(findings);
    const lines = findings.map((finding) => visibleText(lineOf(finding, project.imagesFolder)));
    this.#told = { kind, text, lines, total: totalOf(findings), action };
  }

  dismiss(): void {
    this.#told = null;
  }
}

/** Which of many is told by the name, not by the folder of all of them. */
function lineOf({ file, message }: Finding, imagesFolder: string): string {
  const isNamed = file && message.includes(fileNameOf(file));
  // What is said of the whole needs no name.
  const line = file && file !== imagesFolder && !isNamed ? `${file}: ${message}` : message;
  const isBelow = line.startsWith(imagesFolder) && /^[\\/]/.test(line.slice(imagesFolder.length));
  return isBelow ? line.slice(imagesFolder.length + 1) : line;
}

const totalOf = (findings: readonly Finding[]): number => findings.reduce((sum, { count = 1 }) => sum + count, 0);

/** A finding that is an error is a file that cannot be read. */
function summaryOf(findings: readonly Finding[]): ['error' | 'warning', string] {
  const unreadable = findings.filter(({ severity }) => severity === 'error').length;
  const warnings = counted(totalOf(findings) - unreadable, 'warning');
  if (unreadable === 0) return ['warning', `Opened with ${warnings}`];
  const files = `Opened, but ${counted(unreadable, 'file')} cannot be read`;
  return ['error', unreadable === findings.length ? files : `${files}; ${warnings}`];
}
