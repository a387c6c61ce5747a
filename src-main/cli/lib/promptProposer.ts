/** Boxes and points become masks: the same ones on every image, or those that a COCO file has for each. */
import type { ImageSource } from '@shared/images/source';
import { AppError } from '@shared/errors/appError';
import type { CallOptions } from '@shared/ipc/rpc';
import { Patience } from '../../inference/patience';
import {
  describeObjects,
  type PromptForProposal,
  proposeBySearch,
  proposeForPrompts,
} from '../../inference/promptProposals';
import { type BoxesFrom, readBoxes } from './boxesFrom';
import type { OpenModel } from './engine';
import { readExamples } from './examples';
import { defaultCategory, type Proposer, type ProposerOptions } from './proposer';
import { type Session, usageError } from './session';

export async function createPromptProposer(
  { client, folder, id }: OpenModel,
  { box, boxes = [], points, boxesFrom, similarTo, refineRim = false, category }: ProposerOptions,
  session: Session,
): Promise<Proposer> {
  const options = { signal: session.signal };
  const patience = new Patience(() => client.kill());
  const fixed: readonly PromptForProposal[] = [
    ...[...(box ? [box] : []), ...boxes].map((one) => ({ request: { points: [], box: one }, categoryName: null })),
    ...(points ? [{ request: { points }, categoryName: null }] : []),
  ];
  if (similarTo) {
    if (boxesFrom !== undefined || fixed.length > 0) {
      throw usageError('Give either --similar-to, or boxes and points', 'propose');
    }
    if (refineRim) throw usageError('--refine-rim is for boxes and points, not for --similar-to', 'propose');
    const { categoryName, ...examples } = await readExamples(similarTo, session);
    const describe = (own: CallOptions) => describeObjects(client, { model: folder, ...examples }, own);
    const like = await patience.run(describe, examples.source.path, options);
    return {
      propose: (source, taken = []) =>
        patience.run(
          (own) => proposeBySearch(client, { source, model: folder, like, taken }, own),
          source.path,
          options,
        ),
      leavesOutTaken: true,
      categories: [category ?? categoryName],
      fallbackCategory: category ?? categoryName,
      concurrency: 1,
      source: { model: id, similarTo: `${similarTo.file}#${similarTo.ids.join(',')}` },
    };
  }
  if (boxesFrom !== undefined && fixed.length > 0) {
    throw usageError('Give the boxes either by --boxes-from or by --box, --boxes and --points', 'propose');
  }
  if (boxesFrom === undefined && fixed.length === 0) {
    throw usageError(
      `${id} needs --boxes x,y,w,h;..., --points x,y,1;..., --boxes-from FILE or --similar-to FILE#ID`,
      'propose',
    );
  }
  const from = boxesFrom === undefined ? null : await readBoxes(boxesFrom, session);
  return {
    propose(source) {
      const prompts = from ? promptsOf(from, source) : { list: fixed, size: null };
      const check = (found: readonly [number, number]) => checkSize(prompts.size, found, source, boxesFrom);
      const list = prompts.list.map((prompt) => finished(prompt, refineRim));
      const asked = { source, model: folder, prompts: list, check, tool: 'model' };
      return patience.run((own) => proposeForPrompts(client, asked, own), source.path, options);
    },
    categories: from && category === undefined ? from.categories : [category ?? defaultCategory],
    fallbackCategory: category ?? defaultCategory,
    concurrency: 1,
    source: {
      model: id,
      ...(boxesFrom === undefined ? {} : { boxes: boxesFrom }),
      ...(refineRim ? { refineRim } : {}),
    },
  };
}

/** As Smart select does it: without specks, and with the rim at the edges of the image where that is asked for. */
const finished = (prompt: PromptForProposal, rim: boolean): PromptForProposal => ({
  ...prompt,
  request: { ...prompt.request, finish: { rim } },
});

/** The prompts of one image: none where the file has no box on it. */
function promptsOf(from: BoxesFrom, { path }: ImageSource) {
  const found = from.of(path);
  if (!found) return { list: [] as PromptForProposal[], size: null };
  const list = found.boxes.map(({ box, categoryName }): PromptForProposal => ({
    request: { points: [], box },
    categoryName,
  }));
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
