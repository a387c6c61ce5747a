/** Annotations of a picture that was turned or mirrored: outlines keep their points, masks their pixels, each bit for bit. */
import type { Annotation, Segmentation } from '../document/types';
import { rleToSegmentation, segmentationToRle } from '../document/segmentation';
import type { Box } from '../geometry/box';
import { mapParts } from '../geometry/polygon';
import { decodeRegion, encodeRegion, type Rle, toBbox } from '../mask';

export type Size = readonly [width: number, height: number];

/** A turn by right angles, a mirroring, or both: pixels become pixels. */
export interface Turn {
  /** A point of the picture as it was (corner coordinates), where it is afterwards. */
  readonly point: (x: number, y: number) => readonly [x: number, y: number];
  /** Of the picture afterwards. */
  readonly size: Size;
}

/** The area is the same. */
export function turnedAnnotation(annotation: Annotation, turn: Turn): Annotation {
  const segmentation = annotation.segmentation && turnedSegmentation(annotation.segmentation, turn);
  return { ...annotation, segmentation, bbox: turnedBox(annotation.bbox, turn) };
}

function turnedBox([x, y, w, h]: Box, { point }: Turn): Box {
  const [ax, ay] = point(x, y);
  const [bx, by] = point(x + w, y + h);
  return [Math.min(ax, bx), Math.min(ay, by), Math.abs(bx - ax), Math.abs(by - ay)];
}

function turnedSegmentation(segmentation: Segmentation, turn: Turn): Segmentation {
  if (segmentation.kind === 'polygons') return { kind: 'polygons', parts: mapParts(segmentation.parts, turn.point) };
  return rleToSegmentation(turnedMask(segmentationToRle(segmentation, segmentation.size), turn));
}

function turnedMask(rle: Rle, turn: Turn): Rle {
  const [x, y, w, h] = toBbox(rle);
  const bits = decodeRegion(rle, [x, y, w, h]);
  const [left, top, width, height] = turnedBox([x, y, w, h], turn);
  const out = new Uint8Array(bits.length);
  for (let row = 0; row < h; row++) {
    for (let column = 0; column < w; column++) {
      if (!bits[row * w + column]) continue;
      // The middle of the pixel, wherever its corners go.
      const [tx, ty] = turn.point(x + column + 0.5, y + row + 0.5);
      out[(Math.floor(ty) - top) * width + (Math.floor(tx) - left)] = 1;
    }
  }
  return encodeRegion(out, [left, top, width, height], [turn.size[1], turn.size[0]]);
}
