/** Computes operations on shapes away from the window's thread: a large mask takes as long as it takes. */
import type { Annotation } from '@shared/document/types';
import { heavyOutcome, type HeavyRequest } from './heavyOutcome';
import { shapeOutcome } from './shapeOutcome';
import type { ShapeRequest } from './shapeProtocol';

let annotations: readonly Annotation[] = [];

self.addEventListener('message', ({ data }: MessageEvent<ShapeRequest | HeavyRequest>) => {
  if ('operation' in data) {
    self.postMessage(heavyOutcome(data));
    return;
  }
  // Kept as they are, so that what is derived from them (outlines, masks) is there for the next value.
  annotations = data.annotations ?? annotations;
  self.postMessage(shapeOutcome(data, annotations));
});
