/** Places that were found, in a check or as losses of an export: their images alone are listed, and on each is selected what is meant there. */
import type { FoundPlaces } from './imageFilter';
import type { Workbench } from './workbench.svelte';

type Parts = Pick<Workbench, 'rows' | 'open' | 'selection' | 'currentImageId' | 'openImage'>;

export class ShownPlaces {
  readonly #workbench: Parts;

  constructor(workbench: Parts) {
    this.#workbench = workbench;
  }

  /** Lists only the images of these places; the first one is opened. */
  async show(places: FoundPlaces): Promise<void> {
    const { rows } = this.#workbench;
    rows.clearFilter();
    await rows.setFilter({ places });
    const { currentImageId } = this.#workbench;
    const [first] = rows.found;
    if (currentImageId !== null && places.annotations.has(currentImageId)) this.selectOn(currentImageId);
    else if (first) await this.#workbench.openImage(first.id);
  }

  /** Call it when the image has been opened. */
  selectOn(imageId: number): void {
    const { rows, open, selection } = this.#workbench;
    const ids = rows.filter.places?.annotations.get(imageId) ?? [];
    const there = new Set(open?.annotations.map(({ id }) => id));
    if (ids.length > 0) selection.set(ids.filter((id) => there.has(id)));
  }
}
