/** Images whose names hide them, or differ in little: each has its own annotations in any format, on any disk. */
import { expect, it } from 'vitest';
import { baseOf } from '@shared/formats/names';
import { MemoryDataset } from '@shared/formats/memoryDataset';
import { formats } from '@shared/formats/registry';
import { segmentationToRle } from '@shared/document/segmentation';
import { area } from '@shared/mask';
import { placeIn, readFromMemory, writeToMemory } from '../../support/formatFiles';

/** Each image has an object as wide as its place, by which it is known again. */
function datasetOf(names: readonly string[]) {
  const at = { file: 'x', pointer: '' };
  const dataset = new MemoryDataset('/memory', 'none');
  dataset.category({ id: 1, name: 'cat', supercategory: null }, null, at);
  names.forEach((fileName, i) => {
    dataset.image({ id: i + 1, fileName, width: 40, height: 20 }, null, at);
    const outer = [0, 0, i + 1, 0, i + 1, 2, 0, 2];
    const segmentation = { kind: 'polygons' as const, parts: [{ outer, holes: [] }] };
    const content = { segmentation, bbox: null, area: null, isCrowd: false, score: null, extra: {} };
    dataset.annotation({ id: i + 1, imageId: i + 1, categoryId: 1, maskSize: null, content }, null, at);
  });
  return dataset.view('made');
}

/** As whoever lists a folder sees it. */
const shows = (name: string) => !name.split('/').some((part) => part.startsWith('.'));

const sets = {
  'nothing but an ending': ['.png', 'x/.jpg', 'b.png'],
  'nothing but an ending, alone': ['.png'],
  'a dot before the name, which another has without': ['.a.png', '_.a.png', 'a.png'],
  'dots alone': ['...png', '..a.jpg', 'x/...'],
  'a hidden folder': ['.x/a.png', 'b.png'],
  'other letters of one name': ['a.jpg', 'A.JPG', 'a.png', 'b.png', 'B.PNG'],
  'other letters and another ending': ['a.jpg', 'A.png', 'x/a.png', 'X/A.jpg'],
  'endings upon endings': ['a.jpg', 'a.png', 'a.jpg.png'],
  'no ending': ['a', 'a.png', 'a.'],
  'another form of one letter': ['\u00e9.png', 'e\u0301.png'],
  'spaces at an end': ['a .png', 'a.png ', ' .png'],
  'what maps are called': ['a.png', 'a_mask.png', 'a_masks.png', 'a_gt.png'],
};

const both = formats.all.filter(({ read, write }) => read && write).map((format) => [format.id, format] as const);

it.each(both)('%s finds the annotations of each image again, and tells of new names', async (_, format) => {
  for (const [what, names] of Object.entries(sets)) {
    const view = datasetOf(names);
    const { files, losses } = writeToMemory(view, format);
    const places = names.map(placeIn(format, view));
    const sizes = new Map(places.filter(shows).map((name) => [name, [40, 20] as const]));
    const read = (await readFromMemory(format, new Map([...files].filter(([name]) => shows(name))), sizes)).view('r');
    const widths = Array.from(read.images(), ({ id, fileName }) => {
      const [{ annotation } = { annotation: null }, ...more] = read.annotationsOf(id);
      expect(annotation && more, `${what}: ${fileName}`).toEqual([]);
      const { segmentation, bbox } = annotation!;
      return [segmentation ? area(segmentationToRle(segmentation, [20, 40])) / 2 : Math.round(bbox[2]), fileName];
    });
    const sorted = widths.sort(([a], [b]) => Number(a) - Number(b));
    expect(
      sorted.map(([width]) => width),
      what,
    ).toEqual(names.map((_name, i) => i + 1));
    // And it is the one that lies there.
    if (format.placeImages)
      for (const [place, [, fileName]] of sorted.entries())
        expect(`/${places[place]}`.endsWith(`/${baseOf(String(fileName))}`), `${what}: ${fileName}`).toBe(true);
    const isNew = names.some((name, place) => format.placeImages && !places[place].endsWith(baseOf(name)));
    if (isNew && !format.keepsImageNames) expect(losses.count('image-renamed'), what).toBeGreaterThan(0);
  }
});

it.each(both)('%s loses no annotation of images whose names mean one file', async (_, format) => {
  for (const names of [
    ['a.png', 'a.png', 'a.png'],
    ['a.png', '../a.png'],
    ['x/a.png', '/x/a.png', 'x//a.png'],
  ]) {
    const view = datasetOf(names);
    const { files } = writeToMemory(view, format);
    const places = format.placeImages?.(view).map(({ picture }) => picture) ?? names;
    const sizes = new Map(places.map((name) => [name, [40, 20] as const]));
    const read = (await readFromMemory(format, files, sizes)).view('r');
    expect([...read.annotations()], names.join()).toHaveLength(names.length);
  }
});
