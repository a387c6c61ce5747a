/** `maskwright import`: a dataset becomes a project. */
import { parse, resolve } from 'node:path';
import type { Command } from 'commander';
import { AppError } from '@shared/errors/appError';
import { checkOutputFile } from '../../files/outputs';
import { openStore } from '../lib/engine';
import { reportFindings } from '../lib/findings';
import { withProgress } from '../lib/progress';
import {
  componentsOption,
  formatHint,
  formatOption,
  fromOption,
  readerOptions,
  resizeHint,
  resizeOption,
} from '../lib/readerOptions';
import { withOptions } from '../lib/remedies';
import { counted } from '@shared/errors/counted';
import type { RunCommand, Session } from '../lib/session';

const repairHint = { repair: 'import with --repair to leave out what cannot be read, and have it listed' };

type Store = ReturnType<typeof openStore>;

interface ImportOptions {
  readonly from?: string;
  readonly images?: string;
  readonly together?: string;
  readonly project: string;
  readonly fromOption?: Readonly<Record<string, string>>;
  readonly components?: boolean;
  readonly resize?: string;
  readonly swapMaskSizes?: boolean;
  readonly repair?: boolean;
  readonly force?: boolean;
}

export function addImport(program: Command, run: RunCommand): void {
  program
    .command('import')
    .summary('make a project from a dataset')
    .description(
      'Makes a project from a dataset, a file or a folder, and its images; the dataset itself is never changed.',
    )
    .argument('<dataset>', 'the file or folder')
    .addOption(formatOption())
    .option('--images <folder>', 'where its images are, if not beside it')
    .option(
      '--together <name>',
      'the COCO files of one split as one project: those with this in their name, e.g. instances',
    )
    .addOption(fromOption())
    .addOption(componentsOption())
    .addOption(resizeOption())
    .requiredOption('--project <file>', 'the project to make')
    .option('--swap-mask-sizes', 'put masks right whose size is [width, height] of their image')
    .option('--repair', 'leave out records that cannot be read, put right what is certain, and list both')
    .option('--force', 'replace an existing project')
    .addHelpText(
      'after',
      '\nExample:\n  maskwright import instances.json --images photos --project photos/work.maskwright\n',
    )
    .action((file: string, options: ImportOptions) =>
      run((session) =>
        withOptions(importDataset(file, options, session), { ...resizeHint, ...repairHint, ...formatHint() }),
      ),
    );
}

async function importDataset(file: string, options: ImportOptions, session: Session): Promise<void> {
  await checkOutputFile(options.project, { force: options.force === true, isProject: true });
  const store = openStore(session, 'refuse');
  const parts = options.together === undefined ? undefined : await partsOf(file, options.together, store);
  const job = {
    path: resolve(file),
    format: options.from,
    options: readerOptions(options),
    parts,
    imagesFolder: options.images === undefined ? undefined : resolve(options.images),
    file: resolve(options.project),
    replace: options.force === true,
    repair: options.repair === true,
  };
  const work = withProgress(session, (onProgress) =>
    store.call('project.import', job, { signal: session.signal, onProgress }),
  );
  const { project, findings: found } = await work.catch(async (error: unknown) => {
    const offersSplit = error instanceof AppError && error.remedy === 'choose-split';
    throw offersSplit ? await namingSplits(error, file, store) : error;
  });
  let findings = found;
  if (options.swapMaskSizes === true) {
    const { annotations } = await store.call('project.swapMaskSizes', { openImageId: null });
    session.warn(`sizes of ${counted(annotations, 'mask')} swapped to [height, width]`);
    findings = findings.filter(({ repair }) => repair !== 'swap-mask-sizes');
  }
  reportFindings(findings, session);
  if (findings.some(({ repair }) => repair === 'swap-mask-sizes')) {
    session.warn('import with --swap-mask-sizes to put those masks right');
  }
  const { imageCount, annotationCount, categories } = project;
  session.io.out(
    `${project.file}: ${counted(imageCount, 'image')}, ${counted(annotationCount, 'annotation')}, ${counted(categories.length, 'category')}\n`,
  );
}

/** Says which of the files can be read together. */
async function namingSplits(error: AppError, folder: string, store: Store): Promise<AppError> {
  const { together } = await store.call('project.recognise', { path: resolve(folder) });
  const names = together.map(({ name }) => name);
  const options = names.map((name) => `--together ${wordFor(name, names)}`).join(' or ');
  const hint = `${error.hint}; or read the parts of a split as one project, with ${options}`;
  return error.saying({ hint });
}

/** What only this name has: a word of the file's own name, else the whole. */
function wordFor(name: string, names: readonly string[]): string {
  const words = parse(name).name.match(/[a-z\d]{3,}/gi) ?? [];
  const own = words.find((word) => names.every((other) => other === name || !other.includes(word)));
  return own ?? JSON.stringify(name);
}

/** The files of the split that is meant; throws `bad-input` where none has the name, or several have. */
async function partsOf(folder: string, name: string, store: Store): Promise<readonly string[]> {
  const { together } = await store.call('project.recognise', { path: resolve(folder) });
  const exact = together.filter((one) => one.name === name);
  const [found, ...others] = exact.length > 0 ? exact : together.filter((one) => one.name.includes(name));
  if (found && others.length === 0) return found.files.map(({ file }) => file);
  const names = together.map((one) => one.name).join(', ');
  throw new AppError(
    'bad-input',
    `${folder} has ${found ? 'several splits' : 'no split'} of COCO files with "${name}" in their names`,
    {
      place: { file: folder },
      hint: names === '' ? 'parts are known by train, val and test in their names' : `there are ${names}`,
    },
  );
}
