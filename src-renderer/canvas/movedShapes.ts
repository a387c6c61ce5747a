/** Outlines that follow the pointer: of many a picture is kept as long as they are dragged, and shifted. */
import type { Box } from '@shared/geometry/box';
import { containsBox, expandBox, intersectBoxes, isEmptyBox } from '@shared/geometry/box';
import type { ViewTransform } from '@shared/geometry/coords';
import type { PreviewShape } from '../tools/preview';
import { partsToShape, type Shape } from './shape';

export type MovedShape = Extract<PreviewShape, { kind: 'moved' }>;

/** In coordinates, with what an outline costs beside them: fewer are drawn anew in every frame. */
const FEW = 2000;
const AN_OUTLINE = 40;
/** How far a picture reaches beyond what is seen, as a part of the canvas: the drag goes that far before it is painted again. */
const ROOM = 0.5;
/** Of outlines, beyond the shapes; view pixels. */
const OUTLINE_ROOM_PX = 5;

interface Known {
  readonly shapes: readonly Shape[];
  /** Around all, image pixels. */
  readonly box: Box;
  readonly isMany: boolean;
  /** By the canvas that it is shown on: the loupe shows it larger. */
  readonly pictures: WeakMap<object, Picture>;
}

interface Picture {
  readonly canvas: OffscreenCanvas;
  /** Where it lies, in device pixels from the image's corner, before the move. */
  readonly part: Box;
  readonly perPixel: number;
  readonly color: string;
}

/** By the outlines, which are the same object for a whole drag: it all goes with them. */
const known = new WeakMap<MovedShape['outlines'], Known>();

/** `draw` draws one of the shapes at a view of its canvas. */
export function drawMoved(
  context: CanvasRenderingContext2D,
  { outlines, by: [dx, dy] }: MovedShape,
  view: ViewTransform,
  color: string,
  draw: (context: CanvasRenderingContext2D, shape: Shape, view: ViewTransform) => void,
): void {
  const moved = knownOf(outlines);
  const { scale, offsetX, offsetY } = view;
  if (!moved.isMany) {
    const at = { scale, offsetX: offsetX + dx * scale, offsetY: offsetY + dy * scale };
    for (const shape of moved.shapes) draw(context, shape, at);
    return;
  }
  const ratio = context.getTransform().a;
  const perPixel = scale * ratio;
  const left = offsetX * ratio + dx * perPixel;
  const top = offsetY * ratio + dy * perPixel;
  const seen: Box = [-left, -top, context.canvas.width, context.canvas.height];
  const inDevice = moved.box.map((value) => value * perPixel) as unknown as Box;
  let picture = moved.pictures.get(context.canvas) ?? null;
  if (picture?.perPixel !== perPixel || picture.color !== color) picture = null;
  const part = partToPaint(expandBox(inDevice, OUTLINE_ROOM_PX * ratio), seen, picture?.part ?? null);
  if (part === null) return;
  if (picture?.part !== part) {
    const canvas = new OffscreenCanvas(part[2], part[3]);
    const own = canvas.getContext('2d') as unknown as CanvasRenderingContext2D;
    own.scale(ratio, ratio);
    const at = { scale, offsetX: -part[0] / ratio, offsetY: -part[1] / ratio };
    for (const shape of moved.shapes) draw(own, shape, at);
    moved.pictures.set(context.canvas, (picture = { canvas, part, perPixel, color }));
  }
  context.imageSmoothingEnabled = false;
  const [x, y] = [Math.round(left + part[0]), Math.round(top + part[1])];
  context.drawImage(picture.canvas, x / ratio, y / ratio, part[2] / ratio, part[3] / ratio);
}

/**
 * What a picture has to hold: `known` where that has all that is seen of `all`, else that with room around; null where nothing
 * of it is seen. Device pixels, all from one corner.
 */
function partToPaint(all: Box, seen: Box, known: Box | null): Box | null {
  const wanted = intersectBoxes(all, seen);
  if (isEmptyBox(wanted)) return null;
  if (known && containsBox(known, wanted)) return known;
  const [x, y, width, height] = seen;
  const [roomX, roomY] = [width * ROOM, height * ROOM];
  const around = intersectBoxes(all, [x - roomX, y - roomY, width + 2 * roomX, height + 2 * roomY]);
  const [left, top] = [Math.floor(around[0]), Math.floor(around[1])];
  return [left, top, Math.ceil(around[0] + around[2]) - left, Math.ceil(around[1] + around[3]) - top];
}

function knownOf(outlines: MovedShape['outlines']): Known {
  let moved = known.get(outlines);
  if (moved) return moved;
  const shapes = outlines.map(partsToShape);
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  let cost = 0;
  for (const { bounds, coords } of shapes) {
    cost += coords.length + AN_OUTLINE;
    if (coords.length === 0) continue;
    left = Math.min(left, bounds[0]);
    top = Math.min(top, bounds[1]);
    right = Math.max(right, bounds[2]);
    bottom = Math.max(bottom, bounds[3]);
  }
  moved = { shapes, box: [left, top, right - left, bottom - top], isMany: cost > FEW, pictures: new WeakMap() };
  known.set(outlines, moved);
  return moved;
}
