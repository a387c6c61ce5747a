/** A project of VIA 3 -> records: the regions of its images, in the words of VIA 2. */
import type { DatasetSink } from '../../dataset/records';
import { AppError } from '../../errors/appError';
import { counted } from '../../errors/counted';
import { ringBox } from '../../geometry/polygon';
import type { DatasetSource } from '../format';
import { parseJson } from '../json/text';
import { folderOf, isAbsoluteName } from '../names';
import { asFields, asList, asNumber, asText, type Fields } from '../values';
import { classingOf, contentOf } from '../via/read';

/** Numbers that VIA has for kinds of files, places of files, and kinds of attributes. */
const imageType = 2;
const [fromDisk, inlined] = [1, 4];
const textType = 1;

interface Attribute {
  readonly name: string;
  readonly isChosen: boolean;
  readonly options: Fields;
  readonly ofRegions: boolean;
}

export async function readVia3(source: DatasetSource, file: string, sink: DatasetSink): Promise<void> {
  const name = source.fullName(file);
  const json = asFields(parseJson(await source.text(file), name));
  const [files, views, metadata] = ['file', 'view', 'metadata'].map((key) => asFields(json?.[key]));
  if (!json || !files || !views || !metadata)
    throw new AppError('bad-input', `${name} is no project of VIA 3: it has no list of files, views or metadata`, {
      place: { file: name },
    });
  const attributes = attributesOf(json);
  const region = regionReader(name, classingNameOf(json, attributes), attributes, sink);
  const said = byView(metadata);
  const images = new Map<string, number>();
  const left = { files: 0, times: 0, ofSeveral: 0, texts: 0 };
  for (const view of viewsInOrder(json, views)) {
    const ids = asList(asFields(views[view])?.fid_list).map(String);
    const records = said.get(view) ?? [];
    const whole = records.filter(({ fields }) => asList(fields.xy).length === 0);
    const values = whole.flatMap(({ fields }) => valuesOf(fields, attributes));
    const tags = ids.length === 1 ? values.flatMap(({ isChosen, texts }) => (isChosen ? texts : [])) : [];
    const pictures: number[] = [];
    for (const id of ids) {
      const fields = asFields(files[id]);
      const fileName = fields && nameOf(fields, json, folderOf(file));
      if (!fields || !fileName) continue;
      // Without a type it is a file that another program put there.
      if ((asNumber(fields.type) ?? imageType) !== imageType) {
        left.files++;
        continue;
      }
      let image = images.get(id);
      if (image === undefined) {
        images.set(id, (image = images.size + 1));
        const size = await source.imageSize(fileName);
        const record = { id: image, fileName, width: size?.width ?? null, height: size?.height ?? null, tags };
        sink.image(record, null, { file: name, pointer: `/file/${id}` });
      }
      pictures.push(image);
    }
    if (pictures.length === 0) {
      left.times += records.length;
      continue;
    }
    left.texts += ids.length === 1 ? values.filter(({ isChosen }) => !isChosen).length : values.length;
    const regions = records.filter((record) => !whole.includes(record));
    // What is said of several files at once does not say of which.
    if (ids.length > 1) left.ofSeveral += regions.length;
    else for (const record of regions) region(record, pictures[0]);
  }
  const tell = (count: number, one: string, several: string, why: string) => {
    if (count === 0) return;
    const message = `${counted(count, one, several)} left out: ${why}`;
    sink.issue({ code: 'part-left-out', severity: 'warning', pointer: '', message }, { file: name, pointer: '' });
  };
  tell(left.files, 'video or sound was', 'videos and sounds were', 'images alone are read');
  tell(left.times, 'region or segment was', 'regions and segments were', 'of videos and sounds nothing is read');
  tell(left.ofSeveral, 'region was', 'regions were', 'a view of several images does not say in which one they are');
  tell(left.texts, 'text was', 'texts were', 'what is said of a whole image has no place here');
}

interface Metadata {
  readonly key: string;
  readonly fields: Fields;
}

/** What hands over one region of an image. */
function regionReader(
  file: string,
  classing: string | null,
  attributes: ReadonlyMap<string, Attribute>,
  sink: DatasetSink,
): (record: Metadata, imageId: number) => void {
  const categories = new Map<string, number>();
  return ({ key, fields }, imageId) => {
    const at = { file, pointer: `/metadata/${key}` };
    const values = valuesOf(fields, attributes);
    // Where VIA took COCO in, each category became an attribute that says its own name.
    const label = values.find(({ name }) => name === classing) ?? values.find(({ name, texts }) => texts[0] === name);
    const region = {
      shape_attributes: shapeOf(asList(fields.xy).map((value) => asNumber(value) ?? Number.NaN)),
      region_attributes: Object.fromEntries(values.map(({ name, texts }) => [name, texts.join(', ')])),
    };
    const content = contentOf(region, label?.name ?? null);
    if (!content) {
      const message = 'the region has no area: left out';
      return sink.issue({ code: 'shape-skipped', severity: 'warning', pointer: at.pointer, message }, at);
    }
    const text = label?.texts[0] ?? 'object';
    let category = categories.get(text);
    if (category === undefined) {
      categories.set(text, (category = categories.size + 1));
      sink.category({ id: category, name: text, supercategory: null }, null, at);
    }
    sink.annotation({ id: null, imageId, categoryId: category, maskSize: null, content }, null, at);
  };
}

function byView(metadata: Fields): ReadonlyMap<string, readonly Metadata[]> {
  const found = new Map<string, Metadata[]>();
  for (const [key, value] of Object.entries(metadata)) {
    const fields = asFields(value);
    if (!fields) continue;
    const view = String(fields.vid);
    const known = found.get(view);
    if (known) known.push({ key, fields });
    else found.set(view, [{ key, fields }]);
  }
  return found;
}

/** As they are shown, then those that are hidden. Before 3.0.9 the list stood outside. */
function viewsInOrder(json: Fields, views: Fields): string[] {
  const listed = asList(asFields(json.project)?.vid_list ?? json.vid_list).map(String);
  return [...new Set([...listed.filter((view) => Object.hasOwn(views, view)), ...Object.keys(views)])];
}

function nameOf(file: Fields, json: Fields, folder: string): string | null {
  const [given, src, place] = [asText(file.fname), asText(file.src), asNumber(file.loc)];
  const isLoose = place === fromDisk || place === inlined || !src || src.startsWith('data:');
  if (isLoose) return given && folder + given;
  const path = `${asText(asFields(asFields(asFields(json.config)?.file)?.loc_prefix)?.[String(place)]) ?? ''}${src}`;
  return isAbsoluteName(path.replace(/\\/g, '/')) ? path.replace(/^file:\/\//, '') : folder + path;
}

function attributesOf(json: Fields): ReadonlyMap<string, Attribute> {
  return new Map(
    Object.entries(asFields(json.attribute) ?? {}).flatMap(([id, value]) => {
      const fields = asFields(value);
      const name = asText(fields?.aname);
      if (!fields || name === null) return [];
      const anchor = asText(fields.anchor_id) ?? '';
      const options = asFields(fields.options) ?? {};
      const isChosen = (asNumber(fields.type) ?? textType) !== textType;
      return [[id, { name, isChosen, options, ofRegions: !anchor.endsWith('XY0') }] as const];
    }),
  );
}

/** What regions are classed by: an attribute of a usual name, else the one that VIA shows beside them, else the first. */
function classingNameOf(json: Fields, attributes: ReadonlyMap<string, Attribute>): string | null {
  const shown = attributes.get(String(asFields(asFields(json.config)?.ui)?.spatial_region_label_attribute_id));
  const names = [...attributes.values()].flatMap(({ name, ofRegions }) => (ofRegions ? [name] : []));
  return classingOf(shown ? [shown.name, ...names] : names);
}

/** What is said of it, by attribute: of several that are ticked each. */
function valuesOf(fields: Fields, attributes: ReadonlyMap<string, Attribute>) {
  return Object.entries(asFields(fields.av) ?? {}).flatMap(([id, value]) => {
    const { name = id, isChosen = false, options = {} } = attributes.get(id) ?? {};
    if (typeof value !== 'string' && typeof value !== 'number') return [];
    const ids = isChosen ? String(value).split(',') : [String(value)];
    const texts = ids.map((one) => asText(options[one]) || one).filter((one) => one !== '');
    return texts.length > 0 ? [{ name, isChosen, texts }] : [];
  });
}

/** The numbers of a shape in the words of VIA 2. */
function shapeOf([kind, ...numbers]: readonly number[]): Fields {
  const [a, b, c, d] = numbers;
  const xs = numbers.filter((_, i) => i % 2 === 0);
  const ys = numbers.filter((_, i) => i % 2 === 1);
  switch (kind) {
    case 2:
      return { name: 'rect', x: a, y: b, width: c, height: d };
    case 3:
      return { name: 'circle', cx: a, cy: b, r: c };
    case 4:
      return { name: 'ellipse', cx: a, cy: b, rx: c, ry: d };
    case 7:
      return { name: 'polygon', all_points_x: xs, all_points_y: ys };
    case 8: {
      // Points on the four sides.
      if (numbers.length < 4 || !numbers.every(Number.isFinite)) return { name: 'point' };
      const [x, y, width, height] = ringBox(numbers);
      return { name: 'rect', x, y, width, height };
    }
    case 9:
      return { name: 'circle', ...circleThrough(xs, ys) };
    default:
      return { name: 'point' };
  }
}

/** Three points of its rim; no numbers where they lie on one line. */
function circleThrough([x0, x1, x2]: readonly number[], [y0, y1, y2]: readonly number[]) {
  const [bx, by, ex, ey] = [x1 - x0, y1 - y0, x2 - x0, y2 - y0];
  const [b, e, twice] = [bx * bx + by * by, ex * ex + ey * ey, 2 * (bx * ey - by * ex)];
  const [dx, dy] = [(ey * b - by * e) / twice, (bx * e - ex * b) / twice];
  return { cx: x0 + dx, cy: y0 + dy, r: Math.hypot(dx, dy) };
}
