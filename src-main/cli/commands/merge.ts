/** `maskwright merge`: what the shards of a run wrote becomes one COCO dataset. */
import type { Command } from 'commander';
import { type RecordKind, recordKinds } from '@shared/formats/coco/types';
import { type Merged, type MergeFile, mergeDatasets, type SourceRecord } from '../../dataset/mergeDatasets';
import { writeFileAtomic } from '../../files/atomicWrite';
import { checkOutputFile } from '../../files/outputs';
import { type At, readCocoFile } from '../lib/cocoReader';
import type { RunCommand, Session } from '../lib/session';
import { counted } from '@shared/errors/counted';
import { jsonList } from '../lib/jsonList';

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
  session.inputs.addAll(files);
  await session.inputs.checkOutputs([options.out]);
  const parts: MergeFile[] = [];
  for (const file of files) parts.push(await readMergeFile(file, session));
  const merged = mergeDatasets(parts);
  for (const note of merged.notes) session.warn(note);
  await writeFileAtomic(options.out, toJson(merged));
  const counts = [counted(merged.images.length, 'image'), counted(merged.annotations.length, 'annotation')];
  session.io.out(`${options.out}: ${counts.join(', ')} from ${counted(files.length, 'file')}\n`);
}

async function readMergeFile(file: string, session: Session): Promise<MergeFile> {
  const parts = new Map<string, string | null>();
  const dataset = await readCocoFile(file, {
    signal: session.signal,
    onPart: (key, text) => void parts.set(key, text),
    keepTexts: true,
  });
  const { images, categories, annotations } = dataset;
  return {
    file,
    parts,
    images: withTexts(images),
    categories: withTexts(categories),
    annotations: withTexts(annotations),
  };
}

function withTexts<T>(records: readonly At<T>[]): SourceRecord<T>[] {
  return records.map((record) => ({ ...record, text: record.text ?? '' }));
}

/** In pieces, laid out as `propose` writes: a large dataset does not fit into one string. */
function* toJson(merged: Merged): Generator<string> {
  const keys = [...merged.parts.keys()];
  // The three lists of a dataset are there even if no file has one.
  for (const kind of recordKinds) if (!merged.parts.has(kind)) keys.push(kind);
  yield '{';
  for (const [i, key] of keys.entries()) {
    yield `${i > 0 ? ',' : ''}\n${JSON.stringify(key)}: `;
    const raw = merged.parts.get(key);
    if (typeof raw === 'string') yield raw;
    else yield* jsonList(merged[key as RecordKind]);
  }
  yield '\n}\n';
}
