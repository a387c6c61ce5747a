/** The spaces a point can live in, as types that do not mix, and the only conversions between them. */

declare const space: unique symbol;

interface PointIn<Space extends string> {
  readonly x: number;
  readonly y: number;
  readonly [space]?: Space;
}

/** Continuous image pixels, origin top-left; pixel (i, j) covers [i, i+1) x [j, j+1). */
export type ImagePoint = PointIn<'image'>;
/** CSS pixels of the canvas element, origin top-left. */
export type ViewPoint = PointIn<'view'>;
/** Pixels of a model's input tensor, origin top-left. */
export type ModelPoint = PointIn<'model'>;

/** How an image lies in the canvas: view = image * scale + offset, the same scale on both axes. */
export interface ViewTransform {
  /** View pixels per image pixel. */
  readonly scale: number;
  readonly offsetX: number;
  readonly offsetY: number;
}

export const imagePoint = (x: number, y: number): ImagePoint => ({ x, y });
export const viewPoint = (x: number, y: number): ViewPoint => ({ x, y });
export const modelPoint = (x: number, y: number): ModelPoint => ({ x, y });

export function imageToView(point: ImagePoint, view: ViewTransform): ViewPoint {
  return viewPoint(point.x * view.scale + view.offsetX, point.y * view.scale + view.offsetY);
}

export function viewToImage(point: ViewPoint, view: ViewTransform): ImagePoint {
  return imagePoint((point.x - view.offsetX) / view.scale, (point.y - view.offsetY) / view.scale);
}

/** How an image lies in a model's input tensor: model = image * scale + offset, each axis by itself. */
export interface ModelTransform {
  /** Model pixels per image pixel. */
  readonly scaleX: number;
  readonly scaleY: number;
  readonly offsetX: number;
  readonly offsetY: number;
}

export function imageToModel(point: ImagePoint, model: ModelTransform): ModelPoint {
  return modelPoint(point.x * model.scaleX + model.offsetX, point.y * model.scaleY + model.offsetY);
}

export function modelToImage(point: ModelPoint, model: ModelTransform): ImagePoint {
  return imagePoint((point.x - model.offsetX) / model.scaleX, (point.y - model.offsetY) / model.scaleY);
}
