/** What `maskwright info` tells of a dataset, and how it is printed. */
import { visibleText } from '@shared/errors/visibleText';
import { counted } from '@shared/errors/counted';

/** What both kinds have in common; the order of keys is that of `--json`. */
export interface DatasetInfo {
  readonly kind: 'project' | 'coco' | 'results' | 'dataset';
  /** Of a dataset that is not COCO. */
  readonly format?: string;
  readonly file: string;
  readonly images: number;
  readonly annotations: number;
  readonly imagesWithAnnotations: number;
  readonly categories: readonly {
    readonly id: number | string | null;
    readonly name: string;
    readonly annotations: number;
  }[];
  /** Pixels; the most frequent first. */
  readonly sizes: readonly { readonly width: number; readonly height: number; readonly images: number }[];
  /** What else the kind has to say, for people. */
  readonly details: Readonly<Record<string, string | number>>;
  readonly findings: readonly {
    readonly severity: 'error' | 'warning';
    readonly message: string;
    readonly count: number;
  }[];
}

const kinds = {
  project: 'Maskwright project',
  coco: 'COCO dataset',
  results: 'COCO results',
  dataset: 'dataset',
} as const;
const listedSizes = 10;

export function formatInfo(info: DatasetInfo): string {
  const lines = [`${visibleText(info.file)}: ${info.format === undefined ? '' : `${info.format} `}${kinds[info.kind]}`];
  const row = (name: string, value: string | number) => lines.push(`  ${name.padEnd(15)}${visibleText(String(value))}`);
  if (info.kind !== 'results') row('images', `${info.images} (${info.imagesWithAnnotations} with annotations)`);
  row('annotations', info.annotations);
  for (const [name, value] of Object.entries(info.details)) row(name, value);
  if (info.categories.length > 0) {
    lines.push('categories');
    const width = Math.max(...info.categories.map(({ id }) => String(id).length));
    const nameWidth = Math.max(...info.categories.map(({ name }) => visibleText(name).length));
    for (const { id, name, annotations } of info.categories) {
      lines.push(`  ${String(id).padStart(width)}  ${visibleText(name).padEnd(nameWidth)}  ${annotations}`);
    }
  }
  if (info.sizes.length > 0) {
    lines.push('image sizes');
    for (const { width, height, images } of info.sizes.slice(0, listedSizes)) {
      lines.push(`  ${width} x ${height}  ${counted(images, 'image')}`);
    }
    const more = info.sizes.length - listedSizes;
    if (more > 0) lines.push(`  and ${counted(more, 'other size')}`);
  }
  lines.push(info.findings.length > 0 ? 'findings' : 'no findings');
  for (const { severity, message, count } of info.findings) {
    lines.push(`  ${severity}: ${visibleText(message)}${count > 1 ? ` (and ${count - 1} more like this)` : ''}`);
  }
  return `${lines.join('\n')}\n`;
}

/** Sizes with the number of images of each, the most frequent first, then the larger. */
export function countSizes(images: readonly { width: number | null; height: number | null }[]): DatasetInfo['sizes'] {
  const counts = new Map<string, { width: number; height: number; images: number }>();
  for (const { width, height } of images) {
    if (width === null || height === null) continue;
    const key = `${width}x${height}`;
    const entry = counts.get(key);
    if (entry) entry.images++;
    else counts.set(key, { width, height, images: 1 });
  }
  return [...counts.values()].sort((a, b) => b.images - a.images || b.width * b.height - a.width * a.height);
}
