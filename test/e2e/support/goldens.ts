/** Masks that pycocotools made of rings which the tests draw (scripts/goldens/editor.py). */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repoRoot } from './app';
import { drawnMask, HEIGHT, type Point, WIDTH } from './reference';

export interface Golden {
  /** `outer`, and where the shape has them `hole` and `part`. */
  readonly rings: Readonly<Record<string, readonly Point[]>>;
  /** Compressed runs of the mask. */
  readonly counts: string;
}

export const goldens = JSON.parse(readFileSync(join(repoRoot, 'test', 'golden', 'editor.json'), 'utf8')) as Readonly<
  Record<'star' | 'pulledCorner' | 'pulledEdge' | 'cutCorner' | 'ringAndIsland', Golden>
>;

/** The golden's pixels as rows of text, as `drawnMask` gives those of an annotation. */
export function drawnGolden({ counts }: Golden): string[] {
  const segmentation = { kind: 'rle', size: [HEIGHT, WIDTH], counts } as const;
  return drawnMask({ segmentation });
}
