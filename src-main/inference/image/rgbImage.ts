/** An image as models look at it. */
export interface RgbImage {
  readonly width: number;
  readonly height: number;
  /** RGB8, row-major, `height * width * 3`. */
  readonly data: Uint8Array;
}
