/** `evaluate --task semantic|panoptic|boundary`: opens both sides, computes, and prints a table or a line of JSON. */
import { visibleText } from '@shared/errors/visibleText';
import { DILATION_RATIO } from '@shared/metrics';
import { evaluateBoundaries, evaluatePanoptic, evaluateSemantic, type LabelTask } from './labelEvaluation';
import { openLabels, pairImages, tellUnknownClasses } from './labelInput';
import type { Session } from './session';

export const LABEL_TASKS = ['semantic', 'panoptic', 'boundary'] as const;
export type LabelTaskName = (typeof LABEL_TASKS)[number];

export interface LabelOptions {
  readonly task: LabelTaskName;
  readonly gt: string;
  readonly dt: string;
  readonly ignore: number | null;
  /** Absent: as the ground truth says. */
  readonly unlabelled?: 'background' | 'ignore';
  readonly json: boolean;
}

export async function evaluateLabels(options: LabelOptions, session: Session): Promise<void> {
  const { task: name, gt, dt, ignore, json } = options;
  const truth = await openLabels(gt, session);
  const predicted = await openLabels(dt, session, truth.classes);
  tellUnknownClasses(truth, predicted, session);
  const unlabelled = options.unlabelled ?? truth.unlabelled ?? 'background';
  const task: LabelTask = { truth, predicted, pairs: pairImages(truth, predicted, session), ignore, unlabelled };
  const report = await reports[name](task, session);
  session.io.out(
    json ? `${JSON.stringify({ task: name, images: task.pairs.length, ...report.numbers })}\n` : tableOf(report),
  );
}

type Value = number | string;

interface Report {
  readonly numbers: Readonly<Record<string, unknown>>;
  readonly summary: readonly (readonly [name: string, value: number])[];
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Value[])[];
}

const reports: Readonly<Record<LabelTaskName, (task: LabelTask, session: Session) => Promise<Report>>> = {
  async semantic(task, session) {
    const { metrics, classes } = await evaluateSemantic(task, session);
    const { meanIou, frequencyWeightedIou, meanDice, pixelAccuracy, meanAccuracy, iou, dice } = metrics;
    const summary = { meanIou, frequencyWeightedIou, meanDice, pixelAccuracy, meanAccuracy };
    const perClass = classes.map(({ id, name }, at) => ({ id, name, iou: iou[at], dice: dice[at] }));
    return {
      numbers: { ...summary, perClass },
      summary: [
        ['Mean IoU', meanIou],
        ['Frequency-weighted IoU', frequencyWeightedIou],
        ['Mean Dice', meanDice],
        ['Pixel accuracy', pixelAccuracy],
        ['Mean accuracy', meanAccuracy],
      ],
      columns: ['class', 'IoU', 'Dice'],
      rows: perClass.map((one) => [one.name, one.iou, one.dice]),
    };
  },
  async panoptic(task, session) {
    const { quality, classes } = await evaluatePanoptic(task, session);
    const names = new Map(classes.map(({ id, name }) => [id, name]));
    const { all, things, stuff } = quality;
    const perClass = quality.perCategory.map(({ categoryId, pq, sq, rq, tp, fp, fn }) => {
      return { id: categoryId, name: names.get(categoryId) ?? '', pq, sq, rq, tp, fp, fn };
    });
    const part = (name: string, { pq, sq, rq }: typeof all) =>
      (['PQ', 'SQ', 'RQ'] as const).map((key, at) => [`${key} (${name})`, [pq, sq, rq][at]] as const);
    return {
      numbers: { all, things, stuff, perClass },
      summary: [...part('all', all), ...part('things', things), ...part('stuff', stuff)],
      columns: ['class', 'PQ', 'SQ', 'RQ', 'matched', 'wrong', 'missed'],
      rows: perClass
        .filter(({ tp, fp, fn }) => tp + fp + fn > 0)
        .map(({ name, pq, sq, rq, tp, fp, fn }) => [name, pq, sq, rq, String(tp), String(fp), String(fn)]),
    };
  },
  async boundary(task, session) {
    const { classes, meanBoundaryIou } = await evaluateBoundaries(task, DILATION_RATIO, session);
    return {
      numbers: { meanBoundaryIou, dilationRatio: DILATION_RATIO, perClass: classes },
      summary: [['Mean boundary IoU', meanBoundaryIou]],
      columns: ['class', 'boundary IoU'],
      rows: classes.map(({ name, boundaryIou }) => [name, boundaryIou]),
    };
  },
};

/** Numbers in 0..1 with three digits; a dash where there is none. */
const shown = (value: Value) => (typeof value === 'string' ? value : Number.isNaN(value) ? '-' : value.toFixed(3));

function tableOf({ summary, columns, rows }: Report): string {
  const wide = Math.max(...summary.map(([name]) => name.length));
  const lines = summary.map(([name, value]) => `${name.padEnd(wide)}  ${shown(value)}`);
  const cells = [columns, ...rows.map((row) => row.map((cell) => visibleText(shown(cell))))];
  const widths = columns.map((_, at) => Math.max(...cells.map((row) => row[at].length)));
  const table = cells.map((row) =>
    row
      .map((cell, at) => (at === 0 ? cell.padEnd(widths[at]) : cell.padStart(widths[at])))
      .join('  ')
      .trimEnd(),
  );
  return `${[...lines, '', ...table].join('\n')}\n`;
}
