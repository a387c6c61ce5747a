/** Walks through protobuf files, without their schema. */
import type { FileHandle } from 'node:fs/promises';

/** A field of a protobuf message; `value` of numbers, else where its bytes lie. */
export interface Field {
  readonly number: number;
  readonly value: number;
  readonly start: number;
  readonly end: number;
}

/** Walks through a protobuf file by a window of its bytes, so that weights are stepped over unread. */
export class ProtoReader {
  readonly #handle: FileHandle;
  readonly #size: number;
  #window: Buffer = Buffer.alloc(0);
  #from = 0;

  constructor(handle: FileHandle, size: number) {
    this.#handle = handle;
    this.#size = size;
  }

  inside({ start, end }: Field) {
    return this.fields(start, end);
  }

  async *fields(start: number, end: number): AsyncGenerator<Field> {
    for (let at = start; at < end;) {
      const [key, afterKey] = await this.#varint(at);
      const [number, wire] = [Math.floor(key / 8), key & 7];
      if (number === 0) throw new Error('field 0');
      if (wire === 0) {
        const [value, next] = await this.#varint(afterKey);
        yield { number, value, start: afterKey, end: (at = next) };
      } else {
        let [length, from] = [wire === 1 ? 8 : 4, afterKey];
        if (wire === 2) [length, from] = await this.#varint(afterKey);
        else if (wire !== 1 && wire !== 5) throw new Error(`wire type ${wire}`);
        at = from + length;
        if (at > end) throw new Error('cut off');
        yield { number, value: 0, start: from, end: at };
      }
    }
  }

  async text({ start, end }: Field): Promise<string> {
    // Longer than any name; what it would be called is no matter then.
    const length = Math.min(end - start, 1 << 20);
    return (await this.#bytes(start, length)).toString('utf8');
  }

  async #varint(at: number): Promise<[value: number, next: number]> {
    const bytes = await this.#bytes(at, Math.min(10, this.#size - at));
    let value = 0;
    for (let i = 0; i < bytes.length; i++) {
      value += (bytes[i] & 127) * 2 ** (7 * i);
      if (bytes[i] < 128) return [value, at + i + 1];
    }
    throw new Error('cut off');
  }

  async #bytes(at: number, length: number): Promise<Buffer> {
    const offset = at - this.#from;
    if (offset >= 0 && offset + length <= this.#window.length) return this.#window.subarray(offset, offset + length);
    const buffer = Buffer.alloc(Math.max(length, 1 << 16));
    const { bytesRead } = await this.#handle.read(buffer, 0, buffer.length, at);
    if (bytesRead < length) throw new Error('cut off');
    this.#window = buffer.subarray(0, bytesRead);
    this.#from = at;
    return this.#window.subarray(0, length);
  }
}
