/** A project from a file beside pictures of nearly one name: each annotation is on the picture that its image names. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { writeGreyPng } from '@shared/formats/png/maskPng';
import { openStore, scratch } from './support';

const names = ['a.png', 'images/a.png', 'A.png', 'x/train/a.png', 'train/a.png'];
const picture = (place: number) => writeGreyPng(new Uint8Array(1200).fill(place + 1), 60, 20);

it('a folder "images" does not take the names of the pictures beside it', async () => {
  const folder = scratch();
  for (const [place, name] of names.entries()) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), picture(place));
  }
  const file = join(folder, 'instances.json');
  const images = names.map((file_name, i) => ({ id: i + 1, file_name, width: 60, height: 20 }));
  const annotations = names.map((_, i) => ({
    ...{ id: i + 1, image_id: i + 1, category_id: 1, iscrowd: 0, area: 24, bbox: [i * 5, 4, 4, 6] },
    segmentation: [[i * 5, 4, i * 5 + 4, 4, i * 5 + 4, 10, i * 5, 10]],
  }));
  writeFileSync(file, JSON.stringify({ images, annotations, categories: [{ id: 1, name: 'car' }] }));
  const store = openStore();
  await store.call('project.import', { path: file, format: 'coco', file: join(folder, 'p.maskwright') });
  const out = scratch();
  const job = { path: join(out, 'o.json'), format: 'coco', options: {}, overwrite: 'refuse', images: 'copy' } as const;
  await store.call('project.export', job);
  names.forEach((name, place) => {
    expect(Buffer.compare(readFileSync(join(out, name)), Buffer.from(picture(place))), name).toBe(0);
  });
});
