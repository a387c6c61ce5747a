/** Entry of the worker that computes label maps: on large images they take longer than a frame. */
import { LabelLayers, type LabelRequest } from './labelLayer';

const layers = new LabelLayers();

self.addEventListener('message', ({ data }: MessageEvent<LabelRequest>) => {
  self.postMessage(layers.answer(data));
});
