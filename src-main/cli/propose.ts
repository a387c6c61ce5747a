/** `maskwright propose`: images in, masks by a model or a classical method out, as a COCO dataset with scores. */
import type { Command } from 'commander';
import { Option } from 'commander';
import { METHOD_NAMES, type MethodName } from '@shared/classical/params';
import { describeParams } from '@shared/classical/validateParams';
import { checkOutputFile, checkOutputFolder } from '../files/outputs';
import { writeFileAtomic } from '../files/atomicWrite';
import { collectImages } from './inputImages';
import { collectParam, numberIn, parseBox } from './parse';
import { createProposer, type ProposerOptions } from './proposer';
import { proposeAll } from './proposeAll';
import type { RunCommand, Session } from './session';
import { counted } from './words';

export interface ProposeOptions extends ProposerOptions {
  readonly images: readonly string[];
  readonly polygons?: boolean;
  readonly out: string;
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
    .requiredOption('--images <paths...>', 'folders (with their subfolders) and image files')
    .addOption(new Option('--method <name>', 'how to find them').choices(methods).makeOptionMandatory())
    .option('--model <id|folder>', 'for maskrcnn: a shipped model, or a folder with a model.json')
    .option('--score <number>', "lowest score kept, 0 to 1 (maskrcnn: the model's own default)", numberIn(0, 1))
    .option('--box <x,y,w,h>', 'work inside this box only; grabcut needs it', parseBox)
    .option('--param <name=value>', 'parameter of a classical method; repeatable', collectParam)
    .option('--category <name>', 'category of every object')
    .option('--min-area <pixels>', 'leave out smaller objects', numberIn(0, Infinity))
    .option('--polygons', 'write polygons instead of compressed RLE (objects with holes stay RLE)')
    .requiredOption('--out <file>', 'the COCO dataset to write')
    .option('--overlays <folder>', 'also draw the masks over each image')
    .option('--cutouts <folder>', 'also write each object on a transparent background')
    .option('--force', 'replace what exists')
    .addHelpText('after', helpAfter)
    .action((options: ProposeOptions) => run((session) => propose(options, session)));
}

async function propose(options: ProposeOptions, session: Session): Promise<void> {
  const force = options.force === true;
  const proposer = await createProposer(options, session);
  await checkOutputFile(options.out, { force });
  for (const folder of [options.overlays, options.cutouts]) {
    if (folder !== undefined) await checkOutputFolder(folder, { force });
  }
  const { images, findings } = await collectImages(options.images, session);
  for (const { message } of findings) session.warn(`left out: ${message}`);

  const { dataset, failed } = await proposeAll(images, proposer, options, session);
  await writeFileAtomic(options.out, dataset.toJson());

  const left = findings.length + failed;
  if (left > 0)
    session.warn(`${left} of ${images.length + findings.length} images could not be used; the others are done`);
  if (dataset.withHoles > 0) {
    session.warn(
      `${counted(dataset.withHoles, 'object')} with holes written as RLE: COCO polygons cannot express holes`,
    );
  }
  session.io.out(
    `${options.out}: ${counted(dataset.imageCount, 'image')}, ${counted(dataset.annotationCount, 'annotation')}\n`,
  );
}

const indent = (text: string) => text.replace(/^/gm, '    ');
const paramHelp = (method: MethodName) => `  ${method}\n${indent(describeParams(method))}`;

const helpAfter = `
Parameters for --param:
${METHOD_NAMES.map(paramHelp).join('\n')}

Examples:
  maskwright propose --images photos --method maskrcnn --out proposals.json
  maskwright propose --images photos --method watershed --param ratio=0.4 --out coins.json --overlays drawn
  maskwright propose --images cat.jpg --method grabcut --box 40,25,120,90 --category cat --out cat.json --cutouts cut
`;
