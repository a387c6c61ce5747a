/** The one error type of the mask code: a sentence that says what was got and what was expected. */

/** Thrown for input that is not a mask (or not a polygon, box, region); the message is fit to show to a person. */
export class MaskError extends Error {
  override readonly name = 'MaskError';
}
