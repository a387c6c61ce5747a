/** Masks that pycocotools made of rings which the tests draw (scripts/goldens/editor.py). */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repoRoot } from './app';
import { drawn, type Point, type Rule, ruleOf, type Size } from './reference';

export interface Golden {
  /** `outer`, and where the shape has them `hole` and `part`. */
  readonly rings: Readonly<Record<string, readonly Point[]>>;
  /** Of the image that it is drawn on. */
  readonly size: Size;
  /** Compressed runs of the mask. */
  readonly counts: string;
}

type Name =
  | ('star' | 'pulledCorner' | 'pulledEdge' | 'cutCorner')
  | ('copper' | 'silver' | 'coins' | 'holeDragged' | 'vertexInserted' | 'vertexDeleted');

export const goldens = JSON.parse(readFileSync(join(repoRoot, 'test', 'golden', 'editor.json'), 'utf8')) as Readonly<
  Record<Name, Golden>
>;

/** The golden's pixels. */
export function goldenRule({ size, counts }: Golden): Rule {
  return ruleOf({ kind: 'rle', size, counts }, size);
}

/** The golden's pixels as rows of text, as `drawnMask` gives those of an annotation. */
export function drawnGolden(golden: Golden): string[] {
  return drawn(goldenRule(golden), golden.size);
}
