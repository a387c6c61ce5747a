/** DETR with masks, by names and shapes: as transformers exports it, RF-DETR's exports and their like. */
import type { ModelFacts } from '../../catalog/facts';
import { type Guess, IMAGENET, inputGuess, outputNamed, quoted } from '../guess';

export function recognise(facts: ModelFacts): Guess | null {
  const [graph] = facts.graphs;
  if (facts.graphs.length !== 1) return null;
  const boxes = outputNamed(graph, 'dets', 'pred_boxes', 'boxes');
  const classes = outputNamed(graph, 'labels', 'pred_logits', 'logits', 'scores');
  const masks = outputNamed(graph, 'masks', 'pred_masks');
  if (boxes?.dims.length !== 3 || classes?.dims.length !== 3 || masks?.dims.length !== 4) return null;
  if (boxes.dims[2] !== 4) return null;
  // DETR's own head has a class for "no object" as its last, and each query is of one class.
  const isSoftmax = classes.name === 'logits' || classes.name === 'pred_logits';
  const channels = typeof classes.dims[2] === 'number' ? classes.dims[2] : null;
  const count = channels !== null && isSoftmax ? channels - 1 : channels;
  const input = inputGuess(
    graph,
    facts,
    { ...IMAGENET, interpolation: 'antialiased' },
    { mode: 'fixed', width: 432, height: 432, keepAspect: false, centred: false },
  );
  if (!input) return null;
  const isCoco = count === 91 || count === 90;
  return {
    confidence: 0.9,
    evidence: [
      `boxes ${quoted(boxes)}, logits of classes ${quoted(classes)} and masks ${quoted(masks)} for each query`,
    ],
    part: {
      input,
      outputs: {
        classes: {
          name: classes.name,
          ...(isSoftmax ? { values: 'softmax' } : {}),
          ...(isCoco ? {} : { firstCategory: 0 }),
        },
        masks: { name: masks.name },
      },
    },
    roles: ['model'],
    classes: count,
    numbering: isCoco ? 'ids' : 'order',
    ...(isCoco ? { assumed: ['numbers of classes are COCO\u2019s ids'] } : {}),
  };
}
