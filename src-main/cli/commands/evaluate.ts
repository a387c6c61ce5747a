/** `maskwright evaluate`: detections as pycocotools measures them, or pixels by their classes: semantic, panoptic, boundaries. */
import type { Command } from 'commander';
import { Option } from 'commander';
import { evaluateDetections, type IouType } from '@shared/metrics';
import { readDataset } from '../lib/datasetReader';
import { toEvalInput } from '../lib/evalInput';
import { tellReadings } from '../lib/findings';
import { formatEvaluation } from '../lib/formatEvaluation';
import { matchDetections } from '../lib/matchDetections';
import { evaluateLabels, LABEL_TASKS, type LabelTaskName } from '../lib/labelReport';
import { parseClass, parseMaxDets } from '../lib/parse';
import { formatHint } from '../lib/readerOptions';
import { withOptions } from '../lib/remedies';
import { type RunCommand, type Session, usageError } from '../lib/session';

type Task = 'detection' | LabelTaskName;

interface EvaluateOptions {
  readonly task: Task;
  readonly ignore?: number;
  readonly unlabelled?: 'background' | 'ignore';
  readonly gt: string;
  readonly dt: string;
  readonly iouType: IouType;
  readonly maxDets: [number, number, number];
  readonly json?: boolean;
}

/** It takes two datasets, and has no option for the format of either. */
const asCoco = 'convert --from-format, and give the COCO file that it makes';

export function addEvaluate(program: Command, run: RunCommand): void {
  program
    .command('evaluate')
    .summary('the 12 COCO numbers of detections, or mIoU, panoptic quality and boundary IoU')
    .description(
      "Prints the 12 COCO numbers (AP and AR), equal to pycocotools', of detections against ground truth; with --task the " +
        'numbers of semantic or panoptic segmentation.',
    )
    .requiredOption('--gt <file>', 'the ground truth, a dataset')
    .requiredOption('--dt <file>', 'the detections: a COCO results list, or a dataset with scores')
    .addOption(
      new Option('--iou-type <type>', 'overlap of masks or of boxes').choices(['segm', 'bbox']).default('segm'),
    )
    .addOption(
      new Option('--max-dets <a,b,c>', 'detections an image and category; every AP is taken at the last')
        .argParser(parseMaxDets)
        .default([1, 10, 100], '1,10,100'),
    )
    .addOption(
      new Option('--task <task>', 'what is compared').choices(['detection', ...LABEL_TASKS]).default('detection'),
    )
    .option('--ignore <class>', 'of a label map or dataset: ground-truth pixels of this class are left out', parseClass)
    .addOption(
      new Option(
        '--unlabelled <how>',
        'what pixels without an annotation are: a class of their own, or left out; as the project or the legend of the ' +
          'ground truth says where it is not given, else a class',
      ).choices(['background', 'ignore']),
    )
    .option('--json', 'one line of JSON with the numbers of each category too')
    .addHelpText('after', helpAfter)
    .action((options: EvaluateOptions, command: Command) =>
      run(async (session) => {
        checkUse(options.task, command);
        await withOptions(evaluateTask(options, session), formatHint(asCoco));
      }),
    );
}

/** Both are about pixels of a class; an option that changes nothing would be taken for one that did. */
function checkUse(task: Task, command: Command): void {
  if (task === 'semantic' || task === 'boundary') return;
  for (const name of ['ignore', 'unlabelled']) {
    if (command.getOptionValueSource(name) !== 'cli') continue;
    throw usageError(`--${name} is for --task semantic and --task boundary, not for ${task}`, 'evaluate');
  }
}

function evaluateTask(options: EvaluateOptions, session: Session): Promise<void> {
  const { task, gt, dt, ignore = null, unlabelled, json = false } = options;
  return task === 'detection'
    ? evaluate(options, session)
    : evaluateLabels({ task, gt, dt, ignore, unlabelled, json }, session);
}

async function evaluate({ gt, dt, iouType, maxDets, json }: EvaluateOptions, session: Session): Promise<void> {
  const truth = await readDataset(gt, { signal: session.signal });
  const detections = await readDataset(dt, { signal: session.signal, accept: 'any' });
  for (const file of [truth, detections]) tellReadings(file, session);
  const { matched, notes } = matchDetections(detections, truth);
  for (const note of notes) session.warn(note);
  const input = toEvalInput(truth, detections, matched, iouType);
  for (const note of input.notes) session.warn(note);
  const { imageIds, categories } = input;
  const result = evaluateDetections(input.groundTruths, input.detections, { iouType, maxDets, imageIds, categories });
  const { stats, perCategory } = result;
  session.io.out(json ? `${JSON.stringify({ iouType, stats, perCategory })}\n` : formatEvaluation(result));
}

const helpAfter = `
A results list is matched by ids. A dataset is matched by the file_name of images and the name of categories (names that
occur twice by their ids); what finds no counterpart is listed.

For semantic, panoptic and boundary both are datasets, projects, or (but for panoptic) folders of label maps: PNG files whose
pixels are class numbers, or colours of a legend. Images are matched by their names without extension, classes by name or number. Of annotations
over each other the upper one counts, stuff below things.

Examples:
  maskwright evaluate --gt instances.json --dt proposals.json
  maskwright evaluate --task semantic --gt maps/truth --dt maps/predicted --ignore 255
  maskwright evaluate --task panoptic --gt street.maskwright --dt predicted.json --json
  maskwright evaluate --gt instances.json --dt results.json --iou-type bbox --max-dets 1,100,400 --json
`;
