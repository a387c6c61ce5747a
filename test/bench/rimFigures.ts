/**
 * What "Refine the rim" does to the masks of Smart select on the GrabCut photos, through the product's own code: prints one JSON
 * line a kind of prompt. `npx tsx test/bench/rimFigures.ts`; needs the reference data folder.
 */
import type { Candidate, Prompter } from '../../src-main/inference/families/family';
import { refineRim } from '../../src-main/inference/image/refineRim';
import { longerSide } from '../../src-main/inference/prompts/finishing';
import { toImageMask } from '../../src-main/inference/prompts/promptMask';
import { emptyMask, encode, type Rle, subtract } from '@shared/mask';
import { boundaryOf, maskIou } from '@shared/metrics';
import { sharedPath } from '../support/shared';
import { borrow, context, deepest, grabcutScenes, iouOf, type Scene, type Truth } from './modelScenes';

/** Ratio of the diagonal, and what counts as another figure. */
const BOUNDARY = 0.01;
const NOTABLE = 0.005;

const mean = (list: readonly number[]) => list.reduce((sum, value) => sum + value, 0) / list.length;
const rounded = (value: number) => +value.toFixed(4);

/** Without the pixels that the truth does not tell. */
function boundary(found: Rle, { mask, ignored }: Truth, { image: { width, height } }: Scene): number {
  const told = (one: Rle) => (ignored ? subtract(one, encode(ignored, height, width)) : one);
  const [a, b] = [found, encode(mask, height, width)].map((one) => told(boundaryOf(one, BOUNDARY)));
  return maskIou(a, b);
}

class Figures {
  readonly #rows: { iou: readonly [number, number]; boundary: readonly [number, number]; ms: number; kept: boolean }[] =
    [];

  add(before: Rle, after: Rle | null, truth: Truth, scene: Scene, ms: number): void {
    const both = (measure: (mask: Rle) => number) => [measure(before), measure(after ?? before)] as const;
    this.#rows.push({
      iou: both((mask) => iouOf(mask, truth, scene.image)),
      boundary: both((mask) => boundary(mask, truth, scene)),
      ms,
      kept: after === null,
    });
  }

  print(prompt: string): void {
    const rows = this.#rows;
    const at = (key: 'iou' | 'boundary') => [0, 1].map((i) => rounded(mean(rows.map((row) => row[key][i]))));
    const changed = (sign: number) => rows.filter(({ boundary: [a, b] }) => (b - a) * sign > NOTABLE).length;
    const times = rows.map(({ ms }) => ms).sort((a, b) => a - b);
    console.log(
      JSON.stringify({
        prompt,
        objects: rows.length,
        iou: at('iou'),
        boundaryIou: at('boundary'),
        better: changed(1),
        worse: changed(-1),
        asTheyWere: rows.filter(({ kept }) => kept).length,
        medianMs: Math.round(times[times.length >> 1]),
        slowestMs: Math.round(times[times.length - 1]),
      }),
    );
  }
}

async function figures(scenes: AsyncGenerator<Scene>): Promise<void> {
  const { engine } = (await borrow('smart-select')).loaded as { engine: Prompter };
  const [boxes, clicks] = [new Figures(), new Figures()];
  for await (const scene of scenes) {
    const { image, truths } = scene;
    const embedding = await engine.embed(image, context());
    const frame = engine.frameOf(embedding);
    const cell = longerSide(frame);
    const whole = [0, 0, image.width, image.height] as const;
    const measure = (into: Figures, [{ logits }]: readonly Candidate[], truth: Truth) => {
      const before =
        toImageMask(logits, frame, whole, [image.height, image.width]) ?? emptyMask(image.height, image.width);
      const started = performance.now();
      const after = refineRim(before, { image, x: 0, y: 0 }, cell);
      into.add(before, after, truth, scene, performance.now() - started);
    };
    for (const truth of truths) {
      measure(boxes, await engine.decode(embedding, { points: [], box: truth.box }), truth);
      const { x, y } = deepest(truth.mask, image.width, image.height);
      measure(clicks, await engine.decode(embedding, { points: [{ x, y, isInside: true }] }), truth);
    }
  }
  boxes.print('box');
  clicks.print('click');
}

const folder = sharedPath('data/grabcut50');
if (folder) await figures(grabcutScenes(folder));
else console.log('The reference data folder is not there');
