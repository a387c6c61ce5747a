/** Keeps the models used last loaded, and never releases one that is in use. */
import type { ModelFile } from '../catalog/modelFile';
import type { BorrowedModel, LoadedModel } from './model';

interface Entry {
  /** What model.json said when it was loaded. */
  readonly version: string;
  readonly model: Promise<LoadedModel>;
  users: number;
  evicted: boolean;
}

export class ModelCache {
  /** By folder, least recently used first. */
  readonly #entries = new Map<string, Entry>();

  /** `capacity`: models kept loaded while nobody uses them; each holds its weights and its working memory. */
  constructor(
    private readonly capacity: number,
    private readonly load: (file: ModelFile) => Promise<LoadedModel>,
  ) {}

  /** Runs `work` with the model loaded; one whose model.json changed since is loaded anew. */
  async use<T>(file: ModelFile, work: (model: LoadedModel) => Promise<T>): Promise<T> {
    const { loaded, letGo } = await this.borrow(file);
    try {
      return await work(loaded);
    } finally {
      letGo();
    }
  }

  /** The same until it is let go, once. */
  async borrow(file: ModelFile): Promise<BorrowedModel> {
    const entry = this.#take(file);
    entry.users++;
    const letGo = () => {
      entry.users--;
      releaseUnused(entry);
    };
    try {
      return { loaded: await entry.model, letGo };
    } catch (error) {
      letGo();
      throw error;
    }
  }

  /** Lets go of what was loaded from a folder that goes or gets another name. */
  drop(folder: string): void {
    const entry = this.#entries.get(folder);
    this.#entries.delete(folder);
    if (entry) evict(entry);
  }

  #take(file: ModelFile): Entry {
    const version = JSON.stringify(file.manifest);
    const cached = this.#entries.get(file.folder);
    this.#entries.delete(file.folder);
    if (cached && cached.version === version) {
      this.#entries.set(file.folder, cached);
      return cached;
    }
    if (cached) evict(cached);
    const entry: Entry = { version, model: this.load(file), users: 0, evicted: false };
    // What failed to load is tried again at the next use.
    entry.model.catch(() => this.#entries.get(file.folder) === entry && this.#entries.delete(file.folder));
    this.#entries.set(file.folder, entry);
    for (const [folder, oldest] of this.#entries) {
      if (this.#entries.size <= this.capacity) break;
      this.#entries.delete(folder);
      evict(oldest);
    }
    return entry;
  }
}

function evict(entry: Entry): void {
  entry.evicted = true;
  releaseUnused(entry);
}

function releaseUnused(entry: Entry): void {
  if (!entry.evicted || entry.users > 0) return;
  entry.model.then((model) => model.release()).catch(() => undefined);
}
