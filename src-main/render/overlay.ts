/** Annotations drawn over their image: fill, outline, halo and label of each, in painter's order. */
import { fromBox, type Rle, toBbox } from '@shared/mask';
import { parseHexColor } from '@shared/document/palette';
import type { RgbImage } from './canvas';
import { drawLabels } from './labels';
import { MaskPainter } from './outline';
import type { TextRenderer } from './text';

export interface OverlayShape {
  /** Of the image's size; null where the annotation is only a box. */
  readonly mask: Rle | null;
  /** Image pixels; drawn where there is no mask. */
  readonly box: readonly [x: number, y: number, width: number, height: number];
  /** `#rrggbb` */
  readonly color: string;
  readonly categoryName: string;
  readonly score: number | null;
}

const fillAlpha = 0.35;
const outlinePx = 1.5;
const haloPx = 0.75;
const textPx = 12;
const leastTextPx = 9;
/** Lines and text keep their size up to this side length, then grow with the image. */
const plainSide = 1200;
/** Below this side length text shrinks: it would cover too much. */
const smallSide = 400;

/** Draws into `image`; later shapes cover earlier ones. Without `text` there are no labels. */
export async function drawOverlay(
  image: RgbImage,
  shapes: readonly OverlayShape[],
  text: TextRenderer | null,
): Promise<void> {
  const side = Math.max(image.width, image.height);
  const scale = Math.min(5, Math.max(1, side / plainSide));
  const painter = new MaskPainter(image);
  for (const shape of shapes) {
    painter.paint(shape.mask ?? fromBox([...shape.box], image.height, image.width), {
      color: parseHexColor(shape.color) ?? [255, 255, 255],
      fillAlpha: shape.mask ? fillAlpha : 0,
      outlinePx: outlinePx * scale,
      haloPx: haloPx * scale,
    });
  }
  if (!text) return;
  const labels = shapes.map((shape, order) => ({
    texts: labelTexts(shape),
    color: shape.color,
    box: shape.mask ? toBbox(shape.mask) : shape.box,
    priority: shape.score ?? order / shapes.length,
  }));
  const shrunk = Math.min(1, side / smallSide);
  await drawLabels(image, labels, text, Math.max(leastTextPx, Math.round(textPx * scale * shrunk)));
}

function labelTexts({ categoryName, score }: OverlayShape): string[] {
  if (score === null) return [categoryName];
  const number = score.toFixed(2);
  return [`${categoryName} ${number}`, number];
}
