/** The columns of a table of measurements: name, meaning, value. */
import { unitName } from './scale';
import { allChannels, type Channel, type ChannelIntensity, type MeasurementRow, type PixelScale } from './types';

export interface Column {
  /** snake_case, with the unit where there is one. */
  readonly name: string;
  readonly meaning: string;
  readonly kind: 'text' | 'number';
  /** null: an empty cell. */
  value(row: MeasurementRow): string | number | null;
}

export interface ColumnOptions {
  /** Adds the same lengths and areas in a physical unit. */
  readonly scale?: PixelScale;
  /** Those of the images in the table. */
  readonly channels: readonly Channel[];
}

/**
 * Columns of a table, always in the same order: identity, geometry in pixels, the same in the physical unit, intensities
 * by channel (gray, red, green, blue). The scale is one that `checkScale` accepts.
 */
export function measurementColumns({ scale, channels }: ColumnOptions): Column[] {
  return [
    { name: 'image', meaning: "the image's file name", kind: 'text', value: (row) => row.image },
    {
      name: 'annotation_id',
      meaning: 'id of the annotation in its dataset',
      kind: 'number',
      value: (row) => row.annotationId,
    },
    { name: 'category', meaning: 'name of its category', kind: 'text', value: (row) => row.category },
    ...geometryColumns('px', 1),
    ...(scale ? geometryColumns(unitName(scale.unit), scale.pixelSize) : []),
    ...allChannels.filter((channel) => channels.includes(channel)).flatMap(intensityColumns),
  ];
}

/** Channels that occur in the rows, in the columns' order. */
export function channelsOf(rows: Iterable<MeasurementRow>): Channel[] {
  const found = new Set<Channel>();
  for (const { intensities } of rows) {
    for (const { channel } of intensities) found.add(channel);
    if (found.size === allChannels.length) break;
  }
  return allChannels.filter((channel) => found.has(channel));
}

function geometryColumns(unit: string, perPixel: number): Column[] {
  const length = (name: string, meaning: string, of: (row: MeasurementRow) => number | null | undefined): Column => ({
    name: `${name}_${unit}`,
    meaning: `${meaning}, in ${unit}`,
    kind: 'number',
    value: (row) => scaled(of(row), perPixel),
  });
  const isPixels = unit === 'px';
  return [
    {
      name: isPixels ? 'area_px' : `area_${unit}2`,
      meaning: isPixels ? 'number of pixels of the mask' : `area of the mask, in ${unit} squared`,
      kind: 'number',
      value: (row) => scaled(row.area, perPixel * perPixel),
    },
    length('centroid_x', 'mean of the pixel centres from the left edge of the image', (row) => row.centroid?.[0]),
    length('centroid_y', 'mean of the pixel centres from the top edge of the image', (row) => row.centroid?.[1]),
    length('bbox_x', 'left edge of the box around the mask', (row) => row.bbox?.[0]),
    length('bbox_y', 'top edge of the box around the mask', (row) => row.bbox?.[1]),
    length('bbox_width', 'width of that box', (row) => row.bbox?.[2]),
    length('bbox_height', 'height of that box', (row) => row.bbox?.[3]),
    length('perimeter', 'length of the outlines, holes included (skimage.measure.perimeter)', (row) => row.perimeter),
    length('equivalent_diameter', 'diameter of the circle of the same area', (row) => row.equivalentDiameter),
  ];
}

const statistics: readonly (readonly [key: keyof Omit<ChannelIntensity, 'channel'>, meaning: string])[] = [
  ['mean', 'mean'],
  ['std', 'standard deviation (divided by n)'],
  ['min', 'least'],
  ['max', 'greatest'],
  ['integrated', 'sum'],
];

function intensityColumns(channel: Channel): Column[] {
  return statistics.map(([key, meaning]) => ({
    name: `${channel}_${key}`,
    meaning: `${meaning} of the ${channel} samples under the mask, in the image's own values`,
    kind: 'number',
    value: (row) => row.intensities.find((entry) => entry.channel === channel)?.[key] ?? null,
  }));
}

const scaled = (value: number | null | undefined, factor: number): number | null => (value ?? null) && value! * factor;
