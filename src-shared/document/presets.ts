/** Lists of categories that datasets share, with the ids and names of their sources. */
import { vocColor } from './palette';
import { ade20k, cocoPanoptic } from './presetLists';
import type { NewCategory } from './types';

export interface CategoryPreset {
  readonly id: string;
  readonly title: string;
  /** What tells it from its neighbours, one sentence. */
  readonly text: string;
  readonly source: string;
  readonly categories: readonly (NewCategory & { readonly id: number })[];
}

/**
 * The 91 categories of the COCO paper (Lin et al. 2014, arXiv:1405.0312, appendix II) by supercategory in the order of
 * their ids, 1 to 91. Names and supercategories as in instances_val2017.json.
 */
const cocoGroups: readonly (readonly [supercategory: string, names: string])[] = [
  ['person', 'person'],
  ['vehicle', 'bicycle, car, motorcycle, airplane, bus, train, truck, boat'],
  ['outdoor', 'traffic light, fire hydrant, street sign, stop sign, parking meter, bench'],
  ['animal', 'bird, cat, dog, horse, sheep, cow, elephant, bear, zebra, giraffe'],
  ['accessory', 'hat, backpack, umbrella, shoe, eye glasses, handbag, tie, suitcase'],
  [
    'sports',
    'frisbee, skis, snowboard, sports ball, kite, baseball bat, baseball glove, skateboard, surfboard, tennis racket',
  ],
  ['kitchen', 'bottle, plate, wine glass, cup, fork, knife, spoon, bowl'],
  ['food', 'banana, apple, sandwich, orange, broccoli, carrot, hot dog, pizza, donut, cake'],
  ['furniture', 'chair, couch, potted plant, bed, mirror, dining table, window, desk, toilet, door'],
  ['electronic', 'tv, laptop, mouse, remote, keyboard, cell phone'],
  ['appliance', 'microwave, oven, toaster, sink, refrigerator, blender'],
  ['indoor', 'book, clock, vase, scissors, teddy bear, hair drier, toothbrush, hair brush'],
];

/** Listed in the paper, annotated in no release. */
const cocoUnused: ReadonlySet<number> = new Set([12, 26, 29, 30, 45, 66, 68, 69, 71, 83, 91]);

const coco91 = cocoGroups
  .flatMap(([supercategory, names]) => names.split(', ').map((name) => ({ name, supercategory })))
  .map((category, at) => ({ id: at + 1, ...category }));

const cocoAnnotated = coco91.filter(({ id }) => !cocoUnused.has(id));

/** Everingham et al., The PASCAL Visual Object Classes, voc2012/devkit_doc: alphabetical, 0 is the background. */
const voc: readonly (readonly [supercategory: string, names: string])[] = [
  ['vehicle', 'aeroplane, bicycle'],
  ['animal', 'bird'],
  ['vehicle', 'boat'],
  ['household', 'bottle'],
  ['vehicle', 'bus, car'],
  ['animal', 'cat'],
  ['household', 'chair'],
  ['animal', 'cow'],
  ['household', 'diningtable'],
  ['animal', 'dog, horse'],
  ['vehicle', 'motorbike'],
  ['person', 'person'],
  ['household', 'pottedplant'],
  ['animal', 'sheep'],
  ['household', 'sofa'],
  ['vehicle', 'train'],
  ['household', 'tvmonitor'],
];

const vocClasses = voc
  .flatMap(([supercategory, names]) => names.split(', ').map((name) => ({ name, supercategory })))
  .map((category, at) => ({ id: at + 1, ...category }));

/** github.com/mcordts/cityscapesScripts, helpers/labels.py: the ids of gtFine; those evaluated (trainId 0 to 18). */
const cityscapes: readonly (readonly [id: number, name: string, group: string, color: string])[] = [
  [7, 'road', 'flat', '#804080'],
  [8, 'sidewalk', 'flat', '#f423e8'],
  [11, 'building', 'construction', '#464646'],
  [12, 'wall', 'construction', '#66669c'],
  [13, 'fence', 'construction', '#be9999'],
  [17, 'pole', 'object', '#999999'],
  [19, 'traffic light', 'object', '#faaa1e'],
  [20, 'traffic sign', 'object', '#dcdc00'],
  [21, 'vegetation', 'nature', '#6b8e23'],
  [22, 'terrain', 'nature', '#98fb98'],
  [23, 'sky', 'sky', '#4682b4'],
  [24, 'person', 'human', '#dc143c'],
  [25, 'rider', 'human', '#ff0000'],
  [26, 'car', 'vehicle', '#00008e'],
  [27, 'truck', 'vehicle', '#000046'],
  [28, 'bus', 'vehicle', '#003c64'],
  [31, 'train', 'vehicle', '#005064'],
  [32, 'motorcycle', 'vehicle', '#0000e6'],
  [33, 'bicycle', 'vehicle', '#770b20'],
];

export const categoryPresets: readonly CategoryPreset[] = [
  {
    id: 'coco-80',
    title: 'COCO 80',
    text: 'The annotated categories, numbered 1 to 80 as most trainers do.',
    source: 'cocodataset.org',
    categories: cocoAnnotated.map((category, at) => ({ ...category, id: at + 1 })),
  },
  {
    id: 'coco-80-ids',
    title: 'COCO 80, original ids',
    text: 'The annotated categories with the ids 1 to 90 of the COCO files.',
    source: 'cocodataset.org',
    categories: cocoAnnotated,
  },
  {
    id: 'coco-91',
    title: 'COCO 91',
    text: 'All categories of the paper, with the eleven that no release annotates.',
    source: 'arXiv:1405.0312',
    categories: coco91,
  },
  {
    id: 'voc',
    title: 'Pascal VOC',
    text: 'The 20 object classes of VOC 2012.',
    source: 'host.robots.ox.ac.uk/pascal/VOC',
    categories: vocClasses,
  },
  {
    id: 'voc-21',
    title: 'Pascal VOC 21',
    text: 'The same in the colours of its label maps, with the background as a category, 0, for those who paint it.',
    source: 'host.robots.ox.ac.uk/pascal/VOC',
    categories: [
      { id: 0, name: 'background', color: vocColor(0), isThing: false },
      ...vocClasses.map((category) => ({ ...category, color: vocColor(category.id), isThing: true })),
    ],
  },
  {
    id: 'cityscapes',
    title: 'Cityscapes',
    text: 'The 19 evaluated classes with the ids of the gtFine labels.',
    source: 'cityscapes-dataset.com',
    categories: cityscapes.map(([id, name, supercategory, color]) => {
      const isThing = supercategory === 'human' || supercategory === 'vehicle';
      return { id, name, supercategory, color, isThing };
    }),
  },
  {
    id: 'coco-panoptic',
    title: 'COCO panoptic 133',
    text: '80 things and 53 kinds of stuff with the ids and colours of the panoptic files.',
    source: 'github.com/cocodataset/panopticapi',
    categories: cocoPanoptic,
  },
  {
    id: 'ade20k',
    title: 'ADE20K 150',
    text: '100 things and 50 kinds of stuff, numbered 1 to 150 as in the label maps.',
    source: 'sceneparsing.csail.mit.edu',
    categories: ade20k,
  },
];
