/** A dataset -> Label Studio's tasks. */
import { segmentationToRle } from '../../document/segmentation';
import type { Annotation } from '../../document/types';
import type { DatasetView, ViewAnnotation, ViewImage } from '../../dataset/view';
import { inside, losesSigns } from '../../dataset/outputNames';
import { decode } from '../../mask';
import { amongOthers, type WrittenRecord } from '../amongOthers';
import type { WriteContext } from '../format';
import { elementSpans, jsonElements, parseJson, rawMember, replaceMembers, withList } from '../json/text';
import { withElements } from '../json/wholeFile';
import { boxOf, isEmpty, partsOf } from '../outline';
import { ownParts } from '../ownParts';
import { changeOf, noteLeft, withValues } from '../ownRecord';
import { asFields, asList, asText, pointsOf } from '../values';
import { encodeBrush } from './brush';
import { contentOf, labelKeys, opinionOf, resultTexts } from './read';

export function writeTasks(view: DatasetView, context: WriteContext): string {
  const names = new Map(view.categories().map(({ id, name }) => [id, name]));
  const own = ownParts(view, 'label-studio').get('file') ?? null;
  const controls = controlsOf(own);
  if (own !== null) {
    const written = withElements(own, view, {
      spans: elementSpans(own),
      rewrite: (image, task) =>
        changedTask(task, (isOther, texts) =>
          amongOthers(texts, isOther, resultsText(view, image, names, true, controls, context)),
        ),
      render: (image) => newTask(view, image, names, controls, context),
    });
    if (written !== null) return written;
  }
  const tasks = [...view.images()].map((image) => newTask(view, image, names, controls, context));
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
  const result = results(isOther, resultTexts(task, opinion));
  const list = rawMember(task, 'annotations');
  const annotations = list?.startsWith('[') ? jsonElements(list) : [];
  // What was corrected by hand is an annotation; the prediction stays what the model said.
  if (opinion.list === 'predictions') annotations.push(`{"result": [${result.join(', ')}]}`);
  else annotations[opinion.index] = withList(annotations[opinion.index], 'result', result);
  return withList(task, 'annotations', annotations);
}

function newTask(
  view: DatasetView,
  image: ViewImage,
  names: ReadonlyMap<number, string>,
  controls: Controls,
  context: WriteContext,
): string {
  if (losesSigns(image.fileName)) context.losses.add('image-renamed', { imageId: image.id });
  const result = resultsText(view, image, names, false, controls, context).flatMap(({ texts }) => texts);
  const url = `/data/local-files/?d=${inside(image.fileName).split('/').map(encodeURIComponent).join('/')}`;
  return `{"id": ${image.id}, "data": {"image": ${JSON.stringify(url)}}, "annotations": [{"result": [${result.join(', ')}]}]}`;
}

function resultsText(
  view: DatasetView,
  image: ViewImage,
  names: ReadonlyMap<number, string>,
  own: boolean,
  controls: Controls,
  context: WriteContext,
): WrittenRecord[] {
  return view.annotationsOf(image.id).map((record) => ({
    sources: own && record.text !== null ? [record.text] : [],
    texts:
      own && record.untouched && record.text !== null
        ? [record.text]
        : resultText(record, names.get(record.categoryId) ?? '', image, own, controls, context),
  }));
}

/** Names of the elements of the labelling interface by the types of results. */
type Controls = ReadonlyMap<string, { readonly from_name: string; readonly to_name: string }>;

/** Those that the results of the file name: new ones belong to the same. */
function controlsOf(own: string | null): Controls {
  const controls = new Map<string, { from_name: string; to_name: string }>();
  for (const task of asList(own === null ? [] : parseJson(own, ''))) {
    for (const list of ['annotations', 'predictions']) {
      for (const opinion of asList(asFields(task)?.[list])) {
        for (const result of asList(asFields(opinion)?.result).map(asFields)) {
          const [type, from, to] = ['type', 'from_name', 'to_name'].map((key) => asText(result?.[key]));
          if (type && from && to && !controls.has(type)) controls.set(type, { from_name: from, to_name: to });
        }
      }
    }
  }
  return controls;
}

function resultText(
  record: ViewAnnotation,
  label: string,
  image: ViewImage,
  own: boolean,
  controls: Controls,
  { losses }: WriteContext,
): string[] {
  const change = own ? changeOf(record) : null;
  if (change && !change.redrawn) {
    noteLeft(record, change, losses, { score: true });
    return [ofLabel(scored(record), label)];
  }
  const shape = shapeOf(record.annotation, image, losses);
  if (!shape) return [];
  const { kind, value } = shape;
  noteLeft(record, change, losses, { score: change !== null });
  const size = { original_width: image.width, original_height: image.height };
  const type = `${kind}labels`;
  if (!change) {
    const any = { from_name: 'label', to_name: [...controls.values()][0]?.to_name ?? 'image' };
    const names = controls.get(type) ?? any;
    const result = { id: `a${record.id}`, type, ...names, ...size, image_rotation: 0 };
    return [JSON.stringify({ ...result, value: { ...value, [type]: [label] } })];
  }
  const text = ofLabel(scored(record), label);
  const said = asFields(parseJson(text, ''));
  const before = asText(said?.type) ?? '';
  // The label goes with its shape: a polygon that became a mask is one of brushlabels.
  const keys = labelKeys.filter((key) => key !== 'labels' && key !== type);
  const given = asFields(said?.value) ?? {};
  const old = keys.find((key) => given[key] !== undefined);
  const labels = old === undefined ? {} : { [old]: undefined, [type]: given[old] };
  const changed = withValues(rawMember(text, 'value') ?? '{}', { ...noShape, ...value, ...labels });
  const isSame = before.startsWith(kind);
  return [
    replaceMembers(
      withValues(text, { ...size, ...(isSame ? {} : { type: before.endsWith('labels') ? type : kind }) }),
      new Map([['value', changed]]),
    ),
  ];
}

const scored = ({ text, annotation, baseline }: ViewAnnotation) =>
  annotation.score === baseline!.score ? text! : withValues(text!, { score: annotation.score ?? undefined });

/** The result with another label: the first of its labels is the one that counts. */
function ofLabel(result: string, label: string): string {
  const said = asFields(parseJson(result, ''));
  const value = asFields(said?.value) ?? {};
  const key = labelKeys.find((one) => asText(asList(value[one])[0]) !== null);
  if ((key === undefined ? 'object' : asText(asList(value[key])[0])) === label) return result;
  const type = asText(said?.type) ?? '';
  const into = key ?? (type.endsWith('labels') ? type : `${type}labels`);
  const changed = withValues(rawMember(result, 'value') ?? '{}', { [into]: [label, ...asList(value[into]).slice(1)] });
  return replaceMembers(result, new Map([['value', changed]]));
}

/** What the shapes of Label Studio are told by. */
const noShape = Object.fromEntries(
  ['x', 'y', 'width', 'height', 'rotation', 'radiusX', 'radiusY', 'points', 'closed', 'format', 'rle'].map((key) => [
    key,
    undefined,
  ]),
);

function shapeOf(
  annotation: Annotation,
  { width, height }: ViewImage,
  losses: WriteContext['losses'],
): { readonly kind: 'polygon' | 'rectangle' | 'brush'; readonly value: object } | null {
  const { id, imageId } = annotation;
  const of = { imageId, annotationId: id };
  if (width === 0 || height === 0 || width * height > 400_000_000) {
    losses.add('size-unknown', of);
    return null;
  }
  if (isEmpty(annotation, [height, width])) {
    losses.add('empty', of);
    return null;
  }
  const parts = partsOf(annotation);
  const percent = (value: number, side: number) => (value / side) * 100;
  const back = (value: number, side: number) => (percent(value, side) / 100) * side;
  if (!parts) {
    const [x, y, w, h] = boxOf(annotation);
    if (back(x, width) !== x || back(y, height) !== y || back(w, width) !== w || back(h, height) !== h)
      losses.add('rounded', of);
    const sides = { x: percent(x, width), y: percent(y, height), width: percent(w, width), height: percent(h, height) };
    return { kind: 'rectangle', value: { ...sides, rotation: 0 } };
  }
  if (annotation.segmentation!.kind === 'rle' || parts.length > 1 || parts[0].holes.length > 0) {
    if (annotation.segmentation!.kind === 'polygons') losses.add('holes-as-mask', of);
    const mask = decode(segmentationToRle(annotation.segmentation!, [height, width]));
    return { kind: 'brush', value: { format: 'rle', rle: encodeBrush(mask) } };
  }
  const ring = parts[0].outer;
  if (ring.some((value, i) => back(value, i % 2 === 0 ? width : height) !== value)) losses.add('rounded', of);
  const points = pointsOf(ring).map(([x, y]) => [percent(x, width), percent(y, height)]);
  return { kind: 'polygon', value: { points, closed: true } };
}
