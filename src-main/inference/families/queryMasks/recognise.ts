/** MaskFormer and its kin as Hugging Face names their tensors; what they are read as, config.json tells. */
import type { ModelFacts } from '../../catalog/facts';
import { type Guess, IMAGENET, inputGuess, outputNamed, quoted } from '../guess';

export function recognise(facts: ModelFacts): Guess | null {
  const [graph] = facts.graphs;
  if (facts.graphs.length !== 1) return null;
  const classes = outputNamed(graph, 'class_queries_logits');
  const masks = outputNamed(graph, 'masks_queries_logits');
  if (classes?.dims.length !== 3 || masks?.dims.length !== 4) return null;
  const input = inputGuess(graph, facts, IMAGENET, {
    mode: 'fixed',
    width: 384,
    height: 384,
    keepAspect: false,
    centred: false,
  });
  if (!input) return null;
  const architecture = String((facts.beside.config?.architectures as unknown[] | undefined)?.[0] ?? '');
  const name = `${String(facts.beside.config?._name_or_path ?? '')} ${graph.file}`;
  const task = (['panoptic', 'instance', 'semantic'] as const).find((one) => name.toLowerCase().includes(one));
  const isSecond = /mask2former/i.test(`${architecture} ${name}`);
  return {
    confidence: 0.97,
    evidence: [`${quoted(classes)} and ${quoted(masks)}, as transformers names them`],
    assumed: [
      ...(task ? [] : ['read as instances: set outputs.task to semantic or panoptic for those']),
      ...(isSecond ? [] : ['masks at the size they come in; Mask2Former enlarges them to 384 x 384 first']),
    ],
    part: {
      input,
      outputs: {
        task: task ?? 'instance',
        classes: { name: classes.name },
        masks: { name: masks.name, ...(isSecond ? { upsample: { width: 384, height: 384 } } : {}) },
      },
    },
    roles: ['model'],
    classes: typeof classes.dims[2] === 'number' ? classes.dims[2] - 1 : null,
  };
}
