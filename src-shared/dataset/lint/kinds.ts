/** Every kind of finding: how bad it is, what it means for training, and what can safely be done about it. The docs are made of it. */
import type { FindingCode } from '../finding';

export interface FindingKind {
  readonly severity: 'error' | 'warning';
  /** What it is and whom it harms, one sentence. */
  readonly about: string;
  /** Of which formats; absent: of any. */
  readonly of?: string;
  /** What `--fix` and the window do about it, completes "Fixed: ..."; null: only a person can know. */
  readonly fix: string | null;
}

const leftOut = 'the record is left out';
const line = 'the line is left out';
const fromMask = 'the value of the mask is written';
const byHand = null;

export const findingKinds: Readonly<Record<FindingCode, FindingKind>> = {
  // Records that cannot be read
  'record-type': {
    severity: 'error',
    about: 'A record is no object: every reader stops here.',
    of: 'COCO',
    fix: leftOut,
  },
  'id-type': { severity: 'error', about: 'An ID is neither a number nor text.', of: 'COCO', fix: leftOut },
  'file-name': { severity: 'error', about: 'An image has no file name.', of: 'COCO', fix: leftOut },
  'image-side': {
    severity: 'error',
    about: 'The width or height of an image is no positive whole number.',
    of: 'COCO',
    fix: 'a number in quotes loses them; anything else is left out, and the image file says it',
  },
  'category-name-type': {
    severity: 'error',
    about: 'The name of a category is no text.',
    of: 'COCO',
    fix: 'it is called by its number, or by its ID',
  },
  'number-type': { severity: 'error', about: 'An area is no number.', of: 'COCO', fix: fromMask },
  'box-type': { severity: 'error', about: 'A bbox does not have four numbers.', of: 'COCO', fix: fromMask },
  'segmentation-type': {
    severity: 'error',
    about: 'A segmentation is neither a list of rings nor a mask.',
    of: 'COCO',
    fix: leftOut,
  },
  'ring-type': { severity: 'error', about: 'A ring is no list of numbers.', of: 'COCO', fix: leftOut },
  'ring-odd': { severity: 'error', about: 'A ring has an x without a y.', of: 'COCO', fix: leftOut },
  'rle-size': { severity: 'error', about: 'The size of a mask is not [height, width].', of: 'COCO', fix: leftOut },
  'rle-counts': {
    severity: 'error',
    about: 'The counts of a mask are neither text nor a list.',
    of: 'COCO',
    fix: leftOut,
  },
  'rle-sum': {
    severity: 'error',
    about: 'The runs of a mask do not add up to its pixels: pycocotools draws something else, or crashes.',
    of: 'COCO',
    fix: leftOut,
  },
  // Odd values that were read all the same
  'id-text': {
    severity: 'warning',
    about: 'An ID is text: evaluators compare it with numbers and find nothing.',
    of: 'COCO',
    fix: 'a number in quotes loses them; an annotation gets a new number',
  },
  'id-missing': {
    severity: 'warning',
    about: 'An ID is missing.',
    of: 'COCO',
    fix: 'an annotation gets a new number; one without an image is left out',
  },
  'id-inexact': {
    severity: 'warning',
    about: 'An ID is a fraction, or too large for programs to hold exactly.',
    of: 'COCO',
    fix: 'an annotation gets a new number',
  },
  'id-not-positive': {
    severity: 'warning',
    about:
      'An annotation has the ID 0 or less: the COCO evaluator takes it for unmatched, and a perfect detector scores 0.',
    of: 'COCO',
    fix: 'the annotation gets a new number',
  },
  'number-empty': {
    severity: 'warning',
    about: 'An area is an empty list, as VIA writes it for points.',
    of: 'COCO',
    fix: fromMask,
  },
  'iscrowd-value': {
    severity: 'warning',
    about: 'iscrowd is something else than 0 and 1.',
    of: 'COCO',
    fix: 'a 0 or 1 in quotes loses them, null becomes 0',
  },
  'score-type': {
    severity: 'warning',
    about: 'A score is no number: nobody can sort by it.',
    of: 'COCO',
    fix: 'a number in quotes loses them; anything else is left out',
  },
  'box-negative': {
    severity: 'warning',
    about: 'A bbox has a negative width or height; often it is [x1, y1, x2, y2].',
    of: 'COCO',
    fix: fromMask,
  },
  'box-far': { severity: 'warning', about: 'A bbox reaches far beyond every image.', of: 'COCO', fix: fromMask },
  'ring-flat': {
    severity: 'warning',
    about: 'A segmentation is one flat list of numbers in place of a list of rings: pycocotools refuses it.',
    of: 'COCO',
    fix: 'it becomes a list of one ring',
  },
  'ring-short': {
    severity: 'warning',
    about: 'A ring has fewer than three points: trainers crash on it.',
    of: 'COCO, YOLO',
    fix: 'the ring is left out, and the record where nothing else is left',
  },
  'ring-far': { severity: 'warning', about: 'A point lies far beyond every image.', of: 'COCO', fix: byHand },
  'rle-bytes-text': {
    severity: 'warning',
    about: "The counts of a mask are Python bytes as text (b'...').",
    of: 'COCO',
    fix: 'they are written without the b and the quotes',
  },
  'image-too-large': {
    severity: 'warning',
    about: 'An image is said to be larger than any mask can be.',
    of: 'COCO',
    fix: byHand,
  },
  // What records say together
  'duplicate-id': {
    severity: 'error',
    about: 'Two records have one ID: loaders keep the last, and the annotations of both.',
    fix: 'the later annotation gets a new number; images and categories are for you to sort out',
  },
  'dangling-image': {
    severity: 'error',
    about: 'An annotation belongs to an image that the dataset does not have: loaders crash.',
    fix: 'the annotation is left out',
  },
  'dangling-category': {
    severity: 'error',
    about: 'An annotation has a category that the dataset does not have: loaders crash.',
    fix: 'a category called after the ID is added',
  },
  'category-name': {
    severity: 'warning',
    about: 'Two categories have one name, or differ only in case or spaces: they are learned as two classes.',
    fix: byHand,
  },
  'same-file': {
    severity: 'warning',
    about: 'Two images have one file: it may be in the training set and in the test set.',
    fix: byHand,
  },
  // Shapes
  'mask-size': {
    severity: 'warning',
    about: "The size of a mask is not its image's.",
    fix: 'width and height are swapped where that makes it fit; other sizes are for you to sort out',
  },
  outside: {
    severity: 'warning',
    about: 'Points lie outside the image: coordinates above 1 after scaling, which trainers refuse.',
    fix: 'the outline is cut at the border; the mask stays',
  },
  'crowd-polygons': {
    severity: 'warning',
    about: 'A crowd is written as polygons: the COCO evaluator expects RLE there.',
    fix: 'its mask is written as RLE',
  },
  'stale-area': {
    severity: 'warning',
    about: 'The area is not that of the mask: small, medium and large are told apart by it.',
    fix: fromMask,
  },
  'stale-bbox': { severity: 'warning', about: 'The bbox is not that of the mask.', fix: fromMask },
  'zero-area': {
    severity: 'warning',
    about: 'A mask covers no pixel, or a box has no width: the loss becomes NaN.',
    fix: 'the annotation is removed; one with keypoints stays',
  },
  fragment: {
    severity: 'warning',
    about: 'An object has tiny parts beside it, often the slip of a brush.',
    fix: byHand,
  },
  duplicate: {
    severity: 'warning',
    about: 'Two annotations of one category have nearly the same mask (IoU above 0.95).',
    fix: 'where the masks are the same pixel for pixel, and all else is too, the later one is removed',
  },
  // Other formats
  'shape-skipped': {
    severity: 'warning',
    about: 'A shape has no area, or misses what it needs (a line, a point, a polygon of two points).',
    of: 'labelme, CVAT, VOC, Label Studio, VIA, Supervisely, Datumaro, GeoJSON, Masks by object',
    fix: byHand,
  },
  'file-left-out': {
    severity: 'warning',
    about:
      'Several files of a folder are datasets of their own, maps of one image, or pictures of one: one was read, the others were left.',
    of: 'CVAT, VIA, label maps, Masks by object',
    fix: byHand,
  },
  'part-left-out': {
    severity: 'warning',
    about:
      'The file holds what has no place here, and it was left out: what a second person drew on an image, videos, texts about a whole image.',
    of: 'VIA 3, Label Studio',
    fix: byHand,
  },
  'heading-left-out': {
    severity: 'warning',
    about: 'The category with ID 0 that Roboflow puts above the others is not used: it was left out.',
    of: 'Roboflow',
    fix: byHand,
  },
  'class-unknown': {
    severity: 'warning',
    about: 'A class number has no name: trainers stop, or train a class that nobody knows.',
    of: 'YOLO, label maps',
    fix: 'the class is named after its number',
  },
  'line-values': { severity: 'warning', about: 'A line has something else than numbers.', of: 'YOLO', fix: line },
  coordinates: {
    severity: 'warning',
    about: 'A coordinate is below 0 or above 1: Ultralytics leaves out the whole image.',
    of: 'YOLO',
    fix: 'outlines are cut at the border of the image',
  },
  'size-unknown': {
    severity: 'warning',
    about: 'The image of the labels is missing: without its size they mean nothing.',
    of: 'YOLO',
    fix: byHand,
  },
  'map-missing': {
    severity: 'warning',
    about: 'The picture of an image’s segments is missing: its objects are left out.',
    of: 'COCO panoptic',
    fix: byHand,
  },
  'map-resized': {
    severity: 'warning',
    about: 'A map had another size than its image and was fitted, as it was asked for: borders are off by some pixels.',
    of: 'label maps, COCO panoptic, Masks by object',
    fix: byHand,
  },
  'masks-overlap': {
    severity: 'warning',
    about: 'A mask has pixels of another one: the Bowl gives each pixel one object, and maps made of masks lose them.',
    of: 'Masks by object',
    fix: byHand,
  },
  'segment-empty': {
    severity: 'warning',
    about: 'A segment has no pixel in its picture: panopticapi stops at such a prediction.',
    of: 'COCO panoptic',
    fix: byHand,
  },
  'segment-unlisted': {
    severity: 'warning',
    about: 'Pixels have a number that no segment has: panopticapi stops here.',
    of: 'COCO panoptic',
    fix: byHand,
  },
  // Image files
  'folder-missing': { severity: 'error', about: 'The images folder is missing.', fix: byHand },
  'image-missing': { severity: 'error', about: 'The file of an image is missing.', fix: byHand },
  'image-damaged': { severity: 'error', about: 'The file of an image cannot be read.', fix: byHand },
  'image-size': {
    severity: 'error',
    about: 'An image file has another size than the dataset says: every mask is at the wrong place.',
    fix: byHand,
  },
  'image-unturned': {
    severity: 'warning',
    about:
      'The dataset was made on the image as it lies in the file, not upright (EXIF): trainers that turn it are wrong.',
    fix: byHand,
  },
  'image-pages': { severity: 'warning', about: 'An image file has several pages: the first is used.', fix: byHand },
  'image-found-separators': {
    severity: 'warning',
    about: 'An image was found with / in place of \\.',
    fix: byHand,
  },
  'image-found-unicode': {
    severity: 'warning',
    about: 'An image was found under a name that spells its letters in another Unicode form.',
    fix: byHand,
  },
  'image-found-url': {
    severity: 'warning',
    about: 'An image was found by the name that is encoded in a web address.',
    fix: byHand,
  },
  'image-found-base-name': {
    severity: 'warning',
    about: 'An image was found by its file name alone, in another folder.',
    fix: byHand,
  },
  'linked-folder': {
    severity: 'warning',
    about: 'A linked folder leads to one that is read already: it was left out.',
    fix: byHand,
  },
  more: { severity: 'warning', about: 'More findings of an import than are listed.', fix: byHand },
};
