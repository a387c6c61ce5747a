/** What happens to augmented copies as the export dialogue asks it, and as the recipe of the command line says it. */
import type { AugmentRecipe } from '@shared/dataset/augment/recipe';
import type { NoCopy } from '@shared/project/types';
import type { Part } from '@shared/dataset/selectView';

export interface AugmentDraft {
  readonly copies: number;
  readonly seed: number;
  /** Percent of the copies; 0: never. */
  readonly flipHorizontal: number;
  readonly flipVertical: number;
  readonly rotate: number;
  readonly scale: number;
  readonly crop: number;
  readonly brightness: number;
  readonly paste: number;
}

export const changes = [
  ['flipHorizontal', 'Mirror left to right'],
  ['flipVertical', 'Mirror top to bottom'],
  ['rotate', 'Turn by right angles'],
  ['scale', 'Make larger or smaller'],
  ['crop', 'Cut a part out'],
  ['brightness', 'Make lighter or darker'],
  ['paste', 'Paste small objects from other images'],
] as const satisfies readonly (readonly [keyof AugmentDraft, string])[];

export const firstDraft: AugmentDraft = {
  copies: 1,
  seed: 0,
  flipHorizontal: 50,
  flipVertical: 0,
  rotate: 0,
  scale: 0,
  crop: 50,
  brightness: 50,
  paste: 0,
};

/** What a recipe says more of than how often it happens. */
type Change = 'rotate' | 'scale' | 'crop' | 'brightness' | 'paste';

/** null: nothing would happen. `base`: a recipe that was opened, whose ranges and lists go on. */
export function recipeOf(draft: AugmentDraft, base: AugmentRecipe | null): AugmentRecipe | null {
  if (changes.every(([key]) => draft[key] === 0)) return null;
  const share = (key: keyof AugmentDraft) => draft[key] / 100;
  const part = <K extends Change>(key: K, standard: Omit<Required<AugmentRecipe>[K], 'probability'>) =>
    draft[key] === 0 ? undefined : { ...standard, ...base?.[key], probability: share(key) };
  const range: [number, number] = [0.8, 1.25];
  return {
    copies: draft.copies,
    seed: draft.seed,
    splits: base?.splits ?? ['train'],
    flipHorizontal: share('flipHorizontal'),
    flipVertical: share('flipVertical'),
    rotate: part('rotate', { angles: [90, 180, 270] }),
    scale: part('scale', { range }),
    crop: part('crop', { range: [0.7, 0.95], minVisible: 0 }),
    brightness: part('brightness', { range }),
    paste: part('paste', { count: [1, 3], minArea: 16, maxArea: 1024, minVisible: 0.3 }),
  };
}

/** Of a recipe that was opened. */
export function draftOf(recipe: AugmentRecipe): AugmentDraft {
  const percent = (probability = 0) => Math.round(probability * 100);
  return {
    copies: recipe.copies,
    seed: recipe.seed,
    flipHorizontal: percent(recipe.flipHorizontal),
    flipVertical: percent(recipe.flipVertical),
    rotate: percent(recipe.rotate?.probability),
    scale: percent(recipe.scale?.probability),
    crop: percent(recipe.crop?.probability),
    brightness: percent(recipe.brightness?.probability),
    paste: percent(recipe.paste?.probability),
  };
}

/** Why the open image has no copy to show. */
export function noCopyWord(why: NoCopy, { splits }: AugmentRecipe): string {
  switch (why.none) {
    case 'unchanged':
      return 'Nothing happens to this copy: it is not made.';
    case 'left-out':
      return 'This image is not exported. Open one that is to see a copy.';
    case 'no-picture':
      return 'The picture of this image cannot be read: no copies are made of it.';
    case 'other-part':
      return `This image goes to ${why.part}; copies are made of ${splits.join(' and ')} only. Open one of those to see a copy.`;
  }
}

/** How many copies there may be at most: what nothing happens to is not made. */
export function mostCopies(
  { copies, splits }: AugmentRecipe,
  { images, parts }: { readonly images: number; readonly parts: readonly Part[] },
): number {
  const wanted: readonly string[] = splits;
  const originals = parts.filter(({ split }) => wanted.includes(split)).reduce((sum, part) => sum + part.images, 0);
  return copies * (parts.length > 0 ? originals : images);
}
