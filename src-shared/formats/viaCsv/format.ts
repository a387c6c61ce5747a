/** VIA's regions as a table: a line each, with its shape and its attributes as JSON. */
import { inside, losesSigns } from '../../dataset/outputNames';
import type { DatasetSink } from '../../dataset/records';
import type { DatasetView } from '../../dataset/view';
import { AppError } from '../../errors/appError';
import { amongOthers } from '../amongOthers';
import type { DatasetFormat, DatasetSource, WriteContext } from '../format';
import { parseJson, rawMember } from '../json/text';
import { viaFormat } from '../via/format';
import { contentOf, labelOf, nameOfAttribute } from '../via/read';
import { regionsText } from '../via/write';
import { firstFile, tellLeftFiles } from '../leftFiles';
import { ownParts } from '../ownParts';
import { asFields } from '../values';
import { type CsvRow, csvRows, quoted } from './rows';

const header = 'filename,file_size,file_attributes,region_count,region_id,region_shape_attributes,region_attributes\n';
const isCsvName = (name: string) => /\.csv$/i.test(name);
const isViaCsv = (head: string) => /^\ufeff?#?\s*"?filename"?,"?file_size"?,"?file_attributes"?,/i.test(head);

export const viaCsvFormat: DatasetFormat = {
  id: 'via-csv',
  title: 'VIA table (CSV)',
  about: 'One CSV file with a line for each polygon or box: what the VGG Image Annotator exports as CSV.',
  textsHoldMasks: true,
  extensions: ['csv'],
  target: 'file',
  isUpright: true,
  options: viaFormat.options,
  losses: viaFormat.losses,
  async recognise(source) {
    const file = await firstFile(source, fileKind);
    return file === null ? null : `${file} has the columns of VIA`;
  },
  async read(source, sink) {
    const file = source.entry ?? (await firstFile(source, fileKind)) ?? '';
    await readTable(source, file, sink);
    await tellLeftFiles(source, file, fileKind, sink);
  },
  write: (view, context) => [{ name: context.fileName, content: linesOf(view, context) }],
};

interface Table {
  /** Lines of each image, in the order in which images come. */
  readonly images: ReadonlyMap<string, readonly CsvRow[]>;
  /** The attribute by which regions are classed. */
  readonly attribute: string | null;
}

/** VIA writes names as they are: one with commas makes cells of its own, of which all but the last six are the name. */
function viaRows(text: string): CsvRow[] {
  return csvRows(text).map((row) => {
    if (row.cells.length <= 7) return row;
    const name = /^\ufeff?(.*?),-?\d+,"\{/.exec(row.text)?.[1];
    return name === undefined ? row : { ...row, cells: [name, ...row.cells.slice(-6)] };
  });
}

/** What a line says of its region, in the words of VIA's JSON; null: its image has none. */
function regionText({ cells }: CsvRow): string | null {
  const [, , , , , shape = '', attributes = ''] = cells;
  if (shape.trim() === '' || shape.trim() === '{}') return null;
  return `{"shape_attributes":${shape},"region_attributes":${attributes.trim() === '' ? '{}' : attributes}}`;
}

function tableOf(rows: readonly CsvRow[], file: string): Table {
  const images = new Map<string, CsvRow[]>();
  const regions: Record<string, { regions: unknown[] }> = {};
  for (const row of rows) {
    const key = `${row.cells[0]}\n${row.cells[1] ?? ''}`;
    const text = regionText(row);
    const region = text === null ? null : parseJson(text, file);
    images.set(key, [...(images.get(key) ?? []), row]);
    (regions[` ${key}`] ??= { regions: [] }).regions.push(...(region === null ? [] : [region]));
  }
  return { images, attribute: nameOfAttribute({}, regions) };
}

async function readTable(source: DatasetSource, file: string, sink: DatasetSink): Promise<void> {
  const name = source.fullName(file);
  const [first, ...rows] = viaRows(await source.text(file));
  if (!first || !isViaCsv(first.text))
    throw new AppError('bad-input', `${name} does not begin with the columns of VIA`, {
      place: { file: name, line: 1 },
    });
  const { images, attribute } = tableOf(rows, name);
  sink.part('header', first.text);
  if (attribute !== null) sink.part('attribute', JSON.stringify(attribute));
  const categories = new Map<string, number>();
  const folder = file.slice(0, file.lastIndexOf('/') + 1);
  let id = 0;
  for (const lines of images.values()) {
    id++;
    const fileName = lines[0].cells[0];
    if (fileName === '') throw new AppError('bad-input', `${name}: a line names no file`, { place: { file: name } });
    const at = { file: name, pointer: fileName };
    const size = await source.imageSize(folder + fileName);
    const text = lines.map((line) => line.text).join('');
    sink.image({ id, fileName: folder + fileName, width: size?.width ?? null, height: size?.height ?? null }, text, at);
    lines.forEach((line, place) => {
      const region = regionText(line);
      if (region === null) return;
      const where = { file: name, pointer: `${fileName}, region ${place + 1}` };
      const json = parseJson(region, name);
      const content = contentOf(json, attribute);
      if (!content) {
        const message = 'the region has no area: left out';
        sink.issue({ code: 'shape-skipped', severity: 'warning', pointer: where.pointer, message }, where);
        return;
      }
      const attributes = asFields(asFields(json)?.region_attributes) ?? {};
      const label = attribute === null ? 'object' : (labelOf(attributes[attribute]) ?? 'object');
      let category = categories.get(label);
      if (category === undefined) {
        categories.set(label, (category = categories.size + 1));
        sink.category({ id: category, name: label, supercategory: null }, null, where);
      }
      sink.annotation({ id: null, imageId: id, categoryId: category, maskSize: null, content }, region, where);
    });
  }
}

/** A line end stands between lines: who came without one at the end leaves so. */
function* linesOf(view: DatasetView, context: WriteContext): Generator<string> {
  let isOpen = false;
  for (const piece of piecesOf(view, context)) {
    yield isOpen ? `\n${piece}` : piece;
    isOpen = !piece.endsWith('\n');
  }
}

function* piecesOf(view: DatasetView, context: WriteContext): Generator<string> {
  const own = view.textFormat === 'via-csv';
  const parts = ownParts(view, 'via-csv');
  const said = parts.get('attribute') ?? null;
  const attribute = said === null ? null : String(parseJson(said, ''));
  const names = new Map(view.categories().map(({ id, name }) => [id, name]));
  yield parts.get('header') ?? header;
  for (const image of view.images()) {
    const text = own ? image.text : null;
    if (text !== null && image.untouched) {
      yield text;
      continue;
    }
    const before = text === null ? [] : viaRows(text);
    if (text === null && losesSigns(image.fileName)) context.losses.add('image-renamed', { imageId: image.id });
    const records = regionsText(view, image, names, attribute ?? 'category', text !== null, context);
    const regions = amongOthers(
      before.flatMap((row) => regionText(row) ?? []),
      (region) => contentOf(parseJson(region, ''), attribute) === null,
      records,
    );
    const [name, size, attributes] = before[0]?.cells ?? [inside(image.fileName), '-1', '{}'];
    const head = `${/[",\r\n]/.test(name) ? quoted(name) : name},${size},${quoted(attributes)},${regions.length}`;
    if (regions.length === 0) yield `${head},0,"{}","{}"\n`;
    for (const [place, region] of regions.entries()) {
      const cells = ['shape_attributes', 'region_attributes'].map((key) => quoted(rawMember(region, key) ?? '{}'));
      yield `${head},${place},${cells.join(',')}\n`;
    }
  }
}

const fileKind = { isCandidate: isCsvName, isOne: isViaCsv };
