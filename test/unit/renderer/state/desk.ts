/** The window's state classes on a store in memory: what a test of the editor draws with. */
import { applyPatch } from '@shared/document/patch';
import type { DocumentSnapshot, Patch } from '@shared/document/types';
import { imagePoint } from '@shared/geometry/coords';
import type { ImageRow, OpenedImage, ProjectSummary, WindowRequests } from '@shared/ipc/contract';
import { packImage } from '@shared/ipc/packing';
import type { Client } from '@shared/ipc/rpc';
import { Editor } from '../../../../src-renderer/state/editor.svelte';
import { ToolAsks } from '../../../../src-renderer/state/toolAsks.svelte';
import { Workbench } from '../../../../src-renderer/state/workbench.svelte';
import { toolRegistry } from '../../../../src-renderer/tools';
import type { Modifiers, ToolPointerEvent } from '../../../../src-renderer/tools/preview';
import { SIZE } from '../tools/script';

type Method = keyof WindowRequests & string;
type Params<M extends Method> = WindowRequests[M]['params'];
type Answers = { [M in Method]?: (params: Params<M>) => unknown };

const ROWS: readonly ImageRow[] = [7, 8].map((id) => ({
  id,
  fileName: `${id}.png`,
  width: SIZE[1],
  height: SIZE[0],
  orientation: 'exif',
  status: 'new',
  reason: null,
  annotationCount: 0,
  proposalCount: 0,
  problem: null,
  missing: false,
}));

const PROJECT: ProjectSummary = {
  file: '/p.maskwright',
  name: 'p',
  imagesFolder: '/p',
  readOnly: false,
  readOnlyReason: null,
  imageCount: ROWS.length,
  annotationCount: 0,
  categories: [{ id: 1, name: 'cat', supercategory: null, color: null, hotkey: null, position: 0 }],
  importSource: null,
  lastExport: null,
};

/** A store of two empty images, 7 and 8. Whatever a test puts into `answers` takes the place of an answer. */
export class MemoryStore {
  readonly answers: Answers = {};
  readonly calls: { readonly method: string; readonly params: unknown }[] = [];
  readonly #snapshots = new Map<number, DocumentSnapshot>(
    ROWS.map(({ id }) => [id, { imageId: id, size: SIZE, annotations: [] }]),
  );
  readonly #undo = new Map<number, number>();
  #nextId = 1000;

  readonly client = {
    call: async (method: Method, params: never) => {
      this.calls.push(structuredClone({ method, params }));
      await Promise.resolve();
      const answer = (this.answers[method] ?? this.#answers[method]) as ((params: unknown) => unknown) | undefined;
      if (!answer) throw new Error(`The test's store does not know ${method}`);
      return structuredClone(await answer(structuredClone(params)));
    },
  } as unknown as Client<WindowRequests>;

  opened(imageId: number): OpenedImage {
    const image = ROWS.find(({ id }) => id === imageId)!;
    const history = { undo: this.#undo.get(imageId) ?? 0, redo: 0 };
    return { image, snapshot: this.#snapshots.get(imageId)!, history, proposals: [], drafts: [] };
  }

  called(method: Method): unknown[] {
    return this.calls.filter((call) => call.method === method).map(({ params }) => params);
  }

  readonly #answers: Answers = {
    'image.list': () => ROWS,
    'image.openPacked': ({ imageId }) => packImage(structuredClone(this.opened(imageId))),
    'document.reserveIds': ({ count }) => {
      const first = this.#nextId;
      this.#nextId += count;
      return { first };
    },
    'document.commit': ({ imageId, patch }: { imageId: number; patch: Patch }) => {
      this.#snapshots.set(imageId, applyPatch(this.#snapshots.get(imageId)!, patch));
      this.#undo.set(imageId, (this.#undo.get(imageId) ?? 0) + 1);
      return { undo: this.#undo.get(imageId), redo: 0 };
    },
  };
}

/** The editor with every tool, on an open project. */
export class EditorDesk {
  readonly store: MemoryStore;
  readonly workbench: Workbench;
  readonly editor: Editor;

  private constructor(store: MemoryStore) {
    this.store = store;
    this.workbench = new Workbench(store.client);
    const view = { scale: () => 1, hitTest: () => [] };
    this.editor = new Editor(toolRegistry, this.workbench, view, new ToolAsks(store.client));
  }

  static async open(store = new MemoryStore(), project: Partial<ProjectSummary> = {}): Promise<EditorDesk> {
    const desk = new EditorDesk(store);
    await desk.workbench.show({ ...PROJECT, ...project });
    return desk;
  }

  /** What the window does with its first breath after another image was opened. */
  async openImage(imageId: number): Promise<void> {
    await this.workbench.openImage(imageId);
  }

  click(x: number, y: number, keys: Partial<Modifiers> = {}): this {
    return this.pointer('down', x, y, keys).pointer('up', x, y, keys);
  }

  drag(from: readonly [number, number], to: readonly [number, number]): this {
    return this.pointer('down', ...from)
      .pointer('move', ...to)
      .pointer('up', ...to);
  }

  key(key: string, { shift = false, alt = false, ctrl = false }: Partial<Modifiers> = {}): this {
    this.editor.dispatch({ type: 'key', key, modifiers: { shift, alt, ctrl } });
    return this;
  }

  pointer(type: ToolPointerEvent['type'], x: number, y: number, keys: Partial<Modifiers> = {}): this {
    const point = imagePoint(x, y);
    const { shift = false, alt = false, ctrl = false } = keys;
    this.editor.dispatch({
      type,
      point,
      coalesced: [point],
      button: type === 'move' ? -1 : 0,
      buttons: type === 'up' ? 0 : 1,
      modifiers: { shift, alt, ctrl },
      pressure: 0.5,
      pointer: 'mouse',
      scale: 1,
    });
    return this;
  }

  /** Everything that was under way has ended. */
  async settled(): Promise<void> {
    for (let i = 0; i < 50; i++) await Promise.resolve();
    await this.workbench.open?.settled();
  }
}
