/** What happens to one copy of an image, drawn by the seed: first cut, then scaled, mirrored, turned, brightened. */
import type { Box } from '../../geometry/box';
import { hashOf, randomFrom } from '../random';
import type { Size, Turn } from '../turn';
import type { AugmentRecipe } from './recipe';

export interface Change {
  /** Whole pixels of the image. */
  readonly crop: Box;
  /** Of the cut-out, after scaling. */
  readonly scaled: Size;
  readonly flipHorizontal: boolean;
  readonly flipVertical: boolean;
  /** Clockwise. */
  readonly angle: 0 | 90 | 180 | 270;
  /** 1: as it is. */
  readonly brightness: number;
  /** Objects to paste. */
  readonly pastes: number;
  /** For what else is drawn. */
  readonly random: () => number;
}

/** null: everything stays as it is, so there is no copy to make. The same name, number and seed give the same change. */
export function drawChange(
  recipe: AugmentRecipe,
  fileName: string,
  copy: number,
  [width, height]: Size,
): Change | null {
  const random = randomFrom(hashOf(`${recipe.seed} ${copy} ${fileName}`));
  for (let tries = 0; tries < 10; tries++) {
    const change = draw(recipe, [width, height], random);
    if (namesOf(change, [width, height]).length > 0) return change;
  }
  return null;
}

function draw(recipe: AugmentRecipe, [width, height]: Size, random: () => number): Change {
  const happens = (probability = 0) => random() < probability;
  const within = ([low, high]: readonly number[]) => low + (high - low) * random();
  const whole = (value: number) => Math.max(1, Math.round(value));
  const { rotate, scale, crop: cut, brightness, paste } = recipe;
  const flipHorizontal = happens(recipe.flipHorizontal);
  const flipVertical = happens(recipe.flipVertical);
  const angle = happens(rotate?.probability) ? rotate!.angles[Math.floor(random() * rotate!.angles.length)] : 0;
  let crop: Box = [0, 0, width, height];
  if (happens(cut?.probability)) {
    const [w, h] = [whole(width * within(cut!.range)), whole(height * within(cut!.range))];
    crop = [Math.floor(random() * (width - w + 1)), Math.floor(random() * (height - h + 1)), w, h];
  }
  const factor = happens(scale?.probability) ? within(scale!.range) : 1;
  return {
    crop,
    scaled: [whole(crop[2] * factor), whole(crop[3] * factor)],
    flipHorizontal,
    flipVertical,
    angle,
    brightness: happens(brightness?.probability) ? within(brightness!.range) : 1,
    pastes: happens(paste?.probability) ? Math.round(within(paste!.count)) : 0,
    random,
  };
}

/** What was done, as the name of the copy says it. */
export function namesOf(change: Change, [width, height]: Size): string[] {
  const [, , w, h] = change.crop;
  const [scaledWidth] = change.scaled;
  const percent = (value: number) => Math.round(value * 100);
  return [
    ...(w !== width || h !== height ? ['crop'] : []),
    ...(scaledWidth !== w || change.scaled[1] !== h ? [`scale${percent(scaledWidth / w)}`] : []),
    ...(change.flipHorizontal ? ['fliph'] : []),
    ...(change.flipVertical ? ['flipv'] : []),
    ...(change.angle ? [`rot${change.angle}`] : []),
    ...(change.brightness !== 1 ? [`light${percent(change.brightness)}`] : []),
    ...(change.pastes > 0 ? [`paste${change.pastes}`] : []),
  ];
}

/** The mirroring and turning of a change, for the picture of that size. */
export function turnOf(
  { flipHorizontal, flipVertical, angle }: Pick<Change, 'flipHorizontal' | 'flipVertical' | 'angle'>,
  [width, height]: Size,
): Turn {
  const isOnSide = angle === 90 || angle === 270;
  return {
    size: isOnSide ? [height, width] : [width, height],
    point(x, y) {
      const fx = flipHorizontal ? width - x : x;
      const fy = flipVertical ? height - y : y;
      if (angle === 90) return [height - fy, fx];
      if (angle === 180) return [width - fx, height - fy];
      return angle === 270 ? [fy, width - fx] : [fx, fy];
    },
  };
}

export const sizeOf = (change: Change): Size => turnOf(change, change.scaled).size;
