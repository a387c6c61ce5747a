/** The sentence about a loss, for people: in the present, as it is read before an export and after it. */
import { counted } from '../errors/counted';
import type { AugmentTally } from './augment/augmentedView';
import type { Loss, LossCode } from './losses';

/** Completes `1 annotation ...` and `3 annotations ...`. */
const words: Readonly<Record<LossCode, readonly [one: string, many: string]>> = {
  'holes-as-rle': [
    'with holes is written as RLE: COCO polygons cannot express holes',
    'with holes are written as RLE: COCO polygons cannot express holes',
  ],
  'inexact-as-rle': ['has no exact polygon and is written as RLE', 'have no exact polygons and are written as RLE'],
  'crowd-stays-rle': ['is a crowd and stays RLE, as tools expect', 'are crowds and stay RLE, as tools expect'],
  'mask-misfit': [
    "has a mask that is not of its image's size and is written as it came",
    "have masks that are not of their image's size and are written as they came",
  ],
  'no-image': [
    'belongs to no image of the dataset and is written as it came',
    'belong to no image of the dataset and are written as they came',
  ],
  id: ['has an ID that the format has no place for', 'have IDs that the format has no place for'],
  category: [
    'has a category that the format has no place for: it is an object like all others',
    'have categories that the format has no place for: they are objects like all others',
  ],
  score: ['has a score that the format has no place for', 'have scores that the format has no place for'],
  crowd: ['is a crowd, which the format cannot say', 'are crowds, which the format cannot say'],
  attributes: ['has attributes that the format has no place for', 'have attributes that the format has no place for'],
  'attributes-as-text': [
    'has attributes that are written as text: numbers, yes and no, lists',
    'have attributes that are written as text: numbers, yes and no, lists',
  ],
  tags: ['image has tags that the format has no place for', 'images have tags that the format has no place for'],
  'image-fields': [
    'image has fields of its own in COCO, such as a license, that the format has no place for',
    'images have fields of their own in COCO, such as a license, that the format has no place for',
  ],
  'category-fields': [
    'category has fields of its own in COCO, such as keypoints, that the format has no place for',
    'categories have fields of their own in COCO, such as keypoints, that the format has no place for',
  ],
  'holes-filled': ['loses its holes: they are filled', 'lose their holes: they are filled'],
  'holes-keyholed': [
    'with holes is written as one outline that goes round them',
    'with holes are written as one outline that goes round them',
  ],
  'holes-as-mask': [
    'with holes or of several parts is written as a mask',
    'with holes or of several parts are written as masks',
  ],
  'parts-joined': [
    'of several parts is written as one outline, joined by a line of no width',
    'of several parts are written as one outline, joined by a line of no width',
  ],
  'parts-as-mask': ['of several parts is written as a mask', 'of several parts are written as masks'],
  'parts-split': ['of several parts becomes several objects', 'of several parts become several objects'],
  'outline-as-mask': [
    'with an outline is written as a mask: its points are gone',
    'with outlines are written as masks: their points are gone',
  ],
  'mask-as-box': ['is written as its box', 'are written as their boxes'],
  'box-as-polygon': [
    'without a mask is written as the outline of its box',
    'without a mask are written as the outline of their boxes',
  ],
  'box-left-out': ['without a mask is left out', 'without a mask are left out'],
  'inexact-outline': [
    'has an outline that differs from its mask by some pixels',
    'have outlines that differ from their masks by some pixels',
  ],
  rounded: ['has coordinates that are rounded', 'have coordinates that are rounded'],
  outside: ['reaches out of its image and is cut there', 'reach out of their images and are cut there'],
  order: [
    'lies above another one, and will be read before it: masks are read in the order of their names',
    'lie above others, and will be read before them: masks are read in the order of their names',
  ],
  overlap: ['loses pixels to an object above it', 'lose pixels to objects above them'],
  'void-border': [
    'image has pixels in PASCAL VOC that belong to nobody for sure, such as borders: the format has no place for them',
    'images have pixels in PASCAL VOC that belong to nobody for sure, such as borders: the format has no place for them',
  ],
  'class-unknown': [
    'has a category that the maps have no number for: it is in the polygons alone',
    'have categories that the maps have no number for: they are in the polygons alone',
  ],
  'as-group': [
    'has a category that ends in "group": tools of Cityscapes read it as several objects of the rest of the name',
    'have categories that end in "group": tools of Cityscapes read them as several objects of the rest of the name',
  ],
  'as-ignored': [
    'has a category called like what trainers leave out: it has the ignored value, and is read again as "ignore"',
    'have categories called like what trainers leave out: they have the ignored value, and are read again as "ignore"',
  ],
  covered: [
    'lies wholly below others and is left out: every pixel has one owner',
    'lie wholly below others and are left out: every pixel has one owner',
  ],
  'instances-joined': [
    'shares its pixels with others of its category: the map does not tell objects apart',
    'share their pixels with others of their category: the map does not tell objects apart',
  ],
  'other-size': [
    'has a mask of another size than its image and is left out',
    'have masks of another size than their images and are left out',
  ],
  renumbered: [
    'category gets another number: its ID is taken or too large for a map',
    'categories get other numbers: their IDs are taken or too large for a map',
  ],
  'too-many-objects': [
    'is left out of the map, which has no number left for it',
    'are left out of the map, which has no numbers left for them',
  ],
  empty: ['covers no pixel and is left out', 'cover no pixel and are left out'],
  'size-unknown': [
    'is left out: nobody knows how large its image is',
    'are left out: nobody knows how large their images are',
  ],
  'no-image-left-out': ['belongs to no image and is left out', 'belong to no image and are left out'],
  'unused-category': ['category without annotations is left out', 'categories without annotations are left out'],
  supercategory: [
    'category has a supercategory that the format has no place for',
    'categories have supercategories that the format has no place for',
  ],
  'no-category': [
    'has no category of the dataset and gets one called after its ID',
    'have no category of the dataset and get ones called after their IDs',
  ],
  'label-kept': [
    'category that is gone keeps its place in the list of labels: the numbers of the others count from it',
    'categories that are gone keep their places in the list of labels: the numbers of the others count from them',
  ],
  'no-keypoints': [
    'has no key points as the others of the dataset have: its own are written as not visible',
    'have no key points as the others of the dataset have: theirs are written as not visible',
  ],
  'other-corners': [
    'has other than four corners, as all others of the dataset have: fine for segmentation, but no oriented box (OBB)',
    'have other than four corners, as all others of the dataset have: fine for segmentation, but no oriented boxes (OBB)',
  ],
  'corners-free': [
    'has other corners than a turned box or a quadrilateral and becomes a polygon',
    'have other corners than turned boxes or quadrilaterals and become polygons',
  ],
  'image-renamed': ['image is renamed', 'images are renamed'],
  turned: [
    'image is described upright, as the tools of the format show it, and not as its file has it',
    'images are described upright, as the tools of the format show them, and not as their files have them',
  ],
};

/** Of images and categories: the sentence names them. */
const ofOthers = new Set<LossCode>([
  ...([
    'tags',
    'image-fields',
    'category-fields',
    'image-renamed',
    'turned',
    'void-border',
    'unused-category',
    'supercategory',
    'renumbered',
    'label-kept',
  ] as const),
]);

export function lossSentence({ code, count, pixels }: Pick<Loss, 'code' | 'count' | 'pixels'>): string {
  const [one, many] = words[code];
  if (ofOthers.has(code)) return counted(count, one, many);
  const what = counted(count, `annotation ${one}`, `annotations ${many}`);
  if (pixels === undefined) return what;
  return `${what} (${counted(pixels, 'pixel')})`;
}

/** All that the user is told of an export, a sentence each. */
export function exportSentences(report: {
  readonly images: number;
  readonly files: number;
  readonly losses: readonly Pick<Loss, 'code' | 'count'>[];
  readonly augmented?: AugmentTally;
  readonly notCopied?: readonly string[];
  readonly removed?: number;
  readonly left?: readonly string[];
}): string[] {
  const augmented = report.augmented ? augmentSentences(report.augmented) : [];
  const nothing = report.files === 0 ? 'nothing was written' : 'what was written is empty';
  return [
    ...(report.images === 0 ? [`There are no images: ${nothing}`] : []),
    ...report.losses.map(lossSentence),
    ...augmented,
    ...notCopiedSentences(report.notCopied),
    ...leftoverSentences(report),
  ];
}

function augmentSentences(tally: AugmentTally): string[] {
  const { copies, pasted, notPasted, leftOut, keypoints, withoutPicture } = tally;
  const sentences = [`Added ${counted(copies, 'augmented copy')} of images`];
  if (pasted > 0) sentences.push(`Pasted ${counted(pasted, 'object')} into them`);
  if (notPasted > 0) sentences.push(`Found no place for ${counted(notPasted, 'object')} to paste`);
  if (leftOut > 0)
    sentences.push(
      `Left ${counted(leftOut, 'annotation')} out of the copies: nothing, or too little, of them is on the picture`,
    );
  if (keypoints > 0) sentences.push(`Left the key points of ${counted(keypoints, 'annotation')} out of the copies`);
  if (withoutPicture > 0)
    sentences.push(
      `Made no copies of ${counted(withoutPicture, 'image')}: no picture of the size that the dataset says was found`,
    );
  return sentences;
}

/** Of images whose files were not copied: the first with the reason, the others by their number. */
function notCopiedSentences(faults: readonly string[] = []): string[] {
  const more = faults.length - shownFaults;
  const sentences = faults.slice(0, shownFaults).map((fault) => `Not copied: ${fault}`);
  return more > 0 ? [...sentences, `Not copied: ${more.toLocaleString('en')} more images`] : sentences;
}

const shownFaults = 20;

/** What an export found of earlier ones in its folder, and what the user should look at. */
function leftoverSentences({ removed = 0, left = [] }: { removed?: number; left?: readonly string[] }): string[] {
  const sentences: string[] = [];
  if (removed > 0) sentences.push(`Removed ${counted(removed, 'file')} of an earlier export`);
  if (left.length > 0) {
    const names = left.slice(0, 3).join(', ') + (left.length > 3 ? ', …' : '');
    sentences.push(
      `The folder has ${counted(left.length, 'file')} that this export did not write; tools may read them too: ${names}`,
    );
  }
  return sentences;
}
