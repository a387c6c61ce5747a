/** Sliced inference: a large image piece by piece at its own size, and what was found put together as if it had been one. */
import { translate } from '@shared/mask/edit';
import { area, fromBox, fromCompressed, merge, type Rle, subtract, toBbox } from '@shared/mask';
import type { LabelledPixels, PredictContext, Prediction, Predictor } from '../families/family';
import { type Category, isStuff, proposalOf } from '../families/predictions';
import { cropImage } from '../image/crop';
import type { RgbImage } from '../image/rgbImage';
import { OverlapBlend, ownPixels } from './blend';
import { coreOf, layTiles, type Tile, type TileOptions } from './layout';
import { joinAtSeams, type TileMask } from './seams';

/** The predictor's answer for the whole image from those for its tiles; the predictor's own where one tile holds it all. */
export async function predictTiled(
  predictor: Predictor,
  image: RgbImage,
  options: TileOptions,
  context: PredictContext,
  categories: readonly Category[] = [],
): Promise<Prediction> {
  // From the left: scores of class maps are let go of behind.
  const tiles = layTiles(image.width, image.height, options).sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  if (tiles.length === 1) return predictor.predict(image, context);
  const size = [image.height, image.width] as const;
  const predictions: { readonly tile: Tile; readonly prediction: Prediction }[] = [];
  let blend: OverlapBlend | null = null;
  const said = new Set<string>();
  for (const [i, tile] of tiles.entries()) {
    const prediction = await predictor.predict(cropImage(image, tile), {
      ...context,
      step: (timing, text, share = 0) =>
        context.step(timing, text && `tile ${i + 1} of ${tiles.length}: ${text}`, (i + share) / tiles.length),
      // What holds for every tile is said once.
      note: (sentence) => {
        if (!said.has(sentence)) context.note(sentence);
        said.add(sentence);
      },
    });
    if (prediction.kind !== 'labels' || !prediction.scores) {
      predictions.push({ tile, prediction });
      continue;
    }
    const { scores, ...decided } = prediction;
    predictions.push({ tile, prediction: decided });
    blend ??= new OverlapBlend(size, options.overlap);
    blend.add(tile, scores);
    blend.advance(i + 1 < tiles.length ? tiles[i + 1][0] : image.width);
  }
  await context.step('post', 'putting the tiles together', 1);
  const stuff = new Set(categories.filter(isStuff).map(({ name }) => name));
  return join(predictions, size, stuff, blend);
}

type Answers = readonly { readonly tile: Tile; readonly prediction: Prediction }[];
type Size = readonly [height: number, width: number];

function join(answers: Answers, size: Size, stuff: ReadonlySet<string>, blend: OverlapBlend | null): Prediction {
  const masks: TileMask[] = [];
  const classes: { tile: Tile; pixels: LabelledPixels }[] = [];
  const place = (mask: Rle, [x, y]: Tile) => translate(mask, x, y, size);
  let isBoxes = false;
  let isLabels = false;
  for (const { tile, prediction } of answers) {
    if (prediction.kind === 'instances') {
      for (const { segmentation, score, categoryName } of prediction.items) {
        masks.push({
          tile,
          mask: place(fromCompressed(segmentation.counts, segmentation.size), tile),
          score,
          categoryName,
        });
      }
    } else if (prediction.kind === 'boxes') {
      isBoxes = true;
      for (const { corners, score, categoryName } of prediction.items) {
        const [x1, y1, x2, y2] = corners;
        const mask = fromBox([x1 + tile[0], y1 + tile[1], x2 - x1, y2 - y1], ...size);
        masks.push({ tile, mask, score, categoryName });
      }
    } else {
      isLabels = prediction.kind === 'labels';
      const found = prediction.kind === 'labels' ? prediction.classes : prediction.segments;
      for (const pixels of found) classes.push({ tile, pixels: { ...pixels, mask: place(pixels.mask, tile) } });
    }
  }
  const tiles = answers.map(({ tile }) => tile);
  if (isLabels) return { kind: 'labels', classes: joinClasses(classes, tiles, size, blend) };
  if (classes.length > 0) {
    // Things are pieces that meet at the seams; of stuff there is one segment a class, as in a class map.
    const isOfStuff = ({ pixels }: (typeof classes)[number]) => stuff.has(pixels.categoryName);
    const pieces = classes.filter((one) => !isOfStuff(one)).map(({ tile, pixels }) => ({ tile, ...pixels }));
    const things = joinAtSeams(pieces, tiles).map(({ mask, score, categoryName }) => ({
      mask,
      score,
      categoryName: categoryName ?? '',
    }));
    return {
      kind: 'panoptic',
      segments: exclusive([...things, ...joinClasses(classes.filter(isOfStuff), tiles, size)]),
    };
  }
  const joined = joinAtSeams(masks, tiles);
  if (!isBoxes)
    return {
      kind: 'instances',
      items: joined.map(({ mask, score, categoryName }) => proposalOf(mask, score, categoryName)),
    };
  const items = joined.map(({ mask, score, categoryName }) => {
    const [x, y, width, height] = toBbox(mask);
    return { corners: [x, y, x + width, y + height] as const, score, categoryName: categoryName ?? '' };
  });
  return { kind: 'boxes', items };
}

/**
 * Where tiles overlap their scores are blended; without scores a pixel has the class that the tile says whose middle is nearest: at
 * a tile's rim a network sees least around.
 */
function joinClasses(
  found: readonly { tile: Tile; pixels: LabelledPixels }[],
  tiles: readonly Tile[],
  size: Size,
  blend: OverlapBlend | null = null,
) {
  const coreMask = (tile: Tile) => (blend ? ownPixels(tile, tiles, size) : fromBox(coreOf(tile, tiles), ...size));
  const cores = new Map(tiles.map((tile) => [tile, coreMask(tile)]));
  const byName = new Map<string, { masks: Rle[]; scores: number[] }>();
  const add = (name: string, mask: Rle, score: number): void => {
    const entry = byName.get(name) ?? { masks: [], scores: [] };
    byName.set(name, entry);
    entry.masks.push(mask);
    entry.scores.push(score);
  };
  for (const { tile, pixels } of found) {
    add(pixels.categoryName, merge([pixels.mask, cores.get(tile)!], { intersect: true }), pixels.score);
  }
  for (const [name, mask] of blend?.masks() ?? []) add(name, mask, 1);
  return Array.from(byName, ([categoryName, { masks, scores }]) => ({
    categoryName,
    mask: merge(masks),
    score: Math.max(...scores),
  }));
}

/** Each pixel to the first segment that has it. */
function exclusive(segments: readonly LabelledPixels[]): LabelledPixels[] {
  let taken: Rle | null = null;
  return segments.flatMap((segment) => {
    const mask = taken ? subtract(segment.mask, taken) : segment.mask;
    taken = taken ? merge([taken, segment.mask]) : segment.mask;
    return area(mask) > 0 ? [{ ...segment, mask }] : [];
  });
}
