/** Cellpose: three channels, flow and cell, beside an input of two; or a file named after it. */
import { basename } from 'node:path';
import type { ModelFacts } from '../../catalog/facts';
import { type Guess, imageInputOf, inputGuess, quoted } from '../guess';

export function recognise(facts: ModelFacts, isAsked = false): Guess | null {
  const [graph] = facts.graphs;
  if (facts.graphs.length !== 1) return null;
  const [flows] = graph.outputs;
  const isNamed = /cellpose|cyto|cpsam/i.test(basename(graph.file)) || /flow/i.test(flows.name);
  const isTwo = imageInputOf(graph)?.channels === 2;
  if (flows.dims.length !== 4 || flows.dims[1] !== 3 || !(isNamed || isTwo || isAsked)) return null;
  const input = inputGuess(graph, facts, { percentiles: [1, 99], padTo: 16 }, { mode: 'none' });
  if (!input) return null;
  return {
    confidence: isTwo ? 0.92 : isNamed ? 0.85 : 0.5,
    evidence: [
      `flow and cell ${quoted(flows)}`,
      ...(isTwo ? ['two channels come in'] : isNamed ? ['the name says so'] : []),
    ],
    assumed: ['cells about 30 pixels wide: else scale the input by 30 / diameter (input.resize)'],
    part: { input, outputs: { flows: { name: flows.name } } },
    roles: ['model'],
    classes: 1,
  };
}
