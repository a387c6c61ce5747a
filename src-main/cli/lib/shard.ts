/** One of several runs that share a set of images without talking to each other. */
import { hashOf } from '@shared/dataset/random';
import { AppError } from '@shared/errors/appError';

/** The `index`-th (from 1) of `count`. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

/** `2/8`. @throws AppError `usage` for anything else. */
export function parseShard(text: string): Shard {
  const match = /^(\d+)\/(\d+)$/.exec(text.trim());
  const [index, count] = match ? [Number(match[1]), Number(match[2])] : [0, 0];
  if (index < 1 || count < 1 || index > count) {
    throw new AppError('usage', `The shard is '${text}' when i/n was expected, with i from 1 to n, e.g. 2/8`);
  }
  return { index, count };
}

/** By the name alone: the same on every machine, whatever other images there are. */
export function isInShard(fileName: string, { index, count }: Shard): boolean {
  return hash(fileName) % count === index - 1;
}

/** With a finalizer: neighbouring names must not follow each other through the shards. */
function hash(text: string): number {
  let value = hashOf(text);
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}
