/** Finds everything that looks like an object: prompts on a grid, kept where the model is sure of a mask with a sharp border. */
import type { Rle } from '@shared/mask';
import type { Embedding, Prompter } from '../families/family';
import { ALL_OF_PICTURE, type GridMask, gridMaskOf, isSame, occupy, shareOfPicture } from './gridMask';
import type { Region } from './promptMask';
import type { FoundMask } from './similar';

export interface EverythingOptions {
  /** Prompts along the longer side. */
  readonly pointsPerSide: number;
  readonly leastPredictedIou: number;
  readonly leastStability: number;
  /** Masks of what is there already. */
  readonly taken: readonly Rle[];
  /** Called before each prompt; throws to end the search. */
  readonly step: (done: number, total: number) => Promise<void>;
}

export const EVERYTHING_DEFAULTS = { pointsPerSide: 16, leastPredictedIou: 0.8, leastStability: 0.85 } as const;

/** IoU above which two masks are one object; the better one stays. */
const MOST_OVERLAP = 0.7;

/** Best first. Objects may lie in each other: a face in a head, a head in a person. */
export async function findEverything(
  prompter: Prompter,
  embedding: Embedding,
  region: Region,
  { pointsPerSide, leastPredictedIou, leastStability, taken, step }: EverythingOptions,
): Promise<FoundMask[]> {
  const frame = prompter.frameOf(embedding);
  const { imageWidth, imageHeight } = embedding;
  const spacing = Math.max(imageWidth, imageHeight) / pointsPerSide;
  const columns = Math.max(1, Math.round(imageWidth / spacing));
  const rows = Math.max(1, Math.round(imageHeight / spacing));
  const { occupied, covered } = occupy(taken, frame, region);
  const cellOf = (x: number, y: number) => {
    const { corners, gridWidth, gridHeight } = frame;
    const column = Math.floor(((x - corners[0]) * gridWidth) / (corners[2] - corners[0]));
    return Math.floor(((y - corners[1]) * gridHeight) / (corners[3] - corners[1])) * gridWidth + column;
  };

  const kept: (FoundMask & { readonly mask: GridMask })[] = [];
  for (let i = 0; i < columns * rows; i++) {
    const x = (((i % columns) + 0.5) * imageWidth) / columns;
    const y = ((Math.floor(i / columns) + 0.5) * imageHeight) / rows;
    if (covered[cellOf(x, y)]) continue;
    await step(i, columns * rows);
    for (const { logits, predictedIou, stability } of await prompter.decode(embedding, {
      points: [{ x, y, isInside: true }],
    })) {
      if (predictedIou < leastPredictedIou || stability < leastStability) continue;
      const mask = gridMaskOf(logits, frame.gridWidth, 0);
      if (!mask || shareOfPicture(mask, frame, embedding) > ALL_OF_PICTURE) continue;
      const score = Math.max(0, Math.min(1, predictedIou)) * stability;
      if (occupied.some((other) => isSame(mask, other, MOST_OVERLAP))) continue;
      const twins = kept.filter((other) => isSame(mask, other.mask, MOST_OVERLAP));
      if (twins.some((twin) => twin.score >= score)) continue;
      for (const twin of twins) kept.splice(kept.indexOf(twin), 1);
      kept.push({ logits, score, mask });
    }
  }
  return kept.sort((a, b) => b.score - a.score).map(({ logits, score }) => ({ logits, score }));
}
