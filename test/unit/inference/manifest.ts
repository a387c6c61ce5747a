/** A valid description of a model for the tests, to be changed in one place by each. */
import type { ModelInput, ModelManifest } from '../../../src-main/inference/modelFile';

export const makeInput = (changes: Partial<ModelInput> = {}): ModelInput => ({
  name: 'image',
  layout: 'NCHW',
  colour: 'RGB',
  range: [0, 255],
  mean: [0, 0, 0],
  std: [1, 1, 1],
  resize: { mode: 'none' },
  padTo: 1,
  padValue: 0,
  ...changes,
});

export const makeManifest = (changes: Partial<ModelManifest> = {}): ModelManifest => ({
  id: 'test',
  name: 'Test',
  family: 'maskrcnn-roi',
  files: [{ role: 'model', path: 'model.onnx', sha256: '0'.repeat(64), size: 1 }],
  input: makeInput(),
  outputs: {},
  categories: [
    { id: 1, name: 'square' },
    { id: 5, name: 'corner' },
  ],
  defaults: { score: 0.5, maskThreshold: 0.5 },
  inGraph: {},
  licence: 'CC0-1.0',
  ...changes,
});
