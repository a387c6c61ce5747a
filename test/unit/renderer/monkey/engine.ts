/** What the vision process answers, made up from the question alone: the same question always gets the same mask. */
import { cellWalls } from '@shared/methods/cells';
import { rleToSegmentation } from '@shared/document/segmentation';
import type { Box } from '@shared/geometry/box';
import type { MemoryStore } from '../session/desk';
import { resultOf } from '../tools/engineScript';
import { maskFrom, rect } from '../tools/script';

interface Asked {
  readonly method?: string;
  readonly params?: Readonly<Record<string, number | string>>;
  readonly box?: Box;
}

/** Inside the box, or around the first place that is named. */
function maskOf({ box, params = {} }: Asked) {
  const seed = String(params.seed ?? params.seeds ?? '')
    .split(/[^0-9.]+/)
    .map(Number);
  const [x, y, w, h] = box ?? [seed[0] || 20, seed[1] || 20, 12, 10];
  return maskFrom(rect(Math.floor(x) + 1, Math.floor(y) + 1, Math.max(2, w - 2), Math.max(2, h - 2)));
}

/** 3 x 2 cells of 8 x 8 pixels from (10, 4). */
const labels = Int32Array.from({ length: 24 * 16 }, (_, i) => Math.floor((i % 24) / 8) + 3 * Math.floor(i / 24 / 8));

export function answerAsEngine({ answers }: MemoryStore): void {
  const run = (asked: unknown) => {
    const question = asked as Asked;
    return resultOf(question.method ?? '', question.params ?? {}, [maskOf(question)]);
  };
  Object.assign(answers, {
    'vision.run': run,
    'vision.histogram': () => ({ channels: {}, total: 0 }),
    'vision.elbow': () => ({ points: [], suggested: 2 }),
    'vision.agreement': ({ masks }: { masks: readonly unknown[] }) => masks.map(() => 1),
    'vision.wire': ({ from, to }: { from: readonly number[]; to: readonly number[] }) => ({ path: [...from, ...to] }),
    'vision.superpixels': () => ({ box: [10, 4, 24, 16], ...cellWalls(labels, 24) }),
    'vision.clusters': (asked: unknown) => {
      const mask = rleToSegmentation(maskOf(asked as Asked));
      return { groups: [{ mask, color: '#102030', share: 0.5, chosen: true }], notes: [] };
    },
  });
}
