/** Ultralytics' exports, by their metadata and by the shapes of boxes and prototypes. */
import type { ModelFacts } from '../../catalog/facts';
import { type Guess, inputGuess, quoted } from '../guess';

export function recognise(facts: ModelFacts, isAsked = false): Guess | null {
  const [graph] = facts.graphs;
  if (facts.graphs.length !== 1 || graph.outputs.length !== 2) return null;
  const protos = graph.outputs.find(({ dims }) => dims.length === 4);
  const detections = graph.outputs.find(({ dims }) => dims.length === 3);
  if (!protos || !detections) return null;
  const coefficients = typeof protos.dims[1] === 'number' ? protos.dims[1] : 32;
  const [, rows, columns] = detections.dims;
  const { task, names, description } = graph.metadata;
  const isUltralytics = task !== undefined || names !== undefined || /ultralytics/i.test(description ?? '');
  if (isUltralytics && task !== undefined && task !== 'segment' && !isAsked) return null;
  let form: 'classes' | 'objectness' | 'end to end' | null = null;
  let classes: number | null = null;
  if (columns === 6 + coefficients && (typeof rows !== 'number' || rows <= 1000)) form = 'end to end';
  else if (typeof rows === 'number' && rows > 4 + coefficients && (typeof columns !== 'number' || rows < columns)) {
    [form, classes] = ['classes', rows - 4 - coefficients];
  } else if (typeof columns === 'number' && columns > 5 + coefficients) {
    [form, classes] = ['objectness', columns - 5 - coefficients];
  }
  if (!form) return null;
  const input = inputGuess(
    graph,
    facts,
    { padValue: 114 / 255 },
    { mode: 'fixed', width: 640, height: 640, keepAspect: true, centred: true },
    { keepAspect: true, centred: true },
  );
  if (!input) return null;
  return {
    confidence: isUltralytics ? 0.99 : 0.85,
    evidence: [
      ...(isUltralytics ? ['its metadata are those of Ultralytics'] : []),
      `boxes with ${coefficients} mask coefficients ${quoted(detections)} and prototypes ${quoted(protos)}`,
    ],
    part: { input, outputs: { detections: { name: detections.name, form }, protos: { name: protos.name } } },
    roles: ['model'],
    classes,
    defaults: { score: 0.25, ...(form === 'end to end' ? {} : { nms: 0.7 }) },
  };
}
