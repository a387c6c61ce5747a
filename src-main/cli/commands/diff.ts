/** `maskwright diff`: what is different between two datasets or projects, whatever their formats. */
import type { Command } from 'commander';
import { diffDatasets } from '@shared/dataset/diff';
import { diffLines, diffSentences, overviewOf } from '@shared/dataset/diffWords';
import { throwIfCancelled } from '@shared/errors/cancellation';
import { formats, idsOf } from '@shared/formats/registry';
import { openView } from '../lib/datasetView';
import { numberIn } from '../lib/parse';
import { withProgress } from '../lib/progress';
import { formatHint } from '../lib/readerOptions';
import { withOptions } from '../lib/remedies';
import type { RunCommand, Session } from '../lib/session';

interface DiffCommandOptions {
  readonly fromFormat?: string;
  readonly toFormat?: string;
  readonly images?: string;
  readonly sameIou: number;
  readonly json?: boolean;
}

/** Of one kind, more are counted only. */
const listed = 10;

const whichOption = '--from-format for the first dataset and --to-format for the second';

export function addDiff(program: Command, run: RunCommand): void {
  program
    .command('diff')
    .summary('what is different between two datasets')
    .description(
      'Compares two datasets or projects of any formats: images and categories by name, annotations by their masks.',
    )
    .argument('<before>', 'a dataset (file or folder) or a project')
    .argument('<after>', 'another one')
    .option('--from-format <format>', `format of the first, where that cannot be seen: ${idsOf(formats.readable)}`)
    .option('--to-format <format>', 'format of the second')
    .option('--images <folder>', 'where their images are, if not beside them')
    .option(
      '--same-iou <number>',
      'masks that overlap so much are the same, e.g. 0.99 across formats that round',
      numberIn(0, 1),
      1,
    )
    .option('--json', 'one line of JSON with every difference')
    .addHelpText(
      'after',
      '\nExamples:\n  maskwright diff old.json new.json\n  maskwright diff photos/work.maskwright yolo --same-iou 0.99 --json\n',
    )
    .action((before: string, after: string, options: DiffCommandOptions) =>
      run((session) => withOptions(diff(before, after, options, session), formatHint(whichOption))),
    );
}

async function diff(before: string, after: string, options: DiffCommandOptions, session: Session): Promise<void> {
  const { fromFormat, toFormat, images, sameIou, json } = options;
  const [a, b] = [
    await openView(before, { format: fromFormat, images }, session),
    await openView(after, { format: toFormat, images }, session),
  ];
  const format = formats.get(a.view.textFormat ?? '');
  const found = await withProgress(session, async (onProgress) =>
    diffDatasets(a.view, b.view, {
      sameIou,
      textsHoldMasks: format?.textsHoldMasks,
      statesNumbers: format?.statesNumbers,
      categoryNumbers: format?.categoryNumbers,
      statesRecords: format?.statesRecords,
      onImage: (done, total) => {
        throwIfCancelled(session.signal);
        onProgress({ done, total, text: 'Comparing' });
      },
    }),
  );
  if (json) {
    session.io.out(`${JSON.stringify({ before, after, ...found })}\n`);
    return;
  }
  const overview = overviewOf(found, listed);
  const sentences = diffSentences(overview);
  const head = `${before} (${a.title}) → ${after} (${b.title}): ${sentences.join(', ') || 'no difference in images, categories or annotations'}`;
  session.io.out(`${[head, ...diffLines(overview)].join('\n')}\n`);
}
