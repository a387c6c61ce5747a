/** What records of ROI sets keep as their own text: the bytes of each ROI, and of a set what is no area in it. */
import { parseJson } from '../json/text';
import { fromBase64, toBase64 } from '../png/maskPng';
import { asFields, asList, asText } from '../values';

/** `name`: in its set. */
export interface RoiFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Lines, points, texts, and what cannot be read; `after`: the name of the last area before it. */
export interface OtherRoi extends RoiFile {
  readonly after: string | null;
}

export interface RoiSet {
  /** Below the dataset: a zip, a single ROI, or a folder of them. */
  readonly file: string;
  readonly others: readonly OtherRoi[];
}

export const textOfRoi = ({ name, bytes }: RoiFile): string => JSON.stringify([name, toBase64(bytes)]);

export function roiOfText(text: string): RoiFile {
  const [name, bytes] = asList(parseJson(text, '')).map((value) => asText(value) ?? '');
  return { name, bytes: fromBase64(bytes) };
}

/** The name alone where all of it are areas. */
export function textOfSet({ file, others }: RoiSet): string {
  if (others.length === 0) return file;
  return JSON.stringify({ file, others: others.map(({ name, bytes, after }) => [name, toBase64(bytes), after]) });
}

export function setOfText(text: string): RoiSet {
  if (!text.startsWith('{"file":')) return { file: text, others: [] };
  const set = asFields(parseJson(text, ''));
  const others = asList(set?.others).map((one): OtherRoi => {
    const [name, bytes, after] = asList(one).map(asText);
    return { name: name ?? '', bytes: fromBase64(bytes ?? ''), after: after ?? null };
  });
  return { file: asText(set?.file) ?? '', others };
}
