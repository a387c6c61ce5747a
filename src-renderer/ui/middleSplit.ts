/** Where a name on one line is cut in two, so that its middle gives way where it does not fit. Pure. */

/** Characters of the end that stay, of a name long enough; narrow columns have room for them and a few more. */
const tailLength = 12;
/** The file's own name stays whole up to this many characters: folders are shortened first. */
const fileNameLength = 16;
/** Hebrew, Arabic and their relatives: two boxes beside each other would be read in the wrong order. */
const rightToLeft = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;
/** What belongs to the character before it: marks, joiners, the second half of a pair, skin tones. */
const continues = /^(?:\p{M}|\u200d|\ufe0f|[\udc00-\udfff]|\ud83c[\udffb-\udfff])/u;

/** Head and tail; an empty tail where the end gives way instead. */
export function middleSplit(text: string): readonly [head: string, tail: string] {
  if (rightToLeft.test(text)) return [text, ''];
  const folderEnd = text.search(/[/\\][^/\\]*$/);
  const wanted =
    folderEnd > 0 && text.length - folderEnd <= fileNameLength
      ? folderEnd
      : text.length - Math.min(tailLength, Math.ceil(text.length / 2));
  const at = characterStart(text, wanted);
  return [text.slice(0, at), text.slice(at)];
}

/** The place itself, or the start of the character that it lies in. */
function characterStart(text: string, place: number): number {
  let at = place;
  while (at > 0 && (isSecondHalf(text, at) || continues.test(text.slice(at)) || text[at - 1] === '\u200d')) at--;
  return at;
}

const isSecondHalf = (text: string, at: number): boolean => /[\udc00-\udfff]/.test(text[at] ?? '');
