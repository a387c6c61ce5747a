/** Every request and event between the window, the main process and the engine's processes; nothing else crosses. */
import type {
  Box,
  Category,
  DocumentSnapshot,
  Patch,
  Proposal,
  Provenance,
  ReviewStatus,
  RleSegmentation,
} from '../document/types';
import type { MethodName } from '../classical/params';
import type { IssueCode, Repair } from '../coco/types';
import type { BitPlane } from '../mask/bitPlane';
import type { MeasurementRow, MeasureObject, PixelScale } from '../measure/types';
import type { RecentProject, Settings } from '../settings';
import type { AppErrorData } from './errors';
import type { PackedImage } from './packing';

/** How to read an image's pixels. */
export interface ImageSource {
  /** Absolute path. */
  readonly path: string;
  /** `exif`: turned upright as the camera says; `stored`: the pixels as they lie in the file. */
  readonly orientation: 'exif' | 'stored';
}

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
  readonly problem: string | null;
  /** The problem is that its file is not where it was: it can be relinked. */
  readonly missing: boolean;
  /** Words the user gave it; absent: none. */
  readonly tags?: readonly string[];
}

export interface ProjectSummary {
  /** Absolute path of the project file. */
  readonly file: string;
  readonly name: string;
  readonly imagesFolder: string;
  /** Set when another window or run holds the project for writing, or when its file cannot be written. */
  readonly readOnly: boolean;
  /** Which of the two; null when it can be written. */
  readonly readOnlyReason: 'open-elsewhere' | 'not-writable' | null;
  readonly imageCount: number;
  readonly annotationCount: number;
  readonly categories: readonly Category[];
  /** The COCO file this project was imported from; an export never replaces it without being told. */
  readonly importSource: string | null;
  readonly lastExport: string | null;
  /** Where one stopped when the project was last open for editing. */
  readonly place: ProjectPlace | null;
}

/** An image and what of it was in view: the image point in the middle, and view pixels an image pixel; null: all of it. */
export interface ProjectPlace {
  readonly imageId: number;
  readonly view: { readonly x: number; readonly y: number; readonly scale: number } | null;
}

/** The values in an image file: `bits` is 16 for everything deeper than 8. */
export interface PixelRange {
  readonly bits: 8 | 16;
  readonly low: number;
  readonly high: number;
  /** What `low` and `high` are in the file's own units, where those are other ones than 0 to 65535 (signed, floating-point). */
  readonly values?: readonly [low: number, high: number];
}

/** Kinds of findings: those about a record of a dataset, and those about files. */
export type FindingCode =
  | IssueCode
  | 'folder-missing'
  | 'image-missing'
  | 'image-found-separators'
  | 'image-found-unicode'
  | 'image-pages'
  | 'image-found-url'
  | 'image-found-base-name'
  | 'image-size'
  | 'image-unturned'
  | 'linked-folder'
  | 'more';

/** One finding of a scan or an import, about one file or one record. */
export interface Finding {
  readonly severity: 'error' | 'warning';
  /** What kind of fault it is; what programs compare and group by. */
  readonly code?: FindingCode;
  readonly message: string;
  readonly file?: string;
  readonly pointer?: string;
  readonly repair?: Repair;
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
}

/** Which proposals to accept on many images; what repeats a better one or an annotation is left out. */
export interface AcceptAcross {
  readonly imageIds: readonly number[];
  /** Lowest score taken of what a model, and of what a classical method proposed. */
  readonly modelScore: number;
  readonly methodScore: number;
  /** null: every category. */
  readonly categoryName: string | null;
}

/** The stack of operations that span images; titles of what would be undone and redone, null where there is nothing. */
export interface ProjectHistory extends HistoryState {
  readonly undoTitle: string | null;
  readonly redoTitle: string | null;
}

/** What an operation that spans images did. */
export interface ProjectChange {
  /** As menus and notices name it, e.g. `Merge “a” into “b”`. */
  readonly title: string;
  /** How many annotations, and in how many images. */
  readonly annotations: number;
  readonly images: number;
  readonly categories: readonly Category[];
  /** What it did to the open image's document; that image's own history stays as it is. */
  readonly patch: Patch;
  /** Numbers of annotations and of waiting proposals of the images it touched. */
  readonly counts: readonly (readonly [imageId: number, annotationCount: number, proposalCount: number])[];
  readonly history: ProjectHistory;
}

/** A category to add. `id`: given where it is free (datasets share known ids), else another one. */
export interface NewCategory {
  readonly id?: number;
  readonly name: string;
  readonly supercategory?: string;
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
}

export type SegmentationStyle = 'as-authored' | 'polygons' | 'rle';

export interface ExportReport {
  readonly file: string;
  readonly images: number;
  readonly annotations: number;
  /** e.g. "3 annotations with holes were written as RLE: COCO polygons cannot express holes". */
  readonly notes: readonly string[];
}

/** A mask as computed, before it belongs to an image and a category of a project. */
export interface RawProposal {
  readonly segmentation: RleSegmentation;
  /** Of a method that draws one: a ring (flat, image space) whose pixels are exactly those of the segmentation. */
  readonly outline?: readonly number[];
  readonly bbox: Box;
  readonly area: number;
  readonly score: number;
  /** The model's name of the class; null for classical methods. */
  readonly categoryName: string | null;
}

export interface ProposalResult {
  readonly size: readonly [height: number, width: number];
  readonly proposals: readonly RawProposal[];
  readonly provenance: Provenance;
  readonly timings: Readonly<Record<string, number>>;
  /** What the user should know, e.g. an automatic choice that was made. */
  readonly notes: readonly string[];
}

export interface ModelSummary {
  readonly id: string;
  readonly name: string;
  readonly family: string;
  /** `objects`: proposes on an image by itself; `prompts`: answers clicks and boxes; `part`: works only inside other models. */
  readonly use: 'objects' | 'prompts' | 'part';
  readonly folder: string;
  readonly licence: string;
  /** What it is for, in a line; null where its model.json does not say. */
  readonly purpose: string | null;
  /** A small picture of what it finds, as a data address; null where it has none. */
  readonly picture: string | null;
  readonly categories: readonly string[];
  readonly defaultScore: number;
}

export type ClassicalMethod = MethodName;

/** Parameters by the names of src-shared/classical/params.ts; strokes and points as the text of src-shared/classical/strokes.ts. */
export type MethodParams = Readonly<Record<string, number | string>>;

/** What a classical method is to do; the same values give the same masks in the window and on the command line. */
export interface MethodRequest {
  readonly method: ClassicalMethod;
  /** Those left out have their defaults. */
  readonly params: MethodParams;
  /** Work inside this region only (image pixels); grabcut: the box around the object. */
  readonly box?: Box;
  /**
   * Work inside this mask only (image size), e.g. that of the selected annotation. watershed splits the mask itself; grabcut
   * starts from it instead of from a box.
   */
  readonly within?: RleSegmentation;
}

/**
 * `final`: the method with its full parameters at full resolution, exactly what `vision.propose` and the command line give.
 * `preview`: soon, at bounded resolution and effort (grabcut: 320 px and 2 iterations, strokes added to the state before
 * them); masks have the image's size all the same.
 */
export type Stage = 'preview' | 'final';

/** An image whose pixels the vision process keeps for the tools. */
export interface VisionSession {
  /** Valid until closed, or until the vision process is restarted (then requests fail with `crashed`: open a new one). */
  readonly session: number;
  readonly size: readonly [height: number, width: number];
}

/** Channels of the threshold panel, as the parameter `channel` names them. */
export type ChannelName = 'gray' | 'r' | 'g' | 'b' | 'l' | 'a' | 'b_';

/** Pixels a value, 0..255, of each channel (before any blur). */
export interface Histogram {
  readonly channels: Readonly<Record<ChannelName, readonly number[]>>;
  /** Pixels counted. */
  readonly total: number;
}

/** The elbow plot of k-means. `compactness`: sum of squared distances to the centres, 8-bit LAB, over a sample. */
export interface ElbowCurve {
  readonly points: readonly { readonly k: number; readonly compactness: number }[];
  /** The k that the parameter k=0 takes. */
  readonly suggested: number;
}

/** One group of k-means; its index is what the parameter `clusters` names. */
export interface ColourGroup {
  /** Every pixel of the group, at the image's size. */
  readonly mask: RleSegmentation;
  /** `#rrggbb` of the centre. */
  readonly color: string;
  /** Part of the pixels, 0..1. */
  readonly share: number;
  /** In `clusters=auto`, i.e. not the group that touches the border most. */
  readonly chosen: boolean;
}

/** The live wire from the last seed. */
export interface WirePath {
  /** Flat `x0,y0,x1,y1,...`, image space, through pixel centres, from the (snapped) seed to the (snapped) target. */
  readonly path: readonly number[];
  /** The places that seed and target snapped to. */
  readonly from: readonly [x: number, y: number];
  readonly to: readonly [x: number, y: number];
}

/** Cells of SLIC over a region, as classical/cells.ts reads them: a few megabytes for a 12-megapixel image. */
export interface SuperpixelMap {
  /** Region covered, whole image pixels; the planes are of its size. */
  readonly box: Box;
  /** Index (row-major in the region) of each cell's first pixel, ascending: a cell's label is its place here. */
  readonly firsts: Int32Array;
  /** Pixels whose neighbour to the right, or below, belongs to another cell. */
  readonly right: BitPlane;
  readonly below: BitPlane;
  /** Pixels that belong to a cell; null where all do. */
  readonly inside: BitPlane | null;
}

interface Call<P, R> {
  params: P;
  result: R;
}

/** The store process: the project file, the image folder, import and export. */
export type StoreRequests = {
  /** Opens an existing project file; read-only when another process holds it. */
  'project.open': Call<{ file: string }, OpenReport>;
  /** Opens the project of an image folder, making it on the first time, and takes in new images. */
  'project.openFolder': Call<{ folder: string; file?: string }, OpenReport>;
  /** Makes a project from a COCO file. `imagesFolder` defaults to the file's own folder (or its `images` subfolder). */
  'project.importCoco': Call<{ cocoFile: string; imagesFolder?: string; file?: string; replace?: boolean }, OpenReport>;
  /**
   * Opens the project that was made of a COCO file, making it on the first time. What changed in the file since is a finding,
   * not in the project. Another file over the same images gets a project of its own.
   */
  'project.openCoco': Call<{ cocoFile: string }, OpenReport>;
  'project.close': Call<Record<string, never>, null>;
  'project.summary': Call<Record<string, never>, ProjectSummary>;
  /**
   * Looks for the images whose files are missing in another folder and below it: by path and name, else by size and
   * content. A file of the same name whose content is known to be another is not taken. Missing ones stay in the project.
   */
  'project.relink': Call<{ folder: string }, RelinkReport>;
  /** `integrity`: reads the whole file and checks it; seconds on a large project. */
  'project.diagnostics': Call<{ integrity: boolean }, StoreDiagnostics>;
  /** `overwrite`: `refuse` an existing file, replace an earlier `export`, or replace `any` file, the import source too. */
  'project.exportCoco': Call<
    { file: string; style: SegmentationStyle; overwrite: 'refuse' | 'export' | 'any' },
    ExportReport
  >;
  /** In the project's order; `from` and `count` take a part of the list, so that a long one can come in pieces. */
  'image.list': Call<{ from?: number; count?: number }, readonly ImageRow[]>;
  /** Ids of the images that have an annotation of the category. */
  'image.withCategory': Call<{ categoryId: number }, readonly number[]>;
  'image.open': Call<{ imageId: number }, OpenedImage>;
  /** The same for another process, see packing.ts. */
  'image.openPacked': Call<{ imageId: number }, PackedImage>;
  /** Only registered images of the open project have a source. */
  /** `root`: the folder that the file is expected in or below. */
  'image.source': Call<{ imageId: number }, ImageSource & { readonly mediaType: string; readonly root: string }>;
  /**
   * A step of the image's history. `reason` is that of `rejected`; other statuses keep the one that is there. The first edit
   * makes a new image in progress by itself.
   */
  'image.setStatus': Call<
    { imageId: number; status: ReviewStatus; reason?: string },
    { readonly image: ImageRow; readonly history: HistoryState }
  >;
  /** Trimmed, each once; a gesture of the image's own history. */
  'image.setTags': Call<
    { imageId: number; tags: readonly string[] },
    { tags: readonly string[]; history: HistoryState }
  >;
  /** Resolves when the gesture is durable on disk; `draft`: key of the one that the gesture has finished, dropped with it. */
  'document.commit': Call<{ imageId: number; patch: Patch; gesture: string; draft?: string }, HistoryState>;
  /** Keeps what a tool is in the middle of, in place of an earlier one of the key; resolves when it is durable. */
  'draft.put': Call<{ imageId: number; draft: StoredDraft }, null>;
  'draft.drop': Call<{ key: string }, null>;
  /** `step`: only where that one is the latest; null otherwise. */
  'document.undo': Call<{ imageId: number; step?: number }, HistoryStep | null>;
  'document.redo': Call<{ imageId: number }, HistoryStep | null>;
  /** Consecutive unused annotation ids for the caller to give to new annotations. */
  'document.reserveIds': Call<{ count: number }, { first: number }>;
  /** Replaces the image's proposals of the same tool and model. */
  'proposals.put': Call<{ imageId: number; result: ProposalResult; categoryName: string }, readonly Proposal[]>;
  /** Turns proposals into annotations in one undoable step; categories are made where missing. */
  'proposals.accept': Call<
    { imageId: number; ids: readonly number[] },
    DocumentChange & { categories: readonly Category[] }
  >;
  'proposals.reject': Call<{ imageId: number; ids: readonly number[] }, readonly Proposal[]>;
  /** Brings back proposals that were rejected; those that are there are left alone. */
  'proposals.restore': Call<{ imageId: number; proposals: readonly Proposal[] }, readonly Proposal[]>;
  /** Accepts on many images, as one step of the project's own history. */
  'proposals.acceptAcross': Call<AcceptAcross & { openImageId: number | null }, ProjectChange>;
  /** Puts masks right whose size says [width, height], as one step of the project's own history. */
  'project.swapMaskSizes': Call<{ openImageId: number | null }, ProjectChange>;
  /** The project's batch, running, paused or through; null when there is none. */
  'batch.read': Call<Record<string, never>, BatchJob | null>;
  /** Makes a batch in place of the one before; `app.runBatch` runs it. */
  'batch.create': Call<{ with: ProposeWith; imageIds: readonly number[] }, BatchJob>;
  /** How far the batch is. */
  'batch.note': Call<{ next: number; failures: readonly BatchFailure[] }, null>;
  /** Puts the batch away; what it proposed stays. */
  'batch.end': Call<Record<string, never>, null>;
  'category.create': Call<{ name: string; supercategory?: string }, readonly Category[]>;
  /** Name, supercategory, colour, hotkey, attribute templates; a step of the project's history where something changed. */
  'category.update': Call<{ category: Category }, ProjectChange>;
  /** Lists the categories in this order; those left out come after. A step of the project's history. */
  'category.order': Call<{ ids: readonly number[] }, ProjectChange>;
  /** How many annotations each category has in the whole project; those without any may be missing. */
  'category.counts': Call<Record<string, never>, readonly (readonly [categoryId: number, annotations: number])[]>;
  /** How many annotations have the category, and in how many images. */
  'category.usage': Call<{ categoryId: number }, { annotations: number; images: number }>;
  /** Adds those whose name is free, e.g. a preset, as one step of the project's own history. */
  'category.addAll': Call<{ categories: readonly NewCategory[]; title: string }, ProjectChange>;
  /** Moves all annotations of a category, in every image, into another one and removes it; a step of the project's history. */
  'category.merge': Call<{ categoryId: number; into: number; openImageId: number | null }, ProjectChange>;
  /** Removes a category with all its annotations, in every image; a step of the project's history. */
  'category.delete': Call<{ categoryId: number; openImageId: number | null }, ProjectChange>;
  /** The model or method that was chosen to propose in this project, as the window names it; null: none yet. */
  'project.maker': Call<Record<string, never>, string | null>;
  'project.setMaker': Call<{ maker: string }, null>;
  /** Size of a pixel in the project's images; null: unknown. */
  'project.pixelScale': Call<Record<string, never>, PixelScale | null>;
  'project.setPixelScale': Call<{ scale: PixelScale | null }, null>;
  'project.setPlace': Call<{ place: ProjectPlace }, null>;
  'project.history': Call<Record<string, never>, ProjectHistory>;
  /** Takes back or makes again an operation that spanned images; null where there is none. Gestures stay what they are. */
  'project.undo': Call<{ openImageId: number | null }, ProjectChange | null>;
  'project.redo': Call<{ openImageId: number | null }, ProjectChange | null>;
};

/**
 * The tools of the window on one open image: its pixels are decoded once, so that each request costs its own work only. A
 * session holds no gesture: every request says everything (all strokes, say), so undoing one is asking without it. Results
 * of earlier requests speed up later ones and never change a `final` one. Cancel what is superseded: what has not started
 * is dropped, what runs long is killed, and the session survives both.
 */
export type SessionRequests = {
  /**
   * Runs a method; `provenance.params` reproduces it on the command line (`box` beside the method's own parameters). `joined`:
   * what a final run finds as one mask, score 1.
   */
  'vision.run': Call<MethodRequest & { session: number; stage: Stage; joined?: boolean }, ProposalResult>;
  /** Of each mask the IoU with what most of them agree on; masks of one size. */
  'vision.agreement': Call<
    {
      session: number;
      masks: readonly RleSegmentation[];
      /** A name a mask: masks of one family have one vote together; absent: each has its own. */
      families?: readonly string[];
    },
    readonly number[]
  >;
  /** For the threshold panel. */
  'vision.histogram': Call<{ session: number; box?: Box; within?: RleSegmentation }, Histogram>;
  /** `params` are those of kmeans; its k is not looked at. */
  'vision.elbow': Call<{ session: number; params: MethodParams; box?: Box; within?: RleSegmentation }, ElbowCurve>;
  /** The groups themselves, before `clusters` picks some and they fall into parts: what a click in the image chooses from. */
  'vision.clusters': Call<
    { session: number; params: MethodParams; box?: Box; within?: RleSegmentation; stage: Stage },
    { groups: readonly ColourGroup[]; notes: readonly string[] }
  >;
  /**
   * The live wire between two places (image pixels). What is computed around `from` is kept: ask once with `to` = `from` when
   * a seed is set, and each move of the cursor costs the length of its path.
   */
  'vision.wire': Call<
    { session: number; from: readonly [number, number]; to: readonly [number, number]; params: MethodParams },
    WirePath
  >;
  /** The cells to click or brush, at full resolution; `params` are those of superpixels. */
  'vision.superpixels': Call<
    { session: number; params: MethodParams; box?: Box; within?: RleSegmentation },
    SuperpixelMap
  >;
  'vision.closeSession': Call<{ session: number }, null>;
};

/** The vision process: decoding and the classical methods. */
export type VisionRequests = SessionRequests & {
  'vision.propose': Call<MethodRequest & { source: ImageSource }, ProposalResult>;
  /** Reads the image and keeps its pixels (those least recently used are given up and read again when needed). */
  'vision.openSession': Call<{ source: ImageSource }, VisionSession>;
  /**
   * Measures the objects of one image; `image` names it in the rows, one an object, in their order. Without a source, or
   * where the image cannot be read, only geometry is measured. `size` is `[height, width]`; null: the image's own.
   */
  'vision.measure': Call<
    {
      image: string;
      source: ImageSource | null;
      size: readonly [height: number, width: number] | null;
      objects: readonly MeasureObject[];
    },
    /** `problems`: a sentence for each thing that could not be measured. */
    { rows: readonly MeasurementRow[]; problems: readonly string[] }
  >;
  /** RGBA, row-major, 8 bits. */
  'vision.decode': Call<{ source: ImageSource }, { width: number; height: number; rgba: Uint8Array }>;
  /** A JPEG no larger than `side` on its longer side. */
  'vision.thumbnail': Call<{ source: ImageSource; side: number }, { jpeg: Uint8Array }>;
  /**
   * The whole image in a form the window can show (PNG), for formats it cannot read itself. `window`: the values of a
   * picture of more than 8 bits that become black and white (16-bit scale); an 8-bit one is shown as it is.
   */
  'vision.toPng': Call<{ source: ImageSource; window?: readonly [low: number, high: number] }, { png: Uint8Array }>;
  'vision.range': Call<{ source: ImageSource }, PixelRange>;
};

/** An image whose embedding the inference process has at hand. */
export interface PromptSession {
  /** Valid until closed, or until the process is restarted (then requests fail with `crashed`: open a new one). */
  readonly session: number;
  readonly size: readonly [height: number, width: number];
  /** The part that was looked at; masks are found inside it only. */
  readonly region: Box;
}

/** What is said about one object, in image pixels: at least a point, a box, a prior or a mask. */
export interface PromptRequest {
  /** `isInside`: the point lies on the object; else on what it is not. */
  readonly points: readonly { readonly x: number; readonly y: number; readonly isInside: boolean }[];
  readonly box?: Box;
  /** Id of an earlier candidate of the session to go on from. */
  readonly prior?: number;
  /** A mask to go on from, where no prior is known. */
  readonly mask?: RleSegmentation;
}

export interface PromptCandidate {
  readonly id: number;
  readonly segmentation: RleSegmentation;
  readonly bbox: Box;
  readonly area: number;
  /** As the model expects it, about 0..1. */
  readonly predictedIou: number;
  /** 0..1: how little the mask changes with its threshold. */
  readonly stability: number;
}

export interface PromptAnswer {
  /** The best one first; without those that have no pixel. */
  readonly candidates: readonly PromptCandidate[];
  readonly model: { readonly id: string; readonly sha256: string };
  readonly ms: number;
}

/** How objects look to a model: what "find similar" looks for. */
export interface ObjectLikeness {
  /** Unit direction in the model's feature space. */
  readonly direction: Float32Array;
  readonly cosine: number;
  readonly areaPx: number;
}

/**
 * Clicks and boxes on one image, answered by a promptable model. A superseded prompt is dropped where it has not begun; nothing
 * here is ever killed, so that embeddings stay.
 */
export type PromptRequests = {
  'inference.prompt': Call<PromptRequest & { session: number }, PromptAnswer>;
  'inference.closePrompts': Call<{ session: number }, null>;
};

/** The inference process: models and their sessions. */
export type InferenceRequests = PromptRequests & {
  /** Findings: folders with a model.json that cannot be used, and why. */
  'inference.models': Call<
    Record<string, never>,
    { readonly models: readonly ModelSummary[]; readonly findings: readonly Finding[] }
  >;
  /** `model`: an id of the catalogue or a folder with a model.json. `score`: lowest score kept; the model's own default when absent. */
  'inference.propose': Call<{ source: ImageSource; model: string; score?: number }, ProposalResult>;
  /** Looks at the image once, seconds for a new one. `region`: only this part of it, the finer for it. */
  'inference.openPrompts': Call<{ source: ImageSource; model: string; region?: Box }, PromptSession>;
  'inference.describe': Call<{ session: number; examples: readonly RleSegmentation[] }, ObjectLikeness>;
  /** Objects like those described; none where `taken` has one already. */
  'inference.similar': Call<
    { session: number; likeness: ObjectLikeness; taken: readonly RleSegmentation[] },
    ProposalResult
  >;
  /** Everything that looks like an object, without a class. */
  'inference.everything': Call<{ session: number; taken: readonly RleSegmentation[] }, ProposalResult>;
};

/** How the window asks for proposals on a registered image; the main process finds the pixels. */
export type ProposeWith =
  | { readonly kind: 'model'; readonly model: string; readonly score?: number }
  | {
      readonly kind: 'method';
      readonly method: ClassicalMethod;
      readonly params: MethodParams;
      readonly box?: Box;
      readonly categoryName: string;
    };

/** An image that a batch could not do; `message` is a sentence. */
export interface BatchFailure {
  readonly imageId: number;
  readonly fileName: string;
  readonly message: string;
}

/** Proposing on many images: kept in the project, so that it goes on where it stopped. */
export interface BatchJob {
  readonly with: ProposeWith;
  readonly imageIds: readonly number[];
  /** Those before it in `imageIds` are done or failed. */
  readonly next: number;
  readonly failures: readonly BatchFailure[];
}

/** The main process itself: windows, dialogs, and work that takes several processes. */
export type AppRequests = {
  'app.info': Call<Record<string, never>, AppInfo>;
  /** Opens a further window, on the open project where there is one: read-only, as this one holds it. */
  'app.newWindow': Call<Record<string, never>, null>;
  'app.pickFolder': Call<{ title: string }, string | null>;
  'app.pickCoco': Call<{ title: string }, string | null>;
  'app.pickExport': Call<{ suggested: string }, string | null>;
  /** Opens the bundled sample in the user's own copy of it. */
  'app.openSample': Call<Record<string, never>, OpenReport>;
  /** Computes proposals for an image and stores them; resolves when they are durable. */
  'app.propose': Call<
    { imageId: number; with: ProposeWith },
    { proposals: readonly Proposal[]; notes: readonly string[] }
  >;
  /** Runs what is left of the project's batch; cancelling pauses it. Progress counts images; its text is the last one's name. */
  'app.runBatch': Call<Record<string, never>, BatchJob>;
  /** Keeps an image's pixels ready for the tools; see `SessionRequests`. */
  'app.openSession': Call<{ imageId: number }, VisionSession>;
  /** What a model finds on an image, without storing it: for comparing, where `app.propose` is for keeping. */
  'app.runModel': Call<{ imageId: number; model: string; score?: number }, ProposalResult>;
  /** Looks at an image for clicks and boxes; see `PromptRequests`. */
  'app.openPrompts': Call<{ imageId: number; model: string; region?: Box }, PromptSession>;
  /**
   * Proposes objects like the examples, or everything that looks like an object where there are none; resolves when they are
   * durable. `taken`: masks of what is there already.
   */
  'app.search': Call<
    {
      imageId: number;
      model: string;
      examples: readonly RleSegmentation[];
      taken: readonly RleSegmentation[];
      categoryName: string;
    },
    { proposals: readonly Proposal[]; found: number }
  >;
  /** Measures the annotations of an image as they are stored. */
  'app.measure': Call<{ imageId: number }, { rows: readonly MeasurementRow[]; problems: readonly string[] }>;
  /** Asks where, and writes a table there; `pieces` are its text. Resolves to the file, or null when the user cancels. */
  'app.saveTable': Call<{ suggested: string; pieces: readonly string[] }, string | null>;
  /** Least and greatest value of an image's pixels, for windowing. */
  'app.pixelRange': Call<{ imageId: number }, PixelRange>;
  /** The window tells that the open image and its masks are on screen (start-up checks wait for it). */
  'app.firstPaint': Call<Record<string, never>, null>;
  /** `notice`: what was wrong with the file, so that the defaults are in use; told once. */
  'settings.read': Call<Record<string, never>, { settings: Settings; notice: string | null; file: string }>;
  /** Replaces the top-level keys given; resolves when they are on disk. */
  'settings.write': Call<{ changes: Partial<Settings> }, Settings>;
  /** Latest first; `missing` where the project file is no longer there. */
  'recent.list': Call<Record<string, never>, readonly RecentEntry[]>;
  /** Takes a project out of the list; the project itself stays. */
  'recent.forget': Call<{ file: string }, readonly RecentEntry[]>;
};

/** A project as the welcome page lists it. */
export type RecentEntry = RecentProject & {
  readonly missing: boolean;
  /** A small picture of its first image, as a data address; null where none was kept. */
  readonly picture: string | null;
};

/** What the command line asked to open at start. */
export type OpenTarget =
  | { readonly kind: 'sample' }
  | { readonly kind: 'folder'; readonly path: string }
  | { readonly kind: 'project'; readonly path: string }
  | { readonly kind: 'coco'; readonly path: string };

export interface AppInfo {
  readonly version: string;
  readonly platform: string;
  /** null: the welcome page. */
  readonly openAtStart: OpenTarget | null;
}

/** What the window may ask; paths of pixels never come from it. */
export type WindowRequests = StoreRequests &
  AppRequests &
  SessionRequests &
  PromptRequests &
  Pick<InferenceRequests, 'inference.models'>;

/** Announcements from main to the window; events tell what happened, they never command. */
export type Events = {
  /** A process ended and was restarted; what it was doing failed with a sentence. */
  processRestarted: { readonly process: 'store' | 'vision' | 'inference'; readonly error: AppErrorData };
};

/** What the preload script exposes as `window.maskwright`. */
export interface Bridge {
  /**
   * Opens a port to the main process, for `RpcMessage`s: it arrives in the page as a `message` event whose data is `token`.
   * What crosses the bridge itself is copied value by value, which takes a second for a large image's annotations.
   */
  connect(token: string): void;
  onEvent(listener: (name: keyof Events, payload: Events[keyof Events]) => void): void;
  /** Absolute path of a file or folder dropped on the window (a DOM File; src-shared has no DOM types). */
  pathOfFile(file: unknown): string;
}

/**
 * Address of a registered image's pixels, on the window's own origin. `opening` counts the projects opened by this window:
 * pictures are remembered by address, and another project has other images under the same ids. `window`: see
 * `vision.toPng`.
 */
export function imageUrl(
  imageId: number,
  opening: number,
  window: readonly [low: number, high: number] | null = null,
): string {
  return `/image/${imageId}?opening=${opening}${window ? `&window=${window[0]}-${window[1]}` : ''}`;
}

/** Address of an image reduced to what a window can hold, for pictures too large or too strange for it. */
export function reducedUrl(imageId: number, opening: number): string {
  return `/reduced/${imageId}?opening=${opening}`;
}

/** Reads the part of {@link imageUrl} that says which values are black and white; null where it does not. */
export function parseValueWindow(text: string | null): readonly [low: number, high: number] | null {
  const found = /^(\d{1,5})-(\d{1,5})$/.exec(text ?? '');
  return found && Number(found[1]) < Number(found[2]) ? [Number(found[1]), Number(found[2])] : null;
}

/** Address of an image's thumbnail, a JPEG of at most 160 px a side. */
export function thumbnailUrl(imageId: number, opening: number): string {
  return `/thumbnail/${imageId}?opening=${opening}`;
}
