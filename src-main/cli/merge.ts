/** `maskwright merge`: what the shards of a run wrote becomes one COCO dataset. */
import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { AppError } from '@shared/ipc/errors';
import { type CocoParts, type Merged, mergeDatasets } from '../batch/mergeDatasets';
import { writeFileAtomic } from '../files/atomicWrite';
import { fileError } from '../files/fileErrors';
import { checkOutputFile } from '../files/outputs';
import type { RunCommand, Session } from './session';
import { counted } from './words';

interface MergeOptions {
  readonly out: string;
  readonly force?: boolean;
}

export function addMerge(program: Command, run: RunCommand): void {
  program
    .command('merge')
    .summary('join COCO datasets of different images, e.g. the shards of a run')
    .description(
      'Joins COCO datasets of different images into one. Merging the shards 1/n to n/n of a run of propose gives what one run on all images gives.',
    )
    .argument('<files...>', 'the datasets')
    .requiredOption('--out <file>', 'the COCO dataset to write')
    .option('--force', 'replace what exists')
    .addHelpText('after', '\nExample:\n  maskwright merge shard-*.json --out all.json\n')
    .action((files: readonly string[], options: MergeOptions) => run((session) => merge(files, options, session)));
}

async function merge(files: readonly string[], options: MergeOptions, session: Session): Promise<void> {
  await checkOutputFile(options.out, { force: options.force === true });
  const parts: CocoParts[] = [];
  for (const file of files) parts.push(await readParts(file));
  const merged = mergeDatasets(parts);
  await writeFileAtomic(options.out, toJson(merged));
  const counts = [counted(merged.images.length, 'image'), counted(merged.annotations.length, 'annotation')];
  session.io.out(`${options.out}: ${counts.join(', ')} from ${counted(files.length, 'file')}\n`);
}

async function readParts(file: string): Promise<CocoParts> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw fileError(error, file);
  }
  let json: Record<string, unknown>;
  try {
    json = JSON.parse(text) as Record<string, unknown>;
  } catch (error) {
    throw new AppError('bad-input', `${file} is not JSON: ${(error as Error).message}`, { place: { file } });
  }
  const list = (key: string) => {
    if (Array.isArray(json?.[key])) return json[key] as Record<string, unknown>[];
    throw new AppError('bad-input', `${file} has no list of ${key}`, {
      place: { file, pointer: `/${key}` },
      hint: 'merge takes COCO datasets, not lists of results',
    });
  };
  return {
    file,
    info: json.info,
    images: list('images'),
    annotations: list('annotations'),
    categories: list('categories'),
  };
}

/** In pieces, laid out as `propose` writes: a large dataset does not fit into one string. */
function* toJson({ info, images, annotations, categories }: Merged): Generator<string> {
  yield `{\n"info": ${JSON.stringify(info ?? {})},\n"images": `;
  yield* jsonList(images);
  yield ',\n"annotations": ';
  yield* jsonList(annotations);
  yield ',\n"categories": ';
  yield* jsonList(categories);
  yield '\n}\n';
}

function* jsonList(records: readonly unknown[]): Generator<string> {
  const perPiece = 1000;
  yield '[';
  for (let i = 0; i < records.length; i += perPiece) {
    const piece = records.slice(i, i + perPiece).map((record) => JSON.stringify(record));
    yield `${i > 0 ? ',' : ''}\n${piece.join(',\n')}`;
  }
  yield records.length > 0 ? '\n]' : ']';
}
