/** A dataset or a project of the command line, as something to look through. */
import { basename, resolve } from 'node:path';
import type { DatasetView } from '@shared/dataset/view';
import { ProjectView } from '../../store/export/projectView';
import { ProjectStore } from '../../store/projects/projectStore';
import { storeError } from '../../store/database/storeErrors';
import { loadDataset } from './datasetReader';
import { isProjectFile } from './projectFile';
import type { Session } from './session';

/** `title`: of its format. The view is good until the session ends. */
export async function openView(
  path: string,
  { format, images }: { readonly format?: string; readonly images?: string },
  session: Session,
): Promise<{ readonly view: DatasetView; readonly title: string }> {
  if (!(await isProjectFile(path))) {
    const { dataset, recognised } = await loadDataset(path, { format, images }, session);
    return { view: dataset.view(basename(resolve(path))), title: recognised.format.title };
  }
  try {
    const store = ProjectStore.open(resolve(path), { whenLocked: 'read-only' });
    session.addCleanup(() => store.close());
    return { view: new ProjectView(store.db), title: 'Maskwright project' };
  } catch (error) {
    throw storeError(error, path);
  }
}
