/** Ultralytics' exports, by their metadata and by the shapes of boxes and prototypes. */
import type { ModelFacts } from '../../catalog/facts';
import { type Guess, quoted } from '../guess';
import { isOfUltralytics, yoloDefaults, yoloFormOf, yoloInput } from '../yoloShapes';

export function recognise(facts: ModelFacts, isAsked = false): Guess | null {
  const [graph] = facts.graphs;
  if (facts.graphs.length !== 1 || graph.outputs.length !== 2) return null;
  const protos = graph.outputs.find(({ dims }) => dims.length === 4);
  const detections = graph.outputs.find(({ dims }) => dims.length === 3);
  if (!protos || !detections) return null;
  const coefficients = typeof protos.dims[1] === 'number' ? protos.dims[1] : 32;
  const { task } = graph.metadata;
  const isUltralytics = isOfUltralytics(graph);
  if (task !== undefined && task !== 'segment' && !isAsked) return null;
  const found = yoloFormOf(detections, coefficients, graph);
  if (!found) return null;
  const { form, classes } = found;
  const input = yoloInput(graph, facts);
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
    defaults: yoloDefaults(form),
  };
}
