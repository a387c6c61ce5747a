/** What a dataset format is to the rest of the product: one folder that turns texts into records and back, without touching a file. */
import type { Keeps } from '../dataset/completeView';
import type { LossCode, LossReport } from '../dataset/losses';
import type { DatasetSink } from '../dataset/records';
import type { DatasetView } from '../dataset/view';
import type { AbortSignalLike } from '../errors/cancellation';
import type { FormatChoice } from '../project/types';
import type { MapKind, MapPicture } from './png/maskPng';

/** The files of a dataset, as the host of a format lends them to it; names are below one root, with `/`. */
export interface DatasetSource {
  /** What the user gave. */
  readonly path: string;
  /** The file that was given; null: a folder was. */
  readonly entry: string | null;
  readonly signal?: AbortSignalLike;
  /** Every file below the root, hidden ones left out, in natural order. Listed once, and only when asked for. */
  names(): Promise<readonly string[]>;
  /** The first 64 KB as text; '' for what is no UTF-8 text, or not there. */
  head(name: string): Promise<string>;
  /** Throws `bad-input` for what is not there, no UTF-8, or too long for one text. */
  text(name: string): Promise<string>;
  bytes(name: string): Promise<Uint8Array>;
  /** The first 64 KB, of a picture too; empty for what is not there. */
  headBytes(name: string): Promise<Uint8Array>;
  /** Of a TIFF by its header; null for what is none. */
  tiffMapKind(name: string): Promise<MapKind | null>;
  /** The numbers that the pixels of a TIFF are; throws `bad-input` for what is no map. */
  tiffMap(name: string): Promise<MapPicture>;
  chunks(name: string): AsyncIterable<Uint8Array>;
  /** Decodes bytes below 0x80 faster than TextDecoder. */
  readonly decodeAscii?: (bytes: Uint8Array) => string;
  /** What errors call a file of the dataset. */
  fullName(name: string): string;
  /** Of an image file, upright; null where there is none that can be read. */
  imageSize(name: string): Promise<PictureSize | null>;
  /** Every file of the folder that the images are in, which may be another one than the dataset's. */
  pictures(): Promise<readonly string[]>;
}

export interface PictureSize {
  readonly width: number;
  readonly height: number;
  /** The pixels lie on their side in the file, as some tools take them. */
  readonly turned?: boolean;
}

export interface FormatOption extends FormatChoice {
  /** Of a reader: nothing in the files tells, so that the user is asked before they are read. */
  readonly isAsked?: true;
}

export type FormatOptions = Readonly<Record<string, string>>;

/** In pieces it is never held whole; a function is called where the file is written, and only there. */
export type FileContent = string | Uint8Array | Iterable<string> | (() => Uint8Array);

/** A file to write, below the folder of the export (or the file itself). */
export interface OutputFile {
  readonly name: string;
  readonly content: FileContent;
}

/** Names of what belongs to one image, below the folder of the export. */
export interface ImagePlace {
  readonly picture: string;
  /** Its own annotation file; absent where the images share one. */
  readonly labels?: string;
  /** Another image had its name. */
  readonly renamed?: boolean;
}

export interface WriteContext {
  readonly options: FormatOptions;
  readonly losses: LossReport;
  /** The name of the file to write, of a format whose `target` is a file. */
  readonly fileName: string;
}

export interface DatasetFormat {
  /** Stable: projects and command lines keep it. */
  readonly id: string;
  readonly title: string;
  /** One sentence: what the files are, and who reads them. */
  readonly about: string;
  /** Extensions of a file that may be chosen to open it, without the dot. */
  readonly extensions: readonly string[];
  /** What is written: one file, or a folder. */
  readonly target: 'file' | 'folder';
  /** Of the writer. */
  readonly options: readonly FormatOption[];
  /** Of the reader; absent: it has none. */
  readonly readOptions?: readonly FormatOption[];
  /** The ids of categories that it reads are numbers in its files: with others, a trainer learns something else. */
  readonly statesNumbers?: boolean;
  /** The numbers that its files give to categories, by the category's id, where those are others; who has none is absent. */
  readonly categoryNumbers?: (view: DatasetView) => ReadonlyMap<number, number>;
  /** Its images, categories and annotations have records with ids and any fields, as COCO's have. */
  readonly statesRecords?: boolean;
  /** It has places of its own for train, val and test; else each is written by itself. */
  readonly splits?: boolean;
  /** Its annotations name their category by number: a new name is a matter of the list alone. */
  readonly numbersCategories?: boolean;
  /** Its tools turn pictures as their EXIF tag says before they lay annotations on them, whatever sizes a file names. */
  readonly isUpright?: boolean;
  /** The text of an annotation, with the size of its image, says all of its mask; absent: there are maps beside it, say. */
  readonly textsHoldMasks?: boolean;
  /**
   * Its records name pictures as they came, whatever signs the names have: copies of them have the very names. `name`: without
   * folders, as each lies beside its own file.
   */
  readonly keepsImageNames?: 'path' | 'name';
  /** What it has a place for besides images, categories and annotations. */
  readonly keeps?: Keeps;
  /** What the writer reports it could not say, for the documentation. */
  readonly losses: readonly LossCode[];
  /** Completes "because ..."; null where it is no such dataset. Looks at names and first bytes only. */
  recognise(source: DatasetSource): Promise<string | null>;
  /** Absent: written only. `options`: complete, see `readOptions`; absent: the defaults. */
  read?(source: DatasetSource, sink: DatasetSink, options?: FormatOptions): Promise<void>;
  /** Absent: read only. Names may not repeat. */
  write?(view: DatasetView, context: WriteContext): Iterable<OutputFile>;
  /**
   * Where the file of each image goes when it is copied along, in the order of the images: what `write` calls it. Absent: images
   * are not part of such a dataset, and are copied under their own names.
   */
  placeImages?(view: DatasetView): readonly ImagePlace[];
}
