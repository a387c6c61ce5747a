/** Category names and scores beside their objects: no label covers another one, nor the middle of another object. */
import { inkOn, parseHexColor } from '@shared/document/palette';
import { blendPixel, blendRectangle, type RgbImage } from './canvas';
import type { TextBitmap, TextRenderer } from './text';

export interface Label {
  /** What to write, longest first; the first that finds a free place is taken. */
  readonly texts: readonly string[];
  /** `#rrggbb` behind the text. */
  readonly color: string;
  /** Box of the object in image pixels. */
  readonly box: readonly [x: number, y: number, width: number, height: number];
  /** Higher goes first. */
  readonly priority: number;
}

type Rectangle = readonly [x: number, y: number, width: number, height: number];

const backgroundAlpha = 0.85;

/**
 * Draws what finds a place inside the image, the highest priority first; in a crowd the least certain objects stay without
 * a label. O(labels^2).
 */
export async function drawLabels(
  image: RgbImage,
  labels: readonly Label[],
  text: TextRenderer,
  sizePx: number,
): Promise<void> {
  const padding = Math.max(1, Math.round(sizePx / 4));
  const height = sizePx + 2 * padding;
  const taken: Rectangle[] = [];
  const middles = labels.map(({ box }) => middleOf(box));
  const order = [...labels.keys()].sort((a, b) => labels[b].priority - labels[a].priority);
  for (const index of order) {
    const label = labels[index];
    const isFree = (place: Rectangle) =>
      !taken.some((other) => overlap(other, place)) &&
      !middles.some((middle, other) => other !== index && overlap(middle, place));
    for (const candidate of label.texts) {
      const bitmap = await text.draw(candidate, sizePx);
      const place = findPlace(
        image,
        label.box,
        bitmap.width + 2 * padding,
        Math.max(height, bitmap.height + 2),
        isFree,
      );
      if (!place) continue;
      taken.push(place);
      drawLabel(image, place, bitmap, label.color);
      break;
    }
  }
}

/** Above the object, else inside its top where it is large enough to be seen, else below it. */
function findPlace(
  image: RgbImage,
  [boxX, boxY, , boxHeight]: Rectangle,
  width: number,
  height: number,
  isFree: (place: Rectangle) => boolean,
): Rectangle | null {
  if (width > image.width || height > image.height) return null;
  const x = Math.round(Math.min(Math.max(0, boxX), image.width - width));
  const inside = boxHeight >= 2 * height ? [boxY] : [];
  for (const top of [boxY - height, ...inside, boxY + boxHeight]) {
    const y = Math.round(top);
    if (y < 0 || y + height > image.height) continue;
    const place: Rectangle = [x, y, width, height];
    if (isFree(place)) return place;
  }
  return null;
}

/** The part of a box that a label of another object must not cover. */
function middleOf([x, y, width, height]: Rectangle): Rectangle {
  return [x + width / 4, y + height / 4, width / 2, height / 2];
}

function overlap(a: Rectangle, b: Rectangle): boolean {
  return a[0] < b[0] + b[2] && b[0] < a[0] + a[2] && a[1] < b[1] + b[3] && b[1] < a[1] + a[3];
}

function drawLabel(image: RgbImage, place: Rectangle, bitmap: TextBitmap, color: string): void {
  blendRectangle(image, place, parseHexColor(color) ?? [0, 0, 0], backgroundAlpha);
  const ink = parseHexColor(inkOn(color)) ?? [0, 0, 0];
  const left = place[0] + Math.floor((place[2] - bitmap.width) / 2);
  const top = place[1] + Math.floor((place[3] - bitmap.height) / 2);
  for (let y = 0; y < bitmap.height; y++) {
    for (let x = 0; x < bitmap.width; x++) {
      const alpha = bitmap.alpha[y * bitmap.width + x];
      if (alpha > 0) blendPixel(image.data, ((top + y) * image.width + left + x) * 3, ink, alpha / 255);
    }
  }
}
