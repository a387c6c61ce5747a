/** What the processes of vision and of models answer, made up from the question alone: the same question always gets the same mask. */
import { cellWalls } from '@shared/methods/cells';
import { rleToSegmentation } from '@shared/document/segmentation';
import type { PromptRequest } from '@shared/models/types';
import type { Box } from '@shared/geometry/box';
import type { MemoryStore } from '../session/desk';
import { resultOf } from '../tools/engineScript';
import { area, toBbox } from '@shared/mask';
import { maskFrom, rect, SIZE } from '../tools/script';

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

/** One mask around the last click (the same id for the same question), or what is in the box. */
function promptAnswer({ points, box }: PromptRequest) {
  const [x, y] = points.length > 0 ? [points[points.length - 1].x, points[points.length - 1].y] : [20, 20];
  const mask = maskOf({ box, params: { seed: `${x},${y}` } });
  const segmentation = rleToSegmentation(mask);
  const id = 1 + x + 100 * y + 10_000 * points.length;
  const candidate = { id, segmentation, bbox: toBbox(mask), area: area(mask), predictedIou: 0.9, stability: 0.9 };
  return { candidates: [candidate], model: { id: 'smart-select', sha256: '0'.repeat(64) }, ms: 5 };
}

export function answerAsEngine({ answers }: MemoryStore): void {
  const run = (asked: unknown) => {
    const question = asked as Asked;
    return resultOf(question.method ?? '', question.params ?? {}, [maskOf(question)]);
  };
  Object.assign(answers, {
    'vision.run': run,
    'app.openPrompts': () => ({ session: 1, size: SIZE, region: [0, 0, SIZE[1], SIZE[0]] }),
    'inference.closePrompts': () => null,
    'inference.prompt': (asked: unknown) => promptAnswer(asked as PromptRequest),
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
