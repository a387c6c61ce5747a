// What a drawn sample scene is: pixels, and whose pixel each one is.

export interface Scene {
  width: number;
  height: number;
  /** 1 = grey, 3 = RGB. */
  channels: 1 | 3;
  /** Row-major, interleaved, 0..255. */
  pixels: Uint8Array;
  /** Row-major; 0 = nobody, n = object n (from 1). A pixel has at most one owner: truth is the visible part. */
  labels: Uint16Array;
  objectCount: number;
}

export function toByte(value: number): number {
  return Math.min(255, Math.max(0, Math.round(value)));
}
