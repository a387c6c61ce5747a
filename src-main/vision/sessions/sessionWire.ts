/** The live wire of a session: the fields around its last seeds, and the path between two places. */
import type { WirePath } from '@shared/methods/requests';
import type { RgbaImage } from '../opencv/image';
import { type Place, snapToEdge, type WireField, wireLevel, wirePath } from '../methods/scissors/wireField';

/** Fields kept, a megabyte each: the last seed at some levels, and those before it for when it is taken back. */
const MOST_FIELDS = 12;

/** Computes a field where none is kept; see wireField.ts. */
type FieldOf = (place: Place, level: number) => Promise<WireField>;

export async function wireBetween(
  fields: Map<string, Promise<WireField>>,
  image: RgbaImage,
  { from, to, snap }: { readonly from: Place; readonly to: Place; readonly snap: number },
  fieldOf: FieldOf,
): Promise<WirePath> {
  const start = snapToEdge(image, from, snap);
  const end = snapToEdge(image, to, snap);
  const field = await kept(fields, start, wireLevel(start, end), fieldOf);
  return { path: wirePath(field, start, end), from: start, to: end };
}

function kept(
  fields: Map<string, Promise<WireField>>,
  place: Place,
  level: number,
  fieldOf: FieldOf,
): Promise<WireField> {
  const key = `${place.join(',')} ${level}`;
  const field = fields.get(key) ?? fieldOf(place, level);
  fields.delete(key);
  fields.set(key, field);
  field.catch(() => fields.delete(key));
  const [oldest] = fields.keys();
  if (fields.size > MOST_FIELDS) fields.delete(oldest);
  return field;
}
