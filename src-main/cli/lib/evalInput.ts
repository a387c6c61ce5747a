/** COCO records as the plain structures that the metrics take; masks only where they are needed. */
import { lookUp } from '@shared/dataset/ids';
import type { ParsedAnnotation, ParsedImage } from '@shared/formats/coco/parse';
import { AppError } from '@shared/errors/appError';
import { area, toBbox } from '@shared/mask';
import { type Detection, type DetectionResult, type GroundTruth, type IouType, toDetections } from '@shared/metrics';
import { checkMaskSize, maskOf } from './cocoMask';
import type { At, CocoFile } from './cocoReader';
import type { Matched } from './matchDetections';
import { numericIds, positionsById } from './recordIds';

export interface EvalInput {
  readonly groundTruths: readonly GroundTruth[];
  readonly detections: readonly Detection[];
  readonly imageIds: readonly number[];
  readonly categories: readonly { readonly id: number; readonly name: string }[];
  readonly notes: readonly string[];
}

/** Throws `bad-input` with the pointer of a record that lacks what `iouType` needs. */
export function toEvalInput(
  truth: CocoFile,
  detections: CocoFile,
  matched: readonly Matched[],
  iouType: IouType,
): EvalInput {
  // The reference goes through images and categories in the order of their ids, which decides ties.
  const imageIds = numericIds(truth.images);
  const categoryIds = numericIds(truth.categories);
  const results = toResults(truth, detections, matched, iouType, imageIds, categoryIds);
  const boxesAsMasks = iouType === 'segm' && results.some(({ rle }) => !rle);
  return {
    groundTruths: toGroundTruths(truth, iouType, imageIds, categoryIds),
    detections: toDetections(results, boxesAsMasks ? sizesById(truth.images, imageIds) : undefined),
    imageIds,
    categories: truth.categories.map(({ name }, position) => ({ id: categoryIds[position], name })),
    notes: boxesAsMasks ? ['Some detections have no mask: their boxes are evaluated as masks'] : [],
  };
}

function toGroundTruths(
  { file, images, categories, annotations }: CocoFile,
  iouType: IouType,
  imageIds: readonly number[],
  categoryIds: readonly number[],
): GroundTruth[] {
  const imageOf = positionsById(images);
  const categoryOf = positionsById(categories);
  const ids = numericIds(annotations);
  const truths: GroundTruth[] = [];
  for (const [position, record] of annotations.entries()) {
    const image = lookUp(imageOf, record.imageId);
    const category = lookUp(categoryOf, record.categoryId);
    // As in the reference, a record of no image or category of the file counts nowhere.
    if (image === undefined || category === undefined) continue;
    const missing = (key: string, hint?: string) =>
      missingField(file, record, key, `the annotation has no ${key}`, hint);
    const needsMask = iouType === 'segm' || record.area === null || record.bbox === null;
    const rle =
      record.segmentation && needsMask
        ? maskOf(record.segmentation, sizeOf(images[image]), { file, pointer: record.pointer })
        : null;
    if (iouType === 'segm' && !rle) throw missing('segmentation', 'evaluate with --iou-type bbox');
    const bbox = record.bbox ?? (rle && toBbox(rle));
    if (!bbox) throw missing('bbox');
    truths.push({
      id: ids[position],
      imageId: imageIds[image],
      categoryId: categoryIds[category],
      area: record.area ?? (rle ? area(rle) : bbox[2] * bbox[3]),
      bbox,
      isCrowd: record.isCrowd,
      rle: iouType === 'segm' ? rle : null,
    });
  }
  return truths;
}

function toResults(
  truth: CocoFile,
  { file, issues }: CocoFile,
  matched: readonly Matched[],
  iouType: IouType,
  imageIds: readonly number[],
  categoryIds: readonly number[],
): DetectionResult[] {
  // loadRes decides by the first record whether areas are those of boxes or of masks.
  const byBox = matched.length > 0 && matched[0].record.bbox !== null;
  return matched.map(({ record, image, category }) => {
    const { score, bbox, segmentation, pointer } = record;
    if (score === null) {
      const fault = issues.find((issue) => issue.pointer === `${pointer}/score`);
      throw missingField(file, record, 'score', fault?.message ?? 'the detection has no score');
    }
    if (byBox && !bbox) throw missingField(file, record, 'bbox', 'the detection has no bbox when the first one has');
    if (!bbox && !segmentation)
      throw missingField(file, record, 'segmentation', 'the detection has no mask and no bbox');
    const size = sizeOf(truth.images[image]);
    const needsMask = iouType === 'segm' || !byBox;
    const rle = segmentation && needsMask ? maskOf(segmentation, size, { file, pointer }) : null;
    if (rle && size) checkMaskSize(rle.size, size, { file, pointer });
    if (!rle && needsMask && !bbox) throw missingField(file, record, 'segmentation', 'the detection has no mask');
    return { imageId: imageIds[image], categoryId: categoryIds[category], score, bbox, rle };
  });
}

function missingField(
  file: string,
  record: At<ParsedAnnotation>,
  key: string,
  message: string,
  hint?: string,
): AppError {
  return new AppError('bad-input', `${file}: ${message}`, {
    place: { file, pointer: `${record.pointer}/${key}` },
    hint,
  });
}

const sizeOf = ({ width, height }: ParsedImage): readonly [number, number] | null =>
  width === null || height === null ? null : [height, width];

function sizesById(images: readonly ParsedImage[], imageIds: readonly number[]) {
  const sizes = new Map(images.map((image, position) => [imageIds[position], sizeOf(image) ?? undefined]));
  return (imageId: number) => sizes.get(imageId);
}
