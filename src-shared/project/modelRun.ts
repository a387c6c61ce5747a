/** How a model runs in a project, and what becomes of its classes there. */
import type { RawProposal } from '../document/proposalResult';

/** What of a model's classes is called otherwise in the project, or left out (null), by the model's own names. */
export type ClassWishes = readonly (readonly [name: string, becomes: string | null])[];

/** Of a smallest area, pixels: no image has more. */
export const MOST_MIN_AREA = 1e12;

/** What of a model's result is wanted. */
export interface ResultWish {
  /** Smaller ones are left out, pixels. */
  readonly minArea?: number;
  readonly classes?: ClassWishes;
}

/** What somebody set for a model in this project; absent: as the model has it. */
export interface ModelRun extends ResultWish {
  /** The image is looked at in pieces with this side, pixels. */
  readonly tileSide?: number;
  /** Of models that give each pixel a class: a proposal for each piece instead of one a class. */
  readonly pieces?: boolean;
}

/** A smallest area as it was typed: whole, and not beyond what a run may have; undefined: all. */
export function minAreaOf(typed: number): number | undefined {
  return Math.min(Math.max(Math.round(typed), 0), MOST_MIN_AREA) || undefined;
}

/** Names are equal to people where only capitals, and what stands between words, differ. */
const spoken = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[\s_-]+/g, ' ')
    .trim();

export interface ClassFate {
  readonly name: string;
  /** A category's name; null: left out. */
  readonly becomes: string | null;
  /** Whether the project has that category. */
  readonly isKnown: boolean;
}

/** What becomes of each class of a model: what somebody said, else the project's category of that name, else a new one. */
export function classFates(
  categories: readonly string[],
  project: readonly string[],
  wishes: ClassWishes = [],
): readonly ClassFate[] {
  const said = new Map(wishes);
  const known = new Set(project);
  const bySound = new Map([...project].reverse().map((name) => [spoken(name), name]));
  return [...new Set(categories)].map((name) => {
    const own = said.get(name);
    const becomes = own !== undefined ? own : known.has(name) ? name : (bySound.get(spoken(name)) ?? name);
    return { name, becomes, isKnown: becomes !== null && known.has(becomes) };
  });
}

/** What differs from the model's own words. */
export const wishesOf = (fates: readonly ClassFate[]): ClassWishes =>
  fates.flatMap(({ name, becomes }): ClassWishes => (becomes === name ? [] : [[name, becomes]]));

/** What is wanted of what a model found, under the names it has in the project. */
export function asWished(
  proposals: readonly RawProposal[],
  { minArea = 0, classes = [] }: ResultWish,
): readonly RawProposal[] {
  const said = new Map(classes);
  return proposals.flatMap((one): readonly RawProposal[] => {
    if (one.area < minArea) return [];
    const wish = one.categoryName === null ? undefined : said.get(one.categoryName);
    if (wish === undefined) return [one];
    return wish === null ? [] : [{ ...one, categoryName: wish }];
  });
}
