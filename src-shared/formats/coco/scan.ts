/** Cuts a COCO file that arrives in chunks into the source text of its records, without ever holding the whole file. */
import { AppError } from '../../errors/appError';
import { jsonPointer, parseScanned, type ScannedText } from './scannedText';
import { maxDepth } from '../json/jsonText';
import { Capture, classes, expected, State } from './scanStates';
import { type RecordKind, recordKinds } from './types';

export { jsonPointer, parseScanned, type ScannedText } from './scannedText';

export interface ScanHandler {
  /** A top-level key that is not a list of records. */
  part?(key: string, value: ScannedText): void;
  /** A list of records begins; `null` for a file that is itself one list (a results file). */
  list?(kind: RecordKind | null): void;
  record(kind: RecordKind | null, index: number, value: ScannedText): void;
}

export interface ScanOptions {
  /** Named in errors. */
  readonly file?: string;
  /** Decodes bytes below 0x80; the environment may know a faster way than TextDecoder. */
  readonly decodeAscii?: (bytes: Uint8Array) => string;
}

/** src-shared is compiled without DOM and Node types; every place it runs in has this one. */
declare const TextDecoder: new (
  label: string,
  options: { fatal: boolean; ignoreBOM: boolean },
) => { decode(input: Uint8Array): string };

/** Longest text one record or value may have: engines cannot hold strings much above this. */
const maxTextBytes = 500_000_000;

/**
 * Call `push` for each chunk, then `end`. Texts are handed over in file order; each record is checked for balanced brackets
 * only: parse it with `parseScanned`, which finds what is wrong inside. Throws `bad-input` with file, byte offset and line at
 * the first fault; a file that stops in the middle is found by `end`. Memory: the longest record.
 */
export class CocoScanner {
  readonly #handler: ScanHandler;
  readonly #options: ScanOptions;
  readonly #utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  #state = State.Root;
  /** Bytes before the current chunk. */
  #base = 0;
  #line = 1;
  #key = '';
  #seen = new Set<string>();
  #list: RecordKind | null = null;
  #index = 0;
  #rootIsList = false;

  #capture = Capture.None;
  #start = 0;
  #startLine = 1;
  #depth = 0;
  #scalar = false;
  #inString = false;
  #escaped = false;
  #highBits = 0;
  #pieces: Uint8Array[] = [];
  #piecesLength = 0;

  constructor(handler: ScanHandler, options: ScanOptions = {}) {
    this.#handler = handler;
    this.#options = options;
  }

  /** Bytes taken in so far. */
  get offset(): number {
    return this.#base;
  }

  /** Takes the next bytes; they may be reused by the caller afterwards. */
  push(chunk: Uint8Array): void {
    let i = 0;
    while (i < chunk.length) {
      if (this.#capture !== Capture.None) {
        i = this.#continueCapture(chunk, i);
        continue;
      }
      const kind = classes[chunk[i]];
      if (kind === 4) this.#line++;
      if (kind === 4 || kind === 5) i++;
      else i = this.#step(chunk, i);
    }
    if (this.#capture !== Capture.None) this.#keepTail(chunk);
    this.#base += chunk.length;
  }

  /** Must be called after the last chunk: throws when the file was cut. */
  end(): void {
    if (this.#state === State.Done) return;
    const { file } = this.#options;
    const place = { file, offset: this.#base, line: this.#line, pointer: this.#pointer() };
    if (this.#base === 0) throw new AppError('bad-input', `${file ?? 'The file'} is empty`, { place: { file } });
    throw new AppError('bad-input', `${file ?? 'The file'} stops in the middle`, {
      place,
      hint: 'it was cut off; copy or download it again',
    });
  }

  /** Whether a byte before the text belongs to a UTF-8 byte order mark; the mark of UTF-16 is named. */
  #isMark(byte: number, i: number): boolean {
    const offset = this.#base + i;
    if (offset === 0 && (byte === 0xff || byte === 0xfe)) {
      const { file } = this.#options;
      throw new AppError('bad-input', `${file ?? 'The file'} is UTF-16 text, not UTF-8`, {
        place: { file, offset: 0 },
        hint: 'save it as UTF-8',
      });
    }
    return byte === [0xef, 0xbb, 0xbf][offset];
  }

  /** Handles one structural byte outside any value; returns the index to go on from. */
  #step(chunk: Uint8Array, i: number): number {
    const byte = chunk[i];
    switch (this.#state) {
      case State.Root:
        if (byte === 0x7b) this.#state = State.KeyOrEnd;
        else if (byte === 0x5b) {
          this.#rootIsList = true;
          this.#beginList(null);
        } else if (!this.#isMark(byte, i)) this.#unexpected(byte, i);
        return i + 1;
      case State.KeyOrEnd:
      case State.Key:
        if (byte === 0x7d && this.#state === State.KeyOrEnd) {
          this.#state = State.Done;
          return i + 1;
        }
        if (byte !== 0x22) this.#unexpected(byte, i);
        return this.#beginCapture(Capture.Key, byte, i);
      case State.Colon:
        if (byte !== 0x3a) this.#unexpected(byte, i);
        this.#state = State.Value;
        return i + 1;
      case State.Value: {
        const kind = recordKinds.find((candidate) => candidate === this.#key);
        if (!kind) return this.#beginCapture(Capture.Part, byte, i);
        if (byte !== 0x5b) this.#fail(`"${kind}" is not a list`, i, `/${kind}`);
        this.#beginList(kind);
        return i + 1;
      }
      case State.AfterMember:
        if (byte === 0x2c) this.#state = State.Key;
        else if (byte === 0x7d) this.#state = State.Done;
        else this.#unexpected(byte, i);
        return i + 1;
      case State.RecordOrEnd:
      case State.Record:
        if (byte === 0x5d && this.#state === State.RecordOrEnd) return this.#endList(i);
        return this.#beginCapture(Capture.Record, byte, i);
      case State.AfterRecord:
        if (byte === 0x5d) return this.#endList(i);
        if (byte !== 0x2c) this.#unexpected(byte, i);
        this.#state = State.Record;
        return i + 1;
      default:
        return this.#unexpected(byte, i);
    }
  }

  #beginList(kind: RecordKind | null): void {
    this.#list = kind;
    this.#index = 0;
    this.#state = State.RecordOrEnd;
    this.#handler.list?.(kind);
  }

  #endList(i: number): number {
    this.#state = this.#rootIsList ? State.Done : State.AfterMember;
    return i + 1;
  }

  #beginCapture(capture: Capture, byte: number, i: number): number {
    const kind = classes[byte];
    if (kind === 3 || kind === 6 || byte === 0x3a) this.#unexpected(byte, i);
    this.#capture = capture;
    this.#start = this.#base + i;
    this.#startLine = this.#line;
    this.#inString = kind === 1;
    this.#scalar = kind !== 1 && kind !== 2;
    this.#depth = kind === 2 ? 1 : 0;
    this.#escaped = false;
    this.#highBits = byte;
    // A value's last byte is handled in continueCapture; a start byte never ends a value.
    return i + 1;
  }

  /** Walks on inside a value; at its end hands it over. The hot loop: about a nanosecond a byte. */
  #continueCapture(chunk: Uint8Array, from: number): number {
    const length = chunk.length;
    let i = from;
    let highBits = this.#highBits;
    if (this.#scalar) {
      while (i < length && classes[chunk[i]] < 3) highBits |= chunk[i++];
      this.#highBits = highBits;
      if (i < length) this.#finish(chunk, i);
      return i;
    }
    let depth = this.#depth;
    let inString = this.#inString;
    let escaped = this.#escaped;
    for (; i < length; i++) {
      const byte = chunk[i];
      highBits |= byte;
      if (inString) {
        if (escaped) escaped = false;
        else if (byte === 0x5c) escaped = true;
        else if (byte === 0x22) {
          inString = false;
          if (depth === 0) break;
        }
        continue;
      }
      const kind = classes[byte];
      if (kind === 0 || kind > 4) continue;
      if (kind === 1) inString = true;
      else if (kind === 2) {
        if (++depth > maxDepth) this.#fail(`the value is nested deeper than ${maxDepth} brackets`, i, this.#pointer());
      } else if (kind === 4) this.#line++;
      else if (--depth === 0) break;
    }
    this.#depth = depth;
    this.#inString = inString;
    this.#escaped = escaped;
    this.#highBits = highBits;
    if (i === length) return i;
    this.#finish(chunk, i + 1);
    return i + 1;
  }

  /** The value ends before `end` in this chunk. */
  #finish(chunk: Uint8Array, end: number): void {
    const value = { text: this.#decode(chunk, end), offset: this.#start, line: this.#startLine };
    const capture = this.#capture;
    this.#capture = Capture.None;
    this.#pieces = [];
    this.#piecesLength = 0;
    if (capture === Capture.Record) {
      this.#state = State.AfterRecord;
      this.#handler.record(this.#list, this.#index++, value);
    } else if (capture === Capture.Part) {
      this.#state = State.AfterMember;
      parseScanned(value, this.#options.file);
      this.#handler.part?.(this.#key, value);
    } else {
      this.#state = State.Colon;
      this.#key = parseScanned(value, this.#options.file) as string;
      const isList = recordKinds.some((kind) => kind === this.#key);
      if (isList && this.#seen.has(this.#key)) {
        this.#fail(`"${this.#key}" appears twice`, this.#start - this.#base, `/${this.#key}`);
      }
      this.#seen.add(this.#key);
    }
  }

  #decode(chunk: Uint8Array, end: number): string {
    const start = Math.max(0, this.#start - this.#base);
    let bytes = chunk.subarray(start, end);
    if (this.#piecesLength + bytes.length > maxTextBytes) {
      this.#fail(`one value is longer than ${maxTextBytes / 1e6} MB`, this.#start - this.#base, this.#pointer());
    }
    if (this.#pieces.length > 0) {
      const joined = new Uint8Array(this.#piecesLength + bytes.length);
      let at = 0;
      for (const piece of [...this.#pieces, bytes]) {
        joined.set(piece, at);
        at += piece.length;
      }
      bytes = joined;
    }
    const ascii = this.#options.decodeAscii;
    if (ascii && this.#highBits < 0x80) return ascii(bytes);
    try {
      return this.#utf8.decode(bytes);
    } catch {
      return this.#fail('the text is not UTF-8', this.#start - this.#base, this.#pointer(), 'save it as UTF-8');
    }
  }

  #keepTail(chunk: Uint8Array): void {
    const piece = chunk.slice(Math.max(0, this.#start - this.#base));
    this.#pieces.push(piece);
    this.#piecesLength += piece.length;
    if (this.#piecesLength > maxTextBytes) {
      this.#fail(`one value is longer than ${maxTextBytes / 1e6} MB`, this.#start - this.#base, this.#pointer());
    }
  }

  #pointer(): string {
    if (this.#capture === Capture.Record || this.#state === State.AfterRecord || this.#state === State.Record) {
      const index = this.#state === State.AfterRecord ? this.#index - 1 : this.#index;
      return this.#list === null ? `/${index}` : `/${this.#list}/${index}`;
    }
    return this.#state === State.Value ? jsonPointer(this.#key) : '';
  }

  #unexpected(byte: number, i: number): never {
    const found = byte > 0x20 && byte < 0x7f ? `"${String.fromCharCode(byte)}"` : `byte ${byte}`;
    const hint = this.#state === State.Root ? 'choose the JSON file that has the annotations' : undefined;
    return this.#fail(`expected ${expected[this.#state]}, found ${found}`, i, this.#pointer(), hint);
  }

  #fail(message: string, i: number, pointer: string, hint?: string): never {
    const { file } = this.#options;
    throw new AppError('bad-input', `${file ?? 'The file'} is not a usable COCO file: ${message}`, {
      place: { file, pointer: pointer || undefined, offset: this.#base + i, line: this.#line },
      hint,
    });
  }
}
