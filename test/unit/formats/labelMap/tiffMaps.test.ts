/** Label maps in TIFF files: what ImageJ's, StarDist's and tifffile's own writers made is read number by number. */
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { encode as encodePng } from 'fast-png';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { segmentationToRle } from '@shared/document/segmentation';
import { MemoryDataset } from '@shared/formats/memoryDataset';
import { readMap } from '@shared/formats/png/maskPng';
import { decode } from '@shared/mask';
import { DatasetFolder } from '../../../../src-main/dataset/datasetFolder';
import { recogniseDataset } from '../../../../src-main/dataset/recognise';
import { readTiffMap } from '../../../../src-main/images';
import { Random } from '../../../support/datasetFuzz';
import { readFromMemory, writeToMemory } from '../../../support/formatFiles';
import { temporaryFolder } from '../../images/files';

const fixtures = join(import.meta.dirname, '..', '..', '..', 'fixtures', 'formats', 'tiff-maps');
interface Made {
  readonly tool: string;
  readonly values?: readonly number[];
}
/** Made by scripts/goldens/tiffMaps.py. */
const made = JSON.parse(readFileSync(join(fixtures, 'expected.json'), 'utf8')) as Readonly<Record<string, Made>>;
const [W, H] = [13, 11];
const fixture = (name: string) => join(fixtures, `${name}.tif`);

/** `files`: names of fixtures by where they lie, or bytes. */
function folderOf(files: Readonly<Record<string, string | Uint8Array>>): DatasetFolder {
  const root = temporaryFolder();
  for (const [name, content] of Object.entries(files)) {
    const path = join(root, name);
    mkdirSync(dirname(path), { recursive: true });
    if (typeof content === 'string') copyFileSync(fixture(content), path);
    else writeFileSync(path, content);
  }
  return new DatasetFolder(root);
}

const photo = encodePng({ width: W, height: H, channels: 3, depth: 8, data: new Uint8Array(3 * W * H) });

async function read(source: DatasetFolder, formatId?: string) {
  const { format, why } = await recogniseDataset(source, formatId);
  const dataset = new MemoryDataset(source.path, format.id);
  await format.read!(source, dataset);
  return { format, why, dataset, view: dataset.view('x') };
}

/** The map that the masks would have been, each with its number. */
function mapOf(dataset: MemoryDataset): number[] {
  const values = new Array<number>(W * H).fill(0);
  for (const { record, text } of dataset.annotations) {
    const pixels = decode(segmentationToRle(record.content!.segmentation!, [H, W]));
    pixels.forEach((on, at) => {
      if (on) values[at] = Number(text);
    });
  }
  return values;
}

describe('the pixels of a TIFF map', () => {
  it.each(Object.keys(made).filter((name) => made[name].values))('%s', async (name) => {
    const { width, height, values, isColour } = await readTiffMap(fixture(name));
    expect([width, height, isColour]).toEqual([W, H, false]);
    expect([...values]).toEqual(made[name].values);
  });

  it('keep the colours of their palette', async () => {
    const { palette } = await readTiffMap(fixture('palette'));
    expect(palette?.slice(0, 2)).toEqual([
      [0, 255, 249],
      [1, 254, 250],
    ]);
  });

  it.each([
    ['fractions', /it has the number 0\.333.*, and those of a map are whole/],
    ['negative', /it has the number -1, and those of a map are not below 0/],
    ['stack', /it holds 2 pages, and a map is one/],
    ['imagej-stack', /it holds 3 pages, and a map is one/],
    ['whole-64', /it cannot be read because it holds signed numbers of 64 bits|whole numbers of 64 bits/],
  ])('of %s are refused with a sentence', async (name, message) => {
    await expect(readTiffMap(fixture(name))).rejects.toMatchObject({
      code: 'bad-input',
      message: expect.stringMatching(message),
    });
  });

  it('of a size that the file only says it has are refused before they are read', async () => {
    const huge = changed('lzw', { 256: 60_000, 257: 60_000 });
    await expect(readTiffMap(huge)).rejects.toThrow('the TIFF says it is 60000 x 60000 pixels');
    const long = changed('lzw', { 279: 400_000 }, 500_000);
    await expect(readTiffMap(long)).rejects.toThrow('a piece of it holds more than its pixels');
    const short = changed('lzw', { 279: 400_000 });
    await expect(readTiffMap(short)).rejects.toThrow('it is cut off');
    const tiles = changed('deflate-tiles', { 322: 32_768, 323: 32_768 });
    await expect(readTiffMap(tiles)).rejects.toThrow('its tiles are 32768 x 32768 pixels, and it is 13 x 11');
    const channels = changed('lzw', { 277: 2 });
    await expect(readTiffMap(channels)).rejects.toThrow('it has 2 channels of 16 bits');
    const jpeg = changed('lzw', { 259: 7 });
    await expect(readTiffMap(jpeg)).rejects.toThrow('it cannot be read because it is compressed with JPEG');
  });

  it('of damaged files, cut or changed anywhere, end in a sentence or in numbers', async () => {
    const folder = temporaryFolder();
    const bytes = readFileSync(fixture('deflate-tiles'));
    for (let at = 0; at < bytes.length; at += 2) {
      const path = join(folder, 'a.tif');
      const broken = at % 4 === 0 ? bytes.subarray(0, at) : Buffer.from(bytes);
      if (at % 4 === 2) broken[at] ^= 0xff;
      writeFileSync(path, broken);
      const found = await readTiffMap(path).catch((error: unknown) => error);
      if (found instanceof Error) expect(found, `byte ${at}`).toMatchObject({ code: 'bad-input' });
    }
  });
});

/** A fixture in little-endian order with other values of its tags, and zeros behind. */
function changed(name: string, tags: Readonly<Record<number, number>>, zeros = 0): string {
  const bytes = Buffer.concat([readFileSync(fixture(name)), Buffer.alloc(zeros)]);
  const directory = bytes.readUInt32LE(4);
  for (let entry = 0; entry < bytes.readUInt16LE(directory); entry++) {
    const at = directory + 2 + 12 * entry;
    const value = tags[bytes.readUInt16LE(at)];
    if (value === undefined) continue;
    bytes.writeUInt16LE(4, at + 2);
    bytes.writeUInt32LE(value, at + 8);
  }
  const path = join(temporaryFolder(), `${name}.tif`);
  writeFileSync(path, bytes);
  return path;
}

describe('a folder of TIFF maps', () => {
  it('of more than 8 bits beside images holds objects, and is written as PNG with the same numbers', async () => {
    const source = folderOf({
      'images/a.png': photo,
      'images/b.png': photo,
      'masks/a.tif': 'imagej-16',
      'masks/b.tif': 'lzw',
    });
    const { format, why, dataset, view } = await read(source);
    expect(format.id).toBe('instance-map');
    expect(why).toBe('masks/ holds 2 label maps, with pictures of the same names, and are TIFFs of more than 8 bits');
    expect(dataset.issues).toEqual([]);
    expect([...view.images()].map(({ fileName }) => fileName)).toEqual(['images/a.png', 'images/b.png']);
    const { files, losses } = writeToMemory(view, format);
    for (const name of ['a', 'b'])
      expect([...readMap(files.get(`masks/${name}.png`) as Uint8Array).values]).toEqual(made['imagej-16'].values);
    expect([...files.keys()].sort()).toEqual(['masks/a.png', 'masks/b.png', 'objects.json']);
    expect(losses.list()).toMatchObject([{ code: 'id', count: 8 }]);
  });

  it('with numbers that 16 bits do not hold keeps them until it is written', async () => {
    const source = folderOf({ 'images/a.tif': 'lzw', 'masks/a.tif': 'imagej-float' });
    const { format, dataset, view } = await read(source);
    expect(mapOf(dataset)).toEqual(made['imagej-float'].values);
    const { files, losses } = writeToMemory(view, format);
    const written = [...readMap(files.get('masks/a.png') as Uint8Array).values];
    expect(written).toEqual(made['imagej-float'].values!.map((value) => (value === 70_000 ? 4 : value)));
    expect(losses.list()).toMatchObject([{ code: 'id', count: 4 }]);
  });

  it('of 8 bits may hold classes or objects, which is asked', async () => {
    const source = folderOf({ 'images/a.png': photo, 'masks/a.tif': 'imagej-8' });
    await expect(recogniseDataset(source, undefined)).rejects.toThrow(
      'fits 2 formats: Label maps (masks/ holds 1 label map, with a picture of the same name), Instance maps (masks/ holds 1 label map, with a picture of the same name, and are TIFFs)',
    );
    expect(mapOf((await read(source, 'instance-map')).dataset)).toEqual(made['imagej-8'].values);
    const classes = await read(source, 'label-map');
    expect(mapOf(classes.dataset)).toEqual(made['imagej-8'].values);
    expect(classes.view.categories().map(({ id, name }) => [id, name])).toEqual(
      [3, 1, 2, 200].map((value) => [value, `class ${value}`]),
    );
    expect([...writeToMemory(classes.view, classes.format).files.keys()]).toEqual(['legend.json', 'masks/a.png']);
  });

  it('with a legend holds classes', async () => {
    const legend = Buffer.from('{"background":0,"ignore":255,"classes":[{"id":1,"name":"cat"}]}');
    const { format, view } = await read(
      folderOf({ 'images/a.png': photo, 'masks/a.tif': 'lzw', 'legend.json': legend }),
    );
    expect(format.id).toBe('label-map');
    expect(view.categories()[0].name).toBe('cat');
  });

  it('as Cellpose calls them is known beside its images', async () => {
    const { why, dataset, view } = await read(folderOf({ 'a.tif': 'palette', 'a_cp_masks.tif': 'deflate-tiles' }));
    expect(why).toBe('a_cp_masks.tif is called as Cellpose calls its masks');
    expect([...view.images()].map(({ fileName }) => fileName)).toEqual(['a.tif']);
    expect(mapOf(dataset)).toEqual(made['deflate-tiles'].values);
  });

  it('and of PNG files gives each image one, and tells of the other', async () => {
    const values = Uint8Array.from(made['imagej-8'].values!);
    const png = encodePng({ width: W, height: H, channels: 1, depth: 8, data: values });
    const { dataset } = await read(
      folderOf({ 'images/a.png': photo, 'masks/a.tif': 'lzw', 'masks/a.png': png }),
      'instance-map',
    );
    expect(mapOf(dataset)).toEqual([...values]);
    expect(dataset.issues).toMatchObject([{ issue: { code: 'file-left-out' } }]);
  });

  it('and its images alone is no dataset of maps', async () => {
    const alone: readonly Record<string, string>[] = [
      { 'a.tif': 'lzw', 'b.tif': 'rows' },
      { 'images/a.tif': 'lzw', 'masks/b.tif': 'lzw' },
    ];
    for (const files of alone)
      await expect(recogniseDataset(folderOf(files), undefined)).rejects.toThrow('is no dataset that Maskwright knows');
  });

  it('of another size than the image is refused, and fitted when that is asked', async () => {
    const wide = encodePng({ width: 2 * W, height: 2 * H, channels: 3, depth: 8, data: new Uint8Array(12 * W * H) });
    const source = folderOf({ 'images/a.png': wide, 'masks/a.tif': 'lzw' });
    await expect(read(source)).rejects.toMatchObject({ code: 'bad-input', remedy: 'resize' });
    const { format } = await recogniseDataset(source, undefined);
    const dataset = new MemoryDataset(source.path, format.id);
    await format.read!(source, dataset, { resize: 'nearest' });
    expect(dataset.issues).toMatchObject([{ issue: { code: 'map-resized' } }]);
  });

  it('of any numbers comes back from the PNG maps that are written of it', async () => {
    for (let seed = 1; seed <= 20; seed++) {
      const random = new Random(seed);
      const [width, height] = [1 + random.below(40), 1 + random.below(40)];
      const most = random.pick([3, 300, 65_536]);
      const values = Uint16Array.from({ length: width * height }, () => random.below(most));
      const raw = { width, height, channels: 1 as const };
      const drawn = sharp(values, { raw }).toColourspace('grey16');
      const predictor = random.pick(['none', 'horizontal'] as const);
      const compression = random.pick(['none', 'lzw', 'deflate'] as const);
      const tile = random.chance(0.3);
      const tiff = await drawn.tiff({ compression, predictor, tile, tileWidth: 16, tileHeight: 16 }).toBuffer();
      const source = folderOf({ 'images/a.tif': tiff, 'masks/a.tif': tiff });
      const { format, view } = await read(source);
      const { files } = writeToMemory(view, format);
      expect([...readMap(files.get('masks/a.png') as Uint8Array).values], `seed ${seed}`).toEqual([...values]);
      const again = await readFromMemory(format, files, new Map([['images/a.tif', [width, height]]]));
      const masks = (dataset: MemoryDataset) => dataset.annotations.map(({ record, text }) => [text, record.content]);
      const first = new MemoryDataset(source.path, format.id);
      await format.read!(source, first);
      expect(masks(again), `seed ${seed}`).toEqual(masks(first));
    }
  });
});
