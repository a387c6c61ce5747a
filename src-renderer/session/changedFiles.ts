/** Image files that change under their annotations: another picture is shown than is remembered, and whoever drew on the one before is told. */
import { describeFault } from '@shared/images/fault';
import type { ImageRow, OpenedImage } from '@shared/project/types';
import type { Engine } from '../api/engine';
import type { Workbench } from './workbench.svelte';

export class ChangedFiles {
  readonly #workbench: Pick<Workbench, 'notices' | 'rows' | 'project'>;
  readonly #client: Engine;
  readonly #stamps = new Map<number, string | undefined>();
  /** The notice about the image that is open. */
  #notice: number | null = null;

  constructor(workbench: Pick<Workbench, 'notices' | 'rows' | 'project'>, client: Engine) {
    this.#workbench = workbench;
    this.#client = client;
  }

  /** Call it with each image that is opened: true where what the window remembers of its picture is to be forgotten. */
  opened({ image, fileStamp }: Pick<OpenedImage, 'image' | 'fileStamp'>): boolean {
    if (this.#notice !== null) this.#workbench.notices.dismiss(this.#notice);
    this.#notice = image.changed ? this.#tell(image) : null;
    const isKnown = this.#stamps.has(image.id);
    const before = this.#stamps.get(image.id);
    this.#stamps.set(image.id, fileStamp);
    // Before it was opened it may have been fetched ahead as it was then.
    return isKnown ? before !== fileStamp : image.changed === true;
  }

  /** Another project has other images under the same ids. */
  clear(): void {
    this.#stamps.clear();
  }

  #tell({ id, fileName, problem }: ImageRow): number | null {
    const { notices, rows, project } = this.#workbench;
    const what = `${fileName} has changed since it was annotated`;
    // A size is told in the place of the picture, with the ways to go on.
    if (problem?.code === 'size') return null;
    if (problem !== null) return notices.show('warning', `${what}: it ${describeFault(problem)}`);
    const keep = async () => {
      try {
        rows.update(id, { ...(await this.#client.call('image.keepFile', { imageId: id })), changed: undefined });
      } catch (error) {
        notices.error(error);
      }
    };
    const offer = project?.readOnly ? undefined : { label: 'Keep this picture', run: () => void keep() };
    return notices.show('warning', `${what}: check that its annotations still fit, or put the file back`, [], offer);
  }
}
