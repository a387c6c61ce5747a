/** Paints one frame of objects: fills in painter's order, above them all outlines, under these one dark halo. */
import { parseHexColor } from '@shared/document/palette';
import { MITER_LIMIT, type Placement, tracePath } from './drawShape';
import type { PixelBlock } from './maskShape';
import { NAME_HEIGHT_PX, NAME_PAD_PX, NAME_STRIP_PX, type PlacedName } from './names';
import type { RasterStyle, RenderMessage } from './rasterProtocol';
import type { Bounds, Shape } from './shape';

/** How far an outline and its halo reach beyond the object. View pixels. */
export const BORDER_PX = 4;
const OUTLINE_PX = 1.5;
const SELECTED_PX = 2.5;
/** Objects below this size get a thinner outline; 1 device pixel wide it is also four times faster to draw. View pixels. */
const SMALL_PX = 40;
/** Objects below this size are a dot: an outline would be larger than they are. View pixels. */
const DOT_PX = 3;
const MIN_DOT_PX = 1;
const HALO_ALPHA = 0.5;
const HALO_PX = 1;
const DASH_PX = [5, 3];
const NO_DASH: number[] = [];
/** A mask without an outline stays visible in outline-only mode. */
const LEAST_BLOCK_ALPHA = 0.15;

const NAME_FONT_PX = 11;
const NAME_BACKGROUND = 'rgba(0, 0, 0, 0.72)';

/** How one object is drawn beside its colour. */
export interface Look {
  readonly selected: boolean;
  readonly dashed: boolean;
  /** Of the label map: filled and outlined as that is. */
  readonly region: boolean;
  readonly hatched: boolean;
}

/** Stripes of the pattern of what is nobody's, view pixels. */
const STRIPE_PX = 4;
const STRIPE_ALPHA = 0.55;

/** Of so many objects the halo is stroked, each for itself. */
const FEW = 300;

/**
 * The halo of many objects is made from the finished outlines, by painting them in black a pixel to each side: a fixed cost
 * of some milliseconds a frame, where stroking every object a second time took as long as all the rest. For a few objects
 * the second stroke is the cheaper one.
 */
export class RasterPainter {
  readonly #output = new OffscreenCanvas(1, 1);
  readonly #lines = new OffscreenCanvas(1, 1);
  readonly #halo = new OffscreenCanvas(1, 1);
  readonly #outputContext = context(this.#output);
  readonly #linesContext = context(this.#lines);
  readonly #haloContext = context(this.#halo);
  #place: Placement = { scale: 1, x: 0, y: 0 };
  #pixelRatio = 1;
  #style: RasterStyle = { fillAlpha: 0, outlineOnly: false, labelAlpha: 0, labelBoundaries: true, accent: '#ffffff' };
  #pattern: { readonly side: number; readonly pattern: CanvasPattern } | null = null;
  #strokesHalo = false;
  readonly #names: { readonly name: PlacedName; readonly color: string }[] = [];
  readonly #nameWidths = new Map<string, number>();

  /** Clears everything and takes size, placement and style from the message; `count` objects at most will be drawn. */
  begin({ width, height, scale, x, y, pixelRatio, style }: RenderMessage, count: number): void {
    for (const context of [this.#outputContext, this.#linesContext, this.#haloContext]) {
      const { canvas } = context;
      if (canvas.width === width && canvas.height === height) {
        context.reset();
      } else {
        canvas.width = width;
        canvas.height = height;
      }
    }
    this.#names.length = 0;
    this.#strokesHalo = count <= FEW;
    for (const context of [this.#linesContext, this.#haloContext]) {
      context.lineJoin = 'miter';
      context.miterLimit = MITER_LIMIT;
    }
    this.#place = { scale, x, y };
    this.#pixelRatio = pixelRatio;
    this.#style = style;
  }

  isDot(bounds: Bounds): boolean {
    return this.#sizeOnScreen(bounds) < DOT_PX;
  }

  /** A rectangle of at least a pixel in full colour. */
  dot(bounds: Bounds, color: string, selected: boolean): void {
    const { scale, x, y } = this.#place;
    const least = MIN_DOT_PX * this.#pixelRatio;
    this.#linesContext.fillStyle = selected ? this.#style.accent : color;
    const [left, top] = [bounds[0] * scale + x, bounds[1] * scale + y];
    const width = Math.max(least, (bounds[2] - bounds[0]) * scale);
    const height = Math.max(least, (bounds[3] - bounds[1]) * scale);
    this.#linesContext.fillRect(left, top, width, height);
    if (!this.#strokesHalo) return;
    const reach = HALO_PX * this.#pixelRatio;
    this.#haloContext.fillRect(left - reach, top - reach, width + 2 * reach, height + 2 * reach);
  }

  object(
    shape: Shape,
    bounds: Bounds,
    color: string,
    { filled, selected, dashed, region, hatched }: Look & { readonly filled: boolean },
  ): void {
    if (region) return this.#region(shape, bounds, color, hatched);
    const { fillAlpha, outlineOnly, accent } = this.#style;
    if (filled && !outlineOnly && fillAlpha > 0) {
      const fills = this.#outputContext;
      tracePath(fills, shape, this.#place);
      fills.globalAlpha = fillAlpha;
      fills.fillStyle = color;
      fills.fill(shape.rule);
    }
    this.#outline(shape, bounds, selected ? accent : color, { selected, dashed });
  }

  /** Of the label map: regions do not overlap, so that none shows through another. */
  #region(shape: Shape, bounds: Bounds, color: string, hatched: boolean): void {
    const { labelAlpha, labelBoundaries } = this.#style;
    const fills = this.#outputContext;
    tracePath(fills, shape, this.#place);
    fills.globalAlpha = hatched ? STRIPE_ALPHA : labelAlpha;
    fills.fillStyle = hatched ? this.#stripes() : color;
    fills.fill(shape.rule);
    if (labelBoundaries && !hatched) this.#outline(shape, bounds, color, { selected: false, dashed: false });
  }

  /** Black and white, so that they read on any picture. */
  #stripes(): CanvasPattern {
    const side = Math.round(2 * STRIPE_PX * this.#pixelRatio);
    if (this.#pattern?.side !== side) this.#pattern = { side, pattern: stripes(this.#outputContext, side) };
    return this.#pattern.pattern;
  }

  #outline(shape: Shape, bounds: Bounds, color: string, { selected, dashed }: Pick<Look, 'selected' | 'dashed'>): void {
    const lines = this.#linesContext;
    tracePath(lines, shape, this.#place);
    lines.strokeStyle = color;
    lines.lineWidth = this.#lineWidth(bounds, selected);
    lines.setLineDash(dashed ? DASH_PX.map((px) => px * this.#pixelRatio) : NO_DASH);
    lines.stroke();
    if (!this.#strokesHalo) return;
    const halo = this.#haloContext;
    tracePath(halo, shape, this.#place);
    halo.lineWidth = lines.lineWidth + 2 * HALO_PX * this.#pixelRatio;
    halo.setLineDash(lines.getLineDash());
    halo.stroke();
  }

  /** Filled pixels without an outline; `color` is `#rrggbb`. */
  block(block: PixelBlock, color: string, { region, hatched }: Pick<Look, 'region' | 'hatched'>): void {
    const { scale, x, y } = this.#place;
    const fills = this.#outputContext;
    const { fillAlpha, labelAlpha } = this.#style;
    fills.globalAlpha = region ? (hatched ? STRIPE_ALPHA : labelAlpha) : Math.max(fillAlpha, LEAST_BLOCK_ALPHA);
    fills.imageSmoothingEnabled = false;
    fills.drawImage(
      coloredBlock(block, color),
      block.x * scale + x,
      block.y * scale + y,
      block.width * block.step * scale,
      block.height * block.step * scale,
    );
  }

  /** View pixels. */
  nameWidth(text: string): number {
    let width = this.#nameWidths.get(text);
    if (width === undefined) {
      const context = this.#outputContext;
      context.font = `${NAME_FONT_PX}px Inter, system-ui, sans-serif`;
      this.#nameWidths.set(text, (width = context.measureText(text).width));
    }
    return width;
  }

  /** White on a dark plate, with a strip in the object's colour; drawn above everything else of the frame. */
  name(name: PlacedName, color: string): void {
    this.#names.push({ name, color });
  }

  #drawNames(): void {
    const context = this.#outputContext;
    context.setTransform(this.#pixelRatio, 0, 0, this.#pixelRatio, 0, 0);
    context.globalAlpha = 1;
    context.font = `${NAME_FONT_PX}px Inter, system-ui, sans-serif`;
    context.textBaseline = 'middle';
    for (const { name, color } of this.#names) {
      const { text, left, top, width } = name;
      context.fillStyle = NAME_BACKGROUND;
      context.fillRect(left, top, width, NAME_HEIGHT_PX);
      context.fillStyle = color;
      context.fillRect(left, top, NAME_STRIP_PX, NAME_HEIGHT_PX);
      context.fillStyle = '#ffffff';
      context.fillText(text, left + NAME_STRIP_PX + NAME_PAD_PX, top + NAME_HEIGHT_PX / 2 + 0.5);
    }
    context.resetTransform();
  }

  /** The finished frame; the next one starts with {@link begin}. */
  finish(): ImageBitmap {
    if (!this.#strokesHalo) this.#haloFromLines();
    const output = this.#outputContext;
    output.globalAlpha = HALO_ALPHA;
    output.drawImage(this.#halo, 0, 0);
    output.globalAlpha = 1;
    output.drawImage(this.#lines, 0, 0);
    if (this.#names.length > 0) this.#drawNames();
    return this.#output.transferToImageBitmap();
  }

  #haloFromLines(): void {
    const halo = this.#haloContext;
    const reach = Math.round(HALO_PX * this.#pixelRatio);
    halo.drawImage(this.#lines, reach, 0);
    halo.drawImage(this.#lines, -reach, 0);
    halo.drawImage(this.#lines, 0, reach);
    halo.drawImage(this.#lines, 0, -reach);
    halo.globalCompositeOperation = 'source-in';
    halo.fillStyle = '#000000';
    halo.fillRect(0, 0, this.#halo.width, this.#halo.height);
  }

  #lineWidth(bounds: Bounds, selected: boolean): number {
    if (selected) return SELECTED_PX * this.#pixelRatio;
    return this.#sizeOnScreen(bounds) < SMALL_PX ? this.#pixelRatio : OUTLINE_PX * this.#pixelRatio;
  }

  /** Longer side, view pixels. */
  #sizeOnScreen([minX, minY, maxX, maxY]: Bounds): number {
    return (Math.max(maxX - minX, maxY - minY) * this.#place.scale) / this.#pixelRatio;
  }
}

/** Diagonal stripes in a square that repeats. */
function stripes(target: OffscreenCanvasRenderingContext2D, side: number): CanvasPattern {
  const tile = new OffscreenCanvas(side, side);
  const draw = context(tile);
  draw.fillStyle = '#000000';
  draw.fillRect(0, 0, side, side);
  draw.strokeStyle = '#ffffff';
  draw.lineWidth = (side / 2) * Math.SQRT1_2;
  for (const from of [-side / 2, side / 2, (3 * side) / 2]) {
    draw.beginPath();
    draw.moveTo(from - side, side + side / 2);
    draw.lineTo(from + side, -side / 2);
    draw.stroke();
  }
  return target.createPattern(tile, 'repeat')!;
}

function coloredBlock({ pixels, width, height }: PixelBlock, color: string): OffscreenCanvas {
  const canvas = new OffscreenCanvas(width, height);
  const [r, g, b] = parseHexColor(color) ?? [255, 255, 255];
  const image = new ImageData(width, height);
  // Little-endian, as every platform of Electron is.
  const opaque = ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0;
  const rgba = new Uint32Array(image.data.buffer);
  for (let i = 0; i < pixels.length; i++) if (pixels[i]) rgba[i] = opaque;
  context(canvas).putImageData(image, 0, 0);
  return canvas;
}

function context(canvas: OffscreenCanvas): OffscreenCanvasRenderingContext2D {
  const found = canvas.getContext('2d');
  if (!found) throw new Error('the worker has no 2D canvas');
  return found;
}
