/** Boxes and points become masks: the same ones on every image, or those that a COCO file has for each. */
import type { ImageSource } from '@shared/images/source';
import type { PromptRequest } from '@shared/models/types';
import { AppError } from '@shared/errors/appError';
import { promptAll } from '../../inference/promptAll';
import { type BoxesFrom, readBoxes } from './boxesFrom';
import type { OpenModel } from './engine';
import { defaultCategory, type Proposer, type ProposerOptions } from './proposer';
import { type Session, usageError } from './session';

interface Prompt {
  readonly request: PromptRequest;
  readonly categoryName: string | null;
}

export async function createPromptProposer(
  { client, folder, id }: OpenModel,
  { box, boxes = [], points, boxesFrom, category }: ProposerOptions,
  session: Session,
): Promise<Proposer> {
  const fixed: readonly Prompt[] = [
    ...[...(box ? [box] : []), ...boxes].map((one) => ({ request: { points: [], box: one }, categoryName: null })),
    ...(points ? [{ request: { points }, categoryName: null }] : []),
  ];
  if (boxesFrom !== undefined && fixed.length > 0) {
    throw usageError('Give the boxes either by --boxes-from or by --box, --boxes and --points', 'propose');
  }
  if (boxesFrom === undefined && fixed.length === 0) {
    throw usageError(`${id} needs --boxes x,y,w,h;..., --points x,y,1;... or --boxes-from FILE`, 'propose');
  }
  const from = boxesFrom === undefined ? null : await readBoxes(boxesFrom, session);
  const options = { signal: session.signal };
  return {
    async propose(source) {
      const started = performance.now();
      const prompts = from ? promptsOf(from, source) : { list: fixed, size: null };
      const { size, masks, model } = await promptAll(
        client,
        {
          source,
          model: folder,
          prompts: prompts.list.map(({ request }) => request),
          check: (found) => checkSize(prompts.size, found, source, boxesFrom),
        },
        options,
      );
      const proposals = masks.flatMap((best, i) => {
        if (!best) return [];
        const { segmentation, bbox, area, predictedIou } = best;
        const score = Math.max(0, Math.min(1, predictedIou));
        return [{ segmentation, bbox, area, score, categoryName: prompts.list[i].categoryName }];
      });
      const missed = prompts.list.length - proposals.length;
      const ms = Math.round(performance.now() - started);
      return {
        size,
        proposals,
        provenance: { tool: 'model', ...(model ? { model } : {}), ms, edits: 0 },
        timings: { runMs: ms },
        notes: missed > 0 ? [`${missed} of ${prompts.list.length} prompts found nothing`] : [],
      };
    },
    categories: from && category === undefined ? from.categories : [category ?? defaultCategory],
    fallbackCategory: category ?? defaultCategory,
    concurrency: 1,
    source: { model: id, ...(boxesFrom === undefined ? {} : { boxes: boxesFrom }) },
  };
}

/** The prompts of one image: none where the file has no box on it. */
function promptsOf(from: BoxesFrom, { path }: ImageSource) {
  const found = from.of(path);
  if (!found) return { list: [] as Prompt[], size: null };
  const list = found.boxes.map(({ box, categoryName }): Prompt => ({ request: { points: [], box }, categoryName }));
  return { list, size: [found.height, found.width] as const };
}

/** Boxes of a picture of another size would lie beside their objects. */
function checkSize(
  said: readonly [number | null, number | null] | null,
  is: readonly [number, number],
  { path }: ImageSource,
  file: string | undefined,
): void {
  if (!said || said[0] === null || said[1] === null || (said[0] === is[0] && said[1] === is[1])) return;
  throw new AppError(
    'bad-input',
    `${path} is ${is[1]} x ${is[0]} pixels, and ${file} has boxes for ${said[1]} x ${said[0]}`,
    { place: { file: path }, hint: 'use the images that the boxes were drawn on' },
  );
}
