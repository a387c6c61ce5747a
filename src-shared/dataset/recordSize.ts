/** The size of an image in the text it came with, whatever the format: a record of an image that has another size says so. */

type Size = readonly [height: number, width: number];

/** Where formats keep a side: as a member of JSON, an attribute or an element of XML. */
const placesOf = (side: string): readonly RegExp[] => [
  new RegExp(`("(?:image)?${side}"\\s*:\\s*)(\\d+)(?![\\d.eE])`, 'i'),
  new RegExp(`(\\s${side}=")(\\d+)(?=")`),
  new RegExp(`(<${side}>\\s*)(\\d+)(?=\\s*<)`),
];

/** `[height, width]` under `size`, as Datumaro has it. */
const pair = /("size"\s*:\s*\[\s*)(\d+)(\s*,\s*)(\d+)(?=\s*\])/;

/** The text with the new sides in the place of the old ones; what says another size than `from` stays as it is. */
export function withRecordSize(text: string, from: Size, to: Size): string {
  const sides = pair.exec(text);
  if (sides && Number(sides[2]) === from[0] && Number(sides[4]) === from[1]) {
    return text.replace(pair, (_, before: string, _height, between: string) => before + to[0] + between + to[1]);
  }
  return replaceSide(replaceSide(text, 'height', from[0], to[0]), 'width', from[1], to[1]);
}

function replaceSide(text: string, side: string, from: number, to: number): string {
  for (const place of placesOf(side)) {
    if (Number(place.exec(text)?.[2]) === from) return text.replace(place, (_, before: string) => `${before}${to}`);
  }
  return text;
}
