/** A project as it is seen from outside its file: its summary, its images, its steps, and what operations on it did. */
import type { Box } from '../geometry/box';
import type { Finding } from '../dataset/finding';
import type { LabelValues } from '../document/labelValues';
import type { Category, DocumentSnapshot, Patch, Proposal, ReviewStatus } from '../document/types';
import type { ImageFault } from '../images/fault';
import type { RecentProject } from '../settings';
import type { BatchFault } from './batchFault';
import type { ExportSettings } from './exchange';
import type { ProposeWith } from './proposeWith';

export type { ExportChanges } from '../dataset/diffWords';
export type * from './exchange';

export interface ImageRow {
  readonly id: number;
  readonly fileName: string;
  /** Pixels, in the project's frame (oriented unless `orientation` is `stored`). */
  readonly width: number;
  readonly height: number;
  readonly orientation: 'exif' | 'stored';
  readonly status: ReviewStatus;
  /** Why it was rejected; null where nobody said. */
  readonly reason: string | null;
  readonly annotationCount: number;
  readonly proposalCount: number;
  /** Why the image cannot be shown (missing, damaged, other size than the dataset says); null when it can. */
  readonly problem: ImageFault | null;
  /** Its file has changed since it was annotated; absent: it has not, or was not opened since. */
  readonly changed?: boolean;
  /** The problem is that its file is not where it was: it can be relinked. */
  readonly missing: boolean;
  /** Words the user gave it; absent: none. */
  readonly tags?: readonly string[];
  /** Pixels that no annotation has; absent: not counted since its masks changed. */
  readonly unlabelled?: number;
}

/** Boxes of an image that have no mask. */
export interface ImageBoxes {
  readonly size: readonly [height: number, width: number];
  readonly boxes: readonly { readonly annotationId: number; readonly box: Box; readonly categoryName: string }[];
}

/** What keeps a project from being changed here. */
export type ReadOnlyReason =
  'open-elsewhere' | 'not-writable' | 'read-only-folder' | 'read-only-disk' | 'second-name' | 'damaged';

export interface ProjectSummary {
  /** Absolute path of the project file. */
  readonly file: string;
  readonly name: string;
  readonly imagesFolder: string;
  /** Set when another window or run holds the project for writing, or when its file cannot be written. */
  readonly readOnly: boolean;
  /** Which of them; null when it can be written. */
  readonly readOnlyReason: ReadOnlyReason | null;
  /** What of a damaged file cannot be read, as the end of a sentence; null where it is whole, as far as was looked. */
  readonly damage: string | null;
  readonly imageCount: number;
  readonly annotationCount: number;
  readonly categories: readonly Category[];
  /** The file or folder this project was imported from; an export never replaces it without being told. */
  readonly importSource: string | null;
  /** The parts of a split that its images came in, such as train and val; empty: they came in none. */
  readonly splits: readonly string[];
  readonly lastExport: string | null;
  /** Id of its format. */
  readonly lastExportFormat: string | null;
  /** How it was made, to do it again; null: nobody knows. */
  readonly lastExportSettings: ExportSettings | null;
  /** Where one stopped when the project was last open for editing. */
  readonly place: ProjectPlace | null;
}

/** Where one stopped in a project. */
export interface ProjectPlace {
  readonly imageId: number;
  /** What of the image was in view: the image point in the middle, and view pixels an image pixel; null: all of it. */
  readonly view: { readonly x: number; readonly y: number; readonly scale: number } | null;
  /** Of what is drawn next; absent: none was picked. */
  readonly categoryId?: number;
}

/**
 * What became of the file of an open project: `deleted` from its path (or moved), `replaced` there by another file, or
 * `changed` in place by another program.
 */
export type FileLoss = 'deleted' | 'replaced' | 'changed';

/** A copy of a project that was made by itself. */
export interface ProjectBackup {
  readonly path: string;
  readonly atMs: number;
  readonly bytes: number;
}

/** How a project treats pixels. */
export interface LabelRules extends LabelValues {
  /** What a gesture paints it takes from the other annotations of the image. */
  readonly oneOwner: boolean;
  /** What Smart select leaves of the mask that was found; absent: the mask. */
  readonly smartShape?: 'mask' | 'polygon';
}

/** What the store's own connection to the project file says about itself. */
export interface StoreDiagnostics {
  /** `wal`, or `truncate` where shared memory cannot be trusted. */
  readonly journalMode: string;
  /** 2 is FULL: a commit returns when it is on disk. */
  readonly synchronous: number;
  /** `ok`, or the first fault that SQLite's integrity_check found; null when it was not asked for. */
  readonly integrity: string | null;
}

export interface OpenReport {
  readonly project: ProjectSummary;
  readonly findings: readonly Finding[];
}

/** Steps that can be undone and redone. */
export interface HistoryState {
  readonly undo: number;
  readonly redo: number;
}

/** What a tool was in the middle of on an image; `data` is JSON that only the tool itself reads. */
export interface StoredDraft {
  /** The window's own, never used twice. */
  readonly key: string;
  readonly tool: string;
  readonly data: string;
}

export interface OpenedImage {
  readonly image: ImageRow;
  /** Another one where the image's file is another; absent where there is none that can be read. */
  readonly fileStamp?: string;
  readonly snapshot: DocumentSnapshot;
  readonly history: HistoryState;
  readonly proposals: readonly Proposal[];
  /** Latest first. */
  readonly drafts: readonly StoredDraft[];
}

/** What a history step, an acceptance or a category operation did to the open image's document. */
export interface DocumentChange {
  readonly patch: Patch;
  readonly history: HistoryState;
}

/** What undo or redo did; `proposals`: the image's, where it took an acceptance back or made it again, else null. */
export interface HistoryStep extends DocumentChange {
  readonly proposals: readonly Proposal[] | null;
  /** The image's row, where the step was its review status. */
  readonly review: ImageRow | null;
  /** The image's, where the step was about them. */
  readonly tags?: readonly string[];
  /** The image's, where the step began with it, or took that back. */
  readonly status?: ReviewStatus;
}

/** Which proposals to accept on many images; what repeats a better one or an annotation is left out. */
export interface AcceptAcross {
  readonly imageIds: readonly number[];
  /** Lowest score taken of what a model, and of what a classical method proposed. */
  readonly modelScore: number;
  readonly methodScore: number;
  /** null: every category. */
  readonly categoryName: string | null;
  /** Only masks for boxes that still have none, repeats too. */
  readonly forBoxes?: boolean;
  /** Annotations that keep their pixels, besides locked ones: hidden ones of the open image. */
  readonly spared?: readonly number[];
}

/** The stack of operations that span images; titles of what would be undone and redone, null where there is nothing. */
export interface ProjectHistory extends HistoryState {
  readonly undoTitle: string | null;
  readonly redoTitle: string | null;
}

/** Boxes that got no mask although one waits for them. */
export interface BoxesKept {
  /** Other annotations have all of the mask's pixels. */
  readonly boxesCovered: number;
  /** They are locked or hidden. */
  readonly boxesSpared: number;
}

/** What an operation that spans images did. */
export interface ProjectChange extends Partial<BoxesKept> {
  /** As menus and notices name it, e.g. `Merge “a” into “b”`. */
  readonly title: string;
  /** How many annotations, and in how many images. */
  readonly annotations: number;
  readonly images: number;
  /** How many locked or hidden ones kept pixels that others were to take; absent: none. */
  readonly spared?: number;
  /** How many were removed as others took all their pixels, and how many polygons became masks; absent: none. */
  readonly covered?: number;
  readonly masked?: number;
  /** How many accepted masks stay masks where polygons are preferred, as their outlines have too many vertices; absent: none. */
  readonly ragged?: number;
  /** How many of the annotations it removed, where it changed others; absent: none. */
  readonly removed?: number;
  /** Images that have another size now and must be opened again; absent: none. */
  readonly resized?: readonly number[];
  readonly categories: readonly Category[];
  /** What it did to the open image's document; that image's own history stays as it is. */
  readonly patch: Patch;
  /** Numbers of annotations and of waiting proposals of the images it touched, and what their review status is now. */
  readonly counts: readonly (readonly [
    imageId: number,
    annotationCount: number,
    proposalCount: number,
    status: ReviewStatus,
  ])[];
  readonly history: ProjectHistory;
}

/** What scaling annotations to the size of their images' files did, and which images it left as they are. */
export interface RescaleReport extends ProjectChange {
  /** The file is no longer the same picture: cut, or turned. */
  readonly otherShape: readonly string[];
  /** Waiting proposals of the old size that were put aside; they come back when the step is undone. */
  readonly proposals: number;
}

export interface RelinkReport {
  readonly project: ProjectSummary;
  /** Images found. */
  readonly linked: number;
  /** Images still missing; `reason` where a candidate was turned down. */
  readonly missing: readonly {
    readonly imageId: number;
    readonly fileName: string;
    readonly reason: string | null;
  }[];
  /** Those found by the last part of their name only, where the project does not know what the file held; `file` is below the folder. */
  readonly byNameAlone: readonly { readonly imageId: number; readonly fileName: string; readonly file: string }[];
}

/** An image that a batch could not do. */
export interface BatchFailure {
  readonly imageId: number;
  readonly fileName: string;
  readonly fault: BatchFault;
}

/** Proposing on many images: kept in the project, so that it goes on where it stopped. */
export interface BatchJob {
  readonly with: ProposeWith;
  readonly imageIds: readonly number[];
  /** Those before it in `imageIds` are done or failed. */
  readonly next: number;
  readonly failures: readonly BatchFailure[];
  /** Proposals so far; absent: another version of the program did not count them. */
  readonly found?: number;
  /** How many boxes got their masks when it was through; absent: they have not yet, or it is not for boxes to be replaced. */
  readonly filled?: number;
}

/** A project as the welcome page lists it. */
export type RecentEntry = RecentProject & {
  readonly missing: boolean;
  /** Copies that were made of it, latest first. */
  readonly backups: readonly ProjectBackup[];
  /** A small picture of its first image, as a data address; null where none was kept. */
  readonly picture: string | null;
};

/** What the command line asked to open at start. */
export type OpenTarget =
  | { readonly kind: 'sample' }
  | { readonly kind: 'folder'; readonly path: string }
  | { readonly kind: 'project'; readonly path: string }
  | {
      readonly kind: 'dataset';
      readonly path: string;
      readonly format?: string;
      /** One of several below the path. */
      readonly file?: string;
      /** Several below the path, each a part of a split. */
      readonly parts?: readonly string[];
      /** Of the format's reader; absent: the user is asked what they have to say. */
      readonly options?: Readonly<Record<string, string>>;
      readonly repair?: boolean;
    };
