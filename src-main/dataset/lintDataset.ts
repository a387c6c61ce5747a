/** Everything that is wrong with a dataset on the disk: what its reader says, what trainers stumble over, and what its images say. */
import { closeSync, existsSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding, Issue } from '@shared/dataset/finding';
import { findingKinds } from '@shared/dataset/lint/kinds';
import { GrowingInts } from '@shared/dataset/lint/growing';
import { FindingTally } from '@shared/dataset/lint/tally';
import type { AnnotationContent, SourcePlace } from '@shared/dataset/records';
import { type AbortSignalLike, throwIfCancelled } from '@shared/errors/cancellation';
import { AppError } from '@shared/errors/appError';
import { contentFromCoco, parseAnnotation } from '@shared/formats/coco';
import type { DatasetFormat } from '@shared/formats/format';
import { LintSink, type RecordStore } from '@shared/formats/lintSink';
import { probeImage } from '../images';
import { compareWithFile } from '../images/compareWithFile';
import { aboutPages } from '../images/scan';
import type { DatasetFolder } from './datasetFolder';
import { locateImages, tellEach } from './imageFinder';

/** `images`: the folder of the image files; null: they are not looked at. */
export async function lintDataset(
  source: DatasetFolder,
  format: DatasetFormat,
  images: string | null,
): Promise<FindingTally> {
  const tally = new FindingTally();
  const file = source.path;
  const tell = (issue: Issue, at: SourcePlace) => tally.add(findingAt(issue, at, file));
  // A COCO file is read again where something must be looked at twice: it may be larger than the memory.
  const store = format.id === 'coco' ? new FileRecords() : undefined;
  try {
    const sink = new LintSink(tell, store);
    await format.read!(source, sink);
    sink.finish();
    if (images !== null) {
      const stated = sink.images.map(({ record, at }) => ({
        ...record,
        pointer: at.pointer,
        statedIn: at.file ?? file,
      }));
      for (const finding of await lintImages(stated, images, source.signal)) tally.add(finding);
    }
  } finally {
    store?.close();
  }
  return tally;
}

/** With the file in which it is where a dataset has several. */
function findingAt({ code, severity, message, pointer, repair }: Issue, at: SourcePlace, dataset: string): Finding {
  const file = at.file ?? dataset;
  return { code, severity, message, file, pointer: pointer || undefined, line: at.line, repair };
}

export interface StatedImage {
  readonly fileName: string;
  readonly width: number | null;
  readonly height: number | null;
  readonly pointer?: string;
  /** The file that the pointer is into. */
  readonly statedIn?: string;
  readonly imageId?: number;
  /** Where a project has its file, which the user may have shown it; absent: it is looked for in the folder. */
  readonly path?: string;
}

/** What the image files say against it. */
export async function lintImages(
  images: readonly StatedImage[],
  folder: string,
  signal?: AbortSignalLike,
): Promise<Finding[]> {
  if (!existsSync(folder)) {
    const message = `The images folder ${folder} does not exist`;
    return [{ severity: 'error', code: 'folder-missing', message, file: folder }];
  }
  const fileNames = images.map(({ fileName }) => fileName);
  const { names, found, listed } = await locateImages(folder, fileNames, signal);
  const findings = [...listed];
  const fileOf = (place: number) => {
    const name = names[place];
    return images[place].path ?? (name === null ? null : join(folder, name));
  };
  for (const { place, code, message } of tellEach(fileNames, found)) {
    const { statedIn: file, pointer, imageId, path } = images[place];
    // How it would be looked for is of no interest where it is known.
    if (path !== undefined && path !== join(folder, names[place]!)) continue;
    const at = pointer !== undefined && imageId === undefined ? `${pointer}/file_name` : pointer;
    findings.push({ severity: findingKinds[code].severity, code, message, file, pointer: at, imageId });
  }
  for (const [place, image] of images.entries()) {
    throwIfCancelled(signal);
    const file = fileOf(place);
    const { fileName, pointer, imageId } = image;
    const about = { pointer, imageId };
    if (file === null || !existsSync(file)) {
      const message = `${fileName} is missing`;
      findings.push({ severity: 'error', code: 'image-missing', message, file: image.statedIn ?? folder, ...about });
      continue;
    }
    try {
      const probed = await probeImage(file, names[place] ?? fileName);
      for (const finding of aboutPages(probed)) findings.push({ ...finding, ...about });
      const { warning: message, problem } = compareWithFile(image, probed);
      if (message === null) continue;
      if (problem === null) findings.push({ severity: 'warning', code: 'image-unturned', message, file, ...about });
      else findings.push({ severity: 'error', code: 'image-size', message, file, ...about });
    } catch (error) {
      if (!(error instanceof AppError) || error.code === 'cancelled') throw error;
      findings.push({ severity: 'error', code: 'image-damaged', message: error.message, file, ...about });
    }
  }
  return findings;
}

/** Where the annotations of a COCO file stand in it; they are read from there again. */
class FileRecords implements RecordStore {
  readonly #offsets: number[] = [];
  readonly #lengths = new GrowingInts();
  /** Numbers of the records in the file's list: those that cannot be read are not among the others. */
  readonly #indices = new GrowingInts();
  #file: string | null = null;
  #handle: number | null = null;

  add(_content: AnnotationContent, text: string | null, { file, offset, pointer }: SourcePlace): void {
    this.#file ??= file ?? null;
    this.#offsets.push(offset ?? 0);
    this.#lengths.push(Buffer.byteLength(text ?? ''));
    this.#indices.push(Number(pointer.slice(pointer.lastIndexOf('/') + 1)));
  }

  contentOf(place: number): AnnotationContent | null {
    if (this.#file === null) return null;
    this.#handle ??= openSync(this.#file, 'r');
    const bytes = Buffer.alloc(this.#lengths.get(place));
    readSync(this.#handle, bytes, 0, bytes.length, this.#offsets[place]);
    const text = bytes.toString('utf8');
    const { pointer } = this.placeOf(place);
    try {
      const record = parseAnnotation({ json: JSON.parse(text), text, pointer }, []);
      return record && contentFromCoco(record);
    } catch {
      // The file was written meanwhile.
      return null;
    }
  }

  placeOf(place: number): SourcePlace {
    return { file: this.#file ?? undefined, pointer: `/annotations/${this.#indices.get(place)}` };
  }

  close(): void {
    if (this.#handle !== null) closeSync(this.#handle);
  }
}
