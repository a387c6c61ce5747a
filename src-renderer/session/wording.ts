/** Pieces of the window's sentences: a share of pixels, a file by its own name. */

/** A share of pixels, 0..1, as a percentage: `12.3 %`, and `< 0.1 %` for what is more than nothing. */
export function shareText(share: number): string {
  if (share > 0 && share < 0.001) return '< 0.1 %';
  // What is not all of it never reads as all.
  return `${(share < 1 ? Math.min(99.9, share * 100) : 100).toFixed(1)} %`;
}

/** Sentences that are there, as one text; undefined: none is. */
export const joined = (...sentences: readonly (string | undefined)[]): string | undefined =>
  sentences.filter((sentence) => sentence !== undefined).join('. ') || undefined;

/** A name within a sentence, at most 40 characters of it: its middle gives way, since names often differ at their end. */
export function shortName(name: string): string {
  const characters = [...name];
  return characters.length <= 40 ? name : `${characters.slice(0, 24).join('')}…${characters.slice(-15).join('')}`;
}

/** The last part of a path of any system. */
export function fileNameOf(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}
