/** Which COCO files are the parts of one split is told by their names alone. */
import { expect, it } from 'vitest';
import { splitFiles } from '@shared/formats/splitFiles';

const of = (...names: string[]) =>
  splitFiles(names).map(({ name, files }) => [name, ...files.map((one) => `${one.split} ${one.file}`)]);

it.each<[string[], string[][]]>([
  [
    ['annotations/instances_val2017.json', 'annotations/instances_train2017.json', 'annotations/captions_val2017.json'],
    [
      [
        'annotations/instances_*2017.json',
        'train annotations/instances_train2017.json',
        'val annotations/instances_val2017.json',
      ],
    ],
  ],
  [
    ['test/coco.json', 'train/coco.json', 'valid/coco.json'],
    [['*/coco.json', 'train train/coco.json', 'val valid/coco.json', 'test test/coco.json']],
  ],
  [
    ['cells.Train.json', 'cells.TEST.json', 'cells.json'],
    [['cells.*.json', 'train cells.Train.json', 'test cells.TEST.json']],
  ],
  // Two of one part, words in words, parts that disagree, another rest of the name, and one alone.
  [['a_val.json', 'a_valid.json'], []],
  [['restrain.json', 'interval.json', 'trainval.json', 'latest.json'], []],
  [['train/a_val.json', 'val/a_train.json'], []],
  [['a_train.json', 'b_val.json'], []],
  [['a_train.json'], []],
  [[], []],
])('%j', (names, groups) => expect(of(...names)).toEqual(groups));
