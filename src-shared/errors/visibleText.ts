/** Names from files and datasets as they may be shown: a character that hides, turns or breaks what stands around it is spelled out. */

/**
 * Control characters, what turns the direction of text around it, line and paragraph separators, and what takes no room at all.
 * Joiners stay: words and emoji of many languages are made with them.
 */
const hidden =
  // eslint-disable-next-line no-control-regex -- they are what is looked for
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/g;

/** As `hidden`, without what lays out a text of several lines. */
const hiddenInLines = new RegExp(hidden.source.replace('\\u0000-\\u001f', '\\u0000-\\u0008\\u000b-\\u001f'), 'g');

const spelled = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** On one line: `a\u202egnp.exe` for a name that would read `aexe.png`. */
export const visibleText = (text: string): string => text.replace(hidden, spelled);

/** Of a text with lines of its own, whose names have been made visible or have no line breaks. */
export const visibleLines = (text: string): string => text.replace(hiddenInLines, spelled);
