/** Frees everything that a computation allocated in OpenCV's heap, whichever way it ends. */
import type { Deletable, Mat, MatVector, OpenCv } from './cv';

/** Owner of heap objects for the duration of one `withMats`. */
export class MatScope {
  readonly #owned = new Set<Deletable>();

  constructor(readonly cv: OpenCv) {}

  /** Takes over an object that a call returned. */
  own<T extends Deletable>(object: T): T {
    this.#owned.add(object);
    return object;
  }

  /** An empty matrix, for a call to fill. */
  mat(): Mat {
    return this.own(new this.cv.Mat());
  }

  /** A matrix of zeros. */
  zeros(rows: number, cols: number, type: number): Mat {
    return this.own(new this.cv.Mat(rows, cols, type, [0, 0, 0, 0]));
  }

  vector(): MatVector {
    return this.own(new this.cv.MatVector());
  }

  /** Frees one object early, where large ones would otherwise pile up. */
  free(object: Deletable): void {
    if (this.#owned.delete(object)) object.delete();
  }

  freeAll(): void {
    for (const object of this.#owned) object.delete();
    this.#owned.clear();
  }
}

/** Runs `body` with a scope of its own and frees what it owns afterwards, also where `body` throws. */
export function withMats<R>(cv: OpenCv, body: (scope: MatScope) => R): R {
  const scope = new MatScope(cv);
  try {
    return body(scope);
  } finally {
    scope.freeAll();
  }
}
