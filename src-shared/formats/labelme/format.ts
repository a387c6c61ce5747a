/** labelme: one JSON file an image. */
import type { DatasetFormat, DatasetSource } from '../format';
import { headKeys, isJsonName } from '../json/head';
import { baseOf, folderOf } from '../names';
import { readLabelmeFile, sizeIn } from './read';
import { inside, outputStems } from '../../dataset/outputNames';
import { writeLabelmeFile } from './write';

export const labelmeFormat: DatasetFormat = {
  id: 'labelme',
  title: 'labelme',
  about: 'One JSON file beside each image, with its shapes: the labelme annotation tool.',
  textsHoldMasks: true,
  keepsImageNames: 'name',
  extensions: ['json'],
  target: 'folder',
  isUpright: true,
  options: [
    {
      name: 'holes',
      title: 'Objects with holes',
      choices: [
        { value: 'mask', title: 'As masks (labelme 5.3 and later; labelme2coco refuses them)' },
        { value: 'keyhole', title: 'As one outline that goes round the hole' },
        { value: 'fill', title: 'Filled' },
      ],
      default: 'mask',
    },
  ],
  losses: [
    'void-border',
    ...(['tags', 'image-fields', 'category-fields', 'turned', 'supercategory', 'unused-category'] as const),
    'id',
    'score',
    'crowd',
    'attributes',
    'holes-keyholed',
    'holes-filled',
    'holes-as-mask',
    'corners-free',
    'empty',
    'no-image-left-out',
  ],
  async recognise(source) {
    const [first] = await labelmeFiles(source, 1);
    return first === undefined ? null : `${first} has labelme shapes`;
  },
  async read(source, sink) {
    const categories = new Map<string, number>();
    for (const [index, file] of (await labelmeFiles(source)).entries()) {
      const text = await source.text(file);
      const said = sizeIn(file, text);
      const picture = said && (await source.imageSize(said.fileName));
      // It turns pictures upright before anything is drawn; some versions name the sides that the file has all the same.
      const isTurned = picture && picture.width === said.height && picture.height === said.width;
      const size = isTurned ? picture : null;
      readLabelmeFile({ file: source.fullName(file), name: file, text, id: index + 1, size }, categories, sink);
    }
  },
  *write(view, context) {
    const names = new Map(view.categories().map(({ id, name }) => [id, name]));
    const images = [...view.images()];
    const stems = outputStems(images.map(({ fileName }) => fileName));
    for (const [place, image] of images.entries()) {
      yield {
        name: `${stems[place]}.json`,
        content: writeLabelmeFile(image, view.annotationsOf(image.id), names, view.textFormat === 'labelme', context),
      };
    }
  },
  placeImages(view) {
    const names = Array.from(view.images(), ({ fileName }) => inside(fileName));
    // Beside its file, whose folder is one that shows.
    return outputStems(names).map((stem, place) => ({ picture: folderOf(stem) + baseOf(names[place]) }));
  },
};

/** Files that are looked into to tell whether a folder is such a dataset. */
const lookedAt = 100;

/** In a folder those whose first kilobytes say so; the file itself where one was given. */
async function labelmeFiles(source: DatasetSource, most = Infinity): Promise<string[]> {
  const all = source.entry === null ? (await source.names()).filter(isJsonName) : [source.entry];
  // A folder of many other files is told by its first ones.
  const names = most === Infinity ? all : all.slice(0, lookedAt);
  const found: string[] = [];
  for (const name of names) {
    if (found.length >= most) break;
    if (isLabelme(await source.head(name))) found.push(name);
  }
  return found;
}

/** Objects of many points, or the picture itself, may fill the head before the other keys come. */
function isLabelme(head: string): boolean {
  const keys = headKeys(head);
  if (!keys) return false;
  if (keys.get('shapes') !== '[')
    return keys.get('imageData') === '"' && keys.size === [...keys.keys()].indexOf('imageData') + 1;
  return ['imagePath', 'version', 'imageData'].some((key) => keys.has(key)) || /"(points|shape_type)"\s*:/.test(head);
}
