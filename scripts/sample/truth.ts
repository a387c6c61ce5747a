// Ground truth of the sample scenes as a COCO dataset.
import { area, encode, toBbox, toCompressed } from '@shared/mask/index';
import type { Scene } from './scene';

export interface NamedScene {
  fileName: string;
  categoryId: number;
  scene: Scene;
}

const CATEGORIES = [
  { id: 1, name: 'nucleus', supercategory: 'cell' },
  { id: 2, name: 'coin', supercategory: 'object' },
];

/** The dataset's text: indented down to the records, one annotation a line, so that a change is readable in a diff. */
export function cocoText(scenes: readonly NamedScene[]): string {
  const images = scenes.map(({ fileName, scene }, i) => ({
    id: i + 1,
    file_name: fileName,
    width: scene.width,
    height: scene.height,
  }));
  const annotations = scenes.flatMap(({ categoryId, scene }, i) => sceneAnnotations(scene, i + 1, categoryId));
  const numbered = annotations.map((annotation, i) => ({ id: i + 1, ...annotation }));
  const info = {
    description: 'Maskwright sample project: generated scenes with exact truth',
    version: '1',
    license: 'CC0-1.0',
  };
  const lines = (records: readonly object[]) => records.map((record) => `    ${JSON.stringify(record)}`).join(',\n');
  return [
    '{',
    `  "info": ${JSON.stringify(info)},`,
    `  "images": [\n${lines(images)}\n  ],`,
    `  "annotations": [\n${lines(numbered)}\n  ],`,
    `  "categories": [\n${lines(CATEGORIES)}\n  ]`,
    '}\n',
  ].join('\n');
}

function sceneAnnotations(scene: Scene, imageId: number, categoryId: number) {
  return Array.from({ length: scene.objectCount }, (_, n) => {
    const bitmap = Uint8Array.from(scene.labels, (label) => (label === n + 1 ? 1 : 0));
    const rle = encode(bitmap, scene.height, scene.width);
    return {
      image_id: imageId,
      category_id: categoryId,
      iscrowd: 0,
      bbox: [...toBbox(rle)],
      area: area(rle),
      segmentation: { size: [scene.height, scene.width], counts: toCompressed(rle) },
    };
  });
}
