/** What would break training with the open project: asked for, shown on the images, and fixed where that is safe. */
import { shapeFixes } from '@shared/dataset/lint/fixAnnotation';
import { findingKinds } from '@shared/dataset/lint/kinds';
import type { KindCount } from '@shared/dataset/lint/tally';
import type { FindingCode, IssueCode } from '@shared/dataset/finding';
import type { LintReport } from '@shared/project/types';
import type { Engine } from '../api/engine';
import { counted } from '@shared/errors/counted';
import { byImage } from './imageFilter';
import type { ProjectOperations } from './projectOperations.svelte';
import type { Workbench } from './workbench.svelte';

/** A kind of problem as the dialog lists it. */
export interface ProblemKind extends KindCount {
  readonly about: string;
  /** What a click does about it; null: it is the user's to sort out. */
  readonly fix: string | null;
  /** What its number counts; null: neither annotations nor images. */
  readonly unit: string | null;
  /** On how many images it is, where that is another number. */
  readonly where: string | null;
  /** Whether there are images to show. */
  readonly hasImages: boolean;
}

export class Problems {
  readonly #client: Engine;
  readonly #workbench: Workbench;
  readonly #operations: ProjectOperations;
  #report = $state.raw<LintReport | null>(null);
  #checking = $state(false);
  #fixing = $state(false);

  constructor(client: Engine, workbench: Workbench, operations: ProjectOperations) {
    this.#client = client;
    this.#workbench = workbench;
    this.#operations = operations;
  }

  get checking(): boolean {
    return this.#checking;
  }

  /** Until what is left has been looked up: what is listed is no longer so. */
  get fixing(): boolean {
    return this.#fixing;
  }

  /** Null: not looked yet, or cancelled. */
  readonly kinds = $derived<readonly ProblemKind[] | null>(
    this.#report && this.#report.kinds.map((kind) => this.#kindOf(kind)),
  );

  /** How many problems there are, and on how many images. */
  readonly tally = $derived.by<string | null>(() => {
    if (!this.#report) return null;
    const { kinds, images = 0 } = this.#report;
    const total = kinds.reduce((sum, { count }) => sum + count, 0);
    if (total === 0) return 'No problem found.';
    const on = images > 0 ? ` on ${counted(images, 'image')}` : '';
    return `${counted(total, 'problem')}${on} that trainers and evaluators stumble over.`;
  });

  #kindOf(kind: KindCount): ProblemKind {
    const { about, fix } = findingKinds[kind.code];
    const isHere = shapeFixes.has(kind.code as IssueCode);
    return { ...kind, ...unitOf(kind), about, fix: isHere ? fix : null, hasImages: this.#placesOf(kind.code).size > 0 };
  }

  #placesOf(code: FindingCode): ReadonlyMap<number, readonly number[]> {
    return byImage((this.#report?.findings ?? []).filter((finding) => finding.code === code));
  }

  /** What was found before is about annotations that may be others now. */
  async check(): Promise<void> {
    // The dialog may be opened again while it is under way.
    if (this.#checking) return;
    const { open, jobs, notices } = this.#workbench;
    this.#report = null;
    this.#checking = true;
    try {
      await open?.settled();
      this.#report = await jobs.run('Checking the project', (options) =>
        this.#client.call('project.lint', {}, options),
      );
    } catch (error) {
      notices.error(error);
    } finally {
      this.#checking = false;
    }
  }

  /** Lists the images that have it; annotations that it is about are selected. */
  async show({ code, about, count }: ProblemKind): Promise<void> {
    const kept = this.#report?.findings.filter((finding) => finding.code === code).length ?? 0;
    const label = kept < count ? `${about} (the first ${kept.toLocaleString('en')})` : about;
    await this.#workbench.places.show({ label, annotations: this.#placesOf(code) });
  }

  /** One step that can be undone; what is left is looked up again. */
  async fix(codes: readonly FindingCode[]): Promise<void> {
    if (this.#fixing || this.#checking) return;
    this.#fixing = true;
    try {
      if (await this.#operations.fix(codes)) await this.check();
    } finally {
      this.#fixing = false;
    }
  }
}

/** `12 annotations`, on 5 images; `24 images`. */
function unitOf({ count, annotations = 0, images = 0 }: KindCount): Pick<ProblemKind, 'unit' | 'where'> {
  const plural = count === 1 ? '' : 's';
  const on = images > 0 && count > 1 ? `On ${counted(images, 'image')}.` : null;
  if (annotations === count) return { unit: `annotation${plural}`, where: on };
  if (annotations === 0 && images === count) return { unit: `image${plural}`, where: null };
  return { unit: null, where: on };
}
