/** What an export writes: a few files by their names, many by the folders they go to. */
import type { WrittenPlace } from '@shared/project/types';

/** So many files are told one by one. */
const fewFiles = 6;
/** No more places are told. */
const mostPlaces = 200;

export class WrittenPlaces {
  readonly #folders = new Map<string, { readonly names: string[]; files: number }>();
  #files = 0;

  /** A file by its name below the folder of the export. */
  add(name: string): void {
    const folder = name.slice(0, name.lastIndexOf('/') + 1);
    // Files in the folder of the export itself are always told one by one.
    const key = folder === '' ? name : folder;
    const place = this.#folders.get(key) ?? { names: [], files: 0 };
    this.#folders.set(key, place);
    if (place.names.length < fewFiles) place.names.push(name);
    place.files++;
    this.#files++;
  }

  /** What lies further out first: a data.yaml before the folders of labels. */
  list(): WrittenPlace[] {
    return [...this.#folders]
      .flatMap(([name, { names, files }]) =>
        files === 1 || this.#files <= fewFiles ? names.map((one) => ({ name: one, files: 1 })) : [{ name, files }],
      )
      .sort((a, b) => depthOf(a.name) - depthOf(b.name))
      .slice(0, mostPlaces);
  }
}

const depthOf = (name: string): number => name.split('/').length;
