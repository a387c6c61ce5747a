/** One image, one loaded model: from pixels to proposals, with what the user should know beside them. */
import type { ProposalResult } from '@shared/document/proposalResult';
import { AppError } from '@shared/errors/appError';
import { type DecodedImage, scalingNotes } from '../images';
import type { ModelFile } from './catalog/modelFile';
import type { PredictContext } from './families/family';
import { type ProposalOptions, toProposals } from './families/predictions';
import type { LoadedModel } from './graph/model';
import type { RequestSteps } from './requestSteps';
import type { TileOptions } from './tiles/layout';
import { predictTiled } from './tiles/tiles';

export interface ProposeOptions {
  readonly score: number;
  readonly split?: ProposalOptions['split'];
  readonly tiles?: TileOptions;
}

/** Of what a detector without masks finds. */
const onlyBoxes = 'it finds boxes without masks; paired with Smart select they become masks';

/** `read`: the image, read as a step of its own. */
export async function propose(
  { model, sha256, engine, notes: ofRuntime }: LoadedModel,
  read: () => Promise<DecodedImage>,
  { score, split, tiles }: ProposeOptions,
  steps: RequestSteps,
): Promise<ProposalResult> {
  const { manifest } = model;
  if (engine.kind !== 'predictor') {
    throw new AppError('usage', `The model “${manifest.name}” finds nothing by itself: it answers clicks and boxes`);
  }
  await steps.step('decode', 'reading the image');
  const image = await read();
  const notes = [...ofRuntime, ...scalingNotes(image)];
  const context: PredictContext = {
    score,
    signal: steps.signal,
    step: (...step) => steps.step(...step),
    note: (sentence) => notes.push(sentence),
  };
  const prediction = await (tiles
    ? predictTiled(engine, image, tiles, context, manifest.categories)
    : engine.predict(image, context));
  const size = [image.height, image.width] as const;
  const { categories, defaults } = manifest;
  const options = { split: split ?? defaults.split, minArea: defaults.minArea };
  const proposals = toProposals(prediction, size, categories, options);
  if (prediction.kind === 'boxes') notes.push(`${manifest.name}: ${onlyBoxes}`);
  const { decodeMs, preMs, runMs, postMs } = steps.end();
  return {
    size,
    proposals,
    provenance: {
      tool: 'model',
      model: { id: manifest.id, sha256 },
      params: {
        score,
        maskThreshold: manifest.defaults.maskThreshold,
        ...(tiles ? { tile: tiles.side, overlap: tiles.overlap } : {}),
      },
      ms: Math.round(decodeMs + preMs + runMs + postMs),
      edits: 0,
    },
    timings: { decodeMs, preMs, runMs, postMs },
    notes: [...notes, ...limitsOf(model, score, proposals.length)],
    ...(ofRuntime.length > 0 ? { fallbacks: ofRuntime } : {}),
  };
}

export function checkScore(score: number): number {
  if (score >= 0 && score <= 1) return score;
  throw new AppError('usage', `The score is ${score}, expected a number from 0 to 1`);
}

export function checkTiles(tiles: TileOptions | undefined): TileOptions | undefined {
  if (!tiles) return undefined;
  const { side, overlap } = tiles;
  if (Number.isInteger(side) && Number.isInteger(overlap) && side >= 64 && overlap >= 0 && overlap <= side / 2)
    return tiles;
  throw new AppError('usage', `Tiles of ${side} pixels with an overlap of ${overlap} cannot be laid`, {
    hint: 'a tile has at least 64 pixels, and the overlap is at most half of it',
  });
}

/** What the graph itself keeps back. */
function limitsOf({ manifest }: ModelFile, score: number, found: number): string[] {
  const { scoreFloor, maxDetections } = manifest.inGraph;
  const notes: string[] = [];
  if (scoreFloor !== undefined && score < scoreFloor) {
    notes.push(`The model itself drops what scores below ${scoreFloor}`);
  }
  if (maxDetections !== undefined && found >= maxDetections) {
    notes.push(`The model finds at most ${maxDetections} objects in an image: there may be more`);
  }
  return notes;
}
