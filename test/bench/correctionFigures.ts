/**
 * What one click that corrects makes of a mask that is not right, through the product's own code and by other rules: prints one JSON line a
 * rule. `npx tsx test/bench/correctionFigures.ts [EVERY]` (every n-th object); needs the reference data folder. The masks are the truth with a
 * part cut off (15 and 40 % of it), with a disc too much, with the object beside it, and what Smart select finds in the truth's box.
 */
import type { Candidate, Prompter } from '../../src-main/inference/families/family';
import { type Click, corrected, promptFor } from '../../src-main/inference/prompts/corrections';
import { type Region, toImageMask, toPrior } from '../../src-main/inference/prompts/promptMask';
import { area, decode, dilate, emptyMask, encode, merge, type Rle, subtract } from '@shared/mask';
import { maskIou } from '@shared/metrics';
import { sharedPath } from '../support/shared';
import { borrow, cocoScenes, context, deepest, grabcutScenes, iouOf, type Scene, type Truth } from './modelScenes';

interface Row {
  readonly kind: string;
  readonly before: number;
  readonly after: number;
  /** Of the mask that was there: lost to a click that adds, or added by one that removes. */
  readonly wrongWay: number;
}

const table = new Map<string, Row[]>();
const every = Number(process.argv[2] ?? 1);
let index = 0;

/** Each goes the other way for each object, the same way in each run. */
function worsened(truth: Truth, { image: { width, height }, truths }: Scene, at: number): [string, Uint8Array][] {
  const [dx, dy] = [Math.cos(at * 2.399963), Math.sin(at * 2.399963)];
  const on = [...truth.mask.keys()].filter((i) => truth.mask[i] === 1);
  const along = (i: number) => (i % width) * dx + Math.floor(i / width) * dy;
  const sorted = on.map(along).sort((a, b) => a - b);
  const masks = [15, 40].map((share): [string, Uint8Array] => {
    const limit = sorted[Math.floor(sorted.length * (1 - share / 100))];
    return [`cut ${share} %`, truth.mask.map((bit, i) => (bit && along(i) <= limit ? 1 : 0))];
  });
  const end = on.find((i) => along(i) === sorted[sorted.length - 1])!;
  const radius = 0.5 * Math.sqrt(on.length / Math.PI);
  const isNear = (i: number) =>
    Math.hypot((i % width) - (end % width), Math.floor(i / width) - Math.floor(end / width));
  masks.push(['a disc', truth.mask.map((bit, i) => (bit || isNear(i) <= radius ? 1 : 0))]);
  const own = encode(truth.mask, height, width);
  const touched = dilate(own, 3);
  const beside = truths
    .filter((other) => other !== truth)
    .map(({ mask }) => encode(mask, height, width))
    .find(
      (mask) => area(merge([mask, touched], { intersect: true })) > 0 && area(subtract(mask, own)) > 0.15 * on.length,
    );
  return beside ? [...masks, ['its neighbour', decode(merge([own, beside]))]] : masks;
}

/** At the deepest place of what is wrong, as a user points; null where there is little to correct. */
function clickOn(bad: Uint8Array, { mask, ignored }: Truth, width: number, height: number): Click | null {
  const missed = mask.map((bit, i) => (bit && !bad[i] ? 1 : 0));
  const wrong = bad.map((bit, i) => (bit && !mask[i] && ignored?.[i] !== 1 ? 1 : 0));
  const [inside, outside] = [missed, wrong].map((error) => deepest(error, width, height));
  const isInside = inside.depth >= outside.depth;
  const { x, y, depth } = isInside ? inside : outside;
  return depth < 3 ? null : { x: x + 0.5, y: y + 0.5, isInside };
}

async function correct(set: string, scene: Scene, engine: Prompter): Promise<void> {
  const { image, truths } = scene;
  const { width, height } = image;
  const region: Region = [0, 0, width, height];
  const looked = truths.filter((_, i) => (index + i) % every === 0);
  const embedding = looked.length > 0 ? await engine.embed(image, context()) : null;
  for (const [i, truth] of truths.entries()) {
    if ((index + i) % every !== 0 || !embedding) continue;
    const frame = engine.frameOf(embedding);
    const maskOf = ({ logits }: Candidate) =>
      toImageMask(logits, frame, region, [height, width]) ?? emptyMask(height, width);
    const [boxed] = await engine.decode(embedding, { points: [], box: truth.box });
    for (const [kind, bad] of [...worsened(truth, scene, index + i), ['found', decode(maskOf(boxed))] as const]) {
      const base = encode(bad, height, width);
      const before = iouOf(base, truth, image);
      const click = clickOn(bad, truth, width, height);
      if (!click || before > 0.95 || before < 0.3) continue;
      const prior = toPrior(base, frame, region);
      const plain = (await engine.decode(embedding, { points: [click], prior })).map((one) => ({
        ...one,
        mask: maskOf(one),
      }));
      const told = (await engine.decode(embedding, promptFor(base, [click], frame, region))).map(maskOf);
      const [made] = corrected(
        base,
        click,
        told.map((mask) => ({ mask })),
        frame,
      );
      const expected = [...plain].sort((a, b) => b.predictedIou - a.predictedIou)[0].mask;
      const alike = [...plain].sort((a, b) => maskIou(b.mask, base) - maskIou(a.mask, base))[0].mask;
      const within = (mask: Rle) => (click.isInside ? merge([base, mask]) : merge([base, mask], { intersect: true }));
      const rules = {
        'as it was': base,
        'mask and click: first': plain[0].mask,
        'mask and click: by predicted IoU': expected,
        'mask and click: most like the mask': alike,
        'mask and click: most like it, union or intersection': within(alike),
        'told of the mask: first': told[0],
        'told of the mask: first, union or intersection': within(told[0]),
        'as Smart select does': made?.mask ?? base,
      };
      for (const [rule, mask] of Object.entries(rules)) {
        const wrongWay = area(click.isInside ? subtract(base, mask) : subtract(mask, base)) / area(base);
        const row = { kind: `${set}, ${kind}`, before, after: iouOf(mask, truth, image), wrongWay };
        table.set(rule, [...(table.get(rule) ?? []), row]);
      }
    }
  }
  index += truths.length;
}

const { engine } = (await borrow('smart-select')).loaded as { engine: Prompter };
for await (const scene of cocoScenes(sharedPath('data/coco-mini')!)) await correct('coco-mini', scene, engine);
for await (const scene of grabcutScenes(sharedPath('data/grabcut50')!)) await correct('grabcut50', scene, engine);
const mean = (list: readonly number[]) => +(list.reduce((sum, value) => sum + value, 0) / list.length).toFixed(3);
for (const [rule, rows] of table) {
  const kinds = [...new Set(rows.map(({ kind }) => kind))].sort();
  const of = (kind: string) => mean(rows.filter((row) => row.kind === kind).map(({ after }) => after));
  console.log(
    JSON.stringify({
      rule,
      masks: rows.length,
      iou: mean(rows.map(({ after }) => after)),
      worse: rows.filter(({ before, after }) => after < before - 0.005).length,
      wrongWay: mean(rows.map(({ wrongWay }) => wrongWay)),
      mostWrongWay: +Math.max(...rows.map(({ wrongWay }) => wrongWay)).toFixed(2),
      ...Object.fromEntries(kinds.map((kind) => [kind, of(kind)])),
    }),
  );
}
