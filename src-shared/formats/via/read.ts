/** VIA's regions -> records. */
import type { AnnotationContent, DatasetSink } from '../../dataset/records';
import { AppError } from '../../errors/appError';
import type { DatasetSource } from '../format';
import { jsonElements, jsonMembers, parseJson, rawMember } from '../json/text';
import { ringOfEllipse } from '../outline';
import { asFields, asList, asNumber, asText, type Fields } from '../values';

/** The text of the images' object: the file itself, or one of its members. */
export function imagesSpan(text: string): readonly [start: number, end: number] {
  const member = jsonMembers(text).find(({ key }) => key === '_via_img_metadata');
  return member ? [member.valueStart, member.valueEnd] : [0, text.length];
}

export async function readVia(source: DatasetSource, file: string, sink: DatasetSink): Promise<void> {
  const name = source.fullName(file);
  const text = await source.text(file);
  const json = asFields(parseJson(text, name));
  const images = json && (asFields(json._via_img_metadata) ?? (json._via_settings ? null : json));
  if (!json || !images) throw new AppError('bad-input', `${name} has no images of VIA`, { place: { file: name } });
  sink.part('file', text);
  const attribute = nameOfAttribute(json, images);
  const categories = new Map<string, number>();
  const folder = file.slice(0, file.lastIndexOf('/') + 1);
  // In the order of the text: an object has keys that look like numbers before all others.
  const texts = imageTexts(text);
  for (const [index, [key, imageText]] of [...texts].entries()) {
    const at = { file: name, pointer: `/${key}` };
    const fields = asFields(images[key]);
    const fileName = fields && asText(fields.filename);
    if (!fields || !fileName)
      throw new AppError('bad-input', `${name}: "${key}" names no file`, { place: { file: name } });
    const id = index + 1;
    const size = await source.imageSize(folder + fileName);
    sink.image(
      { id, fileName: folder + fileName, width: size?.width ?? null, height: size?.height ?? null },
      text === '' ? null : key,
      at,
    );
    const regionTexts = textsOfRegions(imageText);
    regionsOf(fields).forEach((region, place) => {
      const where = { file: name, pointer: `/${key}/regions/${place}` };
      const skip = (message: string) =>
        sink.issue({ code: 'shape-skipped', severity: 'warning', pointer: where.pointer, message }, where);
      const attributes = asFields(asFields(region)?.region_attributes) ?? {};
      const content = contentOf(region, attribute);
      if (!content) return skip('the region has no area: left out');
      const label = attribute === null ? 'object' : (labelOf(attributes[attribute]) ?? 'object');
      let category = categories.get(label);
      if (category === undefined) {
        categories.set(label, (category = categories.size + 1));
        sink.category({ id: category, name: label, supercategory: null }, null, where);
      }
      sink.annotation(
        { id: null, imageId: id, categoryId: category, maskSize: null, content },
        regionTexts[place] ?? null,
        where,
      );
    });
  }
}

/** VIA 1 keeps them by number. */
export const regionsOf = (fields: Fields) =>
  Array.isArray(fields.regions) ? asList(fields.regions) : Object.values(asFields(fields.regions) ?? {});

/** The text of each image by its key, all cut in one walk through the file; of a key that comes twice the last, as JSON.parse has it. */
function imageTexts(text: string): ReadonlyMap<string, string> {
  const images = text.slice(...imagesSpan(text));
  return new Map(jsonMembers(images).map(({ key, valueStart, valueEnd }) => [key, images.slice(valueStart, valueEnd)]));
}

export function textsOfRegions(image: string): readonly string[] {
  const regions = rawMember(image, 'regions');
  if (regions?.startsWith('[')) return jsonElements(regions);
  return regions?.startsWith('{')
    ? jsonMembers(regions).map(({ valueStart, valueEnd }) => regions.slice(valueStart, valueEnd))
    : [];
}

/** What regions are classed by: an attribute of a usual name, else the first there is. */
export function nameOfAttribute(json: Fields, images: Fields): string | null {
  const defined = Object.keys(asFields(asFields(json._via_attributes)?.region) ?? {});
  const used = Object.values(images).flatMap((image) => {
    const fields = asFields(image);
    return fields
      ? regionsOf(fields).flatMap((region) => Object.keys(asFields(asFields(region)?.region_attributes) ?? {}))
      : [];
  });
  return classingOf([...new Set([...defined, ...used])]);
}

/** Of the names of attributes the usual one, else the first. */
export const classingOf = (names: readonly string[]): string | null =>
  names.find((name) => /^(class|category|label|name|type|object)$/i.test(name)) ?? names[0] ?? null;

/** A text, or what is ticked. */
export function labelOf(value: unknown): string | null {
  if (typeof value === 'string' || typeof value === 'number') return String(value) || null;
  const ticked = Object.entries(asFields(value) ?? {}).find(([, on]) => on === true || on === 'true');
  return ticked?.[0] ?? null;
}

export function contentOf(region: unknown, attribute: string | null): AnnotationContent | null {
  const shape = asFields(asFields(region)?.shape_attributes) ?? {};
  const attributes = asFields(asFields(region)?.region_attributes) ?? {};
  const others = Object.fromEntries(Object.entries(attributes).filter(([key]) => key !== attribute));
  const extra = Object.keys(others).length > 0 ? { attributes: others } : {};
  const base = { bbox: null, area: null, isCrowd: false, score: null, extra };
  const polygon = (outer: number[]) => ({
    ...base,
    segmentation: { kind: 'polygons' as const, parts: [{ outer, holes: [] }] },
  });
  const numbers = (...names: readonly string[]) => names.map((name) => asNumber(shape[name]) ?? Number.NaN);
  switch (shape.name) {
    case 'polygon': {
      const [xs, ys] = [asList(shape.all_points_x), asList(shape.all_points_y)];
      const outer = xs.flatMap((x, i) => [asNumber(x) ?? Number.NaN, asNumber(ys[i]) ?? Number.NaN]);
      return outer.length >= 6 && outer.every(Number.isFinite) ? polygon(outer) : null;
    }
    case 'rect': {
      const [x, y, w, h] = numbers('x', 'y', 'width', 'height');
      return [x, y, w, h].every(Number.isFinite) ? { ...base, segmentation: null, bbox: [x, y, w, h] } : null;
    }
    case 'circle':
    case 'ellipse': {
      const radii = shape.name === 'circle' ? ['r', 'r'] : ['rx', 'ry'];
      const [cx, cy, rx, ry] = numbers('cx', 'cy', ...radii);
      const turn = asNumber(shape.theta) ?? 0;
      return [cx, cy, rx, ry].every(Number.isFinite) ? polygon(ringOfEllipse(cx, cy, rx, ry, turn)) : null;
    }
    default:
      return null;
  }
}
