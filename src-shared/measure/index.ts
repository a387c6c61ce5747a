/** Measurements of objects: what they are, how they are taken, and their table. */
export { channelsOf, measurementColumns, type Column, type ColumnOptions } from './columns';
export { csvLine, measurementsToCsv } from './csv';
export { measureObject, type ImageToMeasure, type MeasuredObject } from './measure';
export { checkScale, unitName } from './scale';
export * from './types';
