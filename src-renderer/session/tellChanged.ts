/** The picture may be another one than the one that was annotated: whoever drew on the one before has to look. */
import { describeFault } from '@shared/images/fault';
import type { ImageRow } from '@shared/project/types';
import type { Engine } from '../api/engine';
import type { Workbench } from './workbench.svelte';

export function tellChanged({ id, fileName, problem }: ImageRow, workbench: Workbench, client: Engine): void {
  const { notices, rows, project } = workbench;
  const what = `${fileName} has changed since it was annotated`;
  // A size is told in the place of the picture, with the ways to go on.
  if (problem?.code === 'size') return;
  if (problem !== null) return void notices.show('warning', `${what}: it ${describeFault(problem)}`);
  const keep = async () => {
    try {
      rows.update(id, { ...(await client.call('image.keepFile', { imageId: id })), changed: undefined });
    } catch (error) {
      notices.error(error);
    }
  };
  const offer = project?.readOnly ? undefined : { label: 'Keep this picture', run: () => void keep() };
  notices.show('warning', `${what}: check that its annotations still fit, or put the file back`, [], offer);
}
