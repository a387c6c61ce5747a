/** Writes a project in any format: from one snapshot of the database, each file whole or not at all. */
import type { DatasetView } from '@shared/dataset/view';
import { LossReport } from '@shared/dataset/losses';
import { throwIfCancelled } from '@shared/errors/cancellation';
import type { CallContext } from '@shared/errors/work';
import type { DatasetFormat, FormatOptions } from '@shared/formats/format';
import { formatOptions } from '@shared/formats/options';
import type { ExportReport } from '@shared/project/types';
import { basename, join } from 'node:path';
import { writeFileAtomic } from '../../files/atomicWrite';

export interface ExportJob {
  readonly format: DatasetFormat;
  readonly options: FormatOptions;
  /** The file, or the folder, as the format has it. */
  readonly path: string;
}

/**
 * Each file is written by way of a temporary one; on any error, cancellation included, nothing of it is left behind.
 * Permission to replace the target is the caller's to check.
 */
export async function exportDataset(
  view: DatasetView,
  { format, options, path }: ExportJob,
  context: CallContext,
): Promise<ExportReport> {
  const losses = new LossReport();
  const counted = countingView(view, context);
  const files = format.write!(counted, {
    options: formatOptions(format, options),
    losses,
    fileName: basename(path),
  });
  const names = new Set<string>();
  for (const { name, content } of files) {
    throwIfCancelled(context.signal);
    names.add(name);
    await writeFileAtomic(format.target === 'file' ? path : join(path, name), content);
  }
  return {
    file: path,
    format: format.id,
    files: names.size,
    images: view.imageCount,
    annotations: view.annotationCount,
    losses: losses.list(),
  };
}

/** The view, with progress and cancellation as its annotations go by. */
function countingView(view: DatasetView, { signal, progress }: CallContext): DatasetView {
  let done = 0;
  const total = view.annotationCount;
  const note = (count: number) => {
    if (Math.floor((done + count) / 1000) !== Math.floor(done / 1000)) {
      throwIfCancelled(signal);
      progress({ done: done + count, total, text: 'Writing annotations' });
    }
    done += count;
  };
  return {
    textFormat: view.textFormat,
    name: view.name,
    imageCount: view.imageCount,
    annotationCount: view.annotationCount,
    parts: () => view.parts(),
    categories: () => view.categories(),
    images: () => view.images(),
    image: (id) => view.image(id),
    annotationsOf(imageId) {
      const annotations = view.annotationsOf(imageId);
      note(annotations.length);
      return annotations;
    },
    *annotations() {
      for (const annotation of view.annotations()) {
        yield annotation;
        note(1);
      }
    },
  };
}
