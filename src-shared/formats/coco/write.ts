/** The annotations of a dataset as a COCO file has them: records that nobody touched as they came, the others with what changed. */
import type { SegmentationStyle } from '../../document/types';
import type { LossReport } from '../../dataset/losses';
import type { DatasetView, ViewAnnotation } from '../../dataset/view';
import { AppError } from '../../errors/appError';
import { MaskError } from '../../mask';
import { CocoText, inPieces } from './cocoText';
import { hasOtherCounts, serializeAnnotation } from './serialize';

/** The text in pieces. */
export function writeCoco(view: DatasetView, style: SegmentationStyle, losses: LossReport): Iterable<string> {
  return inPieces(new CocoWriter(view, style, losses).texts());
}

class CocoWriter extends CocoText {
  readonly #style: SegmentationStyle;
  readonly #losses: LossReport;
  readonly #categoryIds: ReadonlyMap<number, string>;

  constructor(view: DatasetView, style: SegmentationStyle, losses: LossReport) {
    super(view, 'coco');
    this.#style = style;
    this.#losses = losses;
    this.#categoryIds = new Map(view.categories().map((category) => [category.id, this.idOf(category)]));
  }

  *annotations(): Generator<string> {
    for (const one of this.view.annotations()) yield this.#annotationText(one);
  }

  #annotationText(record: ViewAnnotation): string {
    const text = this.isOwn ? record.text : null;
    if (text !== null && record.untouched && !this.#mustRewrite(record, text)) return text;
    const { imageId, categoryId } = record;
    const image = imageId === null ? undefined : this.view.image(imageId);
    try {
      return serializeAnnotation(record.annotation, {
        size: image && image.height > 0 ? [image.height, image.width] : null,
        style: this.#style,
        source: text === null || record.baseline === null ? null : { text, baseline: record.baseline },
        imageId: image ? this.idOf(image) : 'null',
        categoryId: this.#categoryIds.get(categoryId) ?? String(categoryId),
        losses: this.#losses,
      });
    } catch (error) {
      throw error instanceof MaskError ? cannotDraw(record, error) : error;
    }
  }

  /** Cheap test before a record is parsed: only masks change in style `polygons`, and all but masks in style `rle`. */
  #mustRewrite({ imageId, id }: ViewAnnotation, text: string): boolean {
    if (this.#style === 'as-authored') return false;
    if (imageId === null && !(this.#style === 'rle' && hasOtherCounts(text))) {
      this.#losses.add('no-image', { imageId, annotationId: id });
      return false;
    }
    return this.#style === 'rle' || text.includes('"counts"');
  }
}

/** A polygon far outside every image, or an image too large: imported as it came, and no mask can be made of it. */
function cannotDraw({ id, place }: ViewAnnotation, error: MaskError): AppError {
  const who = place.file === undefined ? '' : `${place.file}: `;
  return new AppError('bad-input', `${who}annotation ${id} has no mask: ${error.message}`, {
    place,
    hint: 'correct it, or export masks as they were drawn',
    cause: error,
  });
}
