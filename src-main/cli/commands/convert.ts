/** `maskwright convert`: a dataset or a project becomes a dataset of another format. */
import { statSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import { exportSentences } from '@shared/dataset/lossWords';
import { type Selection, selectView, splitFor, splitNames } from '@shared/dataset/selectView';
import type { AugmentRecipe } from '@shared/dataset/augment/recipe';
import { AppError } from '@shared/errors/appError';
import { formats, idsOf } from '@shared/formats/registry';
import type { Progress } from '@shared/errors/work';
import type { ExportChanges, ExportReport } from '@shared/project/types';
import { exportChanges } from '../../dataset/exportChanges';
import { derivedOnce } from '../../dataset/outgoing';
import { writableFormat } from '../../dataset/recognise';
import { readRecipe } from '../../dataset/readRecipe';
import { writeDataset } from '../../dataset/writeDataset';
import { checkApart, checkOutputFile, checkOutputFolder } from '../../files/outputs';
import { loadDataset } from '../lib/datasetReader';
import { openStore } from '../lib/engine';
import { isProjectFile } from '../lib/fileKind';
import { reportFindings } from '../lib/findings';
import { imagesJob, picturesOf } from '../lib/imagesJob';
import { numberIn, parseSeed } from '../lib/parse';
import { withProgress } from '../lib/progress';
import {
  componentsOption,
  formatHint,
  fromOption,
  parsePairs,
  readerOptions,
  resizeHint,
  resizeOption,
} from '../lib/readerOptions';
import { withOptions } from '../lib/remedies';
import { tellChanges } from '../lib/tellChanges';
import { counted } from '@shared/errors/counted';
import { type RunCommand, type Session, usageError } from '../lib/session';

interface ConvertOptions {
  readonly from: string;
  readonly fromFormat?: string;
  readonly fromOption?: Readonly<Record<string, string>>;
  readonly components?: boolean;
  readonly resize?: string;
  readonly to: string;
  readonly toFormat: string;
  readonly images?: string;
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

/** Of a dry run nothing but what would change. */
type Converted = { readonly changes: ExportChanges | null; readonly report: ExportReport | null };

export function addConvert(program: Command, run: RunCommand): void {
  program
    .command('convert')
    .summary('write a dataset or a project in another format')
    .description('Writes a dataset or a project in another format, and says what that format could not hold.')
    .requiredOption('--from <path>', 'a dataset (file or folder) or a project')
    .option('--from-format <format>', `what it is, where that cannot be seen: ${idsOf(formats.readable)}`)
    .addOption(fromOption())
    .addOption(componentsOption())
    .addOption(resizeOption())
    .requiredOption('--to <path>', 'the file or folder to write')
    .requiredOption('--to-format <format>', idsOf(formats.writable))
    .option('--images <folder>', 'where its images are, if not beside it')
    .option('--copy-images', 'copy the images to where the format has them')
    .option('--link-images', 'the same with hard links, which take no space')
    .option('--option <name=value>', 'an option of the format; may be repeated', collectPairs)
    .option('--split <train,val,test>', 'shares of the images, e.g. 0.8,0.1,0.1, or "kept": as they came', parseShares)
    .option('--seed <number>', 'the same seed gives the same split', parseSeed, 0)
    .option('--stratify', 'split so that each category has the same shares')
    .option('--group <pattern>', 'images whose names match alike stay together, e.g. "^(patient\\d+)"', checkPattern)
    .option('--augment <file>', 'add augmented copies of the images, as a JSON file says (docs/augment.md)')
    .option('--only-done', 'only images reviewed as done (projects)')
    .option('--map <old=new,...>', 'rename categories, or put one into another', parsePairs)
    .option('--drop-category <name>', 'leave out a category; may be repeated', (name, list: string[] = []) => [
      ...list,
      name,
    ])
    .option('--min-area <pixels>', 'leave out smaller annotations', numberIn(0, Infinity))
    .option('--force', 'replace what is there; what changes in it is said first')
    .option(
      '--no-compare',
      'do not look at what is replaced: faster, and another dataset in the folder is no hindrance',
    )
    .option('--dry-run', 'only say what would change in what is there, and what is in the way; nothing is written')
    .option('--json', 'one line of JSON with the losses and the annotations they are about')
    .addHelpText('after', helpAfter)
    .action((options: ConvertOptions) =>
      run((session) => withOptions(convert(options, session), { ...resizeHint, ...formatHint('--from-format') })),
    );
}

async function convert(options: ConvertOptions, session: Session): Promise<void> {
  const format = writableFormat(options.toFormat);
  const force = options.force === true;
  if (options.copyImages && options.linkImages)
    throw usageError('--copy-images and --link-images exclude each other', 'convert');
  if (options.augment !== undefined && !imagesOf(options))
    throw usageError(
      '--augment needs --copy-images or --link-images: the copies stand beside the originals',
      'convert',
    );
  const augment = options.augment === undefined ? undefined : await readRecipe(options.augment);
  if (options.augment !== undefined) {
    session.inputs.add(resolve(options.augment));
    await session.inputs.checkOutputs([resolve(options.to)]);
  }
  const mayReplace = force || options.dryRun === true;
  await (format.target === 'file' ? checkOutputFile : checkOutputFolder)(options.to, { force: mayReplace });
  const { changes, report } = (await isProjectFile(options.from))
    ? await fromProject(options, augment, session)
    : await fromDataset(options, augment, session);
  if (options.json) {
    session.io.out(`${JSON.stringify({ ...report, ...(changes ? { changes } : {}) })}\n`);
    return;
  }
  if (!report) {
    session.io.out(`${options.to}: nothing was written\n`);
    return;
  }
  for (const sentence of exportSentences(report)) session.warn(sentence);
  const parts = report.parts ? ` as ${report.parts.join(', ')}` : '';
  const files = format.target === 'folder' ? ` in ${counted(report.files, 'file')}` : parts;
  session.io.out(
    `${options.to}: ${counted(report.images, 'image')}, ${counted(report.annotations, 'annotation')}${files}\n`,
  );
}

async function fromProject(
  options: ConvertOptions,
  augment: AugmentRecipe | undefined,
  session: Session,
): Promise<Converted> {
  const store = openStore(session, 'read-only');
  const { project } = await store.call('project.open', { file: resolve(options.from) }, { signal: session.signal });
  tellUnknown(options, project.categories, session);
  const job = {
    path: resolve(options.to),
    format: options.toFormat,
    options: options.option ?? {},
    overwrite: options.force === true || options.dryRun ? 'any' : 'refuse',
    selection: selectionOf(options),
    images: imagesOf(options),
    augment,
  } as const;
  const { signal } = session;
  return compareAndWrite(
    options,
    session,
    (onProgress) =>
      store.call('project.exportChanges', { ...job, isDryRun: options.dryRun === true }, { signal, onProgress }),
    (onProgress) => store.call('project.export', job, { signal, onProgress }),
  );
}

type Work<T> = (onProgress: (progress: Progress) => void) => Promise<T>;

/** What changes is said before anything is written over. */
async function compareAndWrite(
  { to, compare, dryRun, json }: ConvertOptions,
  session: Session,
  look: Work<ExportChanges | null>,
  write: Work<ExportReport>,
): Promise<Converted> {
  const changes = compare || dryRun ? await withProgress(session, look) : null;
  if (changes?.changes === null && changes.mixes) {
    throw new AppError('bad-input', `${to} holds another dataset (${changes.format}): the two would be mixed`, {
      place: { file: to },
      hint: 'give another folder, or --no-compare to write into this one all the same',
    });
  }
  if (!json) tellChanges(to, changes, session, dryRun);
  return { changes, report: dryRun ? null : await withProgress(session, write) };
}

async function fromDataset(
  options: ConvertOptions,
  augment: AugmentRecipe | undefined,
  session: Session,
): Promise<Converted> {
  const format = writableFormat(options.toFormat);
  if (format.target === 'folder' && !options.force && statSync(options.from, { throwIfNoEntry: false })?.isDirectory())
    await checkApart(options.from, options.to, 'give a folder beside it, or --force to write there all the same');
  const { dataset, recognised, root } = await loadDataset(
    options.from,
    { format: options.fromFormat, images: options.images, readOptions: readerOptions(options) },
    session,
  );
  if (recognised.why !== null && !options.json)
    session.warn(`${options.from} is ${recognised.format.title}: ${recognised.why}`);
  if (!options.json) {
    reportFindings(
      dataset.issues.map(({ issue, at }) => ({ ...issue, file: at.file })),
      session,
    );
  }
  if (options.onlyDone) throw usageError('--only-done needs a project: a dataset has no review', 'convert');
  session.inputs.add(resolve(options.from));
  if (options.from !== root) await session.inputs.checkOutputs([resolve(options.to)]);
  const whole = dataset.view(basename(resolve(options.from)));
  tellUnknown(options, whole.categories(), session);
  const how = imagesOf(options);
  const records = dataset.images.map(({ record }) => record);
  const folder = options.images ?? root;
  const view = selectView(whole, splitFor({ selection: selectionOf(options), format, augment }, whole));
  const images = how && (await imagesJob(records, folder, how, session));
  const pictureOf = format.isUpright ? await picturesOf(records, folder, session) : undefined;
  const job = {
    format,
    options: options.option ?? {},
    path: resolve(options.to),
    ...{ images, pictureOf, augment },
    outgoing: derivedOnce(view, { format, images, pictureOf, augment }),
    inputs: session.inputs,
    replaces: options.force === true || options.dryRun === true,
  };
  const { signal } = session;
  return compareAndWrite(
    options,
    session,
    (progress) =>
      exportChanges(view, { ...job, imagesFolder: folder, isDryRun: options.dryRun === true }, { signal, progress }),
    (progress) => writeDataset(view, job, { signal, progress }),
  );
}

/** A name that is spelled otherwise would do nothing, without a word. */
function tellUnknown(
  { map = {}, dropCategory = [] }: ConvertOptions,
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

const listOf = (names: readonly string[]) =>
  names.length === 0
    ? 'there is none at all'
    : `there are ${names.slice(0, 10).join(', ')}${names.length > 10 ? ' ...' : ''}`;

const imagesOf = ({ copyImages, linkImages }: ConvertOptions): 'copy' | 'link' | undefined =>
  copyImages ? 'copy' : linkImages ? 'link' : undefined;

function selectionOf({
  onlyDone,
  map,
  dropCategory,
  minArea,
  split,
  seed,
  group,
  stratify,
}: ConvertOptions): Selection {
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

const collectPairs = parsePairs;

function checkPattern(text: string): string {
  try {
    new RegExp(text);
  } catch {
    throw new InvalidArgumentError('Expected a regular expression.');
  }
  return text;
}

const helpAfter = () => `
Formats:
${formats.all.map(({ id, about, read, write }) => `  ${id.padEnd(14)}${about}${read ? '' : ' Written only.'}${write ? '' : ' Read only.'}`).join('\n')}

Records that nobody touched keep their text where the format stays the same.

Examples:
  maskwright convert --from instances.json --to yolo --to-format yolo-seg --images photos --copy-images --split 0.8,0.1,0.1
  maskwright convert --from labelme-folder --to instances.json --to-format coco
  maskwright convert --from photos/work.maskwright --to voc --to-format voc --only-done
`;
