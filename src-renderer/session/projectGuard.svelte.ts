/** Whether the open project's file still is at its path: where it is not, nothing is called saved, and ways out are offered. */
import type { FileLoss, OpenReport } from '@shared/project/types';
import { AppError } from '@shared/errors/appError';
import type { Engine } from '../api/engine';
import type { OpenFindings } from './openFindings.svelte';
import type { Workbench } from './workbench.svelte';

export class ProjectGuard {
  readonly #client: Engine;
  readonly #workbench: Workbench;
  readonly #findings: OpenFindings;
  #loss = $state<FileLoss | null>(null);
  #isBusy = $state(false);
  /** Counts up with each project: an answer about an earlier one is of no interest. */
  #following = 0;

  constructor(client: Engine, workbench: Workbench, findings: OpenFindings) {
    this.#client = client;
    this.#workbench = workbench;
    this.#findings = findings;
  }

  get loss(): FileLoss | null {
    return this.#loss;
  }

  get isBusy(): boolean {
    return this.#isBusy;
  }

  /** Call it when another project is shown, or none. */
  async follow(isOpen: boolean): Promise<void> {
    const mine = ++this.#following;
    this.#loss = null;
    while (isOpen && mine === this.#following) {
      try {
        const known: FileLoss | null = this.#loss;
        const loss: FileLoss | null = await this.#client.call('project.watch', known ? { known } : {});
        if (mine === this.#following) this.#loss = loss;
      } catch (error) {
        // The store ended and was restarted: it is asked again.
        if (!(error instanceof AppError) || error.code !== 'crashed') return;
      }
    }
  }

  /** Keeps everything that is open in a file the user names. */
  saveElsewhere(): Promise<void> {
    return this.#leaveFile(() => this.#client.call('app.saveElsewhere', {}));
  }

  /** Opens what lies at the path now, in place of what is open. */
  async reopen(): Promise<void> {
    await this.#leaveFile(() => this.#client.call('app.reopenProject', {}));
  }

  async #leaveFile(work: () => Promise<OpenReport | null>): Promise<void> {
    const { currentImageId, notices } = this.#workbench;
    if (this.#workbench.leadsBackToShape()) return;
    this.#isBusy = true;
    try {
      await this.#workbench.settled();
      const report = await work();
      if (!report) return;
      notices.dismissActions();
      // They name the file that was left.
      const findings = report.findings.map((finding) => ({ ...finding, file: undefined }));
      this.#findings.tell({ ...report, findings });
      await this.#workbench.show(report.project, currentImageId);
    } catch (error) {
      notices.error(error);
    } finally {
      this.#isBusy = false;
    }
  }
}
