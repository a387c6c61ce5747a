/** Which format a file or folder is of: as the user says, or as its names and first bytes tell. */
import { join } from 'node:path';
import { AppError } from '@shared/errors/appError';
import { cocoFiles, severalFiles } from '@shared/formats/coco/format';
import type { DatasetFormat } from '@shared/formats/format';
import { unexplainedColors } from '@shared/formats/labelMap/files';
import { otherProgram } from '@shared/formats/otherPrograms';
import { formats, type FormatRegistry } from '@shared/formats/registry';
import { DatasetFolder } from './datasetFolder';

export interface Recognition {
  readonly format: DatasetFormat;
  /** Completes "because ..."; null: the user said so. */
  readonly why: string | null;
}

/**
 * Throws `bad-input` where nothing fits a folder, or where several formats do: the user has to say which. A single JSON file
 * that nothing fits is read as COCO, whose reader says best what is wrong with it.
 */
export async function recogniseDataset(
  source: DatasetFolder,
  formatId: string | undefined,
  registry: FormatRegistry = formats,
): Promise<Recognition> {
  const { path, entry } = source;
  if (formatId !== undefined) return { format: readableFormat(formatId, registry), why: null };
  const found = await registry.recognise(source);
  if (found.length === 1) return found[0];
  if (found.length > 1) {
    const which = found.map(({ format, why }) => `${format.title} (${why})`).join(', ');
    throw new AppError('bad-input', `${path} fits ${found.length} formats: ${which}`, {
      place: { file: path },
      hint: `say which one: ${found.map(({ format }) => format.id).join(' or ')}`,
      remedy: 'choose-format',
    });
  }
  const several = entry === null ? await cocoFiles(source) : [];
  if (several.length > 1) throw severalFiles(path, several);
  const other = await otherProgram(source);
  if (other) {
    const { file, what, hint } = other;
    throw new AppError('bad-input', `${source.fullName(file)} is ${what}`, {
      place: { file: source.fullName(file) },
      hint,
    });
  }
  const coco = registry.get('coco');
  if (entry !== null && coco) return { format: coco, why: null };
  const colored = await unexplainedColors(source);
  if (colored !== null) {
    throw new AppError(
      'bad-input',
      `${path}: the maps in ${colored} are in colours, and no legend says which class has which`,
      {
        place: { file: path },
        hint: 'put a legend.json or class_dict.csv beside them, or save the maps in grey or with a palette',
      },
    );
  }
  const inside = await onlyFolderOf(source, registry);
  throw new AppError('bad-input', `${path} is no dataset that Maskwright knows`, {
    place: { file: path },
    hint: inside ?? `it reads ${registry.readable.map(({ title }) => title).join(', ')}`,
  });
}

/** What to say where all files lie in one folder of it that is a dataset, as what was unpacked often does; null: it is not so. */
async function onlyFolderOf(source: DatasetFolder, registry: FormatRegistry): Promise<string | null> {
  const [first = '', ...others] = await source.names();
  const folder = first.slice(0, first.indexOf('/') + 1);
  if (folder === '' || !others.every((name) => name.startsWith(folder))) return null;
  const [found] = await registry.recognise(new DatasetFolder(join(source.root, folder), { signal: source.signal }));
  return found ? `choose the folder ${folder.slice(0, -1)} inside of it, which is ${found.format.title}` : null;
}

function readableFormat(id: string, registry: FormatRegistry = formats): DatasetFormat {
  return formatThat(id, registry, 'read');
}

export function writableFormat(id: string, registry: FormatRegistry = formats): DatasetFormat {
  return formatThat(id, registry, 'write');
}

function formatThat(id: string, registry: FormatRegistry, what: 'read' | 'write'): DatasetFormat {
  const format = registry.get(id);
  if (format?.[what]) return format;
  const all = what === 'read' ? registry.readable : registry.writable;
  const fault = format
    ? `${format.title} can only be ${what === 'read' ? 'written' : 'read'}`
    : `There is no format "${id}"`;
  throw new AppError('usage', fault, { hint: `the formats are ${all.map((one) => one.id).join(', ')}` });
}
