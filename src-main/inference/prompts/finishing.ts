/** What is done to a prompt's masks that are to be kept as objects: the rim at the image's edges, specks and pinholes gone. */
import type { ImageSource } from '@shared/images/source';
import type { PromptFinish, PromptRequest } from '@shared/models/types';
import { type Rle, toBbox, withoutSpecks } from '@shared/mask';
import type { PromptFrame } from '../families/family';
import { cropImage } from '../image/crop';
import { type Guide, refineRim } from '../image/refineRim';
import { isKept, type Pictures } from './pictures';
import type { Region } from './promptMask';

/** Of the masks' boxes, image pixels: beyond, only the best mask's rim is refined, as a click is not to be waited for. */
const MOST_PIXELS = 2_000_000;

export interface FinishedMask {
  readonly mask: Rle;
  /** Its rim was brought to the image's edges. */
  readonly isRefined: boolean;
}

interface Seen {
  readonly source: ImageSource;
  readonly region: Region;
  /** [height, width] of the whole image. */
  readonly size: readonly [height: number, width: number];
}

/** Keeps the pixels of the image, or of its part, that was asked about last; of larger ones they are read anew for each prompt. */
export class MaskFinisher {
  readonly #pictures: Pictures;
  #kept: { readonly of: Seen; readonly guide: Promise<Guide | null> } | null = null;
  #isRimWanted = false;

  constructor(pictures: Pictures) {
    this.#pictures = pictures;
  }

  /** An image was opened: whoever had the last rim refined wants the next one too, and its pixels are read meanwhile. */
  expect(seen: Seen): void {
    if (this.#isRimWanted) this.#readAhead(seen);
  }

  /** A search over images, not clicks on them: what is opened next is not read ahead. */
  expectNone(): void {
    this.#isRimWanted = false;
  }

  /** Masks are about to be computed: what finishing them needs is read meanwhile. */
  prepare({ rim }: PromptFinish, seen: Seen): void {
    // What the pointer asks on its way is never refined, and tells nothing about the click that follows.
    if (!rim) return;
    this.#isRimWanted = true;
    this.#readAhead(seen);
  }

  /** `frame`: of the grid the masks were decided on. */
  async finish(
    masks: readonly Rle[],
    { rim }: PromptFinish,
    seen: Seen,
    frame: PromptFrame,
    points: PromptRequest['points'],
  ): Promise<FinishedMask[]> {
    const guide = rim && masks.length > 0 ? await this.#guideOf(seen) : null;
    const cell = longerSide(frame);
    let pixels = 0;
    return masks.map((mask, i) => {
      const [, , width, height] = toBbox(mask);
      pixels += width * height;
      const refined = guide && (i === 0 || pixels <= MOST_PIXELS) ? refineRim(mask, guide, cell) : null;
      return { mask: withoutSpecks(refined ?? mask, points), isRefined: refined !== null };
    });
  }

  forget(of: Seen): void {
    if (this.#kept?.of === of) this.#kept = null;
  }

  /** What would not be kept is read when it is needed. */
  #readAhead(seen: Seen): void {
    const [, , width, height] = seen.region;
    if (isKept(width, height)) void this.#guideOf(seen);
  }

  #guideOf(seen: Seen): Promise<Guide | null> {
    if (this.#kept?.of === seen) return this.#kept.guide;
    const guide = readGuide(seen, this.#pictures);
    const [, , width, height] = seen.region;
    this.#kept = isKept(width, height) ? { of: seen, guide } : null;
    return guide;
  }
}

/** Null where the file is not what was looked at any more: a click is answered all the same. */
async function readGuide({ source, region, size: [height, width] }: Seen, pictures: Pictures): Promise<Guide | null> {
  const image = await pictures.read(source).catch(() => null);
  if (image?.width !== width || image.height !== height) return null;
  const [x, y, w, h] = region;
  return { image: w === width && h === height ? image : cropImage(image, region), x, y };
}

/** Of a cell of the grid, image pixels. */
export function longerSide({ corners: [left, top, right, bottom], gridWidth, gridHeight }: PromptFrame): number {
  return Math.max((right - left) / gridWidth, (bottom - top) / gridHeight);
}
