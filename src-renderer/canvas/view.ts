/** The view onto the image: scale and offset, changed only by a pure reducer. */
import type { Box } from '@shared/geometry/box';
import { type ImagePoint, imageToView, type ViewPoint, viewPoint, type ViewTransform } from '@shared/geometry/coords';

export const MIN_SCALE = 1 / 64;
export const MAX_SCALE = 64;
/** Free border around the image when it is fitted, view pixels. */
const FIT_MARGIN = 16;
/** Panning always leaves this much of the image inside the canvas, view pixels. */
const KEEP_VISIBLE = 32;

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface ViewState {
  readonly view: ViewTransform;
  /** Canvas size in view pixels; 0 x 0 until it is laid out. */
  readonly viewport: Size;
  /** Image size in image pixels; 0 x 0 without an image. */
  readonly image: Size;
  /** The whole image is shown and stays so when the canvas changes size. */
  readonly fitted: boolean;
}

export type ViewAction =
  | { readonly type: 'resize'; readonly viewport: Size }
  /** Another image: fitted again, unless it has the same size and `keepView` says to stay. */
  | { readonly type: 'image'; readonly image: Size; readonly keepView?: boolean }
  /** Multiplies the scale; the image point under `at` (default: the canvas centre) stays where it is. */
  | { readonly type: 'zoom'; readonly factor: number; readonly at?: ViewPoint }
  | { readonly type: 'scale'; readonly scale: number; readonly at?: ViewPoint }
  /** Moves the image by view pixels. */
  | { readonly type: 'pan'; readonly dx: number; readonly dy: number }
  | { readonly type: 'fit' }
  /** Brings an image point to the middle of the canvas. */
  | { readonly type: 'center'; readonly point: ImagePoint }
  /** Brings an image point to the middle of the canvas, at this scale. */
  | { readonly type: 'place'; readonly center: ImagePoint; readonly scale: number }
  /** Brings an image-space box into view with a margin. */
  | { readonly type: 'box'; readonly box: Box };

export const INITIAL_VIEW: ViewState = {
  view: { scale: 1, offsetX: 0, offsetY: 0 },
  viewport: { width: 0, height: 0 },
  image: { width: 0, height: 0 },
  fitted: true,
};

/** The next view. Equal views are returned as the same object, so that callers can compare by identity. */
export function reduceView(state: ViewState, action: ViewAction): ViewState {
  switch (action.type) {
    case 'resize':
      return resized(state, action.viewport);
    case 'image': {
      const same = action.image.width === state.image.width && action.image.height === state.image.height;
      if (same && action.keepView) return state;
      return fit({ ...state, image: action.image });
    }
    case 'zoom':
      return withView(state, scaled(state, state.view.scale * action.factor, action.at), false);
    case 'scale':
      return withView(state, onPixels(scaled(state, action.scale, action.at)), false);
    case 'pan':
      return panned(state, action.dx, action.dy);
    case 'center': {
      const { view, viewport } = state;
      const { x, y } = imageToView(action.point, view);
      return panned(state, viewport.width / 2 - x, viewport.height / 2 - y);
    }
    case 'place':
      return placed(state, action.center, clampScale(action.scale));
    case 'fit':
      return fit(state);
    case 'box':
      return showBox(state, action.box, false);
  }
}

/** The part of the image inside the canvas, image space; empty boxes where there is none. */
export function visibleBox({ view, viewport, image }: ViewState): Box {
  const left = Math.max(0, -view.offsetX / view.scale);
  const top = Math.max(0, -view.offsetY / view.scale);
  const right = Math.min(image.width, (viewport.width - view.offsetX) / view.scale);
  const bottom = Math.min(image.height, (viewport.height - view.offsetY) / view.scale);
  return [left, top, Math.max(0, right - left), Math.max(0, bottom - top)];
}

function placed(state: ViewState, { x, y }: ImagePoint, scale: number): ViewState {
  const { width, height } = state.viewport;
  const view = onPixels({ scale, offsetX: width / 2 - x * scale, offsetY: height / 2 - y * scale });
  // An image of another size than then may be out of sight.
  return panned({ ...state, view, fitted: false }, 0, 0);
}

function fit(state: ViewState): ViewState {
  return showBox(state, [0, 0, state.image.width, state.image.height], true);
}

function showBox(state: ViewState, box: Box, fitted: boolean): ViewState {
  const { width, height } = state.viewport;
  const [x, y, w, h] = box;
  if (width <= 0 || height <= 0 || state.image.width <= 0)
    return state.fitted === fitted ? state : { ...state, fitted };
  const scale = fitScale(state.viewport, { width: w, height: h });
  const offsetX = width / 2 - (x + w / 2) * scale;
  const offsetY = height / 2 - (y + h / 2) * scale;
  return withView(state, onPixels({ scale, offsetX, offsetY }), fitted);
}

/** View pixels per image pixel at which a box of this size, with the free border around it, fills the viewport. */
export function fitScale({ width, height }: Size, box: Size): number {
  const margin = Math.min(FIT_MARGIN, width / 4, height / 4);
  return clampScale(
    Math.min((width - 2 * margin) / Math.max(box.width, 1), (height - 2 * margin) / Math.max(box.height, 1)),
  );
}

function scaled({ view, viewport }: ViewState, wanted: number, at?: ViewPoint): ViewTransform {
  const scale = clampScale(wanted);
  const anchor = at ?? viewPoint(viewport.width / 2, viewport.height / 2);
  const ratio = scale / view.scale;
  return {
    scale,
    offsetX: anchor.x - (anchor.x - view.offsetX) * ratio,
    offsetY: anchor.y - (anchor.y - view.offsetY) * ratio,
  };
}

/** Whole view pixels: at 100 % and its multiples image pixels then fall on screen pixels. */
function onPixels({ scale, offsetX, offsetY }: ViewTransform): ViewTransform {
  return { scale, offsetX: Math.round(offsetX), offsetY: Math.round(offsetY) };
}

function panned(state: ViewState, dx: number, dy: number): ViewState {
  const { view, viewport, image } = state;
  return withView(
    state,
    {
      scale: view.scale,
      offsetX: keepVisible(view.offsetX + dx, image.width * view.scale, viewport.width),
      offsetY: keepVisible(view.offsetY + dy, image.height * view.scale, viewport.height),
    },
    state.fitted && dx === 0 && dy === 0,
  );
}

function resized(state: ViewState, viewport: Size): ViewState {
  const { width, height } = state.viewport;
  if (width === viewport.width && height === viewport.height) return state;
  const next = { ...state, viewport };
  if (state.fitted || width === 0 || height === 0) return fit(next);
  // What was in the middle stays in the middle.
  return panned(next, (viewport.width - width) / 2, (viewport.height - height) / 2);
}

function keepVisible(offset: number, extent: number, viewport: number): number {
  const keep = Math.min(KEEP_VISIBLE, extent, viewport);
  return Math.max(keep - extent, Math.min(viewport - keep, offset));
}

function clampScale(scale: number): number {
  return Math.max(MIN_SCALE, Math.min(MAX_SCALE, scale));
}

function withView(state: ViewState, view: ViewTransform, fitted: boolean): ViewState {
  const old = state.view;
  const same = old.scale === view.scale && old.offsetX === view.offsetX && old.offsetY === view.offsetY;
  return same && state.fitted === fitted ? state : { ...state, view: same ? old : view, fitted };
}
