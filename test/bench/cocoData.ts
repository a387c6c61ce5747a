/** COCO files for benchmarks, made anew for each run. */
import { closeSync, openSync, writeSync } from 'node:fs';
import { ringArea } from '@shared/geometry/polygon';

/** As many as COCO train2017 has. */
export const IMAGES = 118_000;
export const ANNOTATIONS = 860_000;

/**
 * Polygons of 12 to 52 vertices with two decimals, their area by the shoelace formula and their bbox by the vertices, as in the
 * official files; seeded, so that every run has the same.
 */
export function writeCocoFile(file: string, counts: { readonly images: number; readonly annotations: number }): void {
  let seed = 1;
  const random = () => (seed = (seed * 48271) % 2147483647) / 2147483647;
  const handle = openSync(file, 'w');
  const list = (count: number, record: (index: number) => string) => {
    for (let from = 0; from < count; from += 1000) {
      const records = Array.from({ length: Math.min(1000, count - from) }, (_, at) => record(from + at));
      writeSync(handle, (from > 0 ? ', ' : '') + records.join(', '));
    }
  };
  writeSync(handle, '{"info": {"description": "generated"}, "images": [');
  list(
    counts.images,
    (i) => `{"id": ${i + 1}, "file_name": "${i + 1}.jpg", "width": 640, "height": 480, "license": 3}`,
  );
  writeSync(handle, '], "annotations": [');
  list(counts.annotations, (i) => {
    const [cx, cy, r] = [60 + random() * 520, 60 + random() * 360, 8 + random() * 50];
    const count = 12 + Math.floor(random() * 40);
    const vertices = Array.from({ length: count }, (_, k) => {
      const [angle, radius] = [(k / count) * 2 * Math.PI, r * (0.8 + 0.2 * random())];
      return [Number((cx + radius * Math.cos(angle)).toFixed(2)), Number((cy + radius * Math.sin(angle)).toFixed(2))];
    });
    const [xs, ys] = [vertices.map(([x]) => x), vertices.map(([, y]) => y)];
    const [left, top] = [Math.min(...xs), Math.min(...ys)];
    const box = [left, top, Math.max(...xs) - left, Math.max(...ys) - top].map((value) => value.toFixed(2)).join(', ');
    const ring = vertices.map((point) => point.map((value) => value.toFixed(2)).join(', ')).join(', ');
    const imageId = 1 + Math.floor(random() * counts.images);
    const categoryId = 1 + Math.floor(random() * 80);
    return `{"segmentation": [[${ring}]], "area": ${ringArea(vertices.flat()).toFixed(4)}, "iscrowd": 0, "image_id": ${imageId}, "bbox": [${box}], "category_id": ${categoryId}, "id": ${i + 1}}`;
  });
  writeSync(handle, '], "categories": [');
  list(80, (i) => `{"supercategory": "thing", "id": ${i + 1}, "name": "category ${i + 1}"}`);
  writeSync(handle, ']}');
  closeSync(handle);
}
