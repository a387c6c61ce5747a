/** The window's state classes on a store in memory: what a test of the editor draws with. */
import { defaultLabelValues } from '@shared/document/labelValues';
import { applyPatch, invertPatch } from '@shared/document/patch';
import type { Annotation, DocumentSnapshot, Patch } from '@shared/document/types';
import { type ImagePoint, imagePoint } from '@shared/geometry/coords';
import type { ImageRow, OpenedImage, ProjectSummary, StoredDraft } from '@shared/project/types';
import type { WindowRequests } from '@shared/ipc/window';
import { packImage } from '@shared/ipc/packing';
import type { Client } from '@shared/ipc/rpc';
import { Editor } from '../../../../src-renderer/session/editor.svelte';
import type { AskPlace } from '../../../../src-renderer/session/promptAsks.svelte';
import { ToolAsks } from '../../../../src-renderer/session/toolAsks.svelte';
import { Workbench } from '../../../../src-renderer/session/workbench.svelte';
import { toolRegistry } from '../../../../src-renderer/tools';
import { containsPoint } from '../../../../src-renderer/tools/select/picking';
import type { Modifiers, ToolPointerEvent } from '../../../../src-renderer/tools/preview';
import { SIZE } from '../tools/script';
import { imageRow } from './imageRow';

type Method = keyof WindowRequests & string;
type Params<M extends Method> = WindowRequests[M]['params'];
type Answers = { [M in Method]?: (params: Params<M>) => unknown };

const ROWS: readonly ImageRow[] = [7, 8].map((id) => imageRow(id, { width: SIZE[1], height: SIZE[0] }));

export const PROJECT: ProjectSummary = {
  file: '/p.maskwright',
  name: 'p',
  imagesFolder: '/p',
  readOnly: false,
  readOnlyReason: null,
  damage: null,
  imageCount: ROWS.length,
  annotationCount: 0,
  categories: [{ id: 1, name: 'cat', supercategory: null, color: null, hotkey: null, position: 0 }],
  importSource: null,
  splits: [],
  lastExport: null,
  lastExportFormat: null,
  lastExportSettings: null,
  place: null,
};

/** Nothing is in sight, and no image is looked at ahead. */
export const NOWHERE: AskPlace = {
  openings: () => 0,
  sight: () => null,
  next: () => null,
  model: () => 'smart-select',
  tell: () => undefined,
};

/** A store of two empty images, 7 and 8. Whatever a test puts into `answers` takes the place of an answer. */
export class MemoryStore {
  readonly answers: Answers = {};
  readonly calls: { readonly method: string; readonly params: unknown }[] = [];
  readonly #snapshots = new Map<number, DocumentSnapshot>(
    ROWS.map(({ id }) => [id, { imageId: id, size: SIZE, annotations: [] }]),
  );
  /** Of each image: every patch, and how many of them are done. */
  readonly #logs = new Map<number, { patches: readonly Patch[]; done: number }>();
  readonly #drafts = new Map<string, StoredDraft & { readonly imageId: number }>();
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
    const history = this.#historyOf(imageId);
    const drafts = [...this.#drafts.values()].reverse().filter((draft) => draft.imageId === imageId);
    return { image, snapshot: this.#snapshots.get(imageId)!, history, proposals: [], drafts };
  }

  draftsOf(imageId: number): unknown[] {
    return this.opened(imageId).drafts.map(({ tool, data }) => [tool, JSON.parse(data)]);
  }

  called(method: Method): unknown[] {
    return this.calls.filter((call) => call.method === method).map(({ params }) => params);
  }

  readonly #answers: Answers = {
    'image.list': () => ROWS,
    'image.openPacked': ({ imageId }) => packImage(structuredClone(this.opened(imageId))),
    'category.counts': () => [],
    'document.reserveIds': ({ count }) => {
      const first = this.#nextId;
      this.#nextId += count;
      return { first };
    },
    'draft.put': ({ imageId, draft }) => {
      this.#drafts.delete(draft.key);
      this.#drafts.set(draft.key, { ...draft, imageId });
      return null;
    },
    'draft.drop': ({ key }) => {
      this.#drafts.delete(key);
      return null;
    },
    'project.maker': () => null,
    'project.modelRuns': () => ({}),
    'project.labelRules': () => ({ oneOwner: false, ...defaultLabelValues }),
    'project.setLabelRules': () => null,
    'app.openSession': () => ({ session: 1, size: SIZE }),
    'vision.closeSession': () => null,
    'document.undo': ({ imageId }) => this.#step(imageId, -1),
    'document.redo': ({ imageId }) => this.#step(imageId, 1),
    'document.commit': ({ imageId, patch, draft }: { imageId: number; patch: Patch; draft?: string }) => {
      if (draft !== undefined) this.#drafts.delete(draft);
      this.#snapshots.set(imageId, applyPatch(this.#snapshots.get(imageId)!, patch));
      const { patches, done } = this.#logOf(imageId);
      this.#logs.set(imageId, { patches: [...patches.slice(0, done), patch], done: done + 1 });
      return this.#historyOf(imageId);
    },
  };

  /** Begins an image with what a test has drawn on it before. */
  put(imageId: number, annotations: readonly Annotation[]): void {
    this.#snapshots.set(imageId, { imageId, size: SIZE, annotations });
  }

  #logOf(imageId: number) {
    return this.#logs.get(imageId) ?? { patches: [], done: 0 };
  }

  #historyOf(imageId: number) {
    const { patches, done } = this.#logOf(imageId);
    return { undo: done, redo: patches.length - done };
  }

  #step(imageId: number, by: 1 | -1) {
    const { patches, done } = this.#logOf(imageId);
    const logged = patches[by < 0 ? done - 1 : done];
    if (!logged) return null;
    const patch = by < 0 ? invertPatch(logged) : logged;
    this.#snapshots.set(imageId, applyPatch(this.#snapshots.get(imageId)!, patch));
    this.#logs.set(imageId, { patches, done: done + by });
    return { patch, history: this.#historyOf(imageId), proposals: null, review: null };
  }
}

/** The editor with every tool, on an open project. */
export class EditorDesk {
  readonly store: MemoryStore;
  readonly workbench: Workbench;
  readonly editor: Editor;

  private constructor(store: MemoryStore) {
    this.store = store;
    this.workbench = new Workbench(store.client);
    const view = { scale: () => 1, hitTest: (point: ImagePoint) => this.hits(point) };
    this.editor = new Editor(toolRegistry, this.workbench, view, new ToolAsks(store.client, NOWHERE));
  }

  static async open(store = new MemoryStore(), project: Partial<ProjectSummary> = {}): Promise<EditorDesk> {
    const desk = new EditorDesk(store);
    await desk.workbench.show({ ...PROJECT, ...project });
    return desk;
  }

  /** What the window does with its first breath after another image was opened. */
  async openImage(imageId: number): Promise<void> {
    await this.workbench.openImage(imageId);
    this.editor.cancel();
  }

  /** Shown annotations under the point, topmost first, as the canvas finds them. */
  hits(point: ImagePoint): number[] {
    const { open, selection } = this.workbench;
    const under = (open?.annotations ?? []).filter(
      (annotation) => !selection.hidden.has(annotation.id) && containsPoint(annotation, point, SIZE),
    );
    return under.map(({ id }) => id).reverse();
  }

  /** What is offered on the open image. */
  get offered(): string[] {
    return this.workbench.open!.drafts.offered.map(({ tool, data }) =>
      this.editor.tools.find(({ id }) => id === tool)!.drafts!.describe(JSON.parse(data)),
    );
  }

  resume(at = 0): void {
    this.editor.resume(this.workbench.open!.drafts.offered[at].key);
  }

  get told(): string[] {
    return this.workbench.notices.list.map(({ text }) => text);
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

  pointer(type: ToolPointerEvent['type'], x: number, y: number, keys: Partial<Modifiers> = {}, button = 0): this {
    const point = imagePoint(x, y);
    const { shift = false, alt = false, ctrl = false } = keys;
    this.editor.dispatch({
      type,
      point,
      coalesced: [point],
      button: type === 'move' ? -1 : button,
      buttons: type === 'up' ? 0 : button === 2 ? 2 : 1,
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
