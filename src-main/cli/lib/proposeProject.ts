/** `maskwright propose --project`: proposals into a project's own table, where the window shows them for review. */
import { describeFault } from '@shared/images/fault';
import { describeBatchFailure } from '@shared/project/batchFault';
import { resolve } from 'node:path';
import { runBatch } from '../../store/batch/runBatch';
import { openStore } from './engine';
import { startProgress } from './progress';
import { warnOfAll } from './proposeAll';
import type { Proposer, ProposerOptions } from './proposer';
import { type Session, usageError } from './session';
import { counted } from '@shared/errors/counted';

/** Options of `propose` that write files: a project takes none of them. */
const fileOptions = ['images', 'out', 'overlays', 'cutouts', 'polygons', 'minArea'] as const;

export type ProposeProjectOptions = ProposerOptions & { readonly [K in (typeof fileOptions)[number]]?: unknown };

/** Refuses a project that a window or another run is writing to. */
export async function proposeIntoProject(
  file: string,
  proposer: Proposer,
  options: ProposeProjectOptions,
  session: Session,
): Promise<void> {
  const refused = fileOptions.find((name) => options[name] !== undefined);
  if (refused) {
    const flag = refused === 'minArea' ? 'min-area' : refused;
    throw usageError(`--${flag} is not for --project without --shard`, 'propose');
  }
  const store = openStore(session, 'refuse');
  await store.call('project.open', { file: resolve(file) });
  const all = await store.call('image.list', {});
  const rows = all.filter(({ problem }) => problem === null);
  for (const { fileName, problem } of all) if (problem) session.warn(`left out: ${fileName} ${describeFault(problem)}`);
  const names = new Map(rows.map(({ id, fileName }) => [id, fileName]));
  const progress = startProgress(session, rows.length, 'images');
  let proposals: number;
  const notes = new Map<string, number>();
  try {
    const job = {
      with: { kind: 'model', model: '' } as const,
      imageIds: rows.map(({ id }) => id),
      next: 0,
      failures: [],
    };
    const done = await runBatch(
      job,
      {
        compute: async (imageId) => {
          const { path, orientation } = await store.call('image.source', { imageId });
          const taken = proposer.leavesOutTaken ? await store.call('image.masks', { imageId }) : [];
          return proposer.propose({ path, orientation }, taken);
        },
        keep: async (imageId, result) => {
          const kept = withCategory(result, options.category);
          await store.call('proposals.put', { imageId, result: kept, categoryName: proposer.fallbackCategory });
          for (const note of result.notes) notes.set(note, (notes.get(note) ?? 0) + 1);
        },
        // A run on the command line is started again as a whole; the window's own batch stays as it is.
        note: async () => undefined,
        nameOf: (imageId) => names.get(imageId) ?? String(imageId),
      },
      {
        signal: session.signal,
        concurrency: proposer.concurrency,
        onProgress: ({ done: count, text }) => progress.update(count, text),
      },
    );
    proposals = done.found;
    warnOfAll(notes, rows.length - done.failures.length, session);
    for (const failure of done.failures) session.warn(describeBatchFailure(failure));
    if (done.failures.length > 0) {
      session.warn(`${done.failures.length} of ${rows.length} images could not be used; the others are done`);
    }
  } finally {
    progress.stop();
  }
  session.io.out(`${file}: ${counted(proposals, 'proposal')} on ${counted(rows.length, 'image')}\n`);
}

type Result = Awaited<ReturnType<Proposer['propose']>>;

function withCategory(result: Result, category: string | undefined): Result {
  if (category === undefined) return result;
  return { ...result, proposals: result.proposals.map((proposal) => ({ ...proposal, categoryName: category })) };
}
