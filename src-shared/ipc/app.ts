/** Requests to the main process itself. */
import type { Box } from '../geometry/box';
import type { AugmentRecipe } from '../dataset/augment/recipe';
import type { Proposal, RleSegmentation } from '../document/types';
import type { PixelRange } from '../images/source';
import type { MeasurementRow } from '../measure/types';
import type { VisionSession } from '../methods/requests';
import type {
  AddedModel,
  DownloadableModel,
  GivenModel,
  ModelDraft,
  ModelTrial,
  ObjectLikeness,
  OwnModel,
  PromptFinish,
  PromptSession,
} from '../models/types';
import type { BatchJob, FormatInfo, OpenReport, OpenTarget, RecentEntry } from '../project/types';
import type { ProposalResult } from '../document/proposalResult';
import type { ProposeWith } from '../project/proposeWith';
import type { Settings, SettingsChanges } from '../settings';
import type { Call } from './call';

/** The main process itself: windows, dialogs, and work that takes several processes. */
export type AppRequests = {
  'app.info': Call<Record<string, never>, AppInfo>;
  /** What this program is and what it runs on; `licences` of the software that is part of it. */
  'app.about': Call<Record<string, never>, About>;
  /** The text of a licence, by its number in the list. */
  'app.licence': Call<{ text: number }, string>;
  /** Puts what helps to find a fault into the clipboard, without names of files or people; resolves to it. */
  'app.copyDiagnostics': Call<Record<string, never>, string>;
  /** Shows the folder of the log and of what was kept of crashes. */
  'app.openLogFolder': Call<Record<string, never>, null>;
  /** Opens a further window, on the open project where there is one: read-only, as this one holds it. */
  'app.newWindow': Call<Record<string, never>, null>;
  'app.pickFolder': Call<{ title: string }, string | null>;
  /** The formats that can be written, in the order in which they are offered. */
  'app.formats': Call<Record<string, never>, readonly FormatInfo[]>;
  'app.pickDataset': Call<{ title: string }, string | null>;
  /** A file to write, or a folder, as the format has it. */
  'app.pickExport': Call<{ suggested: string; format: string }, string | null>;
  /** Asks where, and saves what happens to augmented copies, as `convert --augment` reads it; null when the user cancels. */
  'app.saveRecipe': Call<{ recipe: AugmentRecipe }, string | null>;
  /** Asks for such a file; null when the user cancels. */
  'app.openRecipe': Call<Record<string, never>, AugmentRecipe | null>;
  /** Shows a file or folder that was written in this run, on the user's wish, where it lies. */
  'app.showInFolder': Call<{ path: string }, null>;
  /** Opens the bundled sample in the user's own copy of it. */
  'app.openSample': Call<Record<string, never>, OpenReport>;
  /** Asks where, writes all of the open project there and opens it; null when the user cancels. */
  'app.saveElsewhere': Call<Record<string, never>, OpenReport | null>;
  /** Puts a copy that was made of a project beside it, as a project of its own, and opens that; the project stays as it is. */
  'app.openBackup': Call<{ file: string; backup: string }, OpenReport>;
  /** Opens what lies at the path of the open project now: what is open and not in that file is let go. */
  'app.reopenProject': Call<Record<string, never>, OpenReport>;
  /** Computes proposals for an image and stores them; resolves, when they are durable, to all of the image, of which it `found` so many. */
  'app.propose': Call<
    { imageId: number; with: ProposeWith },
    { proposals: readonly Proposal[]; found: number; notes: readonly string[]; fallbacks: readonly string[] }
  >;
  /** Runs what is left of the project's batch; cancelling pauses it. Progress counts images; its text is the last one's name. */
  'app.runBatch': Call<Record<string, never>, BatchJob>;
  /** Keeps an image's pixels ready for the tools; see `SessionRequests`. */
  'app.openSession': Call<{ imageId: number }, VisionSession>;
  /** Asks for ONNX files, or for a folder that holds them; null when the user cancels. */
  'app.pickModel': Call<{ kind: 'files' | 'folder' }, readonly string[] | null>;
  /** What files or a folder of the user's are, as far as they say. */
  'app.inspectModel': Call<GivenModel, ModelDraft>;
  /** Runs them once as a model, on the image or on a drawn scene; nothing is kept. */
  'app.tryModel': Call<GivenModel & { imageId: number | null }, ModelTrial>;
  /** Makes them a model of the user's, after the same trial. */
  'app.addModel': Call<GivenModel & { imageId: number | null; replaces: boolean }, AddedModel>;
  /** Makes a detector without masks and Smart select's model one, whose objects have masks; the one that is there already. */
  'app.pairModel': Call<{ model: string }, { readonly id: string; readonly name: string }>;
  /** The user's own models, also those that cannot be used. */
  'app.ownModels': Call<Record<string, never>, readonly OwnModel[]>;
  /** Takes one out, by its folder; it can be put back until another one is taken out. */
  'app.removeModel': Call<{ folder: string }, null>;
  'app.putBackModel': Call<{ folder: string }, null>;
  /** Models that can be had, and whether they are there. Nothing is fetched. */
  'app.catalogue': Call<Record<string, never>, readonly DownloadableModel[]>;
  /** Fetches a model of the catalogue and adds it. Progress counts bytes of a file; cancelling keeps what came. */
  'app.downloadModel': Call<{ id: string; replaces: boolean }, AddedModel>;
  /** Deletes what a download that was stopped has left. */
  'app.discardDownload': Call<{ id: string }, null>;
  /** Asks for the files of a model of the catalogue and adds them where their digests are right; null when the user cancels. */
  'app.installModel': Call<{ id: string; replaces: boolean }, AddedModel | null>;
  /** What a model finds on an image, without storing it: for comparing, where `app.propose` is for keeping. */
  'app.runModel': Call<{ imageId: number; model: string; score?: number }, ProposalResult>;
  /** Looks at an image for clicks and boxes; see `PromptRequests`. */
  'app.openPrompts': Call<{ imageId: number; model: string; region?: Box }, PromptSession>;
  /** Looks at an image that may be opened next, while nothing else is asked: `done` false where something was. */
  'app.lookAhead': Call<{ imageId: number; model: string }, { done: boolean }>;
  /** A mask for each box, by a model that answers boxes; null where it finds nothing. Progress counts boxes. */
  'app.masksForBoxes': Call<
    { imageId: number; model: string; boxes: readonly Box[]; finish: PromptFinish },
    {
      masks: readonly (RleSegmentation | null)[];
      model: { readonly id: string; readonly sha256: string } | null;
      fallbacks: readonly string[];
    }
  >;
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
    { proposals: readonly Proposal[]; found: number; fallbacks: readonly string[] }
  >;
  /** What objects of an image look like, to look for the like on others. */
  'app.describe': Call<{ imageId: number; model: string; examples: readonly RleSegmentation[] }, ObjectLikeness>;
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
  /** Replaces the keys given, of a group only those; resolves when they are on disk. */
  'settings.write': Call<{ changes: SettingsChanges }, Settings>;
  /** Latest first; `missing` where the project file is no longer there. */
  'recent.list': Call<Record<string, never>, readonly RecentEntry[]>;
  /** Takes a project out of the list; the project itself stays. */
  'recent.forget': Call<{ file: string }, readonly RecentEntry[]>;
};

export interface AppInfo {
  readonly version: string;
  readonly platform: string;
  /** null: the welcome page. */
  readonly openAtStart: OpenTarget | null;
}

export interface About {
  readonly version: string;
  /** The system and its processor, e.g. "Linux 6.1, x64". */
  readonly platform: string;
  /** The runtime, e.g. "Electron 45.4.1, Chrome 140". */
  readonly runtime: string;
  readonly processes: readonly ProcessInfo[];
  readonly licences: readonly LicencedPackage[];
}

export interface ProcessInfo {
  /** What it does, in a user's words. */
  readonly name: string;
  readonly memoryMb: number;
}

export interface LicencedPackage {
  readonly name: string;
  readonly version: string;
  /** As SPDX has it. */
  readonly licence: string;
  /** Number of its text. */
  readonly text: number;
}
