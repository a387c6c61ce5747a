/** For each kind of finding about a dataset's text a dataset that has it, and how that one is without it. */
import type { IssueCode } from '@shared/dataset/finding';
import type { FormatOptions } from '@shared/formats/format';
import { encodeRoi } from '@shared/formats/imagej/roi';
import { vocPalette, writeColorPng, writeGreyPng, writeIndexedPng } from '@shared/formats/png/maskPng';
import { fromUncompressed, toCompressed } from '@shared/mask';

export type Texts = Readonly<Record<string, string | Uint8Array>>;

export interface LintCase {
  readonly code: IssueCode;
  readonly format: string;
  readonly files: Texts;
  /** Sizes of the image files that are there. */
  readonly sizes?: Readonly<Record<string, readonly [number, number]>>;
  /** `auto`: the fix takes it away; else the dataset as a person would mend it. */
  readonly fixed: 'auto' | Texts;
  /** Of the reader. */
  readonly options?: FormatOptions;
}

type Records = Readonly<Record<'images' | 'categories' | 'annotations', readonly unknown[]>>;

const square = (x: number, y: number, side: number) => [x, y, x + side, y, x + side, y + side, x, y + side];
const image = { id: 1, file_name: 'a.png', width: 100, height: 80 };
const category = { id: 1, name: 'cat' };
const sound = {
  id: 1,
  image_id: 1,
  category_id: 1,
  segmentation: [square(10, 10, 20)],
  area: 400,
  bbox: [10, 10, 20, 20],
  iscrowd: 0,
};
const base: Records = { images: [image], categories: [category], annotations: [sound] };

const cocoFile = (records: Partial<Records>): Texts => ({
  'data.json': JSON.stringify({ ...base, ...records }, null, 1),
});
const annotated = (...annotations: readonly unknown[]) => cocoFile({ annotations });
/** A sound annotation beside the odd one, so that fixes have something to spare. */
const odd = (change: object) => annotated(sound, { ...sound, id: 2, ...moved, ...change });
const moved = { segmentation: [square(50, 40, 20)], bbox: [50, 40, 20, 20] };
const auto = (code: IssueCode, files: Texts): LintCase => ({ code, format: 'coco', files, fixed: 'auto' });
const byHand = (code: IssueCode, files: Texts, fixed = cocoFile({})): LintCase => ({
  code,
  format: 'coco',
  files,
  fixed,
});

const rle = { size: [80, 100], counts: [1000, 400, 6600] };
const compressed = toCompressed(fromUncompressed(rle.counts, [80, 100]));
const rleFields = { bbox: [12, 0, 6, 80], area: 400 };

const yolo = (labels: string, names = '[cat]'): Texts => ({
  'data.yaml': `train: images\nval: images\nnames: ${names}\n`,
  'labels/a.txt': labels,
});
/** Segments of those numbers, in a picture all of 1 that is so many times too small. */
function panoptic(numbers: readonly number[], times = 1): Texts {
  const [width, height] = [4 / times, 2 / times];
  const segments = numbers.map((id) => ({ id, category_id: 1, area: 8, bbox: [0, 0, 4, 2], iscrowd: 0 }));
  return {
    'panoptic.json': JSON.stringify({
      images: [{ ...image, width: 4, height: 2 }],
      annotations: [{ image_id: 1, file_name: 'a.png', segments_info: segments }],
      categories: [{ ...category, isthing: 1 }],
    }),
    'panoptic/a.png': writeColorPng(new Uint32Array(width * height).fill(1), width, height),
  };
}

/** A record with the segments under the name that COCO's instances have. */
const withoutSegments: Texts = {
  ...panoptic([1]),
  'panoptic.json': (panoptic([1])['panoptic.json'] as string).replace('segments_info', 'segments'),
};

const panopticCase = (code: IssueCode, files: Texts, fixed: Texts): LintCase => ({
  ...{ code, format: 'coco-panoptic', files, fixed },
});

const yoloCase = (code: IssueCode, labels: string, fixed: 'auto' | Texts = 'auto'): LintCase => ({
  code,
  format: 'yolo-seg',
  files: yolo(labels),
  sizes: { 'images/a.png': [100, 80] },
  fixed,
});
const line = '0 0.1 0.1 0.5 0.1 0.5 0.5\n';

const labelme = (points: readonly (readonly number[])[]): Texts => ({
  'a.json': JSON.stringify({
    version: '5.5.0',
    flags: {},
    shapes: [{ label: 'cat', points, group_id: null, shape_type: 'polygon', flags: {} }],
    imagePath: 'a.png',
    imageData: null,
    imageHeight: 80,
    imageWidth: 100,
  }),
});

/** A map of 4 x 2 pixels, all of one value. */
const greyMap = (value: number) => writeGreyPng(new Uint8Array(8).fill(value), 4, 2);
const colourMap = (rgb: number) => writeColorPng(new Uint32Array(8).fill(rgb), 4, 2);

const city = (value: number): Texts => ({ 'gtFine/train/ulm/ulm_000000_000019_gtFine_labelIds.png': greyMap(value) });

const legend = JSON.stringify({ background: 0, classes: [{ id: 1, name: 'cat', color: '#ff0000' }] });
const mapCase = (code: IssueCode, maps: Texts, fixed: Texts): LintCase => ({
  ...{ code, format: 'label-map', sizes: { 'images/a.png': [4, 2] } },
  files: { 'legend.json': legend, ...maps },
  fixed: { 'legend.json': legend, ...fixed },
});

const triangle = encodeRoi({
  ...{ name: 'cat', category: null },
  shape: { kind: 'parts', parts: [{ outer: [1, 1, 9, 1, 9, 9], holes: [] }] },
});
/** The same points as a line, which ImageJ says in the byte of the kind. */
const openLine = triangle.map((byte, at) => (at === 6 ? 5 : byte));

const vocObject =
  '<object><name>cat</name><bndbox><xmin>1</xmin><ymin>1</ymin><xmax>2</xmax><ymax>2</ymax></bndbox></object>';
const voc = (objects: string, numbers: readonly number[] = [], width = 4): Texts => ({
  'Annotations/a.xml': `<annotation><filename>a.jpg</filename><size><width>4</width><height>2</height></size>${objects}</annotation>`,
  ...(numbers.length > 0
    ? {
        'SegmentationObject/a.png': writeIndexedPng(
          Uint8Array.from({ length: 2 * width }, (_, at) => numbers[at % numbers.length]),
          ...([width, 2, vocPalette()] as const),
        ),
      }
    : {}),
});
const vocCase = (files: Texts, fixed: Texts): LintCase => ({ code: 'shape-skipped', format: 'voc', files, fixed });

/** A file with two of what only one of can be read. */
const twoOpinions = (format: string, content: (count: number) => unknown): LintCase => ({
  code: 'part-left-out',
  format,
  files: { 'dataset.json': JSON.stringify(content(2)) },
  fixed: { 'dataset.json': JSON.stringify(content(1)) },
});

/** Two pictures with labels, in whatever sets. */
const yoloSets = (sets: string): LintCase => ({
  code: 'file-left-out',
  format: 'yolo-seg',
  files: { 'data.yaml': `${sets}names: [cat]\n`, 'labels/train/a.txt': line, 'labels/val/b.txt': line },
  sizes: { 'images/train/a.png': [100, 80], 'images/val/b.png': [100, 80] },
  fixed: {
    'data.yaml': 'train: images/train\nval: images/val\nnames: [cat]\n',
    'labels/train/a.txt': line,
    'labels/val/b.txt': line,
  },
});

const via = JSON.stringify({
  _via_settings: {},
  _via_img_metadata: {
    'a.png1': { filename: 'a.png', size: 1, regions: [], file_attributes: {} },
  },
  _via_attributes: { region: {}, file: {} },
});

const roboflow = (annotations: readonly object[], unused: readonly object[]): Texts => ({
  'train/_annotations.coco.json': JSON.stringify({
    images: [{ ...image, file_name: 'a_png.rf.0123456789abcdef.jpg' }],
    categories: [...unused, { ...category, supercategory: 'pets' }],
    annotations,
  }),
});

export const lintCases: readonly LintCase[] = [
  auto('record-type', annotated(sound, 'no object')),
  auto('id-type', odd({ id: {} })),
  auto('file-name', cocoFile({ images: [image, { ...image, id: 2, file_name: '' }] })),
  auto('image-side', cocoFile({ images: [{ ...image, width: '100' }] })),
  auto('image-side', cocoFile({ images: [{ ...image, width: -100 }] })),
  auto('category-name-type', cocoFile({ categories: [{ id: 1, name: 7 }] })),
  auto('category-name-type', cocoFile({ categories: [{ id: 1, name: null }] })),
  auto('number-type', odd({ area: 'large' })),
  auto('box-type', odd({ bbox: [50, 40, 20] })),
  auto('segmentation-type', odd({ segmentation: 'b64' })),
  auto('ring-type', odd({ segmentation: [['x']] })),
  auto('ring-odd', odd({ segmentation: [[1, 2, 3, 4, 5, 6, 7]] })),
  auto('rle-size', odd({ segmentation: { size: [80], counts: [8000] } })),
  auto('rle-counts', odd({ segmentation: { size: [80, 100], counts: 5 } })),
  auto('rle-sum', odd({ segmentation: { size: [80, 100], counts: [5, 5] } })),
  auto('id-text', cocoFile({ annotations: [{ ...sound, id: '1', image_id: '1', category_id: '1' }] })),
  auto('id-text', odd({ id: 'second' })),
  auto('id-missing', odd({ id: undefined })),
  auto('id-missing', odd({ image_id: null })),
  auto('id-inexact', odd({ id: 2.5 })),
  auto('id-not-positive', odd({ id: 0 })),
  auto('number-empty', odd({ area: [] })),
  auto('iscrowd-value', odd({ iscrowd: '0' })),
  auto('score-type', odd({ score: '0.5' })),
  auto('score-type', odd({ score: 'high' })),
  auto('box-negative', odd({ bbox: [70, 60, -20, -20] })),
  auto('box-far', odd({ bbox: [50, 40, 3e8, 20] })),
  auto('ring-flat', odd({ segmentation: square(50, 40, 20) })),
  auto('ring-short', odd({ segmentation: [square(50, 40, 20), [1, 1, 2, 2]] })),
  byHand('ring-far', odd({ segmentation: [[50, 40, 3e8, 40, 60, 60]] })),
  auto('rle-bytes-text', odd({ segmentation: { size: [80, 100], counts: `b'${compressed}'` }, ...rleFields })),
  byHand('image-too-large', cocoFile({ images: [{ ...image, width: 1e6, height: 1e6 }] })),
  auto('duplicate-id', odd({ id: 1 })),
  byHand('duplicate-id', cocoFile({ images: [image, { ...image, file_name: 'b.png' }] })),
  auto('dangling-image', odd({ image_id: 9 })),
  auto('dangling-category', odd({ category_id: 9 })),
  byHand('category-name', cocoFile({ categories: [category, { id: 2, name: 'Cat ' }] })),
  byHand('same-file', cocoFile({ images: [image, { ...image, id: 2 }] })),
  auto('mask-size', odd({ segmentation: { ...rle, size: [100, 80] }, ...rleFields })),
  byHand('mask-size', odd({ segmentation: { size: [4, 4], counts: [4, 4, 8] } })),
  auto('outside', odd({ segmentation: [square(90, 40, 20)], bbox: [90, 40, 20, 20] })),
  auto('outside', odd({ segmentation: [square(200, 40, 20)], bbox: [200, 40, 20, 20] })),
  auto('crowd-polygons', odd({ iscrowd: 1 })),
  auto('stale-area', odd({ area: 55 })),
  auto('stale-bbox', odd({ bbox: [0, 0, 20, 20] })),
  auto('zero-area', odd({ segmentation: [[50, 40, 60, 40, 60, 40.1]], area: 0 })),
  auto('zero-area', odd({ segmentation: [[1, 1, 2, 2]] })),
  auto('zero-area', odd({ segmentation: [], bbox: [5, 5, 0, 10], area: 0 })),
  byHand('fragment', odd({ segmentation: [square(50, 40, 20), square(90, 70, 1)], bbox: [50, 40, 41, 31], area: 401 })),
  auto('duplicate', annotated(sound, { ...sound, id: 2 })),
  byHand('duplicate', annotated(sound, { ...sound, id: 2, segmentation: [square(10.2, 10, 20)] })),
  { code: 'shape-skipped', format: 'labelme', files: labelme([[1, 1]]), fixed: labelme([[1, 1], [9, 1], [9, 9]]) }, // prettier-ignore
  { code: 'file-left-out', format: 'via', files: { 'a.json': via, 'b.json': via }, fixed: { 'a.json': via } },
  twoOpinions('label-studio', (count) => [
    { id: 1, data: { image: 'a.png' }, annotations: Array.from({ length: count }, () => ({ result: [] })) },
  ]),
  twoOpinions('label-studio-min', (count) =>
    Array.from({ length: count }, (_, at) => ({ image: 'a.png', id: 1, annotator: at, annotation_id: at })),
  ),
  twoOpinions('via-3', (count) => ({
    project: { pid: '', vid_list: [] },
    file: { 1: { fname: 'a.png', type: 2, loc: 1, src: '' }, 2: { fname: 'b.mp4', type: 4, loc: 1, src: '' } },
    metadata: {},
    view: Object.fromEntries(Array.from({ length: count }, (_, at) => [at + 1, { fid_list: [at + 1] }])),
  })),
  {
    code: 'heading-left-out',
    format: 'roboflow',
    files: roboflow([sound], [{ id: 0, name: 'pets', supercategory: 'none' }]),
    fixed: roboflow([sound], []),
  },
  yoloCase('class-unknown', `${line}3 0.5 0.5 0.9 0.5 0.9 0.9\n`),
  yoloCase('line-values', `${line}0 a b c\n`),
  yoloCase('ring-short', `${line}0 0.1 0.1\n`),
  yoloCase('coordinates', `${line}0 0.5 0.5 1.2 0.5 0.9 0.9\n`),
  { ...yoloCase('size-unknown', line, yolo('')), sizes: {} },
  yoloSets('train: images/train\nval: images/train\n'),
  yoloSets('train: images\nval: images/val\ntest: images/test\n'),
  { code: 'class-unknown', format: 'cityscapes', files: city(60), fixed: city(7) },
  { code: 'shape-skipped', format: 'imagej', files: { 'a.roi': openLine }, fixed: { 'a.roi': triangle } },
  mapCase('class-unknown', { 'masks/a.png': greyMap(7) }, { 'masks/a.png': greyMap(1) }),
  mapCase('class-unknown', { 'masks/a.png': colourMap(0x00ff00) }, { 'masks/a.png': colourMap(0x0000ff) }),
  mapCase(
    'file-left-out',
    { 'masks/a.png': greyMap(1), 'masks/a_mask.png': greyMap(1) },
    { 'masks/a.png': greyMap(1) },
  ),
  {
    ...mapCase(
      'map-resized',
      { 'masks/a.png': writeGreyPng(Uint8Array.of(1, 1), 2, 1) },
      { 'masks/a.png': greyMap(1) },
    ),
    options: { resize: 'nearest' },
  },
  vocCase(voc('<object><name>cat</name></object>'), voc(vocObject)),
  vocCase(voc(vocObject.replace('<name>cat</name>', '')), voc(vocObject)),
  vocCase(voc(vocObject, [1, 2]), voc(vocObject, [1, 0])),
  vocCase(voc(vocObject, [1], 3), voc(vocObject, [1])),
  panopticCase('record-type', withoutSegments, panoptic([1])),
  panopticCase('map-missing', { 'panoptic.json': panoptic([1])['panoptic.json'] }, panoptic([1])),
  { ...panopticCase('map-resized', panoptic([1], 2), panoptic([1])), options: { resize: 'nearest' } },
  panopticCase('segment-empty', panoptic([1, 2]), panoptic([1])),
  panopticCase('segment-unlisted', panoptic([]), panoptic([1])),
  {
    code: 'shape-skipped',
    format: 'object-masks',
    files: { 'a/masks/1.png': greyMap(1), 'a/masks/2.png': greyMap(0) },
    sizes: { 'a/images/a.png': [4, 2] },
    fixed: { 'a/masks/1.png': greyMap(1) },
  },
  {
    code: 'masks-overlap',
    format: 'object-masks',
    files: { 'a/masks/1.png': greyMap(1), 'a/masks/2.png': greyMap(1) },
    sizes: { 'a/images/a.png': [4, 2] },
    fixed: { 'a/masks/1.png': greyMap(1) },
  },
  {
    code: 'file-left-out',
    format: 'object-masks',
    files: { 'a/images/a.png': greyMap(1), 'a/masks/1.png': greyMap(1) },
    sizes: { 'a/images/a.jpg': [4, 2] },
    fixed: { 'a/masks/1.png': greyMap(1) },
  },
];
