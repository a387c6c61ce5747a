/** The Konva stage: picture, masks, selection and the tool's preview, a layer each, drawn from what the controller sets. */
import type { Annotation } from '@shared/document/types';
import type { Box } from '@shared/geometry/box';
import type { ViewTransform } from '@shared/geometry/coords';
import Konva from 'konva/lib/Core';
import type { Context as KonvaContext } from 'konva/lib/Context';
import type { Preview } from '../tools/preview';
import { drawGrid } from './grid';
import type { LoadedImage } from './imageLoader';
import { LayerTurns } from './layerTurns';
import { isExact } from './mips';
import { drawHovered, drawPreviewShape, drawSelected, type OverlayTheme } from './overlayDraw';
import { addDamage, type Damage, previewDamage } from './previewDamage';
import type { RasterFrame } from './rasterClient';
import { SeenParts } from './seenParts';
import type { Size } from './view';

/** From this zoom up image pixels are shown as squares. Device pixels per image pixel. */
const CRISP_SCALE = 2;

export interface OverlayItem {
  readonly annotation: Annotation;
  /** CSS colour. */
  readonly color: string;
  readonly selected: boolean;
}

/** What lies above the masks, whatever the tool does. */
export interface OverlayState {
  readonly items: readonly OverlayItem[];
  readonly handles: boolean;
  readonly hovered: Annotation | null;
  readonly fillAlpha: number;
}

/** How far the halo of an outline, and a smoothed bitmap, reach beyond what they show. */
const OUTLINE_ROOM_PX = 5;
/** View pixels; a reduced bitmap has at most two of them a pixel. */
const SMOOTHING_PX = 4;

const EMPTY_OVERLAY: OverlayState = { items: [], handles: false, hovered: null, fillAlpha: 0.35 };

export class CanvasStage {
  readonly #stage: Konva.Stage;
  /** Apart from the masks: they change far more often, and scaling a large picture is dear. */
  readonly #picture = new Konva.Layer({ listening: false });
  readonly #masks = new Konva.Layer({ listening: false });
  /** Not shown while it is empty: every canvas costs a full-screen composition at each frame. */
  readonly #overlay = new Konva.Layer({ listening: false, visible: false });
  /** Apart from the overlay: a stroke redraws it at every frame, and outlines of large masks are dear. */
  readonly #tool = new Konva.Layer({ listening: false, visible: false, clearBeforeDraw: false });
  readonly #turns: LayerTurns;
  /** What of the tool layer is to be drawn anew. */
  #toolDamage: Damage = 'all';
  #preview: Preview = [];
  readonly #seen = new SeenParts();
  #imageFilter = 'none';
  #loaded: { readonly image: LoadedImage; readonly size: Size } | null = null;
  #frame: RasterFrame | null = null;
  #overlayState = EMPTY_OVERLAY;
  #view: ViewTransform = { scale: 1, offsetX: 0, offsetY: 0 };
  #imageSize: Size = { width: 0, height: 0 };
  #pixelRatio = 1;
  #theme: OverlayTheme = { accent: '#6ea8fe', add: '#7dd3a0', cut: '#ff8a80', neutral: '#ffffff' };

  constructor(container: HTMLDivElement) {
    this.#stage = new Konva.Stage({ container, width: 1, height: 1, listening: false });
    this.#stage.add(this.#picture, this.#masks, this.#overlay, this.#tool);
    this.#addShape(this.#picture, (context) => this.#drawImage(context, this.#view, this.#stage.size()));
    this.#addShape(this.#masks, (context) => this.#drawMasks(context, this.#view, this.#stage.size()));
    this.#addShape(this.#overlay, (context) => this.#drawOverlay(context, this.#view));
    this.#addShape(this.#tool, (context) => this.#redrawTool(context));
    this.#turns = new LayerTurns(this.#stage.getLayers(), this.#view);
  }

  get frame(): RasterFrame | null {
    return this.#frame;
  }

  resize({ width, height }: Size, pixelRatio: number): void {
    if (pixelRatio !== this.#pixelRatio) {
      this.#pixelRatio = pixelRatio;
      for (const layer of this.#stage.getLayers()) layer.getCanvas().setPixelRatio(pixelRatio);
    }
    this.#stage.size({ width: Math.max(1, width), height: Math.max(1, height) });
    this.#toolDamage = 'all';
    // The canvases were cleared by their new size: drawing in a later frame would flash.
    this.#stage.draw();
  }

  /** `size` in image pixels; the bitmaps stay the loader's. */
  setImage(image: LoadedImage | null, size: Size): void {
    this.#loaded = image ? { image, size } : null;
    this.#imageSize = size;
    this.#picture.batchDraw();
    this.#masks.batchDraw();
  }

  /** CSS filter of the picture alone: brightness, contrast. */
  setImageFilter(filter: string): void {
    this.#imageFilter = filter;
    this.#picture.batchDraw();
  }

  setView(view: ViewTransform): void {
    this.#view = view;
    this.#toolDamage = 'all';
    this.#turns.setView(view);
  }

  /** Takes ownership of the frame's bitmap and closes the one before. */
  setFrame(frame: RasterFrame | null): void {
    this.#frame?.bitmap.close();
    this.#frame = frame;
    this.#masks.batchDraw();
  }

  setOverlay(state: OverlayState): void {
    this.#overlayState = state;
    this.#overlay.visible(state.items.length > 0 || state.hovered !== null);
    this.#overlay.batchDraw();
  }

  setPreview(preview: Preview): void {
    const damage = previewDamage(this.#preview, preview);
    this.#preview = preview;
    this.#damageTool(damage);
  }

  #damageTool(damage: Damage): void {
    this.#toolDamage = addDamage(this.#toolDamage, damage);
    this.#tool.visible(this.#preview.length > 0);
    if (this.#toolDamage) this.#tool.batchDraw();
  }

  /** Tones of outlines and previews. */
  setTheme(theme: OverlayTheme): void {
    this.#theme = theme;
    this.#overlay.batchDraw();
    this.#damageTool('all');
  }

  get theme(): OverlayTheme {
    return this.#theme;
  }

  /** Everything at another view, on a canvas of the caller's. */
  drawPart(context: CanvasRenderingContext2D, view: ViewTransform, size: Size): void {
    context.clearRect(0, 0, size.width, size.height);
    this.#drawImage(context, view, size);
    this.#drawMasks(context, view, size);
    this.#drawOverlay(context, view);
    this.#drawPreview(context, view, seenThrough({ left: 0, top: 0, ...size }, view));
  }

  dispose(): void {
    this.#frame?.bitmap.close();
    this.#frame = null;
    this.#turns.dispose();
    this.#stage.destroy();
  }

  #addShape(layer: Konva.Layer, draw: (context: CanvasRenderingContext2D) => void): void {
    const sceneFunc = (context: KonvaContext) => draw(context._context);
    layer.add(new Konva.Shape({ sceneFunc, listening: false, perfectDrawEnabled: false }));
  }

  #drawImage(context: CanvasRenderingContext2D, { scale, offsetX, offsetY }: ViewTransform, viewport: Size): void {
    if (!this.#loaded) return;
    const { image, size } = this.#loaded;
    const deviceScale = scale * this.#pixelRatio;
    const level = image.levelFor(size.width * deviceScale, () => this.#picture.batchDraw());
    // Setting a filter, even none, has the page's styles worked out first.
    const isFiltered = this.#imageFilter !== 'none';
    if (isFiltered) context.filter = this.#imageFilter;
    if (isExact(level.width, size.width * deviceScale)) {
      // Copied pixel for pixel, which is an order faster than scaling.
      context.imageSmoothingEnabled = false;
      const ratio = this.#pixelRatio;
      context.drawImage(level, offsetX, offsetY, level.width / ratio, level.height / ratio);
      if (isFiltered) context.filter = 'none';
      return;
    }
    const perX = size.width / level.width;
    const perY = size.height / level.height;
    // Only what is seen, in whole bitmap pixels: a software canvas would go through all of them.
    const left = Math.max(0, Math.floor(-offsetX / scale / perX) - 1);
    const top = Math.max(0, Math.floor(-offsetY / scale / perY) - 1);
    const right = Math.min(level.width, Math.ceil((viewport.width - offsetX) / scale / perX) + 1);
    const bottom = Math.min(level.height, Math.ceil((viewport.height - offsetY) / scale / perY) + 1);
    if (right <= left || bottom <= top) return;
    context.imageSmoothingEnabled = deviceScale < CRISP_SCALE;
    context.imageSmoothingQuality = 'low';
    context.drawImage(
      level,
      left,
      top,
      right - left,
      bottom - top,
      left * perX * scale + offsetX,
      top * perY * scale + offsetY,
      (right - left) * perX * scale,
      (bottom - top) * perY * scale,
    );
    if (isFiltered) context.filter = 'none';
  }

  #drawMasks(context: CanvasRenderingContext2D, view: ViewTransform, viewport: Size): void {
    const frame = this.#frame;
    if (frame) {
      const { bitmap, view: drawn, margin, pixelRatio } = frame;
      const ratio = view.scale / drawn.scale;
      const x = (-margin - drawn.offsetX) * ratio + view.offsetX;
      const y = (-margin - drawn.offsetY) * ratio + view.offsetY;
      // Stretched only while the zoom moves: speed counts, the sharp frame follows.
      context.imageSmoothingEnabled = false;
      context.drawImage(bitmap, x, y, (bitmap.width / pixelRatio) * ratio, (bitmap.height / pixelRatio) * ratio);
    }
    drawGrid(context, view, this.#imageSize, viewport);
  }

  #drawOverlay(context: CanvasRenderingContext2D, view: ViewTransform): void {
    const { items, handles, hovered, fillAlpha } = this.#overlayState;
    for (const { annotation, color, selected } of items) {
      // Left out of the frame shown: the fill is the overlay's too. Still in it: the fill would be painted twice.
      const filled = this.#frame?.excluded.has(annotation.id) ?? true;
      const accent = selected ? this.theme.accent : color;
      const alpha = filled ? fillAlpha : 0;
      drawSelected(context, annotation, color, view, { accent, fillAlpha: alpha, handles: handles && selected });
    }
    if (hovered) drawHovered(context, hovered, view);
  }

  /** Clears and draws the damaged part only: what the page composes anew is what a canvas has changed. */
  #redrawTool(context: CanvasRenderingContext2D): void {
    const damage = this.#toolDamage;
    this.#toolDamage = null;
    if (damage === null) return;
    if (damage === 'all') {
      context.clearRect(0, 0, this.#stage.width(), this.#stage.height());
      this.#seen.begin(this.#view);
      this.#drawPreview(context, this.#view, this.#seen);
      // In a frame of its own: this one has been drawn for long enough.
      if (this.#seen.isBehind) requestAnimationFrame(() => this.#damageTool('all'));
      return;
    }
    const { left, top, width, height } = onDevicePixels(damage, this.#view, this.#pixelRatio);
    context.save();
    context.beginPath();
    context.rect(left, top, width, height);
    context.clip();
    context.clearRect(left, top, width, height);
    this.#drawPreview(context, this.#view, seenThrough({ left, top, width, height }, this.#view));
    context.restore();
  }

  #drawPreview(context: CanvasRenderingContext2D, view: ViewTransform, wanted: Box | SeenParts): void {
    for (const shape of this.#preview) drawPreviewShape(context, shape, view, this.theme, wanted);
  }
}

interface ViewRect extends Size {
  readonly left: number;
  readonly top: number;
}

/** An image region in view coordinates, with room for outlines, on borders of device pixels. */
function onDevicePixels([x, y, width, height]: Box, view: ViewTransform, pixelRatio: number): ViewRect {
  const { scale, offsetX, offsetY } = view;
  const down = (at: number) => Math.floor((at - OUTLINE_ROOM_PX) * pixelRatio) / pixelRatio;
  const up = (at: number) => Math.ceil((at + OUTLINE_ROOM_PX) * pixelRatio) / pixelRatio;
  const left = down(x * scale + offsetX);
  const top = down(y * scale + offsetY);
  return {
    left,
    top,
    width: up((x + width) * scale + offsetX) - left,
    height: up((y + height) * scale + offsetY) - top,
  };
}

/** The image region seen in a part of the view, and a little more: smoothing reaches beyond a pixel. */
function seenThrough({ left, top, width, height }: ViewRect, { scale, offsetX, offsetY }: ViewTransform): Box {
  return [
    (left - SMOOTHING_PX - offsetX) / scale,
    (top - SMOOTHING_PX - offsetY) / scale,
    (width + 2 * SMOOTHING_PX) / scale,
    (height + 2 * SMOOTHING_PX) / scale,
  ];
}
