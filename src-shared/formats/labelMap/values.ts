/** One label map as runs of its classes' numbers, whatever kind of picture it is; and fitted to the size of its image. */
import { parseHexColor } from '../../document/palette';
import type { DatasetSink, SourcePlace } from '../../dataset/records';
import { AppError } from '../../errors/appError';
import { labelsFromRaster, type LabelRuns, mapLabels, MaskError, NOBODY } from '../../mask';
import type { DatasetSource } from '../format';
import { isTiffName } from '../names';
import { type MapPicture, readMap } from '../png/maskPng';
import type { Legend } from './legend';

/** Label of pixels that are to be left out. */
export const IGNORED = -2;

export interface ClassMap {
  /** Of every pixel the value of its class, `NOBODY` or {@link IGNORED}. */
  readonly map: LabelRuns;
  /** The value that ignored pixels of such a map have. */
  readonly ignore: number;
  /** Of a palette the colour of each value. */
  readonly palette: readonly (readonly number[])[] | null;
  /** Colours of pixels that the legend does not have, which are nobody's then. */
  readonly strays: readonly string[];
}

/** The picture of a file; throws `bad-input` for what is none. */
export async function readMapFile(source: DatasetSource, name: string): Promise<MapPicture> {
  if (isTiffName(name)) return source.tiffMap(name);
  const bytes = await source.bytes(name);
  try {
    return readMap(bytes);
  } catch (error) {
    if (!(error instanceof MaskError)) throw error;
    const file = source.fullName(name);
    throw new AppError('bad-input', `${file} is no label map: ${error.message}`, { place: { file }, cause: error });
  }
}

/** The same in the size of its image; that it was fitted is told. */
export async function readSizedMap(
  { source, sink, at, isFitted }: SizedReading,
  name: string,
  picture: string | null,
): Promise<MapPicture> {
  const map = await readMapFile(source, name);
  const size = picture === null ? null : await source.imageSize(picture);
  return size === null
    ? map
    : fittedMap(map, { name: picture!, ...size }, { file: source.fullName(name), sink, at, isFitted });
}

export interface SizedReading {
  readonly source: DatasetSource;
  readonly sink: DatasetSink;
  readonly at: SourcePlace;
  /** A map of another size is fitted to its image, not refused. */
  readonly isFitted: boolean;
}

/** See `fitted`; that it was is told at the place. */
export function fittedMap(
  map: MapPicture,
  image: Parameters<typeof fitted>[1],
  { file, sink, at, isFitted }: Omit<SizedReading, 'source'> & { readonly file: string },
): MapPicture {
  const result = fitted(map, image, { file, resize: isFitted ? nearest : null });
  if (result !== map) {
    const message = `${file} was ${map.width} x ${map.height} pixels and was fitted to its image`;
    sink.issue({ code: 'map-resized', severity: 'warning', pointer: at.pointer, message }, at);
  }
  return result;
}

/** Throws `bad-input` for a colour picture where the legend has no colours. O(pixels), then by runs. */
export function classMapOf(picture: MapPicture, legend: Legend, file: string): ClassMap {
  const { width, height, values, palette, isColour, depth } = picture;
  const runs = labelsFromRaster(values, height, width);
  const ignore = legend.ignore ?? (depth > 8 && !isColour ? 65535 : 255);
  if (isColour) return { ignore, palette: null, ...byColor(runs, legend, file) };
  const meaning = (value: number) =>
    value === legend.background ? NOBODY : value === ignore && !isClass(legend, value) ? IGNORED : value;
  return { map: mapLabels(runs, meaning), ignore, palette, strays: [] };
}

const isClass = (legend: Legend, value: number) => legend.classes.some((one) => one.value === value);

function byColor(runs: LabelRuns, legend: Legend, file: string) {
  const classes = new Map<number, number>();
  for (const { color, value } of legend.classes) {
    const rgb = color === null ? null : parseHexColor(color);
    if (rgb) classes.set(rgb[0] | (rgb[1] << 8) | (rgb[2] << 16), value);
  }
  if (classes.size === 0) {
    throw new AppError('bad-input', `${file} is a map in colours, and nothing says which class has which`, {
      place: { file },
      hint: 'put a legend.json beside it, or say whose classes they are',
    });
  }
  const strays = new Set<string>();
  const map = mapLabels(runs, (color) => {
    const value = classes.get(color);
    if (value !== undefined) return value;
    // Black is what nobody painted.
    if (color !== 0) strays.add(hexOfValue(color));
    return NOBODY;
  });
  return { map, strays: [...strays] };
}

const hexOfValue = (color: number) =>
  `#${[color & 255, (color >> 8) & 255, color >> 16].map((part) => part.toString(16).padStart(2, '0')).join('')}`;

/** The picture in another size, each pixel that of the nearest one: pixel centres, as image programs do it. */
function nearest(picture: MapPicture, width: number, height: number): MapPicture {
  const values = new Uint32Array(width * height);
  const columns = Uint32Array.from({ length: width }, (_, x) => Math.floor(((x + 0.5) * picture.width) / width));
  for (let y = 0; y < height; y++) {
    const row = Math.floor(((y + 0.5) * picture.height) / height) * picture.width;
    for (let x = 0; x < width; x++) values[y * width + x] = picture.values[row + columns[x]];
  }
  return { ...picture, width, height, values };
}

/**
 * The map in the size of its image: refused where it is another one, unless it is to be fitted. A picture that lies on its side
 * in its file may have a map that lies so too: which way it lies its shape tells, so that nothing is stretched. Throws
 * `bad-input`.
 */
export function fitted<T extends { readonly width: number; readonly height: number }>(
  map: T,
  image: { readonly name: string; readonly width: number; readonly height: number; readonly turned?: boolean },
  { file, resize }: { readonly file: string; readonly resize: ((map: T, width: number, height: number) => T) | null },
): T {
  const stored = { width: image.height, height: image.width };
  const frames = image.turned ? [stored, image] : [image];
  if (frames.some(({ width, height }) => map.width === width && map.height === height)) return map;
  const frame = image.turned ? frames.find((one) => isAlike(map, one)) : image;
  if (resize && frame) return resize(map, frame.width, frame.height);
  const size = ({ width, height }: { readonly width: number; readonly height: number }) => `${width} x ${height}`;
  const other = image.turned ? ` upright and ${size(stored)} in its file` : '';
  throw new AppError(
    'bad-input',
    `${file} is ${size(map)} pixels, but its image ${image.name} is ${size(image)}${other}`,
    {
      place: { file },
      hint: resize
        ? 'choose the images it belongs to: the map has the shape of neither, and would be stretched'
        : 'choose the images it belongs to',
      ...(resize ? {} : { remedy: 'resize' }),
    },
  );
}

/** Of one shape, but for the rounding of a side. */
function isAlike(map: { readonly width: number; readonly height: number }, frame: typeof map): boolean {
  return Math.abs(map.width * frame.height - map.height * frame.width) <= (frame.width + frame.height) / 2;
}
