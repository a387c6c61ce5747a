/** Requests to the store process. */
import type { Category, Patch, Proposal, ReviewStatus, RleSegmentation } from '../document/types';
import type { Taken } from '../document/oneOwner';
import type { AugmentRecipe } from '../dataset/augment/recipe';
import type { FindingCode } from '../dataset/finding';
import type { Selection } from '../dataset/selectView';
import type { ImageSource } from '../images/source';
import type { PixelScale } from '../measure/types';
import type {
  AcceptAcross,
  BatchFailure,
  BatchJob,
  BoxesKept,
  CopyPreview,
  NoCopy,
  DocumentChange,
  ExportChanges,
  ExportPreview,
  ExportReport,
  FileLoss,
  HistoryState,
  HistoryStep,
  ImageBoxes,
  ImageRow,
  LabelRules,
  LintReport,
  OpenReport,
  OpenedImage,
  ProjectChange,
  ProjectHistory,
  ProjectPlace,
  ProjectSummary,
  RecognisedDataset,
  RelinkReport,
  RescaleReport,
  StoreDiagnostics,
  StoredDraft,
} from '../project/types';
import type { NewCategory } from '../document/types';
import type { ProposalResult } from '../document/proposalResult';
import type { ModelRun } from '../project/modelRun';
import type { ProposeWith } from '../project/proposeWith';
import type { Call } from './call';
import type { PackedImage, PackedPatch, PackedStep } from './packing';

/** What is exported, and where to. */
interface ExportTask {
  /** A file or a folder, as the format has it. */
  path: string;
  format: string;
  options: Readonly<Record<string, string>>;
  /** `refuse` an existing file, replace an earlier `export`, or replace `any` file, the import source too. */
  overwrite: 'refuse' | 'export' | 'any';
  selection?: Selection;
  /** Absent: the images stay where they are. */
  images?: 'copy' | 'link';
  /** Augmented copies that are added; only where the images are copied or linked. */
  augment?: AugmentRecipe;
  /** Folders outside the images folder that the user allowed its links to lead to; never the window's to say. */
  linkedFolders?: readonly string[];
}

/** The store process: the project file, the image folder, import and export. */
export type StoreRequests = {
  /** Opens an existing project file; read-only when another process holds it. */
  'project.open': Call<{ file: string }, OpenReport>;
  /** Opens the project of an image folder, making it on the first time, and takes in new images. */
  'project.openFolder': Call<{ folder: string; file?: string }, OpenReport>;
  /**
   * Makes a project from a dataset: a file or a folder, of the format it is recognised as where none is given. `imagesFolder`
   * defaults to the file's own folder (or its `images` subfolder, where no picture lies beside the file), or to the folder itself; `options` are the format's reader's.
   * `repair`: records that cannot be read are left out and what is wrong with certainty is put right, each told as a finding;
   * without it, such a dataset is an error whose remedy is `repair`.
   */
  'project.import': Call<
    {
      path: string;
      format?: string;
      options?: Readonly<Record<string, string>>;
      /** As for `project.openDataset`. */
      parts?: readonly string[];
      imagesFolder?: string;
      file?: string;
      replace?: boolean;
      repair?: boolean;
    },
    OpenReport
  >;
  /**
   * Opens the project that was made of a dataset, making it on the first time. What changed in the file since is a finding,
   * not in the project. Another file over the same images gets a project of its own. `file`: one of several below the path;
   * `parts`: several that are the parts of one split, see `RecognisedDataset.together`.
   */
  'project.openDataset': Call<
    {
      path: string;
      file?: string;
      parts?: readonly string[];
      format?: string;
      options?: Readonly<Record<string, string>>;
      repair?: boolean;
    },
    OpenReport
  >;
  'project.close': Call<Record<string, never>, null>;
  'project.summary': Call<Record<string, never>, ProjectSummary>;
  /**
   * Resolves once the project's file is not the one that is open any more, or, after `known`, once that is otherwise; null: it is
   * there again. Before the answer to any request after that, so that nothing is called saved that is not in the file. Rejects
   * with `cancelled` when the project is closed.
   */
  'project.watch': Call<{ known?: FileLoss }, FileLoss | null>;
  /** How many gestures were made since the project's file was last seen to be the one that is open. */
  'project.unsaved': Call<Record<string, never>, number>;
  /** Writes all of the open project to another file, and opens that one. */
  'project.saveElsewhere': Call<{ file: string }, OpenReport>;
  /**
   * Looks for the images whose files are missing in another folder and below it: by path and name, else by size and
   * content. A file of the same name whose content is known to be another is not taken. Missing ones stay in the project.
   */
  'project.relink': Call<{ folder: string }, RelinkReport>;
  /**
   * Scales what is drawn on the given images, or on all, to the size that their files have now, as a step of the project's
   * history. Their own undo, proposals and unfinished work, which are in the old frame, come back when it is undone.
   */
  'project.rescale': Call<{ imageIds: readonly number[] | null; openImageId: number | null }, RescaleReport>;
  /** `integrity`: reads the whole file and checks it; seconds on a large project. */
  'project.diagnostics': Call<{ integrity: boolean }, StoreDiagnostics>;
  /** Which formats a file or folder fits, and why; nothing is opened. */
  'project.recognise': Call<{ path: string }, RecognisedDataset>;
  /** What `project.export` would write and could not say. */
  'project.previewExport': Call<
    { format: string; options: Readonly<Record<string, string>>; selection?: Selection },
    ExportPreview
  >;
  /** An augmented copy of an image, the `number`th from 1, as an export would make it, or why there is none. */
  'project.previewCopy': Call<
    {
      imageId: number;
      number: number;
      augment: AugmentRecipe;
      selection?: Selection;
      linkedFolders?: readonly string[];
    },
    CopyPreview | NoCopy
  >;
  /**
   * What `project.export` would change in the dataset that lies at its target, and what it finds beside it; null where nothing
   * is there. Throws where that may not be replaced.
   */
  'project.exportChanges': Call<
    /**
     * `isDryRun`: nothing is written afterwards, so that what would be in the way of it is told as well. `most`: of more
     * annotations nothing is compared.
     */
    ExportTask & { isDryRun?: boolean; most?: number },
    ExportChanges | null
  >;
  'project.export': Call<ExportTask, ExportReport>;
  /** In the project's order; `from` and `count` take a part of the list, so that a long one can come in pieces. */
  'image.list': Call<{ from?: number; count?: number }, readonly ImageRow[]>;
  /** Ids of the images that have an annotation of the category. */
  'image.withCategory': Call<{ categoryId: number }, readonly number[]>;
  /** The boxes of an image that may get a mask: without one, and not locked. */
  'image.boxes': Call<{ imageId: number }, ImageBoxes>;
  /** How many such boxes each of these images has, of those that have any. Seconds in a large project; progress counts images. */
  'image.withBoxes': Call<{ imageIds: readonly number[] }, readonly (readonly [imageId: number, boxes: number])[]>;
  /** The masks of an image's annotations, lowest first. */
  'image.masks': Call<{ imageId: number }, readonly RleSegmentation[]>;
  /** Pixels that no annotation has, of the first of these images: as many as are counted in a moment. */
  'image.unlabelled': Call<{ imageIds: readonly number[] }, readonly (readonly [imageId: number, pixels: number])[]>;
  'image.open': Call<{ imageId: number }, OpenedImage>;
  /** The same for another process, see packing.ts. */
  /** Takes the image's file as it is now for the one that was annotated. */
  'image.keepFile': Call<{ imageId: number }, ImageRow>;
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
  /** The same three as the window makes them: thousands of outlines cross as one block of numbers. */
  'document.commitPacked': Call<
    { imageId: number; packed: PackedPatch; gesture: string; draft?: string },
    HistoryState
  >;
  'document.undoPacked': Call<{ imageId: number; step?: number }, PackedStep | null>;
  'document.redoPacked': Call<{ imageId: number }, PackedStep | null>;
  /** Consecutive unused annotation ids for the caller to give to new annotations. */
  'document.reserveIds': Call<{ count: number }, { first: number }>;
  /** Replaces the image's proposals of the same tool and model. */
  'proposals.put': Call<{ imageId: number; result: ProposalResult; categoryName: string }, readonly Proposal[]>;
  /**
   * Turns proposals into annotations in one undoable step; categories are made where missing. `spared`: annotations that keep
   * their pixels where the project has one owner a pixel, because they are hidden.
   */
  'proposals.accept': Call<
    { imageId: number; ids: readonly number[]; spared?: readonly number[] },
    DocumentChange &
      BoxesKept &
      Pick<Taken, 'covered' | 'spared' | 'masked'> & {
        categories: readonly Category[];
        accepted: readonly number[];
        /** How many stay masks where the project prefers polygons: their outlines have too many vertices. */
        ragged: number;
        /** Ids of annotations of stuff that were there and took proposals in. */
        into: readonly number[];
      }
  >;
  'proposals.reject': Call<{ imageId: number; ids: readonly number[] }, readonly Proposal[]>;
  /** Brings back proposals that were rejected; those that are there are left alone. */
  'proposals.restore': Call<{ imageId: number; proposals: readonly Proposal[] }, readonly Proposal[]>;
  /** Accepts on many images, as one step of the project's own history. */
  'proposals.acceptAcross': Call<AcceptAcross & { openImageId: number | null }, ProjectChange>;
  /** Puts masks right whose size says [width, height], as one step of the project's own history. */
  'project.swapMaskSizes': Call<{ openImageId: number | null }, ProjectChange>;
  /** What would break training: looks at every annotation and every image file. */
  'project.lint': Call<Record<string, never>, LintReport>;
  /** Makes the fixes that change no pixel, as one step of the project's own history; of the codes, where some are given. */
  'project.fix': Call<{ codes?: readonly FindingCode[]; openImageId: number | null }, ProjectChange>;
  /** The project's batch, running, paused or through; null when there is none. */
  'batch.read': Call<Record<string, never>, BatchJob | null>;
  /** Makes a batch in place of the one before; `app.runBatch` runs it. */
  'batch.create': Call<{ with: ProposeWith; imageIds: readonly number[] }, BatchJob>;
  /** How far the batch is. */
  'batch.note': Call<{ next: number; failures: readonly BatchFailure[]; found?: number; filled?: number }, null>;
  /** Puts the batch away; what it proposed stays. */
  'batch.end': Call<Record<string, never>, null>;
  'category.create': Call<{ name: string; supercategory?: string }, readonly Category[]>;
  /** Name, supercategory, colour, hotkey, attribute templates, thing or stuff; a step of the project's history where something changed. */
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
  /** How models run in this project, by their ids; those of which nobody said anything are missing. */
  'project.modelRuns': Call<Record<string, never>, Readonly<Record<string, ModelRun>>>;
  'project.setModelRun': Call<{ model: string; run: ModelRun }, null>;
  /** Size of a pixel in the project's images; null: unknown. */
  'project.pixelScale': Call<Record<string, never>, PixelScale | null>;
  'project.setPixelScale': Call<{ scale: PixelScale | null }, null>;
  /** How the project treats pixels. */
  'project.labelRules': Call<Record<string, never>, LabelRules>;
  /** The format that the project was imported from, and which pixels of which images its maps left to nobody, see voids.ts. */
  'project.voids': Call<
    Record<string, never>,
    { readonly format: string; readonly images: readonly (readonly [imageId: number, text: string])[] }
  >;
  /** Of the image the part of these; null: there are none. */
  'image.voids': Call<{ imageId: number }, string | null>;
  'project.setLabelRules': Call<{ rules: Partial<LabelRules> }, null>;
  'project.setPlace': Call<{ place: ProjectPlace }, null>;
  'project.history': Call<Record<string, never>, ProjectHistory>;
  /** Takes back or makes again an operation that spanned images; null where there is none. Gestures stay what they are. */
  'project.undo': Call<{ openImageId: number | null }, ProjectChange | null>;
  'project.redo': Call<{ openImageId: number | null }, ProjectChange | null>;
};
