/** The project's images as the list shows them: rows, what is searched and filtered, and the way through them. */
import type { ImageRow, ProjectChange } from '@shared/project/types';
import type { CallOptions, Engine } from '../api/engine';
import type { Jobs } from './jobs.svelte';
import { asksUnlabelled, filterRows, isUnfinished, noFilter, type ImageFilter } from './imageFilter';

/** Rows a request: one that the main process passes on in a few milliseconds. */
const rowsAtOnce = 2000;
/** The store counts for a moment only: it gets through fewer. */
const countedAtOnce = 500;

/** What is not counted: nothing can be said of an image without a size. */
const isUncounted = ({ unlabelled, width, height }: ImageRow): boolean =>
  unlabelled === undefined && width * height > 0;

export class ImageRows {
  readonly #client: Engine;
  #rows = $state.raw<readonly ImageRow[]>([]);
  /** Place of each image in `all`, which only a load changes: not made anew with every row that changes. */
  #places: ReadonlyMap<number, number> = new Map();
  #loads = 0;
  #isCounting = false;
  #filter = $state.raw<ImageFilter>(noFilter);
  #inCategory = $state.raw<ReadonlySet<number> | null>(null);

  constructor(client: Engine) {
    this.#client = client;
  }

  get all(): readonly ImageRow[] {
    return this.#rows;
  }
  get filter(): ImageFilter {
    return this.#filter;
  }

  /** Rows that fit search and filter. */
  readonly found = $derived(filterRows(this.#rows, this.#filter, this.#inCategory));
  readonly missing = $derived(this.#rows.reduce((count, row) => count + (row.missing ? 1 : 0), 0));
  /** What is searched for has to be counted first. */
  readonly hasToCount = $derived(asksUnlabelled(this.#filter) && this.#rows.some(isUncounted));
  readonly isFiltered = $derived(this.#filter !== noFilter && this.found !== this.#rows);

  row(imageId: number | null): ImageRow | undefined {
    const place = imageId === null ? undefined : this.#places.get(imageId);
    return place === undefined ? undefined : this.#rows[place];
  }

  /**
   * Reads the list of the open project, in pieces, and shows it when it is whole; with `onFirst`, its first piece as soon as
   * that is there. A later call takes the place of one that is under way.
   */
  async load(onFirst?: (rows: readonly ImageRow[]) => void): Promise<void> {
    const load = ++this.#loads;
    const rows: ImageRow[] = [];
    const places = new Map<number, number>();
    for (;;) {
      const part = await this.#client.call('image.list', { from: rows.length, count: rowsAtOnce });
      if (load !== this.#loads) return;
      for (const row of part) {
        places.set(row.id, rows.length);
        rows.push(row);
      }
      const isLast = part.length < rowsAtOnce;
      const isFirst = rows.length === part.length;
      if (isLast || (isFirst && onFirst)) {
        this.#places = places;
        this.#rows = [...rows];
      }
      if (isFirst) onFirst?.(part);
      if (isLast) return;
    }
  }

  clear(): void {
    this.#loads++;
    this.#places = new Map();
    this.#rows = [];
    this.#filter = noFilter;
    this.#inCategory = null;
  }

  update(imageId: number, changes: Partial<ImageRow>): void {
    const place = this.#places.get(imageId);
    if (place === undefined) return;
    const row = this.#rows[place];
    if ((Object.keys(changes) as (keyof ImageRow)[]).every((key) => row[key] === changes[key])) return;
    const rows = [...this.#rows];
    rows[place] = { ...row, ...changes };
    this.#rows = rows;
  }

  /** New numbers of annotations and proposals, and the status, of many images at once. */
  setCounts(counts: ProjectChange['counts']): void {
    if (counts.length === 0) return;
    const rows = [...this.#rows];
    for (const [imageId, annotationCount, proposalCount, status] of counts) {
      const place = this.#places.get(imageId);
      if (place === undefined) continue;
      rows[place] = { ...rows[place], annotationCount, proposalCount, status, unlabelled: undefined };
    }
    this.#rows = rows;
  }

  /** Counts the unlabelled pixels of the images of which they are not known; shown as they come. Once at a time. */
  async countUnlabelled(jobs: Jobs): Promise<void> {
    if (this.#isCounting) return;
    this.#isCounting = true;
    try {
      await jobs.run('Counting unlabelled pixels', (options) => this.#countAll(options));
    } finally {
      this.#isCounting = false;
    }
  }

  async #countAll({ signal, onProgress }: Required<CallOptions>): Promise<void> {
    const load = this.#loads;
    for (let done = 0; !signal.aborted && load === this.#loads;) {
      const left = this.#rows.filter(isUncounted);
      onProgress({ done, total: done + left.length });
      const imageIds = left.slice(0, countedAtOnce).map(({ id }) => id);
      const counted = await this.#client.call('image.unlabelled', { imageIds });
      if (load !== this.#loads || counted.length === 0) return;
      this.#setUnlabelled(counted);
      done += counted.length;
    }
  }

  /** The image's masks have changed: counted again where it is searched for, else when it will be. */
  async noteMasks(imageId: number): Promise<void> {
    const load = this.#loads;
    if (!asksUnlabelled(this.#filter)) return this.update(imageId, { unlabelled: undefined });
    const counted = await this.#client.call('image.unlabelled', { imageIds: [imageId] });
    if (load === this.#loads) this.#setUnlabelled(counted);
  }

  #setUnlabelled(counted: readonly (readonly [imageId: number, pixels: number])[]): void {
    const rows = [...this.#rows];
    for (const [imageId, unlabelled] of counted) {
      const place = this.#places.get(imageId);
      if (place !== undefined) rows[place] = { ...rows[place], unlabelled };
    }
    this.#rows = rows;
  }

  /** The categories on an image after an edit: it may come into the filter, or leave it. */
  noteCategories(imageId: number, categoryIds: ReadonlySet<number>): void {
    const { categoryId } = this.#filter;
    if (categoryId === null || !this.#inCategory) return;
    const has = categoryIds.has(categoryId);
    if (has === this.#inCategory.has(imageId)) return;
    const inCategory = new Set(this.#inCategory);
    if (has) inCategory.add(imageId);
    else inCategory.delete(imageId);
    this.#inCategory = inCategory;
  }

  /** Asks again which images have the filter's category, after work on many. */
  async refreshFilter(): Promise<void> {
    const { categoryId } = this.#filter;
    if (categoryId === null) return;
    const ids = await this.#client.call('image.withCategory', { categoryId });
    if (this.#filter.categoryId === categoryId) this.#inCategory = new Set(ids);
  }

  /** Which images have the category is asked when it is chosen; edits keep it up to date. */
  async setFilter(changes: Partial<ImageFilter>): Promise<void> {
    const filter = { ...this.#filter, ...changes };
    const { categoryId } = filter;
    if (categoryId === null) this.#inCategory = null;
    else if (categoryId !== this.#filter.categoryId || !this.#inCategory) {
      this.#inCategory = new Set(await this.#client.call('image.withCategory', { categoryId }));
    }
    this.#filter = filter;
  }

  /** All tags of the project, each once, in the order of the alphabet. */
  tags(): readonly string[] {
    return [...new Set(this.#rows.flatMap(({ tags }) => tags ?? []))].sort((a, b) => a.localeCompare(b));
  }

  clearFilter(): void {
    this.#filter = noFilter;
    this.#inCategory = null;
  }

  /** The neighbour among the rows found; from an image that is not among them, the nearest one in that direction. */
  neighbour(imageId: number | null, by: 1 | -1): ImageRow | undefined {
    const { found } = this;
    const at = found.findIndex((row) => row.id === imageId);
    if (at >= 0) return found[at + by];
    const place = imageId === null ? -1 : (this.#places.get(imageId) ?? -1);
    const isBeyond = (row: ImageRow) => (this.#places.get(row.id)! - place) * by > 0;
    return by === 1 ? found.find(isBeyond) : [...found].reverse().find(isBeyond);
  }

  /** The images before and after one that can be shown, the one after last: it is the likelier to be opened. */
  shownAround(imageId: number | undefined): readonly ImageRow[] {
    if (imageId === undefined) return [];
    const rows = [this.neighbour(imageId, -1), this.neighbour(imageId, 1)];
    return rows.filter((row): row is ImageRow => row !== undefined && row.problem === null && row.width > 0);
  }

  /** The next unfinished image of the whole project after this one, from its start again where there is none. */
  nextUnfinished(imageId: number | null): ImageRow | undefined {
    const place = imageId === null ? -1 : (this.#places.get(imageId) ?? -1);
    const wanted = (row: ImageRow) => row.id !== imageId && isUnfinished(row) && !row.missing;
    return this.#rows.slice(place + 1).find(wanted) ?? this.#rows.slice(0, Math.max(0, place)).find(wanted);
  }
}
