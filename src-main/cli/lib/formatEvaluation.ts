/** The COCO numbers as pycocotools prints them. */
import type { CocoEvalResult } from '@shared/metrics';

/** Twelve lines for three maxDets. Source: cocoeval.py, summarize. */
export function formatEvaluation({ stats, maxDets }: Pick<CocoEvalResult, 'stats' | 'maxDets'>): string {
  const last = maxDets[maxDets.length - 1];
  const rows: [precision: boolean, iou: string, area: string, limit: number][] = [
    [true, '0.50:0.95', 'all', last],
    [true, '0.50', 'all', last],
    [true, '0.75', 'all', last],
    [true, '0.50:0.95', 'small', last],
    [true, '0.50:0.95', 'medium', last],
    [true, '0.50:0.95', 'large', last],
    ...maxDets.map((limit): [boolean, string, string, number] => [false, '0.50:0.95', 'all', limit]),
    [false, '0.50:0.95', 'small', last],
    [false, '0.50:0.95', 'medium', last],
    [false, '0.50:0.95', 'large', last],
  ];
  const lines = rows.map(([precision, iou, area, limit], i) => {
    const title = (precision ? 'Average Precision' : 'Average Recall').padEnd(18);
    const kind = precision ? '(AP)' : '(AR)';
    const place = `IoU=${iou.padEnd(9)} | area=${area.padStart(6)} | maxDets=${String(limit).padStart(3)}`;
    return ` ${title} ${kind} @[ ${place} ] = ${stats[i].toFixed(3)}`;
  });
  return `${lines.join('\n')}\n`;
}
