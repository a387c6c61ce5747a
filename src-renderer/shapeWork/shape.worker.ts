/** Computes trials and heavy tasks on shapes away from the window's thread: a large mask takes as long as it takes. */
import type { Annotation } from '@shared/document/types';
import { heavyOutcome, type HeavyRequest } from './heavyOutcome';
import { lightnessOf } from './lightness';
import { shapeOutcome } from './shapeOutcome';
import type { ShapeRequest } from './shapeProtocol';

let annotations: readonly Annotation[] = [];

self.addEventListener('message', ({ data }: MessageEvent<ShapeRequest | HeavyRequest>) => {
  if ('task' in data) {
    self.postMessage(heavyOutcome(data));
    return;
  }
  // Kept as they are, so that what is derived from them (outlines, masks) is there for the next value.
  annotations = data.annotations ?? annotations;
  void answer(data, annotations);
});

/** One at a time: the window waits for the answer before it asks again. */
async function answer(request: ShapeRequest, those: readonly Annotation[]): Promise<void> {
  const { kind, scope, size } = request;
  const isOfPicture = kind === 'expand' && scope !== undefined && scope.picture.length > 0;
  try {
    self.postMessage(shapeOutcome(request, those, isOfPicture ? await lightnessOf(scope.picture, size) : null));
  } catch (error) {
    // As an error of the worker, which the window tells.
    setTimeout(() => {
      throw error;
    });
  }
}
