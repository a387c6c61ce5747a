/** What YOLO's graphs look like that nobody has described yet. */
import type { ModelFacts } from '../catalog/facts';
import type { GraphFacts, TensorFacts } from '../catalog/onnxFile';
import { imageInputOf, type InputGuess, inputGuess, readPythonDict } from './guess';
import type { YoloForm } from './yoloDetections';

/** The form that a tensor of a graph nobody described has, and how many classes it tells apart; null where it cannot be one. */
export function yoloFormOf(
  { dims }: TensorFacts,
  coefficients: number,
  graph: GraphFacts,
): { readonly form: YoloForm; readonly classes: number | null } | null {
  const [, rows, columns] = dims;
  // Of Ultralytics' exports for any size nothing of the candidates is known; `objectness` is the older repository's alone.
  if (typeof rows !== 'number' && typeof columns !== 'number') {
    if (!isOfUltralytics(graph)) return null;
    if (isSaidEndToEnd(graph)) return { form: 'end to end', classes: null };
    return { form: 'classes', classes: countOf(graph.metadata.names) };
  }
  if (columns === 6 + coefficients && (typeof rows !== 'number' || rows <= 1000)) {
    return { form: 'end to end', classes: null };
  }
  const areCells = isCountOfCells(graph, 'classes', columns);
  if (
    typeof rows === 'number' &&
    rows > 4 + coefficients &&
    (typeof columns !== 'number' || rows < columns || areCells)
  ) {
    return { form: 'classes', classes: rows - 4 - coefficients };
  }
  if (typeof columns === 'number' && columns > 5 + coefficients) {
    return { form: 'objectness', classes: columns - 5 - coefficients };
  }
  return null;
}

/** Whether it was exported with `nms=True`, or has a head that needs none. */
const isSaidEndToEnd = ({ metadata: { args, end2end } }: GraphFacts) =>
  end2end === 'True' || /'nms': True/.test(args ?? '');

function countOf(names: string | undefined): number | null {
  const found = names === undefined ? null : readPythonDict(names);
  return found && Object.keys(found).length;
}

export function isOfUltralytics({ metadata: { task, names, description } }: GraphFacts): boolean {
  return task !== undefined || names !== undefined || /ultralytics/i.test(description ?? '');
}

export const yoloInput = (graph: GraphFacts, facts: ModelFacts): InputGuess | null =>
  inputGuess(
    graph,
    facts,
    { padValue: 114 / 255 },
    { mode: 'fixed', width: 640, height: 640, keepAspect: true, centred: true },
    { keepAspect: true, centred: true },
  );

export const yoloDefaults = (form: YoloForm) => ({ score: 0.25, ...(form === 'end to end' ? {} : { nms: 0.7 }) });

/** Whether so many candidates come of the input's size: one for each cell of 8, 16 and 32 pixels, and of `objectness` three. */
export function isCountOfCells(graph: GraphFacts, form: YoloForm, count: TensorFacts['dims'][number]): boolean {
  const { width, height } = imageInputOf(graph) ?? {};
  if (typeof width !== 'number' || typeof height !== 'number') return false;
  const cells = (strides: readonly number[]) =>
    strides.reduce((sum, stride) => sum + Math.ceil(width / stride) * Math.ceil(height / stride), 0);
  // The larger networks have one level more.
  const counts = [cells([8, 16, 32]), cells([8, 16, 32, 64])];
  return counts.some((one) => count === (form === 'objectness' ? 3 : 1) * one);
}
