/** What the window shows: the open project, its images, the open image, and the actions that join them. */
import type { Annotation } from '@shared/document/types';
import { readOnlyWords } from './readOnlyWords';
import type { ProjectChange, ProjectSummary } from '@shared/project/types';
import { latestWins } from '@shared/errors/latestWins';
import { type Engine, type Events, unpackImage } from '../api/engine';
import { Categories } from './categories.svelte';
import { CategoryCounts } from './categoryCounts.svelte';
import { ChangedFiles } from './changedFiles';
import { IdPool } from './idPool';
import type { ImageDrafts } from './imageDrafts.svelte';
import { ImageRows } from './imageRows.svelte';
import { ImageStatus } from './imageStatus';
import { Jobs } from './jobs.svelte';
import { LabelRules } from './labelRules.svelte';
import { Makers } from './makers.svelte';
import { Notices } from './notices.svelte';
import { OpenImage } from './openImage.svelte';
import { PlaceKeeper } from './placeKeeper';
import { Proposing } from './proposing';
import { Selection } from './selection.svelte';
import { ShownPlaces } from './shownPlaces';

/** One object: what is compared by identity must stay the same. */
const NO_ANNOTATIONS: readonly Annotation[] = [];

export class Workbench {
  readonly notices = new Notices();
  readonly jobs = new Jobs();
  readonly selection = new Selection();
  readonly categories: Categories;
  readonly makers: Makers;
  readonly proposing: Proposing;
  readonly rows: ImageRows;
  readonly status: ImageStatus;
  /** How the project treats pixels. */
  readonly labelRules: LabelRules;
  /** Where one is, kept in the project. */
  readonly place: PlaceKeeper;
  readonly counts: CategoryCounts;
  readonly places: ShownPlaces;
  readonly #client: Engine;
  #project = $state.raw<ProjectSummary | null>(null);
  #open = $state.raw<OpenImage | null>(null);
  #opening = $state.raw<{ readonly imageId: number } | null>(null);
  #openings = 0;
  readonly #files: ChangedFiles;
  #pictureAttempt = $state(0);
  /** Belongs to the open project: another project has another pool. */
  #ids: IdPool;
  #whenOpened: Promise<void> = Promise.resolve();
  /** Drafts of other images that the store could not take. */
  readonly #unwritten = new Map<number, ImageDrafts>();

  constructor(client: Engine) {
    this.#client = client;
    this.place = new PlaceKeeper(client);
    this.categories = new Categories(client, this.notices, (categoryId) => {
      if (!this.#project?.readOnly) this.place.note({ categoryId });
    });
    this.#files = new ChangedFiles(this, client);
    this.makers = new Makers(client, this.notices);
    this.proposing = new Proposing(client, this);
    this.rows = new ImageRows(client);
    this.status = new ImageStatus(client, this);
    this.labelRules = new LabelRules(client, this.notices);
    this.counts = new CategoryCounts(client, () => this.#open?.annotations ?? NO_ANNOTATIONS);
    this.places = new ShownPlaces(this);
    this.#ids = this.#newPool();
  }

  get project(): ProjectSummary | null {
    return this.#project;
  }
  /** Why nothing of the project can be changed in this window; null where it can. */
  get readOnlyWhy(): string | null {
    const reason = this.#project?.readOnlyReason ?? null;
    return reason && `Read-only: ${readOnlyWords[reason].short}`;
  }
  get open(): OpenImage | null {
    return this.#open;
  }
  /** Id of the image that is open or being opened: what the list highlights. */
  get currentImageId(): number | null {
    return this.#opening?.imageId ?? this.#open?.image.id ?? null;
  }
  /** How many projects, and pictures that had changed, this window has opened: part of every picture's address. */
  get openings(): number {
    return this.#openings;
  }
  /** Counts up when pictures that failed may be had now. */
  get pictureAttempt(): number {
    return this.#pictureAttempt;
  }
  get ids(): IdPool {
    return this.#ids;
  }

  /** Latest wins: holding the key down opens only where it stops. */
  readonly #openLatest = latestWins(async (_signal, imageId: number) =>
    unpackImage(await this.#client.call('image.openPacked', { imageId })),
  );

  /** True where a drawn shape waits for the name of its category, which is asked again: leaving now would drop it. */
  leadsBackToShape(): boolean {
    // In a project that can be changed no longer nothing waits.
    return this.readOnlyWhy === null && this.categories.askAgain();
  }

  /** What waits here for the name of its category would be lost: another image leads back to the question. */
  openImage(imageId: number): Promise<void> {
    if (this.#open && this.#open.image.id !== imageId && this.leadsBackToShape()) return this.#whenOpened;
    return (this.#whenOpened = this.#openNow(imageId));
  }

  /** Resolves when the image that is being opened is there, or could not be opened. */
  get whenOpened(): Promise<void> {
    return this.#whenOpened;
  }

  /** Resolves when a result that was accepted while it was being computed is there, or did not come. */
  accepted: () => Promise<void> = () => Promise.resolve();

  /** Resolves when all that was done on the open image is durable or has failed: before it is left, or its project. */
  async settled(): Promise<void> {
    await this.accepted();
    await this.#open?.settled();
  }

  async #openNow(imageId: number): Promise<void> {
    // One that was about to be left may be the one to go back to: it waits for the same.
    const isLeaving = this.#opening !== null || this.#open?.image.id !== imageId;
    const opening = (this.#opening = { imageId });
    try {
      await (isLeaving ? this.settled() : this.#open?.settled());
      const opened = this.#opening === opening ? await this.#openLatest.run(imageId) : null;
      if (!opened) return;
      this.#refreshRow();
      const { image } = opened;
      if (this.#files.opened(opened)) this.#openings++;
      // Looking at the file may have found, or cured, a problem.
      this.rows.update(image.id, image);
      this.counts.imageChanges(opened.snapshot.annotations);
      const left = this.#open?.drafts;
      if (left?.isFailed) this.#unwritten.set(left.imageId, left);
      const drafts = this.#unwritten.get(image.id);
      this.#unwritten.delete(image.id);
      this.#open = new OpenImage(
        opened,
        this.#client,
        (error) => this.notices.error(error),
        (what) => (what === 'tags' ? this.#noteTags(image.id) : this.#noteEdited(image.id)),
        (row) => this.status.noteMoved(row),
        drafts,
        (status) => this.rows.update(image.id, { status }),
      );
      drafts?.retry();
      this.selection.clear();
      this.places.selectOn(image.id);
      if (!this.#project?.readOnly) await this.ids.ensure(1);
    } catch (error) {
      // What was left meanwhile, or the image opened instead, has nothing to do with it.
      if (this.#opening === opening) this.notices.error(error);
    } finally {
      if (this.#opening === opening) this.#opening = null;
    }
  }

  async step(by: 1 | -1): Promise<void> {
    const row = this.rows.neighbour(this.currentImageId, by);
    if (row) await this.openImage(row.id);
  }

  async openNextNotDone(): Promise<void> {
    const row = this.rows.nextUnfinished(this.currentImageId);
    if (row) return this.openImage(row.id);
    this.notices.show('info', 'Every other image is done or rejected');
  }

  /** Shows what a batch has proposed on the open image. */
  async refreshProposals(): Promise<void> {
    const open = this.#open;
    if (!open) return;
    await open.settled();
    const { proposals } = await this.#client.call('image.open', { imageId: open.image.id });
    if (open === this.#open) open.setProposals(proposals);
  }

  /** Reads the list again after work on many images. */
  async refreshImages(): Promise<void> {
    if (!this.#project) return;
    await this.rows.load();
    await this.refreshProposals();
  }

  /** Images have another size than before: the list is read again, and the open image opened again where it is one of them. */
  async showResized(imageIds: readonly number[]): Promise<void> {
    this.#openings++;
    await this.rows.load();
    const open = this.#open?.image.id;
    if (open !== undefined && imageIds.includes(open)) await this.openImage(open);
  }

  /** Turns proposals into annotations in one step; the ids of those, empty where it failed. */
  async accept(ids: readonly number[]): Promise<readonly number[]> {
    if (ids.length === 0) return [];
    const accepted = await this.#open?.accept(ids, [...this.selection.hidden]);
    if (!accepted) return [];
    if (accepted.notice) this.notices.show('info', accepted.notice);
    if (accepted.added.length > 0) await this.refreshProject();
    return accepted.added;
  }

  /** What another image has; null where it could not be read, which is told. */
  async annotationsOf(imageId: number): Promise<readonly Annotation[] | null> {
    try {
      return unpackImage(await this.#client.call('image.openPacked', { imageId })).snapshot.annotations;
    } catch (error) {
      this.notices.error(error);
      return null;
    }
  }

  /** Says why a change that was asked for is not made; true where the project is read-only. */
  refuseChange(): boolean {
    const why = this.readOnlyWhy;
    if (why) this.notices.show('info', why);
    return why !== null;
  }

  /** Takes over what an operation that spans images did; `moved` says which category became another one. */
  projectChanged(change: ProjectChange, moved?: { readonly from: number; readonly into: number }): void {
    // Asked before it is gone from the list.
    const isActiveMoved = moved !== undefined && this.categories.activeId === moved.from;
    this.categories.take(change.categories);
    this.rows.setCounts(change.counts);
    this.#refreshRow();
    const { categoryId } = this.rows.filter;
    if (categoryId !== null && !change.categories.some(({ id }) => id === categoryId)) this.rows.clearFilter();
    this.rows.refreshFilter().catch((error) => this.notices.error(error));
    if (change.annotations > 0) void this.#countCategories();
    this.selection.keepOnly(this.#open?.annotations ?? []);
    if (!moved) return;
    this.selection.categoryMoved(moved);
    if (isActiveMoved) this.categories.pick(moved.into);
  }

  /**
   * Shows a project that was just opened. `imageId`: the image to show first; else the one where one stopped, else the
   * project's first.
   */
  async show(project: ProjectSummary, imageId: number | null = null): Promise<void> {
    this.selection.forgetClipboard();
    this.#project = project;
    const chosen = [this.makers.readChosen(), this.labelRules.read()];
    this.categories.show(project.categories, project.place?.categoryId ?? null);
    this.#openings++;
    this.#ids = this.#newPool();
    this.#forgetImages();
    const opening: Promise<void>[] = [];
    const open = (id: number | undefined) => {
      this.#open = null;
      if (id !== undefined) opening.push(this.openImage(id));
    };
    const stoppedAt = imageId === null ? project.place : null;
    this.place.restore(project.place, imageId);
    if (stoppedAt) open(stoppedAt.imageId);
    // Of a long list the first image is opened while the rest is read.
    await this.rows.load((rows) => imageId === null && !stoppedAt && open(rows[0]?.id));
    if (imageId !== null) open((this.rows.row(imageId) ?? this.rows.all[0])?.id);
    await Promise.all([...chosen, ...opening]);
    void this.#countCategories();
  }

  async #countCategories(): Promise<void> {
    await this.counts.load(() => this.settled()).catch((error) => this.notices.error(error));
  }

  /** The open project's files are elsewhere now: every picture is read again. */
  async showMoved(project: ProjectSummary): Promise<void> {
    this.#project = project;
    this.#openings++;
    await this.rows.load();
    const current = this.currentImageId;
    if (current !== null) await this.openImage(current);
  }

  /** A process of the engine ended and was started again: says so, and asks again for what it owed. */
  restarted({ process, error }: Events['processRestarted']): void {
    this.notices.show('error', `${error.message}: ${error.hint}`);
    if (process === 'vision') this.#pictureAttempt++;
  }

  /** Back to the welcome page. */
  leave(): void {
    this.#project = null;
    this.#open = null;
    this.#forgetImages();
    this.notices.dismissProject();
    this.selection.set([]);
  }

  /** Those of a project that is not shown any more; one of them may be about to open. */
  #forgetImages(): void {
    this.#opening = null;
    this.#openLatest.cancel();
    this.#unwritten.clear();
    this.rows.clear();
    this.#files.clear();
    this.counts.clear();
    this.status.typedReasons.clear();
  }

  #newPool(): IdPool {
    return new IdPool((count) => this.#client.call('document.reserveIds', { count }));
  }

  /** The store begins a new image with its first edit; the list follows. */
  #noteEdited(imageId: number): void {
    if (this.rows.row(imageId)?.status === 'new') this.rows.update(imageId, { status: 'in-progress' });
    const open = this.#open;
    if (open?.image.id !== imageId) return;
    this.selection.keepOnly(open.annotations);
    this.rows.noteCategories(imageId, new Set(open.annotations.map(({ categoryId }) => categoryId)));
    // Numbers of annotations and of unlabelled pixels can be searched for.
    this.#refreshRow();
    this.rows.noteMasks(imageId).catch((error) => this.notices.error(error));
  }

  #noteTags(imageId: number): void {
    const open = this.#open;
    if (open?.image.id === imageId) this.rows.update(imageId, { tags: open.tags.length > 0 ? open.tags : undefined });
  }

  /** Brings the list's row of the open image up to date with its document. */
  #refreshRow(): void {
    const open = this.#open;
    if (!open) return;
    const counts = { annotationCount: open.annotations.length, proposalCount: open.proposals.length };
    this.rows.update(open.image.id, counts);
  }

  async refreshProject(): Promise<void> {
    this.#project = await this.#client.call('project.summary', {});
    this.categories.take(this.#project.categories);
    this.#refreshRow();
  }
}
