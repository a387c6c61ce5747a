/** A valid description of a model for the tests, to be changed in one place by each. */
import type { ModelInput } from '../../../src-main/inference/catalog/imageInput';
import type { ModelHead } from '../../../src-main/inference/catalog/modelFile';

export const makeInput = (changes: Partial<ModelInput> = {}): ModelInput => ({
  name: 'image',
  layout: 'NCHW',
  colour: 'RGB',
  range: [0, 255],
  white: '255',
  mean: [0, 0, 0],
  std: [1, 1, 1],
  resize: { mode: 'none' },
  interpolation: 'bilinear',
  padTo: 1,
  padValue: 0,
  ...changes,
});

export const makeManifest = (changes: Partial<ModelHead> = {}): ModelHead => ({
  id: 'test',
  name: 'Test',
  family: 'maskrcnn-roi',
  files: [{ role: 'model', path: 'model.onnx', sha256: '0'.repeat(64), size: 1 }],
  categories: [
    { id: 1, name: 'square' },
    { id: 5, name: 'corner' },
  ],
  defaults: { score: 0.5, maskThreshold: 0.5 },
  inGraph: {},
  licence: 'CC0-1.0',
  ...changes,
});
