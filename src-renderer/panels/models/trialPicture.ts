/** Draws what a trial found, as coloured areas at the size of a small picture. */
import { parseHexColor } from '@shared/document/palette';
import type { RawProposal } from '@shared/document/proposalResult';
import { fromCompressed, sampleRegion } from '@shared/mask';

/** Longest side of the picture, pixels. */
const side = 640;
/** Further ones are not told apart any more. */
const most = 500;

export interface TrialPicture {
  readonly width: number;
  readonly height: number;
  /** RGBA, transparent where nothing is. */
  readonly data: Uint8ClampedArray<ArrayBuffer>;
}

/** `colorOf`: `#rrggbb` of a proposal. The first proposals lie on top. O(areas in the picture). */
export function drawTrial(
  [height, width]: readonly [height: number, width: number],
  proposals: readonly RawProposal[],
  colorOf: (proposal: RawProposal) => string,
): TrialPicture {
  const step = Math.max(1, Math.ceil(Math.max(width, height) / side));
  const [columns, rows] = [Math.ceil(width / step), Math.ceil(height / step)];
  const data = new Uint8ClampedArray(columns * rows * 4);
  for (const proposal of proposals.slice(0, most).reverse()) {
    const [x, y, w, h] = proposal.bbox;
    const [left, top] = [Math.floor(x / step), Math.floor(y / step)];
    const [right, bottom] = [
      Math.min(columns, Math.ceil((x + w) / step)),
      Math.min(rows, Math.ceil((y + h) / step)),
    ];
    const [across, down] = [right - left, bottom - top];
    if (across <= 0 || down <= 0) continue;
    const mask = fromCompressed(proposal.segmentation.counts, proposal.segmentation.size);
    const region = [left * step, top * step, across * step, down * step] as const;
    const set = sampleRegion(mask, region, step);
    const isSet = (i: number, j: number) => i >= 0 && j >= 0 && i < across && j < down && set[j * across + i] === 1;
    const color = parseHexColor(colorOf(proposal)) ?? [255, 255, 255];
    for (let j = 0; j < down; j++) {
      for (let i = 0; i < across; i++) {
        if (!isSet(i, j)) continue;
        const isRim = !isSet(i - 1, j) || !isSet(i + 1, j) || !isSet(i, j - 1) || !isSet(i, j + 1);
        data.set([...color, isRim ? 255 : 110], ((top + j) * columns + left + i) * 4);
      }
    }
  }
  return { width: columns, height: rows, data };
}
