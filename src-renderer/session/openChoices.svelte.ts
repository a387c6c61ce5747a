/** What of a path is opened, where it may be several things: one of its files, or one of the formats that fit it. */
import type { OpenTarget, RecognisedFormat, SplitFiles } from '@shared/project/types';

/** Files below a path, of which one is to be opened. */
export interface FileChoice {
  readonly path: string;
  readonly files: readonly string[];
  /** Those that can be opened together. */
  readonly together: readonly SplitFiles[];
  /** It may be meant as a folder of images as well. */
  readonly orImages: boolean;
}

/** What a path may be, each with why. */
export interface FormatChoices {
  readonly path: string;
  readonly formats: readonly RecognisedFormat[];
}

interface Ways {
  open(target: OpenTarget): Promise<void>;
  /** As the images it holds, without any of its files. */
  openImages(folder: string): Promise<void>;
}

export class OpenChoices {
  readonly #ways: Ways;
  #files = $state.raw<FileChoice | null>(null);
  #formats = $state.raw<FormatChoices | null>(null);

  constructor(ways: Ways) {
    this.#ways = ways;
  }

  /** A folder or a zip of several COCO files, of which the user says one. */
  get files(): FileChoice | null {
    return this.#files;
  }

  /** A file or folder that several formats fit, of which the user says one. */
  get formats(): FormatChoices | null {
    return this.#formats;
  }

  /** Something is to be chosen. */
  get isOpen(): boolean {
    return this.#files !== null || this.#formats !== null;
  }

  /** In place of what was offered before. */
  offerFiles(choice: FileChoice): void {
    [this.#files, this.#formats] = [choice, null];
  }

  offerFormats(choice: FormatChoices): void {
    [this.#files, this.#formats] = [null, choice];
  }

  async chooseImages(): Promise<void> {
    const path = this.#taken();
    if (path !== null) await this.#ways.openImages(path);
  }

  /** One of the files that were offered; null: none of them. */
  async chooseFile(file: string | null): Promise<void> {
    const path = this.#taken();
    if (path !== null && file !== null) await this.#ways.open({ kind: 'dataset', path, file });
  }

  /** Files that are the parts of one split, as one project. */
  async chooseTogether({ files }: SplitFiles): Promise<void> {
    const path = this.#taken();
    if (path !== null) await this.#ways.open({ kind: 'dataset', path, parts: files.map(({ file }) => file) });
  }

  /** One of the formats that were offered; null: none of them. */
  async chooseFormat(format: string | null): Promise<void> {
    const path = this.#taken();
    if (path !== null && format !== null) await this.#ways.open({ kind: 'dataset', path, format });
  }

  /** The path that was asked about; nothing is asked any more. */
  #taken(): string | null {
    const path = (this.#files ?? this.#formats)?.path ?? null;
    this.#files = this.#formats = null;
    return path;
  }
}
