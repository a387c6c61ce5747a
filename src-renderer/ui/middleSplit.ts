/** Where a name on one line is cut in two, so that its middle gives way where it does not fit. Pure. */

/** Characters of the end that stay, of a name long enough; narrow columns have room for them and a few more. */
const tailLength = 12;
/** The file's own name stays whole up to this many characters: folders are shortened first. */
const fileNameLength = 16;
/** Hebrew, Arabic and their relatives. */
const rightToLeft = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;
/** The first letter says in which order the whole is read. */
const startsRightToLeft = /^\P{L}*[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/u;
/** What belongs to the character before it: marks, joiners, the second half of a pair, skin tones. */
const continues = /^(?:\p{M}|\u200d|\ufe0f|[\udc00-\udfff]|\ud83c[\udffb-\udfff])/u;

/** The order in which the two halves stand. */
export function directionOf(text: string): 'rtl' | 'ltr' {
  return startsRightToLeft.test(text) ? 'rtl' : 'ltr';
}

/** Head and tail; an empty tail where the end gives way instead. */
export function middleSplit(text: string): readonly [head: string, tail: string] {
  if (rightToLeft.test(text)) return beforeLastWords(text);
  const folderEnd = text.search(/[/\\][^/\\]*$/);
  const wanted =
    folderEnd > 0 && text.length - folderEnd <= fileNameLength
      ? folderEnd
      : text.length - Math.min(tailLength, Math.ceil(text.length / 2));
  const at = characterStart(text, wanted);
  return [text.slice(0, at), text.slice(at)];
}

/**
 * Letters that are written as one are not parted: only words go to the tail. Of two orders in one name none is that of two
 * boxes.
 */
function beforeLastWords(text: string): readonly [head: string, tail: string] {
  const at = text.indexOf(' ', Math.max(1, text.length - tailLength)) + 1;
  return directionOf(text) === 'rtl' && at > 0 ? [text.slice(0, at), text.slice(at)] : [text, ''];
}

/** The place itself, or the start of the character that it lies in. */
function characterStart(text: string, place: number): number {
  let at = place;
  while (at > 0 && (isSecondHalf(text, at) || continues.test(text.slice(at)) || text[at - 1] === '\u200d')) at--;
  return at;
}

const isSecondHalf = (text: string, at: number): boolean => /[\udc00-\udfff]/.test(text[at] ?? '');
