/** CVAT for images 1.1: one XML file with all images and their shapes. */
import { inside } from '../../dataset/outputNames';
import type { DatasetFormat } from '../format';
import { firstFile, tellLeftFiles } from '../leftFiles';
import { readCvat } from './read';
import { writeCvat } from './write';

export const cvatFormat: DatasetFormat = {
  id: 'cvat',
  title: 'CVAT for images 1.1',
  about: 'One XML file with polygons, boxes and masks, beside its images: the CVAT annotation tool.',
  textsHoldMasks: true,
  keepsImageNames: 'path',
  extensions: ['xml'],
  target: 'folder',
  isUpright: true,
  options: [
    {
      name: 'holes',
      title: 'Objects with holes',
      choices: [
        { value: 'mask', title: 'As masks' },
        { value: 'keyhole', title: 'As one outline that goes round the hole' },
        { value: 'fill', title: 'Filled' },
      ],
      default: 'mask',
    },
  ],
  keeps: { unused: true },
  losses: [
    'void-border',
    ...(['tags', 'image-fields', 'category-fields', 'turned', 'supercategory'] as const),
    'id',
    'score',
    'crowd',
    'attributes',
    'attributes-as-text',
    'holes-as-mask',
    'holes-keyholed',
    'holes-filled',
    'empty',
    'no-image-left-out',
  ],
  async recognise(source) {
    const file = await firstFile(source, fileKind);
    return file === null ? null : `${file} has CVAT images`;
  },
  async read(source, sink) {
    const file = source.entry ?? (await firstFile(source, fileKind)) ?? 'annotations.xml';
    readCvat(await source.text(file), source.fullName(file), sink);
    await tellLeftFiles(source, file, fileKind, sink);
  },
  write: (view, context) => [{ name: 'annotations.xml', content: writeCvat(view, context) }],
  placeImages: (view) => Array.from(view.images(), ({ fileName }) => ({ picture: `images/${inside(fileName)}` })),
};

const isXmlName = (name: string) => /\.xml$/i.test(name);

/** Tracks, as the first of what the head shows, or as its mode says. */
export const isCvatVideo = (head: string): boolean =>
  /<annotations[\s>]/.test(head) &&
  !/<image\s/.test(head) &&
  (/<track\s/.test(head) || (/<version>1\.1<\/version>/.test(head) && /<mode>interpolation<\/mode>/.test(head)));

const isCvat = (head: string) =>
  !isCvatVideo(head) &&
  /<annotations[\s>]/.test(head) &&
  (/<version>1\.1<\/version>/.test(head) || /<image\s[^>]*\bid=/.test(head));

const fileKind = { isCandidate: isXmlName, isOne: isCvat };
