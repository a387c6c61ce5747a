/** ImageJ's ROI sets -> records: the ROIs of a zip, or of a folder, belong to one picture. */
import { unzipSync } from 'fflate';
import type { AnnotationContent, DatasetSink } from '../../dataset/records';
import { AppError } from '../../errors/appError';
import { MaskError } from '../../mask';
import type { DatasetSource } from '../format';
import { baseOf, folderOf, isPictureName, pictureBeside, stemOf } from '../names';
import { pictureOfStem } from '../stemPlaces';
import { type OtherRoi, type RoiFile, textOfRoi, textOfSet } from './ownTexts';
import { enoughWork, type Work } from './nested';
import { decodeRoi, type Roi } from './roi';

/** A ROI of a million points is 12 MB. */
const mostBytes = 32_000_000;
const mostRois = 200_000;
/** Of all ROIs of a set, unpacked. */
const mostOfSet = 500_000_000;

const isRoiName = (name: string): boolean => /\.roi$/i.test(name);
const isZipName = (name: string): boolean => /\.zip$/i.test(name);

/** Files of ROIs, each with its name in the set; null: it holds other things alone. Throws MaskError for what is no zip. */
export function unpackSet(bytes: Uint8Array): RoiFile[] | null {
  let [count, others, total] = [0, 0, 0];
  try {
    const files = unzipSync(bytes, {
      filter: ({ name, originalSize }) => {
        if (isRoiName(name) && originalSize <= mostBytes && count < mostRois) {
          total += originalSize;
          if (total > mostOfSet) throw new MaskError(`its ROIs unpack to more than ${mostOfSet / 1e6} MB`);
          return count++ >= 0;
        }
        others++;
        return false;
      },
    });
    if (count === 0 && others > 0) return null;
    return Object.entries(files).map(([name, content]) => ({ name, bytes: content }));
  } catch (error) {
    if (error instanceof MaskError) throw error;
    throw new MaskError(`the zip is damaged: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Zips that ROI Manager saved, and folders of single ROIs. */
export async function roiSets(
  source: DatasetSource,
): Promise<{ readonly zips: string[]; readonly rois: Map<string, string[]> }> {
  const names = source.entry === null ? await source.names() : [source.entry];
  const rois = new Map<string, string[]>();
  for (const name of names.filter(isRoiName)) rois.set(folderOf(name), [...(rois.get(folderOf(name)) ?? []), name]);
  return { zips: names.filter(isZipName), rois };
}

/** The picture of a set: of its name, of the name without "RoiSet", else the only one of the folder. */
export function pictureOf(names: ReadonlySet<string>, set: string): string {
  const stem = stemOf(set);
  const plain = stem.replace(/[ _-]*rois?(set)?$/i, '').replace(/(^|\/)roiset[ _-]*(?=[^/])/i, '$1');
  for (const one of [stem, plain]) {
    const found = pictureOfStem(names, one);
    if (found !== null) return found;
  }
  const folder = folderOf(set);
  const there = [...names].filter((name) => isPictureName(name) && folderOf(name) === folder);
  return there.length === 1 ? there[0] : `${plain === '' || plain.endsWith('/') ? stem : plain}.tif`;
}

export async function readRois(source: DatasetSource, sink: DatasetSink): Promise<void> {
  const names = new Set(await source.names());
  const { zips, rois } = await roiSets(source);
  const categories = new Map<string, number>();
  let images = 0;
  const take = async (set: string, files: readonly RoiFile[]) => {
    const id = ++images;
    const file = source.fullName(set);
    const fileName = pictureOf(names, set);
    const size = await source.imageSize(fileName);
    const work = enoughWork();
    const read = files.map((one) => ({ ...one, roi: readRoi(one, work) }));
    const setText = textOfSet({ file: set, others: othersOf(read) });
    sink.image({ id, fileName, width: size?.width ?? null, height: size?.height ?? null }, setText, {
      file,
      pointer: '',
    });
    for (const { name, bytes, roi } of read) {
      const at = { file, pointer: name };
      if (typeof roi === 'string') {
        sink.issue({ code: 'shape-skipped', severity: 'warning', pointer: name, message: roi }, at);
        continue;
      }
      const { label, content } = roi;
      let category = categories.get(label);
      if (category === undefined) {
        categories.set(label, (category = categories.size + 1));
        sink.category({ id: category, name: label, supercategory: null }, null, at);
      }
      const record = { id: null, imageId: id, categoryId: category, maskSize: null, content };
      sink.annotation(record, textOfRoi({ name, bytes }), at);
    }
  };
  for (const zip of zips) {
    let files: ReturnType<typeof unpackSet>;
    try {
      files = unpackSet(await source.bytes(zip));
    } catch (error) {
      if (!(error instanceof MaskError)) throw error;
      const file = source.fullName(zip);
      throw new AppError('bad-input', `${file} cannot be used: ${error.message}`, { place: { file } });
    }
    if (files) await take(zip, files);
  }
  for (const [folder, files] of rois) {
    const read = [];
    for (const name of files) read.push({ name: baseOf(name), bytes: await source.bytes(name) });
    const isAlone = files.length === 1 && (pictureBeside(names, stemOf(files[0])) !== null || source.entry !== null);
    await take(isAlone ? files[0] : `${folder || `${baseOf(source.path)}/`}`.replace(/\/$/, ''), read);
  }
}

/** The ROIs of a set that are no areas, each with the name of the last area before it; null: there is none. */
function othersOf(files: readonly (RoiFile & { readonly roi: ReturnType<typeof readRoi> })[]): OtherRoi[] {
  let after: string | null = null;
  const others: OtherRoi[] = [];
  for (const { name, bytes, roi } of files) {
    if (typeof roi === 'string') others.push({ name, bytes, after });
    else after = name;
  }
  return others;
}

/** Or why it is left out. Its label without the numbers of ROI Manager; its file's name where it has none of its own. */
function readRoi(
  { name, bytes }: RoiFile,
  work: Work,
): { readonly label: string; readonly content: AnnotationContent } | string {
  try {
    const roi = decodeRoi(bytes, work);
    const content = contentOf(roi);
    return typeof content === 'string' ? content : { label: labelOf(roi, name), content };
  } catch (error) {
    if (error instanceof MaskError) return `${error.message}: left out`;
    throw error;
  }
}

/** What was said on writing; else the name, without the numbers that ImageJ gives. */
export function labelOf({ name, category }: Roi, file: string): string {
  if (category !== null && category !== '') return category;
  const own = (name || stemOf(baseOf(file))).replace(/[ _-]*\d+([ _-]\d+)*$/, '').trim();
  return own === '' ? 'object' : own;
}

function contentOf({ shape }: Roi): AnnotationContent | string {
  const base = { area: null, isCrowd: false, score: null, extra: {} };
  switch (shape.kind) {
    case 'none':
      return `it is ${shape.what}, which has no area: left out`;
    case 'box':
      return { ...base, segmentation: null, bbox: shape.box };
    case 'parts':
      if (shape.parts.length === 0) return 'it has no outline: left out';
      return { ...base, segmentation: { kind: 'polygons', parts: shape.parts }, bbox: null };
  }
}
