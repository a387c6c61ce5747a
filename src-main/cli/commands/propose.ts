/** `maskwright propose`: images in, masks by a model or a classical method out, as a COCO dataset with scores. */
import type { Command } from 'commander';
import { InvalidArgumentError, Option } from 'commander';
import { METHOD_NAMES, type MethodName } from '@shared/methods/params';
import { PROVIDERS } from '@shared/models/providers';
import { describeParams } from '@shared/methods/validateParams';
import { checkOutputFile, checkOutputFolder } from '../../files/outputs';
import { writeFileAtomic } from '../../files/atomicWrite';
import { collectImages } from '../lib/inputImages';
import { collectParam, numberIn, parseBox, parseBoxes, parseClicks } from '../lib/parse';
import { createProposer, type Proposer, type ProposerOptions } from '../lib/proposer';
import { readProjectImages } from '../lib/projectImages';
import { type ListedImage, proposeAll } from '../lib/proposeAll';
import { proposeIntoProject } from '../lib/proposeProject';
import { isInShard, parseShard, type Shard } from '../lib/shard';
import { type RunCommand, type Session, usageError } from '../lib/session';
import { parseExamples } from '../lib/examples';
import { parseMaskPlace } from '../lib/withinMask';
import { counted } from '@shared/errors/counted';

export interface ProposeOptions extends ProposerOptions {
  readonly images?: readonly string[];
  readonly project?: string;
  readonly shard?: Shard;
  readonly polygons?: boolean;
  readonly out?: string;
  readonly overlays?: string;
  readonly cutouts?: string;
  readonly force?: boolean;
}

const methods = ['maskrcnn', ...METHOD_NAMES] as const;

export function addPropose(program: Command, run: RunCommand): void {
  program
    .command('propose')
    .summary('find objects in images and write them as a COCO dataset')
    .description('Finds objects in images by a model or a classical method and writes a COCO dataset with scores.')
    .option('--images <paths...>', 'folders (with their subfolders) and image files')
    .option('--project <file>', 'the images of a project; without --shard the proposals go into the project')
    .option('--shard <i/n>', 'only the i-th of n parts of the images, written to --out; see merge', shardOption)
    .option('--model <id|folder>', 'find them by a model: one that ships, or a folder with a model.json')
    .addOption(
      new Option('--method <name>', 'find them by a classical method (maskrcnn: the nuclei model)').choices(methods),
    )
    .option('--score <number>', "lowest score kept, 0 to 1 (models: the model's own default)", numberIn(0, 1))
    .option('--points <x,y,1;x,y,0>', 'for smart-select: what is on one object, and what is not', parseClicks)
    .option('--boxes <x,y,w,h;...>', 'for smart-select: a box for each object', parseBoxes)
    .option('--boxes-from <file>', 'for smart-select: the boxes that a COCO file has for each image become masks')
    .option(
      '--similar-to <file#id,...>',
      'for smart-select: objects like these annotations of a COCO file or a project',
      parseExamples,
    )
    .option('--refine-rim', 'for smart-select: bring the rim of masks of boxes and points to the edges of the image')
    .addOption(new Option('--provider <name>', 'models: what they run on (as chosen in the window)').choices(PROVIDERS))
    .option('--box <x,y,w,h>', 'work inside this box only; grabcut cuts the object out of it', parseBox)
    .option(
      '--within <file#id>',
      'work inside the mask of an annotation of a COCO file; grabcut starts from it',
      parseMaskPlace,
    )
    .option('--param <name=value>', 'parameter of a classical method; repeatable', collectParam)
    .option('--tile <pixels>', 'models: look at large images in tiles of this size', numberIn(64, 16_384))
    .option('--overlap <pixels>', 'what neighbouring tiles share (an eighth of the tile)', numberIn(0, 8192))
    .addOption(
      new Option('--split <how>', 'models that give each pixel a class: a proposal for each').choices([
        'classes',
        'components',
      ]),
    )
    .option('--category <name>', 'category of every object')
    .option('--min-area <pixels>', 'leave out smaller objects', numberIn(0, Infinity))
    .option('--polygons', 'write polygons instead of compressed RLE (objects with holes stay RLE)')
    .option('--out <file>', 'the COCO dataset to write')
    .option('--overlays <folder>', 'also draw the masks over each image')
    .option('--cutouts <folder>', 'also write each object on a transparent background')
    .option('--force', 'replace what exists')
    .addHelpText('after', helpAfter)
    .action((options: ProposeOptions) => run((session) => propose(options, session)));
}

async function propose(options: ProposeOptions, session: Session): Promise<void> {
  const { project, shard, out } = options;
  if ((options.images === undefined) === (project === undefined)) {
    throw usageError('Give the images either by --images or by --project', 'propose');
  }
  const intoProject = project !== undefined && shard === undefined && out === undefined;
  if (!intoProject && out === undefined) throw usageError("required option '--out <file>' not specified", 'propose');
  const force = options.force === true;
  const proposer = await createProposer(options, session);
  if (intoProject) return proposeIntoProject(project, proposer, options, session);
  await checkOutputFile(out!, { force });
  for (const folder of [options.overlays, options.cutouts]) {
    if (folder !== undefined) await checkOutputFolder(folder, { force });
  }
  const images = await listed(options, session);
  session.inputs.addAll(images.all.map(({ path }) => path));
  for (const input of [project, options.within?.file, options.similarTo?.file])
    if (input !== undefined) session.inputs.add(input);
  await session.inputs.checkOutputs([out!]);
  await proposeToFile(out!, images, proposer, options, session);
}

interface Listed {
  readonly images: readonly ListedImage[];
  /** Those of the other shards too. */
  readonly all: readonly ListedImage[];
  /** How many could not be used. */
  readonly left: number;
}

/** The images to work on. Those of a shard keep the ids that they have in a run on all images. */
async function listed({ images: paths, project, shard }: ProposeOptions, session: Session): Promise<Listed> {
  let all: readonly ListedImage[];
  let left: number;
  if (project === undefined) {
    const { images, findings } = await collectImages(paths ?? [], session);
    for (const { severity, message } of findings) session.warn(severity === 'error' ? `left out: ${message}` : message);
    left = findings.filter(({ severity }) => severity === 'error').length;
    all = images;
  } else {
    const { images, missing } = readProjectImages(project);
    for (const name of missing) session.warn(`left out: ${name} cannot be used`);
    left = missing.length;
    all = images;
  }
  if (!shard) return { images: all.map((image) => ({ ...image, id: undefined })), all, left };
  const numbered = all.map((image, index) => ({ ...image, id: index + 1 }));
  return { images: numbered.filter(({ fileName }) => isInShard(fileName, shard)), all, left };
}

async function proposeToFile(
  out: string,
  { images, left: unusable }: Listed,
  proposer: Proposer,
  options: ProposeOptions,
  session: Session,
): Promise<void> {
  const { dataset, failed } = await proposeAll(images, proposer, options, session);
  await writeFileAtomic(out, dataset.toJson());

  const left = unusable + failed;
  if (left > 0) session.warn(`${left} of ${images.length + unusable} images could not be used; the others are done`);
  if (dataset.withHoles > 0) {
    session.warn(
      `${counted(dataset.withHoles, 'object')} with holes written as RLE: COCO polygons cannot express holes`,
    );
  }
  session.io.out(
    `${out}: ${counted(dataset.imageCount, 'image')}, ${counted(dataset.annotationCount, 'annotation')}\n`,
  );
}

function shardOption(text: string): Shard {
  try {
    return parseShard(text);
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}

const indent = (text: string) => text.replace(/^/gm, '    ');
const paramHelp = (method: MethodName) => `  ${method}\n${indent(describeParams(method))}`;

const helpAfter = `
Parameters for --param:
${METHOD_NAMES.map(paramHelp).join('\n')}

Examples:
  maskwright propose --images photos --model photo-objects --out proposals.json
  maskwright propose --images cat.jpg --model smart-select --boxes "40,25,120,90;200,30,80,80" --category cat --out cats.json
  maskwright propose --images photos --model smart-select --boxes-from detections.json --out masks.json
  maskwright propose --images photos --model smart-select --similar-to photos.json#12,15 --out similar.json
  maskwright propose --images aerial --model photo-objects --tile 1024 --overlap 128 --out aerial.json
  maskwright propose --images photos --method watershed --param ratio=0.4 --out coins.json --overlays drawn
  maskwright propose --images cat.jpg --method grabcut --box 40,25,120,90 --category cat --out cat.json --cutouts cut
  maskwright propose --images cells.png --method watershed --within cells.json#12 --out parts.json
  maskwright propose --project work.maskwright --model nuclei-maskrcnn
  maskwright propose --images photos --model photo-objects --shard 2/8 --out shard-2.json
`;
