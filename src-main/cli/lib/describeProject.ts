/** Counts what is in a project. */
import { describeFault } from '@shared/images/fault';
import { resolve } from 'node:path';
import { listImages } from '../../store/records/images';
import { ProjectStore } from '../../store/projects/projectStore';
import { storeError } from '../../store/database/storeErrors';
import { countByCategory } from '../../store/records/categories';
import { countSizes, type DatasetInfo } from './datasetInfo';

/** A project that is open elsewhere is read as it is. */
export function describeProject(file: string): DatasetInfo {
  try {
    const store = ProjectStore.open(resolve(file), { whenLocked: 'read-only' });
    try {
      return describeStore(file, store);
    } finally {
      store.close();
    }
  } catch (error) {
    throw storeError(error, file);
  }
}

function describeStore(file: string, store: ProjectStore): DatasetInfo {
  const project = store.summary();
  const images = listImages(store.db);
  const perCategory = new Map(countByCategory(store.db));
  const problems = images.filter(({ problem }) => problem !== null);
  const proposals = images.reduce((sum, { proposalCount }) => sum + proposalCount, 0);
  return {
    kind: 'project',
    file,
    images: project.imageCount,
    annotations: project.annotationCount,
    imagesWithAnnotations: images.filter(({ annotationCount }) => annotationCount > 0).length,
    categories: project.categories.map(({ id, name }) => ({ id, name, annotations: perCategory.get(id) ?? 0 })),
    sizes: countSizes(images),
    details: {
      'images folder': project.imagesFolder,
      ...(project.importSource ? { 'imported from': project.importSource } : {}),
      ...(project.lastExport ? { 'last export': project.lastExport } : {}),
      ...(proposals > 0 ? { proposals } : {}),
      ...(project.readOnly ? { access: `read-only (${(project.readOnlyReason ?? '').replaceAll('-', ' ')})` } : {}),
    },
    findings: problems.slice(0, 1).map(({ fileName, problem }) => ({
      severity: 'warning',
      message: `${fileName} ${describeFault(problem!)}`,
      count: problems.length,
    })),
  };
}
