/** A dataset -> Label Studio's tasks. */
import { segmentationToRle } from '../../document/segmentation';
import type { Annotation } from '../../document/types';
import type { DatasetView, ViewImage } from '../../dataset/view';
import { inside } from '../../dataset/outputNames';
import { decode } from '../../mask';
import { amongOthers, type WrittenRecord } from '../amongOthers';
import type { WriteContext } from '../format';
import { elementSpans, jsonElements, parseJson, rawMember, replaceMembers } from '../json/text';
import { withElements } from '../json/wholeFile';
import { boxOf, isEmpty, noteLeftBehind, partsOf } from '../outline';
import { asFields, pointsOf } from '../values';
import { encodeBrush } from './brush';
import { contentOf, opinionOf, resultTexts } from './read';

export function writeTasks(view: DatasetView, context: WriteContext): string {
  const names = new Map(view.categories().map(({ id, name }) => [id, name]));
  const own = view.textFormat === 'label-studio' ? (view.parts().find(([key]) => key === 'file')?.[1] ?? null) : null;
  if (own !== null) {
    const written = withElements(own, view, {
      spans: elementSpans(own),
      rewrite: (image, task) =>
        changedTask(task, (isOther, texts) =>
          amongOthers(texts, isOther, resultsText(view, image, names, true, context)),
        ),
      render: (image) => newTask(view, image, names, context),
    });
    if (written !== null) return written;
  }
  const tasks = [...view.images()].map((image) => newTask(view, image, names, context));
  return tasks.length === 0 ? '[]' : `[\n${tasks.join(',\n')}\n]`;
}

/** `results`: those to write, of the texts that are there and whether one of them is no object. */
function changedTask(
  task: string,
  results: (isOther: (text: string) => boolean, texts: readonly string[]) => readonly string[],
): string {
  const opinion = opinionOf(asFields(parseJson(task, '')) ?? {});
  const isOther = (text: string) => {
    const fields = asFields(parseJson(text, ''));
    return !fields || contentOf(fields, [], '') === null;
  };
  const result = `[${results(isOther, resultTexts(task, opinion)).join(', ')}]`;
  const list = rawMember(task, 'annotations');
  const annotations = list?.startsWith('[') ? jsonElements(list) : [];
  // What was corrected by hand is an annotation; the prediction stays what the model said.
  if (opinion.list === 'predictions') annotations.push(`{"result": ${result}}`);
  else annotations[opinion.index] = replaceMembers(annotations[opinion.index], new Map([['result', result]]));
  return replaceMembers(task, new Map([['annotations', `[${annotations.join(', ')}]`]]));
}

function newTask(
  view: DatasetView,
  image: ViewImage,
  names: ReadonlyMap<number, string>,
  context: WriteContext,
): string {
  const result = resultsText(view, image, names, false, context).flatMap(({ texts }) => texts);
  const url = `/data/local-files/?d=${inside(image.fileName).split('/').map(encodeURIComponent).join('/')}`;
  return `{"id": ${image.id}, "data": {"image": ${JSON.stringify(url)}}, "annotations": [{"result": [${result.join(', ')}]}]}`;
}

function resultsText(
  view: DatasetView,
  image: ViewImage,
  names: ReadonlyMap<number, string>,
  own: boolean,
  context: WriteContext,
): WrittenRecord[] {
  return view.annotationsOf(image.id).map((record) => ({
    sources: own && record.text !== null ? [record.text] : [],
    texts:
      own && record.untouched && record.text !== null
        ? [record.text]
        : resultsFor(record.annotation, names.get(record.categoryId) ?? '', image, context).map((result) =>
            JSON.stringify(result),
          ),
  }));
}

function resultsFor(
  annotation: Annotation,
  label: string,
  { width, height }: ViewImage,
  { losses }: WriteContext,
): object[] {
  const { id, imageId } = annotation;
  const of = { imageId, annotationId: id };
  if (width === 0 || height === 0 || width * height > 400_000_000) {
    losses.add('size-unknown', of);
    return [];
  }
  if (isEmpty(annotation, [height, width])) {
    losses.add('empty', of);
    return [];
  }
  noteLeftBehind(annotation, losses);
  const result = (type: string, value: object) => ({
    id: `a${id}`,
    type: `${type}labels`,
    from_name: 'label',
    to_name: 'image',
    original_width: width,
    original_height: height,
    image_rotation: 0,
    value: { ...value, [`${type}labels`]: [label] },
  });
  const parts = partsOf(annotation);
  const percent = (value: number, side: number) => (value / side) * 100;
  const back = (value: number, side: number) => (percent(value, side) / 100) * side;
  if (!parts) {
    const [x, y, w, h] = boxOf(annotation);
    if (back(x, width) !== x || back(y, height) !== y || back(w, width) !== w || back(h, height) !== h)
      losses.add('rounded', of);
    const sides = { x: percent(x, width), y: percent(y, height), width: percent(w, width), height: percent(h, height) };
    return [result('rectangle', { ...sides, rotation: 0 })];
  }
  if (annotation.segmentation!.kind === 'rle' || parts.length > 1 || parts[0].holes.length > 0) {
    if (annotation.segmentation!.kind === 'polygons') losses.add('holes-as-mask', of);
    const mask = decode(segmentationToRle(annotation.segmentation!, [height, width]));
    return [result('brush', { format: 'rle', rle: encodeBrush(mask) })];
  }
  const ring = parts[0].outer;
  if (ring.some((value, i) => back(value, i % 2 === 0 ? width : height) !== value)) losses.add('rounded', of);
  const points = pointsOf(ring).map(([x, y]) => [percent(x, width), percent(y, height)]);
  return [result('polygon', { points, closed: true })];
}
