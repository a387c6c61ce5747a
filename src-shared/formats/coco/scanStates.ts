/** What the COCO scanner knows of JSON: where it is between two values, what it takes in, and what each byte does. */

/** Where the scanner is outside any value. */
export const enum State {
  Root,
  KeyOrEnd,
  Key,
  Colon,
  Value,
  AfterMember,
  RecordOrEnd,
  Record,
  AfterRecord,
  Done,
}

/** What the value that is being taken in will be. */
export const enum Capture {
  None,
  Key,
  Part,
  Record,
}

/** What would have been right, for the sentence of an error. */
export const expected: Record<State, string> = {
  [State.Root]: '"{"',
  [State.KeyOrEnd]: 'a key in double quotes or "}"',
  [State.Key]: 'a key in double quotes',
  [State.Colon]: '":"',
  [State.Value]: 'a value',
  [State.AfterMember]: '"," or "}"',
  [State.RecordOrEnd]: 'a record or "]"',
  [State.Record]: 'a record',
  [State.AfterRecord]: '"," or "]"',
  [State.Done]: 'the end of the file',
};

/** What a byte does outside strings: 0 nothing, 1 quote, 2 opens, 3 closes, 4 newline, 5 other space, 6 comma. */
export const classes = new Uint8Array(256);
classes[0x22] = 1;
classes[0x7b] = classes[0x5b] = 2;
classes[0x7d] = classes[0x5d] = 3;
classes[0x0a] = 4;
classes[0x20] = classes[0x0d] = classes[0x09] = 5;
classes[0x2c] = 6;
