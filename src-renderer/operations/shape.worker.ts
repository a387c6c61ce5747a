/** Computes operations on shapes away from the window's thread: a large mask takes as long as it takes. */
import type { Annotation } from '@shared/document/types';
import { shapeOutcome } from './shapeOutcome';
import type { ShapeRequest } from './shapeProtocol';

let annotations: readonly Annotation[] = [];

self.addEventListener('message', ({ data }: MessageEvent<ShapeRequest>) => {
  // Kept as they are, so that what is derived from them (outlines, masks) is there for the next value.
  annotations = data.annotations ?? annotations;
  self.postMessage(shapeOutcome(data, annotations));
});
