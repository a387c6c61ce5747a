/** What `convert` and `export` have in common: how a dataset is chosen from, divided and written. */
import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import { type Selection, splitNames } from '@shared/dataset/selectView';
import { counted } from '@shared/errors/counted';
import { numberIn, parseSeed } from './parse';
import { parsePairs, parseRenames } from './readerOptions';
import type { Session } from './session';

export interface WriteOptions {
  readonly copyImages?: boolean;
  readonly linkImages?: boolean;
  readonly option?: Readonly<Record<string, string>>;
  readonly onlyDone?: boolean;
  readonly map?: Readonly<Record<string, string>>;
  readonly dropCategory?: readonly string[];
  readonly minArea?: number;
  readonly augment?: string;
  readonly split?: readonly number[] | 'stated';
  readonly seed: number;
  readonly group?: string;
  readonly stratify?: boolean;
  readonly force?: boolean;
  readonly compare: boolean;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

export const addWriteOptions = (command: Command): Command =>
  command
    .option('--copy-images', 'copy the images to where the format has them')
    .option('--link-images', 'the same with hard links, which take no space')
    .option('--option <name=value>', 'an option of the format; may be repeated', parsePairs)
    .option('--split <train,val,test>', 'shares of the images, e.g. 0.8,0.1,0.1, or "kept": as they came', parseShares)
    .option('--seed <number>', 'the same seed gives the same split', parseSeed, 0)
    .option('--stratify', 'split so that each category has the same shares')
    .option('--group <pattern>', 'images whose names match alike stay together, e.g. "^(patient\\d+)"', checkPattern)
    .option('--augment <file>', 'add augmented copies of the images, as a JSON file says (docs/augment.md)')
    .option('--only-done', 'only images reviewed as done (projects)')
    .option('--map <old=new,...>', 'rename categories, or put one into another', parseRenames)
    .option('--drop-category <name>', 'leave out a category; may be repeated', (name, list: string[] = []) => [
      ...list,
      name,
    ])
    .option('--min-area <pixels>', 'leave out smaller annotations', numberIn(0, Infinity))
    .option('--force', 'replace what is there, a file that was imported too; what changes in it is said first')
    .option(
      '--no-compare',
      'do not look at what is replaced: faster, and another dataset in the folder is no hindrance',
    )
    .option('--dry-run', 'only say what would change in what is there, and what is in the way; nothing is written')
    .option('--json', 'one line of JSON with the losses and the annotations they are about');

/** A name that is spelled otherwise would do nothing, without a word. */
export function tellUnknown(
  { map = {}, dropCategory = [] }: WriteOptions,
  categories: readonly { readonly name: string }[],
  session: Session,
): void {
  const known = new Set(categories.map(({ name }) => name));
  for (const [option, names] of [
    ['--map', Object.keys(map)],
    ['--drop-category', dropCategory],
  ] as const) {
    for (const name of names) {
      if (!known.has(name)) session.warn(`${option}: there is no category "${name}"; ${listOf([...known])}`);
    }
  }
}

/** Who gives a pattern wants nothing of one group on two sides of the split: what it does not match is told. */
export function tellUngrouped({ group }: WriteOptions, fileNames: readonly string[], session: Session): void {
  if (group === undefined || fileNames.length === 0) return;
  const pattern = new RegExp(group);
  const alone = fileNames.filter((name) => !pattern.test(name));
  if (alone.length === 0) return;
  const names = alone.length === fileNames.length ? 'no image' : `all images but ${counted(alone.length, 'image')}`;
  session.warn(
    `--group matches ${names}: each of those, such as ${alone[0]}, may go to any part of the split by itself`,
  );
}

const listOf = (names: readonly string[]) =>
  names.length === 0
    ? 'there is none at all'
    : `there are ${names.slice(0, 10).join(', ')}${names.length > 10 ? ' ...' : ''}`;

export const imagesOf = ({ copyImages, linkImages }: WriteOptions): 'copy' | 'link' | undefined =>
  copyImages ? 'copy' : linkImages ? 'link' : undefined;

export function selectionOf({
  onlyDone,
  map,
  dropCategory,
  minArea,
  split,
  seed,
  group,
  stratify,
}: WriteOptions): Selection {
  return {
    onlyDone,
    map,
    drop: dropCategory,
    minArea,
    split: split === 'stated' ? split : split && { shares: split, seed, group, stratify },
  };
}

function parseShares(text: string): number[] | 'stated' {
  if (text === 'kept') return 'stated';
  const shares = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  const sum = shares.reduce((total, share) => total + share, 0);
  if (
    shares.length > splitNames.length ||
    !shares.every((share) => share >= 0 && share <= 1) ||
    Math.abs(sum - 1) > 1e-6
  ) {
    throw new InvalidArgumentError('Expected up to three shares that add up to 1, e.g. 0.8,0.1,0.1, or "kept".');
  }
  return shares;
}

function checkPattern(text: string): string {
  try {
    new RegExp(text);
  } catch {
    throw new InvalidArgumentError('Expected a regular expression.');
  }
  return text;
}
