/** Draws what lies above the raster: selected objects with handles, the hovered one, the active tool's preview. */
import type { Annotation } from '@shared/document/types';
import type { Box } from '@shared/geometry/box';
import type { ViewTransform } from '@shared/geometry/coords';
import type { PreviewShape } from '../tools/preview';
import { HALO_COLOR, HALO_PX, MITER_LIMIT, OUTLINE_PX, type Placement, tracePath } from './drawShape';
import { drawMoved } from './movedShapes';
import { type PixelsShape, pixelsPart, reductionAt } from './pixelsPart';
import type { SeenParts } from './seenParts';
import { boxToShape, maskToShape, partsToShape, type Shape, shapeOf } from './shape';

/** Colours of the overlay; CSS colours. */
export interface OverlayTheme {
  readonly accent: string;
  readonly add: string;
  readonly cut: string;
  readonly neutral: string;
}

const HANDLE_PX = 7;
/** Vertices nearer than this on screen share a handle: a wall of squares helps nobody. */
const HANDLE_GAP_PX = 10;
const DASH_PX = [5, 3];
const SOLID: number[] = [];
const TEXT_FONT = '12px Inter, system-ui, sans-serif';
const WHITE = '#ffffff';

type Context = CanvasRenderingContext2D;

/** The annotation with fill (where `fillAlpha` > 0), accent outline, and handles at vertices or box corners where wanted. */
export function drawSelected(
  context: Context,
  annotation: Annotation,
  color: string,
  view: ViewTransform,
  { accent, fillAlpha, handles }: { accent: string; fillAlpha: number; handles: boolean },
): void {
  const place = placement(view);
  const shape = shapeOf(annotation);
  tracePath(context, shape, place);
  if (annotation.segmentation) fillPath(context, shape, color, fillAlpha);
  strokePath(context, accent, 1, false);
  if (!handles) return;
  const points = annotation.segmentation?.kind === 'polygons' ? shape.coords : boxHandles(shape.bounds);
  drawHandles(context, points, place, { tone: accent, gap: HANDLE_GAP_PX });
}

/** A bright outline around the object under the pointer. */
export function drawHovered(context: Context, annotation: Annotation, view: ViewTransform): void {
  tracePath(context, shapeOf(annotation), placement(view));
  strokePath(context, WHITE, 0.5, false);
}

/** `wanted`: the part of the image where it is known to be small (what lies outside may be left out), or all that is seen. */
export function drawPreviewShape(
  context: Context,
  item: PreviewShape,
  view: ViewTransform,
  theme: OverlayTheme,
  wanted: Box | SeenParts,
): void {
  const place = placement(view);
  const color = toneColor(item.tone, theme);
  switch (item.kind) {
    case 'polyline':
      tracePolyline(context, item.points, place);
      if (item.fillAlpha) fillPath(context, EVEN_ODD, color, item.fillAlpha);
      return strokePath(context, color, 0, item.dashed === true);
    case 'polygon':
      return drawClosed(context, partsToShape(item.parts), place, color, item);
    case 'moved':
      return drawMoved(context, item, view, color, (own, shape, at) =>
        drawClosed(own, shape, placement(at), color, item),
      );
    case 'box':
      return drawClosed(context, boxToShape(item.box), place, color, item);
    case 'mask':
      return drawClosed(context, maskShape(item.counts, item.size), place, color, { fillAlpha: 0.35, ...item });
    case 'pixels':
      return drawPixels(context, item, place, color, wanted);
    case 'stroke':
      return drawStroke(context, item, place, color);
    case 'handles':
      return drawHandles(context, item.points, place, {
        tone: color,
        round: item.shape === 'round',
        active: item.active,
      });
    case 'circle': {
      context.beginPath();
      context.arc(
        item.center.x * place.scale + place.x,
        item.center.y * place.scale + place.y,
        item.radius * place.scale,
        0,
        2 * Math.PI,
      );
      if (item.fillAlpha) fillPath(context, EVEN_ODD, color, item.fillAlpha);
      return strokePath(context, color, 0, item.dashed === true);
    }
    case 'text':
      return drawText(context, item.text, item.at.x * place.scale + place.x, item.at.y * place.scale + place.y);
  }
}

/** `tone` as {@link PreviewShape} has it. */
export function toneColor(tone: string = 'accent', theme: OverlayTheme): string {
  return tone === 'accent' || tone === 'add' || tone === 'cut' || tone === 'neutral' ? theme[tone] : tone;
}

function placement({ scale, offsetX, offsetY }: ViewTransform): Placement {
  return { scale, x: offsetX, y: offsetY };
}

function drawClosed(
  context: Context,
  shape: Shape,
  place: Placement,
  color: string,
  { fillAlpha = 0, dashed = false }: { fillAlpha?: number; dashed?: boolean },
): void {
  tracePath(context, shape, place);
  fillPath(context, shape, color, fillAlpha);
  strokePath(context, color, 0, dashed);
}

function fillPath(context: Context, { rule }: Pick<Shape, 'rule'>, color: string, alpha: number): void {
  if (alpha <= 0) return;
  context.globalAlpha = alpha;
  context.fillStyle = color;
  context.fill(rule);
  context.globalAlpha = 1;
}

function strokePath(context: Context, color: string, extraPx: number, dashed: boolean): void {
  // As the raster's outlines.
  context.lineJoin = 'miter';
  context.miterLimit = MITER_LIMIT;
  context.strokeStyle = HALO_COLOR;
  context.lineWidth = HALO_PX + extraPx;
  context.stroke();
  context.strokeStyle = color;
  context.lineWidth = OUTLINE_PX + extraPx;
  if (dashed) context.setLineDash(DASH_PX);
  context.stroke();
  if (dashed) context.setLineDash(SOLID);
}

function tracePolyline(context: Context, points: ArrayLike<number>, { scale, x, y }: Placement): void {
  context.beginPath();
  for (let i = 0; i + 1 < points.length; i += 2) context.lineTo(points[i] * scale + x, points[i + 1] * scale + y);
}

/** One layer of paint however the stroke crosses itself: a single thick line with round ends. */
function drawStroke(
  context: Context,
  { points, diameter, fillAlpha = 0.35 }: Extract<PreviewShape, { kind: 'stroke' }>,
  place: Placement,
  color: string,
): void {
  tracePolyline(context, points, place);
  // A click without movement is a dot; a line of no length draws nothing.
  if (points.length === 2) context.lineTo(points[0] * place.scale + place.x + 0.01, points[1] * place.scale + place.y);
  context.globalAlpha = fillAlpha;
  context.strokeStyle = color;
  context.lineWidth = Math.max(1, diameter * place.scale);
  context.lineCap = context.lineJoin = 'round';
  context.stroke();
  context.lineCap = 'butt';
  context.globalAlpha = 1;
}

function drawPixels(
  context: Context,
  item: PixelsShape,
  { scale, x, y }: Placement,
  color: string,
  wanted: Box | SeenParts,
): void {
  const by = reductionAt(scale, item);
  const part =
    'part' in wanted
      ? wanted.part(item, color, by, seenOn(context, { scale, x, y }))
      : pixelsPart(item, color, by, wanted);
  if (!part) return;
  const { canvas, width, height, left, top, reduction } = part;
  const perPixel = reduction * scale;
  context.globalAlpha = item.fillAlpha ?? 0.35;
  context.imageSmoothingEnabled = scale < 1;
  const [toX, toY] = [left * scale + x, top * scale + y];
  context.drawImage(canvas, 0, 0, width, height, toX, toY, width * perPixel, height * perPixel);
  context.globalAlpha = 1;
}

/** The image region under the whole canvas. */
function seenOn(context: Context, { scale, x, y }: Placement): Box {
  const toDevice = context.getTransform().a * scale;
  return [-x / scale, -y / scale, context.canvas.width / toDevice, context.canvas.height / toDevice];
}

function drawHandles(
  context: Context,
  points: ArrayLike<number>,
  { scale, x, y }: Placement,
  { tone, gap = 0, round = false, active = -1 }: { tone: string; gap?: number; round?: boolean; active?: number },
): void {
  context.lineWidth = 1.5;
  context.strokeStyle = tone;
  context.fillStyle = WHITE;
  const { width, height } = context.canvas;
  let lastX = -Infinity;
  let lastY = -Infinity;
  for (let i = 0; i + 1 < points.length; i += 2) {
    const px = points[i] * scale + x;
    const py = points[i + 1] * scale + y;
    if (Math.abs(px - lastX) < gap && Math.abs(py - lastY) < gap) continue;
    lastX = px;
    lastY = py;
    if (px < -HANDLE_PX || py < -HANDLE_PX || px > width + HANDLE_PX || py > height + HANDLE_PX) continue;
    const isActive = i / 2 === active;
    const half = (isActive ? HANDLE_PX + 3 : HANDLE_PX) / 2;
    context.beginPath();
    if (round) context.arc(px, py, half, 0, 2 * Math.PI);
    else context.rect(px - half, py - half, 2 * half, 2 * half);
    context.fillStyle = isActive ? tone : WHITE;
    context.fill();
    context.stroke();
  }
}

function drawText(context: Context, text: string, x: number, y: number): void {
  context.font = TEXT_FONT;
  context.textBaseline = 'middle';
  const width = context.measureText(text).width;
  context.fillStyle = 'rgba(0, 0, 0, 0.72)';
  context.beginPath();
  context.roundRect(x + 12, y + 10, width + 12, 20, 4);
  context.fill();
  context.fillStyle = WHITE;
  context.fillText(text, x + 18, y + 20.5);
}

/** Corners and edge middles, clockwise from the top left. */
function boxHandles([minX, minY, maxX, maxY]: readonly [number, number, number, number]): number[] {
  const midX = (minX + maxX) / 2;
  const midY = (minY + maxY) / 2;
  return [minX, minY, midX, minY, maxX, minY, maxX, midY, maxX, maxY, midX, maxY, minX, maxY, minX, midY];
}

const maskShapes = new WeakMap<Uint32Array, Shape>();

function maskShape(counts: Uint32Array, size: readonly [number, number]): Shape {
  let shape = maskShapes.get(counts);
  if (!shape) maskShapes.set(counts, (shape = maskToShape({ size: [size[0], size[1]], counts })));
  return shape;
}

const EVEN_ODD = { rule: 'evenodd' } as const;
