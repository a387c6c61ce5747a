/** The orders in which the list shows an image's annotations; none of them changes the document. */
import type { Annotation } from '@shared/document/types';
import type { Settings } from '@shared/settings';

export type ListOrder = Settings['view']['annotationOrder'];

export const listOrders: readonly { readonly value: ListOrder; readonly label: string }[] = [
  { value: 'painted', label: 'Topmost first' },
  { value: 'largest', label: 'Largest first' },
  { value: 'smallest', label: 'Smallest first' },
  { value: 'category', label: 'By category' },
];

/** `topmostFirst` in another order, equals as they were; `placeOf`: of a category in the project's list. */
export function inOrder(
  topmostFirst: readonly Annotation[],
  order: ListOrder,
  placeOf: (categoryId: number) => number,
): readonly Annotation[] {
  switch (order) {
    case 'painted':
      return topmostFirst;
    case 'largest':
      return [...topmostFirst].sort((a, b) => b.area - a.area);
    case 'smallest':
      return [...topmostFirst].sort((a, b) => a.area - b.area);
    case 'category':
      return [...topmostFirst].sort((a, b) => placeOf(a.categoryId) - placeOf(b.categoryId));
  }
}
