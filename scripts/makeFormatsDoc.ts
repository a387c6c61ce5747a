/** Writes docs/formats.md from the registry of formats: `npx tsx scripts/makeFormatsDoc.ts`. A test compares. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { lossSentence } from '@shared/dataset/lossWords';
import type { FormatOption } from '@shared/formats/format';
import { formats } from '@shared/formats/registry';

const root = fileURLToPath(new URL('..', import.meta.url));
export const docPath = join(root, 'docs', 'formats.md');

interface Accepted {
  /** Which dataset was exported; absent: the photos. */
  readonly dataset?: 'photos' | 'parts';
  readonly format: string;
  readonly tool: string;
  readonly objects: number;
  readonly missing: number;
  readonly meanIou: number;
  readonly exact: number;
  /** What else the tool said. */
  readonly note?: string;
}

/** What training code found in an export of the photos; measured by scripts/goldens/trainers.py. */
interface Trained {
  readonly program: string;
  readonly format: string;
  readonly exported: 'split' | 'augmented';
  readonly images: number;
  readonly objects: number;
  readonly note: string;
}

const datasets = {
  photos: '24 photos with 201 annotations',
  parts: '5 pictures with 9 masks with holes, parts and single pixels',
};

/** What the formats' own tools read of exports; measured by scripts/goldens/formats.py and mapFormats.py. */
const accepted = JSON.parse(readFileSync(join(root, 'test', 'golden', 'formats.json'), 'utf8')) as readonly Accepted[];

const trained = JSON.parse(readFileSync(join(root, 'test', 'golden', 'trainers.json'), 'utf8')) as readonly Trained[];

const exported = { split: 'split in three', augmented: 'split, with augmented copies' };

export function formatsDoc(): string {
  const can = (one: unknown) => (one ? 'yes' : 'no');
  const rows = formats.all.map(
    ({ id, title, target, extensions, read, write }) =>
      `| \`${id}\` | ${title} | ${target}${extensions.length > 0 ? `: ${extensions.map((one) => `.${one}`).join(' ')}` : ''} | ${can(read)} | ${can(write)} |`,
  );
  const sections = formats.all.map(({ id, title, about, options, readOptions = [], losses, write }) => {
    const nothing = write ? 'It holds everything.' : 'It is read only.';
    const choices = [
      ...options.map((option) => choiceLine('--option', option)),
      ...readOptions.map((option) => choiceLine('--from-option', option)),
    ];
    const lost = losses.map((code) => `- \`${code}\`: ${lossSentence({ code, count: 2 }).replace(/^2 /, '')}`);
    return [
      `## ${title}`,
      '',
      about,
      ...(choices.length > 0 ? ['', ...choices] : []),
      '',
      losses.length > 0 ? 'What it cannot hold is counted, with the annotations it is about:' : nothing,
      ...(lost.length > 0 ? ['', ...lost] : []),
      ...toolsOf(id, losses.includes('overlap')),
      ...trainersOf(id),
      '',
    ].join('\n');
  });
  const upright = formats.all.filter(({ isUpright }) => isUpright).map(({ title }) => title);
  return `# Dataset formats

Made from the registry of formats by \`scripts/makeFormatsDoc.ts\`; not edited by hand. How a format is added stands in
[recipes/add-a-format.md](recipes/add-a-format.md).

| id | format | what it is on the disk | read | written |
| --- | --- | --- | --- | --- |
${rows.join('\n')}

A record that nobody touched leaves as its own text when the project leaves in the format it came in. Coordinates are corner
coordinates; formats that count pixels (VOC boxes, labelme and CVAT masks) are converted at the door.

A picture may have an EXIF tag that says how it is turned upright. Projects show it upright, unless the dataset gives the sides that
the file has without the turn. The tools of ${upright.join(', ')} turn pictures before they lay anything on them, so there all
annotations are written upright. The others say which sides they mean, and their tools differ: they are written as the project
has them.

The tables say what other programs read of our exports (scripts/goldens/formats.py, mapFormats.py). Small datasets that such programs wrote
are read by the tests (test/fixtures/formats). A script cannot run QuPath, nor the servers of Roboflow and Label Studio: GeoJSON is
written and read by geopandas and shapely, Roboflow's files by supervision, which is of the same makers, Label Studio's masks by the
code of its SDK. CVAT is its own importer and exporter, without its server.

${sections.join('\n')}`;
}

/** `--option` is the writer's, `--from-option` the reader's. */
function choiceLine(flag: string, { name, title, choices, default: first, most }: FormatOption): string {
  const all = choices.map(({ value, title: text }) => `\`${value}\` ${text}${value === first ? ' (default)' : ''}`);
  const more = most === undefined ? [] : [`or a number up to ${most}`];
  return `- \`${flag} ${name}=...\` (${title}): ${[...all, ...more].join('; ')}`;
}

function toolsOf(id: string, isFlat: boolean): string[] {
  const rows = accepted.filter(({ format }) => format === id);
  if (rows.length === 0) return [];
  const table = rows.map(({ dataset = 'photos', tool, objects, missing, meanIou, exact, note = '' }) => {
    const cells = [tool, datasets[dataset], `${objects} of ${objects + missing}`, meanIou.toFixed(5), exact, note];
    return `| ${cells.join(' | ')} |`;
  });
  const flat = isFlat ? ' Of what overlaps only the upper one has the pixels.' : '';
  return [
    '',
    `Exports read by other programs, each object compared with the mask that was exported.${flat}`,
    '',
    '| program | exported | objects found | mean IoU | equal | |',
    '| --- | --- | --- | --- | --- | --- |',
    ...table,
  ];
}

function trainersOf(id: string): string[] {
  const rows = trained.filter(({ format }) => format === id);
  if (rows.length === 0) return [];
  return [
    '',
    'The photos as training code loads them: every image and object was found, where a row does not say otherwise.',
    '',
    '| program | exported | images | objects | |',
    '| --- | --- | --- | --- | --- |',
    ...rows.map(
      ({ program, exported: how, images, objects, note }) =>
        `| ${program} | ${exported[how]} | ${images} | ${objects} | ${note} |`,
    ),
  ];
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) writeFileSync(docPath, formatsDoc());
