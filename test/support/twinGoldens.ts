/** What the Python originals found with the small networks of test/fixtures/models, and how a finding is compared with it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { area, decode, fromCompressed, iou, type Rle } from '@shared/mask';

export const twinModels = join(import.meta.dirname, '../fixtures/models');
const goldens = join(import.meta.dirname, '../golden/models');
const promptGoldens = join(import.meta.dirname, '../golden/prompters');

export interface TwinObject {
  readonly category: string;
  readonly score: number;
  readonly area: number;
  readonly counts: string;
}

export interface TwinGolden {
  readonly source: string;
  readonly split?: 'components';
  readonly images: Readonly<
    Record<
      string,
      {
        readonly size: [height: number, width: number];
        readonly objects: readonly TwinObject[];
        /** Pixels whose two greatest classes differ by less than rounding: the original itself decides them otherwise in float64. */
        readonly undecided?: string;
      }
    >
  >;
}

export interface PromptGolden {
  readonly images: Readonly<
    Record<
      string,
      {
        readonly size: [height: number, width: number];
        readonly prompts: readonly {
          readonly points: readonly [x: number, y: number, isInside: 0 | 1][];
          readonly box?: [x1: number, y1: number, x2: number, y2: number];
          /** From the best answer to the prompt before. */
          readonly goOn?: boolean;
          readonly candidates: readonly { readonly iou: number; readonly counts: string }[];
        }[];
      }
    >
  >;
}

const idsIn = (folder: string) => readdirSync(folder).map((file) => file.replace('.json', ''));
const readIn = (folder: string, id: string): unknown => JSON.parse(readFileSync(join(folder, `${id}.json`), 'utf8'));

/** Of the families that find objects by themselves. */
export const twinIds = idsIn(goldens);
/** Of those that answer clicks and boxes. */
export const promptTwinIds = idsIn(promptGoldens);

export const readTwin = (id: string) => readIn(goldens, id) as TwinGolden;
export const readPromptTwin = (id: string) => readIn(promptGoldens, id) as PromptGolden;

/** Best first as here: the one difference to the originals is that of a click's masks that of all of the picture comes last. */
export function candidatesInOrder(
  { candidates, box }: PromptGolden['images'][string]['prompts'][number],
  size: readonly [height: number, width: number],
): readonly { readonly iou: number; readonly mask: Rle; readonly isFirst: boolean }[] {
  const all = candidates.map(({ iou, counts }, i) => ({
    iou,
    mask: fromCompressed(counts, [size[0], size[1]]),
    isFirst: i === 0,
  }));
  const isObject = ({ mask }: { mask: Rle }) => Boolean(box) || area(mask) <= 0.95 * size[0] * size[1];
  return [...all.filter(isObject), ...all.filter((one) => !isObject(one))];
}

export const twinPicture = (name: string) => join(twinModels, 'images', `${name}.png`);

export interface FoundObject {
  readonly categoryName: string | null;
  readonly score: number;
  readonly mask: Rle;
}

/**
 * What of the golden was not found, and what was found beside it; both empty where they agree. Whoever has the same category, nearly
 * the same score and the same pixels is the twin; ties may come in any order.
 */
export function compareWithTwin(
  { size, objects, undecided }: TwinGolden['images'][string],
  found: readonly FoundObject[],
) {
  const left = [...found];
  const spared = undecided === undefined ? null : fromCompressed(undecided, size);
  const missed = objects.flatMap(({ category, score, counts }) => {
    const mask = fromCompressed(counts, size);
    const near = left.filter((one) => one.categoryName === category && Math.abs(one.score - score) <= 1e-4);
    const [best] = near.sort((a, b) => shareOf(b.mask, mask) - shareOf(a.mask, mask));
    if (!best || !isSameMask(best.mask, mask, spared))
      return [{ category, score, area: area(mask), closest: best ? shareOf(best.mask, mask) : 0 }];
    left.splice(left.indexOf(best), 1);
    return [];
  });
  return { missed, left: left.map(({ categoryName, score, mask }) => ({ categoryName, score, area: area(mask) })) };
}

const shareOf = (a: Rle, b: Rle) => iou([a], [b], [0])[0];

/** IoU at least 0.999, or at most one pixel apart (the rim of a small mask), where the original decides for sure. */
export function isSameMask(a: Rle, b: Rle, spared: Rle | null = null): boolean {
  const [one, other] = [decode(a), decode(b)];
  const out = spared && decode(spared);
  let [both, either] = [0, 0];
  for (let i = 0; i < one.length; i++) {
    if (out?.[i]) continue;
    both += one[i] & other[i];
    either += one[i] | other[i];
  }
  return either === 0 || both / either >= 0.999 || either - both <= 1;
}
