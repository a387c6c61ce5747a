/** Files of programs that are not read: which one it is, and what to do instead. For what no format recognises. */
import type { DatasetSource } from './format';
import { headKeys, headListKeys } from './json/head';

export interface OtherProgram {
  readonly file: string;
  /** Completes "FILE is ...". */
  readonly what: string;
  readonly hint: string;
}

type Keys = ReadonlyMap<string, string>;

interface Known extends Omit<OtherProgram, 'file'> {
  /** Of an object, or of the first one of a list. */
  readonly object?: (keys: Keys, head: string) => boolean;
  readonly list?: (keys: Keys) => boolean;
  readonly text?: RegExp;
  readonly name?: RegExp;
}

const whereItWasMade = 'export it as COCO, YOLO or PASCAL VOC where it was made';

const known: readonly Known[] = [
  {
    list: (keys) => keys.get('image') === '"' && keys.get('annotations') === '[' && !keys.has('data'),
    what: 'a list of boxes of Create ML',
    hint: whereItWasMade,
  },
  {
    list: (keys) => keys.has('name') && keys.get('labels') === '[',
    what: 'a list of Scalabel, as BDD100K has them',
    hint: 'convert it to COCO with its own tool, scalabel.label.to_coco',
  },
  {
    object: (keys) => keys.get('item') === '{' && keys.get('annotations') === '[',
    what: 'a file of V7 Darwin',
    hint: 'in V7, export the dataset as COCO',
  },
  {
    object: (keys) => keys.get('metadata') === '{' && keys.get('instances') === '[',
    what: 'a file of SuperAnnotate',
    hint: 'convert it to COCO with the tools of SuperAnnotate',
  },
  {
    object: (keys) => keys.get('data_row') === '{',
    what: 'an export of Labelbox',
    hint: 'convert it to COCO with the tools of Labelbox',
  },
  {
    object: (keys) => keys.get('info') === '{' && keys.get('objects') === '[',
    what: 'a file of ISAT',
    hint: 'in ISAT, convert the annotations to COCO',
  },
  {
    object: (keys) => keys.get('label_classes') === '[' && keys.get('images') === '[',
    what: 'a project of Hasty',
    hint: 'in Hasty, export it as COCO',
  },
  {
    // Files of COCO may have a key of that name too, before the others.
    object: (keys, head) =>
      keys.get('dataset') === '{' && keys.has('name') && /"(samples|task_type)"\s*:/.test(head) && !keys.has('images'),
    what: 'a release of Segments.ai',
    hint: 'convert it to COCO with the tools of Segments.ai',
  },
  {
    object: (keys) => keys.has('file_name') && !keys.has('shapes') && !keys.has('images'),
    what: 'a list of Hugging Face (metadata.jsonl)',
    hint: whereItWasMade,
  },
  {
    text: /^\ufeff?ImageID,(Source,)?LabelName/,
    what: 'a table of Open Images',
    hint: 'convert it to COCO first, with FiftyOne for instance',
  },
  {
    text: /^\ufeff?"?filename"?,"?width"?,"?height"?,"?class"?,"?xmin/i,
    what: 'a table of boxes as TensorFlow has them',
    hint: whereItWasMade,
  },
  { name: /\.(tfrecords?|record)$|\.tfrecord-\d+-of-\d+$/i, what: 'a file of TFRecords', hint: whereItWasMade },
  {
    name: /(^|\/)labelTxt[^/]*\/[^/]+\.txt$/,
    what: 'a file of boxes of DOTA',
    hint: "convert it to YOLO first, with Ultralytics' convert_dota_to_yolo_obb",
  },
  { name: /(^|\/)label_2\/[^/]+\.txt$/, what: 'a file of boxes of KITTI', hint: 'convert it to COCO or YOLO first' },
  {
    name: /(^|\/)label_colors\.txt$/,
    what: 'the list of colours of CamVid',
    hint: 'in CVAT, export a segmentation mask (1.1), or put a legend.json beside the maps',
  },
  { name: /\.(parquet|arrow)$/i, what: 'a table of Hugging Face or Arrow', hint: whereItWasMade },
];

/** Files that are looked into. */
const lookedAt = 20;

/** null: it is nothing that is known. */
export async function otherProgram(source: DatasetSource): Promise<OtherProgram | null> {
  const names = source.entry === null ? await source.names() : [source.entry];
  const texts = names.filter((name) => /\.(json|jsonl|ndjson|csv)$/i.test(name)).slice(0, lookedAt);
  for (const file of texts) {
    const head = await source.head(file);
    const [object, list] = [headKeys(head), headListKeys(head)];
    const found = known.find(
      (one) => one.text?.test(head) || (object && one.object?.(object, head)) || (list && one.list?.(list)),
    );
    if (found) return { file, what: found.what, hint: found.hint };
  }
  for (const file of names) {
    const found = known.find(({ name }) => name?.test(file));
    if (found) return { file, what: found.what, hint: found.hint };
  }
  return null;
}
