/** VGG Image Annotator 2: one JSON file with the regions of all images. */
import type { DatasetFormat } from '../format';
import { headKeys, isJsonName } from '../json/head';
import { firstFile, tellLeftFiles } from '../leftFiles';
import { readVia } from './read';
import { writeVia } from './write';

export const viaFormat: DatasetFormat = {
  id: 'via',
  title: 'VIA 2',
  about: 'One JSON file with polygons and boxes of all images: the VGG Image Annotator.',
  textsHoldMasks: true,
  extensions: ['json'],
  target: 'file',
  isUpright: true,
  options: [
    {
      name: 'holes',
      title: 'Objects with holes',
      choices: [
        { value: 'keyhole', title: 'As one outline that goes round the hole' },
        { value: 'fill', title: 'Filled' },
      ],
      default: 'keyhole',
    },
  ],
  losses: [
    'void-border',
    ...(['tags', 'image-fields', 'category-fields', 'turned', 'supercategory', 'unused-category'] as const),
    ...(['id', 'score', 'crowd', 'attributes', 'holes-keyholed', 'holes-filled', 'parts-split'] as const),
    ...(['image-renamed', 'empty', 'no-image-left-out', 'no-category'] as const),
  ],
  async recognise(source) {
    const file = await firstFile(source, fileKind);
    return file === null ? null : `${file} has VIA regions`;
  },
  async read(source, sink) {
    const file = source.entry ?? (await firstFile(source, fileKind)) ?? '';
    await readVia(source, file, sink);
    await tellLeftFiles(source, file, fileKind, sink);
  },
  write: (view, context) => [{ name: context.fileName, content: writeVia(view, context) }],
};

function isVia(head: string): boolean {
  const keys = headKeys(head);
  if (!keys) return false;
  if (keys.has('_via_img_metadata') || keys.has('_via_settings')) return true;
  // The annotations alone: every key is an image.
  return [...keys.values()][0] === '{' && /"regions"\s*:/.test(head) && /"filename"\s*:/.test(head);
}

const fileKind = { isCandidate: isJsonName, isOne: isVia };
