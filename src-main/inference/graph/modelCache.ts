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

/** Bytes that the process holds, and those above which models that nobody uses are let go. */
export interface Room {
  held(): number;
  readonly most: number;
}

export class ModelCache {
  /** By folder, least recently used first. */
  readonly #entries = new Map<string, Entry>();

  /**
   * `capacity`: models kept loaded while nobody uses them; each holds its weights and its working memory, which no one can ask for:
   * what the whole process holds is looked at instead, before a model is loaded and after each use.
   */
  constructor(
    private readonly capacity: number,
    private readonly load: (file: ModelFile) => Promise<LoadedModel>,
    private readonly room: Room = { held: () => 0, most: Infinity },
  ) {}

  /** Runs `work` with the model loaded; one whose model.json changed since is loaded anew. */
  async use<T>(file: ModelFile, work: (model: LoadedModel) => Promise<T>): Promise<T> {
    const { loaded, letGo } = await this.borrow(file);
    try {
      return await work(loaded);
    } finally {
      letGo();
      await this.#makeRoom(file.folder);
    }
  }

  /** The same until it is let go, once. */
  async borrow(file: ModelFile): Promise<BorrowedModel> {
    const entry = this.#take(file);
    entry.users++;
    const letGo = () => {
      entry.users--;
      void releaseUnused(entry);
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
    if (entry) void evict(entry);
  }

  #take(file: ModelFile): Entry {
    const version = JSON.stringify(file.manifest);
    const cached = this.#entries.get(file.folder);
    this.#entries.delete(file.folder);
    if (cached && cached.version === version) {
      this.#entries.set(file.folder, cached);
      return cached;
    }
    if (cached) void evict(cached);
    const model = Promise.resolve()
      .then(() => this.#makeRoom(file.folder))
      .then(() => this.load(file));
    const entry: Entry = { version, model, users: 0, evicted: false };
    // What failed to load is tried again at the next use.
    entry.model.catch(() => this.#entries.get(file.folder) === entry && this.#entries.delete(file.folder));
    this.#entries.set(file.folder, entry);
    for (const [folder, oldest] of this.#entries) {
      if (this.#entries.size <= this.capacity) break;
      this.#entries.delete(folder);
      void evict(oldest);
    }
    return entry;
  }

  /**
   * Lets the models that nobody uses go, those used longest ago first, until the process holds no more than it should; never the one
   * in `spared`, which may be wanted for the next image.
   */
  async #makeRoom(spared: string): Promise<void> {
    while (this.room.held() > this.room.most) {
      const idle = [...this.#entries].find(([folder, { users }]) => users === 0 && folder !== spared);
      if (!idle) return;
      const [folder, entry] = idle;
      this.#entries.delete(folder);
      await evict(entry);
    }
  }
}

async function evict(entry: Entry): Promise<void> {
  entry.evicted = true;
  await releaseUnused(entry);
}

async function releaseUnused(entry: Entry): Promise<void> {
  if (!entry.evicted || entry.users > 0) return;
  await entry.model.then((model) => model.release()).catch(() => undefined);
}
