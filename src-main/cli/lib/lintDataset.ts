/** Everything that is wrong with a dataset or a project: what its reader says, what trainers stumble over, and what its images say. */
import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Finding, Issue } from '@shared/dataset/finding';
import { throwIfCancelled } from '@shared/errors/cancellation';
import { AppError } from '@shared/errors/appError';
import { lintCoco } from '@shared/formats/coco/lint';
import { storeError } from '../../store/database/storeErrors';
import { ProjectView } from '../../store/export/projectView';
import { compareWithFile } from '../../store/import/imageCheck';
import { ProjectStore } from '../../store/projects/projectStore';
import { locateImages } from '../../dataset/imageFinder';
import { probeImage } from '../../images';
import type { CocoFile } from './cocoReader';
import { readDataset, viewInWordsOfCoco } from './datasetReader';
import { isProjectFile } from './fileKind';
import type { Session } from './session';

export interface Linted {
  readonly path: string;
  /** Title of the format; a project has none. */
  readonly format: string | null;
  readonly findings: readonly Finding[];
}

/** `images`: looks into the image files there too; a project, and a dataset that is a folder, know their own. */
export async function lintPath(
  path: string,
  { format, images }: { readonly format?: string; readonly images?: string },
  session: Session,
): Promise<Linted> {
  if (await isProjectFile(path)) return lintProject(path, session);
  const dataset = await readDataset(path, { signal: session.signal, keepErrors: true, format, images });
  const folder = images ?? (statSync(path).isDirectory() ? path : undefined);
  const findings = [...dataset.issues, ...lintCoco(dataset)].map((issue) => ({ ...issue, file: path }));
  const ofFiles = folder === undefined ? [] : await lintImages(dataset, folder, session);
  return { path, format: dataset.format ?? 'COCO', findings: [...findings, ...ofFiles] };
}

async function lintProject(path: string, session: Session): Promise<Linted> {
  try {
    const store = ProjectStore.open(resolve(path), { whenLocked: 'read-only' });
    try {
      const dataset = viewInWordsOfCoco(path, new ProjectView(store.db));
      const findings = lintCoco(dataset).map((issue) => placedInProject(issue, dataset, path));
      return {
        path,
        format: null,
        findings: [...findings, ...(await lintImages(dataset, store.imagesFolder, session))],
      };
    } finally {
      store.close();
    }
  } catch (error) {
    throw storeError(error, path);
  }
}

/** A project has no file to point into: the annotation is named. */
function placedInProject(issue: Issue, { annotations, images }: CocoFile, file: string): Finding {
  const place = /^\/annotations\/(\d+)/.exec(issue.pointer);
  const annotation = place && annotations[Number(place[1])];
  if (!annotation) return { ...issue, file };
  const image = images.find(({ id }) => id === annotation.imageId);
  return { ...issue, file, pointer: `${image?.fileName ?? 'no image'}, annotation ${String(annotation.id)}` };
}

async function lintImages({ images }: CocoFile, folder: string, session: Session): Promise<Finding[]> {
  if (!existsSync(folder)) {
    return [
      {
        severity: 'error',
        code: 'folder-missing',
        message: `The images folder ${folder} does not exist`,
        file: folder,
      },
    ];
  }
  const located = await locateImages(
    folder,
    images.map(({ fileName }) => fileName),
    session.signal,
  );
  const findings: Finding[] = [...located.findings];
  for (const [place, image] of images.entries()) {
    throwIfCancelled(session.signal);
    const name = located.names[place];
    const pointer = image.pointer;
    if (name === null) {
      findings.push({
        severity: 'error',
        code: 'image-missing',
        message: `${image.fileName} is missing`,
        file: folder,
        pointer,
      });
      continue;
    }
    const file = join(folder, name);
    try {
      const check = compareWithFile(image, await probeImage(file, name));
      if (check.warning === null) continue;
      const code = check.problem === null ? 'image-unturned' : 'image-size';
      findings.push({
        severity: code === 'image-size' ? 'error' : 'warning',
        code,
        message: check.warning,
        file,
        pointer,
      });
    } catch (error) {
      if (!(error instanceof AppError) || error.code === 'cancelled') throw error;
      findings.push({ severity: 'error', code: 'image-damaged', message: error.message, file, pointer });
    }
  }
  return findings;
}
