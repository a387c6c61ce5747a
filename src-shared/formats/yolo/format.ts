/** YOLO: a text file an image, with outlines or with boxes, and a data.yaml that names the classes. */
import type { DatasetFormat, DatasetSource } from '../format';
import { findYaml, labelFiles } from './dataset';
import { readYolo } from './read';
import { boxesNote, writeYolo, type YoloKind, yoloPlaces } from './write';

/** Label files looked at to tell outlines from boxes. */
const looked = 25;

export const yoloSegFormat: DatasetFormat = {
  ...common('yolo-seg', 'outlines'),
  title: 'YOLO segmentation',
  about: 'A text file of outlines for each image and a data.yaml: what Ultralytics trains segmentation on.',
  options: [
    {
      name: 'holes',
      title: 'Objects with holes',
      choices: [
        { value: 'keyhole', title: 'As one outline that goes round the hole' },
        { value: 'fill', title: 'Filled' },
      ],
      default: 'keyhole',
    },
  ],
  losses: [
    'void-border',
    ...(['tags', 'image-fields', 'category-fields', 'turned', 'supercategory'] as const),
    ...(['id', 'score', 'crowd', 'attributes', 'holes-keyholed', 'holes-filled', 'parts-joined'] as const),
    'other-corners',
    ...([
      'box-as-polygon',
      'rounded',
      'outside',
      'empty',
      'size-unknown',
      'no-image-left-out',
      'image-renamed',
    ] as const),
  ],
};

export const yoloFormat: DatasetFormat = {
  ...common('yolo', 'boxes'),
  title: 'YOLO boxes',
  about: 'A text file of boxes for each image and a data.yaml: what Ultralytics and Darknet train detection on.',
  options: [],
  losses: [
    'void-border',
    ...(['tags', 'image-fields', 'category-fields', 'turned', 'supercategory'] as const),
    ...(['id', 'score', 'crowd', 'attributes', 'mask-as-box', 'rounded', 'outside'] as const),
    'no-keypoints',
    ...(['empty', 'size-unknown', 'no-image-left-out', 'image-renamed'] as const),
  ],
};

function common(id: string, kind: YoloKind) {
  return {
    id,
    extensions: ['yaml', 'yml'],
    target: 'folder',
    isUpright: true,
    textsHoldMasks: true,
    numbersCategories: true,
    statesNumbers: true,
    splits: true,
    keeps: { unused: true },
    recognise: async (source: DatasetSource) => {
      const found = await kindOf(source);
      return found?.kind === kind ? found.why : null;
    },
    read: readYolo,
    write: (view, context) => writeYolo(view, kind, view.textFormat === id, context),
    placeImages: (view) => yoloPlaces(view, view.textFormat === id),
  } satisfies Partial<DatasetFormat>;
}

async function kindOf(source: DatasetSource): Promise<{ readonly kind: YoloKind; readonly why: string } | null> {
  const yaml = await findYaml(source);
  if (source.entry !== null && yaml === null) return null;
  const labels = await labelFiles(source);
  if (labels.length === 0 && yaml === null) return null;
  // Lines of poses are long, and begin with a box.
  if (yaml !== null && /^\s*kpt_shape\s*:/m.test(await source.head(yaml)))
    return { kind: 'boxes', why: `${yaml} belongs to label files with boxes and keypoints` };
  let boxes: string | null = null;
  let outlines: { readonly name: string; isCornered: boolean } | null = null;
  for (const name of labels.slice(0, looked * 8).filter((_, i, all) => i % Math.ceil(all.length / looked) === 0)) {
    const counts = (await source.head(name))
      .split('\n')
      .map((line) => line.trim().split(/\s+/).filter(Boolean).map(Number));
    for (const values of counts) {
      if (values.length < 5 || values.some(Number.isNaN)) continue;
      if (values.length > 6) {
        outlines ??= { name, isCornered: true };
        outlines.isCornered &&= values.length === 9;
      } else boxes ??= name;
    }
  }
  if (outlines !== null) {
    const corners = outlines.isCornered ? ' of four corners each, as oriented boxes (OBB) have' : '';
    return { kind: 'outlines', why: `${yaml ?? outlines.name} belongs to label files with outlines${corners}` };
  }
  if (boxes !== null) return { kind: 'boxes', why: `${yaml ?? boxes} belongs to label files with boxes` };
  if (yaml === null) return null;
  // What is empty says by itself what it was to be.
  return { kind: (await source.head(yaml)).startsWith(boxesNote) ? 'boxes' : 'outlines', why: `${yaml} names classes` };
}
