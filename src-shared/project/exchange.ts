/** What is said of datasets that come into a project and go out of it: formats, exports, and what is wrong with them. */
import type { AugmentTally } from '../dataset/augment/augmentedView';
import type { AugmentRecipe } from '../dataset/augment/recipe';
import type { Finding } from '../dataset/finding';
import type { KindCount } from '../dataset/lint/tally';
import type { Loss } from '../dataset/losses';
import type { Part, Selection } from '../dataset/selectView';

/** How a dataset is written in its format. */
export interface ExportSettings {
  readonly options: Readonly<Record<string, string>>;
  readonly selection: Selection;
  /** Absent: the images stay where they are. */
  readonly images?: 'copy' | 'link';
  /** Changed copies that are added; only with `images`. */
  readonly augment?: AugmentRecipe;
}

export interface ExportReport {
  /** The file or folder. */
  readonly file: string;
  readonly images: number;
  /** Written, without those that were left out. */
  readonly annotations: number;
  /** Files written. */
  readonly files: number;
  readonly format: string;
  /** Names of what was written for each part of a split, where that is apart; `file` is what they are called after then. */
  readonly parts?: readonly string[];
  /** What the format could not say as it is. */
  readonly losses: readonly Loss[];
  /** What came of augmented copies, where they were asked for; they are among the images and annotations. */
  readonly augmented?: AugmentTally;
  /** A sentence for each image whose file was not copied, as it is no picture or lies outside the images folder. */
  readonly notCopied?: readonly string[];
  /** How many files of an earlier export were removed: they are no longer part of it. */
  readonly removed?: number;
  /** Files in the folder that are not of this export, and that tools would read along. */
  readonly left?: readonly string[];
}

/** What is wrong with a project: each kind with how often, and the first of each. */
export interface LintReport {
  readonly kinds: readonly KindCount[];
  /** How many images anything is wrong with; absent: nobody knows images by id. */
  readonly images?: number;
  readonly findings: readonly Finding[];
}

export interface WrittenPlace {
  readonly name: string;
  readonly files: number;
}

/** What an export would be. */
export type ExportPreview = Pick<ExportReport, 'files' | 'images' | 'annotations' | 'losses'> & {
  /** What is written, below the folder of the export: files by their name, those of a folder by its name where it has several. */
  readonly places: readonly WrittenPlace[];
  /** The parts of the split, also of one that the dataset says by itself; empty: there is none. */
  readonly parts: readonly Part[];
};

/** Why an image has no copy of that number: nothing happens to it, it is in another part or not exported, or its file cannot be read. */
export type NoCopy =
  { readonly none: 'unchanged' | 'left-out' | 'no-picture' } | { readonly none: 'other-part'; readonly part: string };

/** An augmented copy as it would be made, small, with its masks. */
export interface CopyPreview {
  readonly fileName: string;
  readonly width: number;
  readonly height: number;
  readonly annotations: number;
  readonly png: Uint8Array;
}

/** A choice that the writer or the reader of a format offers. */
export interface FormatChoice {
  readonly name: string;
  readonly title: string;
  readonly choices: readonly { readonly value: string; readonly title: string }[];
  /** The first one where it is not given. */
  readonly default: string;
  /** Beside the choices any whole number from 0 to this one. */
  readonly most?: number;
}

/** A format as dialogs show it. */
export interface FormatInfo {
  readonly id: string;
  readonly title: string;
  readonly about: string;
  readonly target: 'file' | 'folder';
  /** The images can be copied along, to where the format has them. */
  readonly placesImages: boolean;
  readonly options: readonly FormatChoice[];
}

/** Files that are the parts of one split, as their names say. */
export interface SplitFiles {
  /** What their names have in common, with `*` for what tells them apart. */
  readonly name: string;
  readonly files: readonly { readonly file: string; readonly split: string }[];
}

export interface RecognisedFormat extends Pick<FormatInfo, 'id' | 'title'> {
  /** Completes "because ...". */
  readonly why: string;
  /** What the user has to say before it is read. */
  readonly asked: readonly FormatChoice[];
}

/** What a file or folder may be. */
export interface RecognisedDataset {
  readonly formats: readonly RecognisedFormat[];
  /** COCO files below a folder that has several, of which one is to be opened. */
  readonly files: readonly string[];
  /** Those of them that are the parts of one split, and can be opened together. */
  readonly together: readonly SplitFiles[];
  /** A project was made of it before. */
  readonly hasProject: boolean;
}
