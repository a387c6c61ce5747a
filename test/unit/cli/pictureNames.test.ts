/** Pictures whose names are nearly one another's, through every format and back on the disk: what is drawn on one never comes to lie on another. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { formats } from '@shared/formats/registry';
import { writeGreyPng } from '@shared/formats/png/maskPng';
import { runInProcess } from '../../support/cliInProcess';

const root = mkdtempSync(join(tmpdir(), 'maskwright-names-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const [width, height] = [60, 20];

/** Each list is a dataset of its own. */
const lists: Readonly<Record<string, readonly string[]>> = {
  'a folder that formats make': ['a.png', 'images/a.png', 'images/images/a.png'],
  'folders that end alike': ['train/a.png', 'x/train/a.png', 'val/a.png'],
  'in another case': ['a.png', 'A.png', 'b/c.png', 'B/c.png', 'd.PNG', 'd.png'],
  'in one folder and another': ['a.png', 'x/a.png', 'labels/images/a.png', 'x/images/a.png'],
  'with other endings': ['a.png', 'a.jpg', 'a.png.png', 'a_2.png', 'x/a.jpg'],
  'with signs that other disks do not know': ['12:30:05.png', '13?30?05.png', 'a"b.png', 'x/a*b.png', 'x/c<b>|.png'],
  'with signs in folders': ['12:30/a.png', '13:30/a.png', 'x?/a.png', 'x?/y*/a.png'],
  'without an ending': ['a', 'b', 'x/a', 'b.png'],
  'what formats add': ['a.png', 'a_leftImg8bit.png', 'a_mask.png', 'a_jpg.rf.1.png', 'ds/a.png', 'img/a.png'],
};

const picture = (place: number) => writeGreyPng(new Uint8Array(width * height).fill(place + 1), width, height);

function makeDataset(folder: string, names: readonly string[]): string {
  for (const [place, name] of names.entries()) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), picture(place));
  }
  const file = join(folder, 'instances.json');
  const annotations = names.map((_, place) => {
    const [x, y, w, h] = [place * 5, 4, 4, 6];
    const segmentation = [[x, y, x + w, y, x + w, y + h, x, y + h]];
    return {
      id: place + 1,
      image_id: place + 1,
      category_id: 1,
      bbox: [x, y, w, h],
      area: w * h,
      iscrowd: 0,
      segmentation,
    };
  });
  const images = names.map((name, place) => ({ id: place + 1, file_name: name, width, height }));
  writeFileSync(file, JSON.stringify({ images, annotations, categories: [{ id: 1, name: 'car' }] }));
  return file;
}

interface Told {
  readonly images: readonly { id: number; file_name: string }[];
  readonly annotations: readonly { image_id: number; bbox: readonly number[] }[];
}

/** Of each object of a COCO file the picture below the folder that it lies on, by number; null: there is none. */
function placesIn(folder: string, file: string): [object: number, picture: number | null][] {
  const { images, annotations } = JSON.parse(readFileSync(file, 'utf8')) as Told;
  return annotations
    .map(({ image_id, bbox }): [number, number | null] => {
      const object = Math.abs(Math.round(bbox[0] / 5));
      const path = join(folder, images.find(({ id }) => id === image_id)!.file_name);
      if (!existsSync(path)) return [object, null];
      const bytes = readFileSync(path);
      for (let place = 0; place < 10; place++)
        if (Buffer.compare(bytes, Buffer.from(picture(place))) === 0) return [object, place];
      return [object, -1];
    })
    .sort(([a], [b]) => a - b);
}

const both = formats.all.filter((format) => format.read && format.write);

describe.each(Object.entries(lists))('%s', (what, names) => {
  it.each(both.map(({ id, target, extensions }) => [id, target, extensions[0]] as const))(
    '%s: every object stays on its picture',
    async (id, target, extension) => {
      const folder = join(root, `${what} ${id}`.replace(/ /g, '-'));
      // Not all of them at the end: on a slow disk that takes longer than a hook may.
      onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
      const file = makeDataset(join(folder, 'from'), names);
      const to = join(folder, 'to');
      mkdirSync(to, { recursive: true });
      const path = target === 'folder' ? to : join(to, `dataset.${extension}`);
      const out = await runInProcess('convert', '--from', file, '--to', path, '--to-format', id, '--copy-images');
      expect(out.code, out.stderr).toBe(0);
      // Who cannot name them as they are says so.
      if (what.startsWith('with signs') && !formats.get(id)!.keepsImageNames)
        expect(out.stderr).toMatch(/\d images? (is|are) renamed/);
      const back = join(folder, 'back');
      mkdirSync(back, { recursive: true });
      const coco = join(back, 'instances.json');
      const again = await runInProcess(
        'convert',
        '--from',
        path,
        '--from-format',
        id,
        '--to',
        coco,
        '--to-format',
        'coco',
        '--copy-images',
      );
      expect(again.code, again.stderr).toBe(0);
      const list = readdirSync(to, { recursive: true }).join(' ');
      expect(placesIn(back, coco), `${out.stderr}${again.stderr}${list}`).toEqual(
        names.map((_, place) => [place, place]),
      );
    },
  );
});
