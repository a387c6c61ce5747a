/** PASCAL VOC: an XML file of boxes an image, and palette pictures of its objects and classes. */
import type { DatasetFormat, DatasetSource } from '../format';
import { labelMapName, saidNumbers } from './classes';
import { readVoc } from './read';
import { vocPlaces, writeVoc } from './write';

export const vocFormat: DatasetFormat = {
  id: 'voc',
  title: 'PASCAL VOC',
  about:
    'An XML file of boxes for each image, with masks as palette pictures: torchvision, MMSegmentation and many older tools.',
  extensions: ['xml'],
  target: 'folder',
  splits: true,
  options: [
    {
      name: 'border',
      title: 'Border of objects in the masks',
      choices: [
        { value: '5', title: '5 pixels of 255, as VOC has it' },
        { value: '0', title: 'None' },
      ],
      default: '0',
    },
  ],
  categoryNumbers: saidNumbers,
  keeps: { unused: true, voids: true, outlines: false },
  losses: [
    ...(['tags', 'image-fields', 'category-fields', 'supercategory', 'unused-category'] as const),
    ...([
      'id',
      'score',
      'crowd',
      'attributes',
      'overlap',
      'outline-as-mask',
      'mask-as-box',
      'rounded',
      'outside',
      'empty',
    ] as const),
    ...(['too-many-objects', 'image-renamed', 'no-image-left-out'] as const),
  ],
  async recognise(source) {
    const [first] = await vocFiles(source, 1);
    if (first !== undefined) return `${first} is a VOC annotation`;
    return (await hasNoImages(source)) ? `${labelMapName} lists its classes, and there are no images` : null;
  },
  async read(source, sink) {
    await readVoc(source, await vocFiles(source), sink);
  },
  write: writeVoc,
  placeImages: vocPlaces,
};

/** The list of classes is all that is written of a dataset without images. */
async function hasNoImages(source: DatasetSource): Promise<boolean> {
  if (source.entry !== null) return false;
  const [only, ...others] = await source.names();
  return only === labelMapName && others.length === 0 && (await source.head(only)).startsWith('# label:');
}

/** Files that are looked into to tell whether a folder is such a dataset. */
const lookedAt = 100;

async function vocFiles(source: DatasetSource, most = Infinity): Promise<string[]> {
  const names = source.entry === null ? (await source.names()).filter((name) => /\.xml$/i.test(name)) : [source.entry];
  const found: string[] = [];
  // A folder of many other files is told by its first ones.
  for (const name of most === Infinity ? names : names.slice(0, lookedAt)) {
    if (found.length >= most) break;
    if (/<annotation[\s>]/.test(await source.head(name))) found.push(name);
  }
  return found;
}
