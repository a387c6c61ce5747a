/** Embeddings by image: those used last in memory, many more on disk, so that an image is looked at once. */
import { z } from 'zod';
import type { ImageSource } from '@shared/images/source';
import { DiskCache } from '../../files/diskCache';
import type { Embedding, Steps } from '../families/family';
import { stampOf } from './pictures';
import type { Region } from './promptMask';
import { SharedWork } from './sharedWork';

export interface EmbeddingsOptions {
  /** Where they are kept; absent: in memory only. */
  readonly folder?: string;
  readonly maxBytes?: number;
}

/** Four megabytes each for the shipped model. */
const keptInMemory = 4;

export class Embeddings {
  readonly #disk: DiskCache | null;
  readonly #writing = new Set<Promise<void>>();
  /** By key, least recently used first. */
  readonly #memory = new Map<string, SharedWork<Embedding>>();

  constructor({ folder, maxBytes = 2_000_000_000 }: EmbeddingsOptions) {
    this.#disk = folder ? new DiskCache({ folder, extension: '.embedding', maxBytes, writesBetweenChecks: 50 }) : null;
  }

  /**
   * The embedding of an image (or of a region of it), made by `make` where it is not known. A file that changed is another
   * image. `maker`: the model with everything that its embeddings depend on. Callers who want the same one share the work: it
   * goes on as long as one of them waits.
   */
  async get(
    source: ImageSource,
    region: Region | null,
    maker: string,
    make: (steps: Steps) => Promise<Embedding>,
    steps: Steps,
  ): Promise<Embedding> {
    const key = JSON.stringify([...(await stampOf(source)), region, maker]);
    const known = this.#memory.get(key);
    this.#memory.delete(key);
    const work =
      known && !known.isAbandoned ? known : new SharedWork((shared) => this.#load(key, () => make(shared)), steps);
    this.#memory.set(key, work);
    work.result.catch(() => this.#memory.get(key) === work && this.#memory.delete(key));
    for (const oldest of this.#memory.keys()) {
      if (this.#memory.size <= keptInMemory) break;
      this.#memory.delete(oldest);
    }
    return work.wait(steps);
  }

  async #load(key: string, make: () => Promise<Embedding>): Promise<Embedding> {
    const bytes = await this.#disk?.find(key);
    const kept = bytes && parseEmbedding(bytes);
    if (kept) return kept;
    const embedding = await make();
    // Whoever waits goes on meanwhile.
    const writing = this.#disk?.keep(key, serializeEmbedding(embedding));
    if (writing) {
      this.#writing.add(writing);
      void writing.finally(() => this.#writing.delete(writing));
    }
    return embedding;
  }

  /** Resolves when all that was made so far is on disk, or could not be written. */
  async written(): Promise<void> {
    await Promise.allSettled(this.#writing);
  }
}

const MAGIC = 'MWEM1\n';

const whole = z.number().int().min(0);
const headSchema = z.object({
  imageWidth: whole,
  imageHeight: whole,
  tensors: z.array(z.object({ name: z.string(), dims: z.array(whole).readonly(), length: whole })),
});
type Head = z.infer<typeof headSchema>;

/** A line of JSON that says what follows, padded to four bytes, then the tensors' numbers in this machine's byte order. */
export function serializeEmbedding({ imageWidth, imageHeight, tensors }: Embedding): Uint8Array {
  const entries = Object.entries(tensors);
  const list = entries.map(([name, { dims, data }]) => ({ name, dims, length: data.length }));
  const head = MAGIC + JSON.stringify({ imageWidth, imageHeight, tensors: list } satisfies Head);
  const padded = head.padEnd(Math.ceil((Buffer.byteLength(head) + 1) / 4) * 4 - 1) + '\n';
  const parts = entries.map(([, { data }]) => Buffer.from(data.buffer, data.byteOffset, data.byteLength));
  return Buffer.concat([Buffer.from(padded), ...parts]);
}

/** null for what was not written whole, or by another version. */
export function parseEmbedding(bytes: Buffer): Embedding | null {
  if (bytes.subarray(0, MAGIC.length).toString('latin1') !== MAGIC) return null;
  const end = bytes.indexOf(10, MAGIC.length) + 1;
  // Cut off within the line.
  if (end === 0) return null;
  const head = parseHead(bytes.subarray(MAGIC.length, end).toString());
  if (!head) return null;
  const { imageWidth, imageHeight, tensors } = head;
  const total = tensors.reduce((sum, { length }) => sum + length * 4, end);
  if (bytes.length !== total) return null;
  let at = end;
  const read = tensors.map(({ name, dims, length }) => {
    const data = new Float32Array(length);
    new Uint8Array(data.buffer).set(bytes.subarray(at, at + length * 4));
    at += length * 4;
    return [name, { dims, data }] as const;
  });
  return { imageWidth, imageHeight, tensors: Object.fromEntries(read) };
}

function parseHead(text: string): Head | null {
  try {
    const parsed = headSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
